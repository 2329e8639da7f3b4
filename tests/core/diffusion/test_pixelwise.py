import pytest
import torch
from golden import cases, golden, numbered, schedule_of

from core.diffusion import sampling
from core.diffusion import samsr as sam_noise
from core.diffusion.samsr import SamsrSchedule, StrengthSchedule
from core.diffusion.schedule import FIFTEEN_STEPS, build_schedule

PLAIN = build_schedule(FIFTEEN_STEPS)
NAMES = {
    "etas": "eta",
    "etas_prev": "eta_prev",
    "sqrt_etas": "sqrt_eta",
    "alpha": "alpha",
    "kappa": "kappa",
    "posterior_mean_coef1": "weight_x_t",
    "posterior_mean_coef2": "weight_x0",
    "posterior_variance": "variance",
    "posterior_log_variance_clipped": "log_variance",
}


each_step = pytest.mark.parametrize(("file", "case"), cases("samsr_noise_schedule", "scale_input"))


def samsr(file, case):
    """Vectors, and the rates of the step that the case names ("t14")."""
    g, notes = golden(file)
    schedule = SamsrSchedule(schedule_of(notes), g["semantic_weight"].unsqueeze(1))
    return g, schedule.at(int(case[1:]))


@pytest.mark.golden
@each_step
def test_every_rate_of_samsr_is_reproduced(file, case):
    g, rates = samsr(file, case)
    for theirs, ours in NAMES.items():
        actual = getattr(rates, ours).float()
        expected = g[f"{case}.{theirs}_modified"]
        torch.testing.assert_close(actual.expand_as(expected), expected, atol=1e-6, rtol=2e-6, msg=theirs)


@pytest.mark.golden
@each_step
def test_coefficients_in_the_authors_form_follow_from_ours(file, case):
    g, rates = samsr(file, case)
    weight = 0.5 / rates.log_variance.exp() * rates.weight_x0**2
    torch.testing.assert_close(weight.float(), g[f"{case}.weight_loss_mse_modified"], atol=1e-6, rtol=2e-6)
    coef1, coef2 = rates.eta * rates.eta_prev, rates.eta_prev / rates.eta
    torch.testing.assert_close(coef1.float(), g[f"{case}.ddim_coef1_modified"], atol=1e-6, rtol=2e-6)
    torch.testing.assert_close(coef2.float(), g[f"{case}.ddim_coef2_modified"], atol=1e-6, rtol=2e-6)


@pytest.mark.golden
@each_step
def test_every_operation_on_samsr_rates_is_reproduced(file, case):
    g, rates = samsr(file, case)
    noise = g["sam_noise"]
    results = {
        "q_sample_modified": sampling.q_sample(rates, g["x0"], g["z_y"], noise),
        "x_noised_from_y": sampling.prior_sample(rates, g["z_y"], noise),
        "posterior_mean_modified": sampling.posterior_mean(rates, g["x_t"], g["x0"]),
        "scale_input": sampling.scale_input(rates, g["x_t"]),
    }
    for name, actual in results.items():
        torch.testing.assert_close(actual, g[f"{case}.{name}"], atol=1e-6, rtol=1e-6, msg=name)


@pytest.mark.golden
def test_the_whole_road_from_masks_to_x_t_is_reproduced():
    g, notes = golden("samsr_noise_schedule")
    planes = sam_noise.stack_planes(numbered(g, "raw_masks"))
    noise = sam_noise.sam_noise(planes, g["noise_per_mask"])
    schedule = SamsrSchedule(schedule_of(notes), sam_noise.semantic_weight(planes))
    x_t = sampling.start(schedule, g["z_y"], noise)
    torch.testing.assert_close(x_t, g["x_T_infer"], atol=2e-6, rtol=1e-6)
    torch.testing.assert_close(x_t, g["x_T_train"], atol=2e-6, rtol=1e-6)


@pytest.mark.parametrize("t", [1, 14])
def test_samsr_without_weight_and_strength_one_are_the_plain_schedule(t):
    plain = PLAIN.at(t)
    for schedule in (
        SamsrSchedule(PLAIN, torch.zeros(1, 1, 2, 3)),
        StrengthSchedule(PLAIN, torch.ones(1, 1, 2, 3)),
    ):
        rates = schedule.at(t)
        for name in ("eta", "kappa", "variance", "log_variance", "input_std"):
            theirs = getattr(plain, name)
            torch.testing.assert_close(getattr(rates, name), theirs.expand_as(getattr(rates, name)))


def test_strength_scales_the_noise_of_the_start_pixel_by_pixel():
    strength = torch.tensor([[[[0.0, 0.5], [1.0, 2.0]]]])
    y, noise = torch.full((1, 3, 2, 2), 0.25), torch.ones(1, 3, 2, 2)
    x_t = sampling.start(StrengthSchedule(PLAIN, strength), y, noise)
    torch.testing.assert_close(x_t, 0.25 + 2.0 * 0.99 * strength.expand(1, 3, 2, 2))


def test_where_strength_is_zero_no_step_adds_noise():
    rates = StrengthSchedule(PLAIN, torch.zeros(1, 1, 2, 2)).at(7)
    x, noise = torch.zeros(1, 3, 2, 2), torch.ones(1, 3, 2, 2)
    assert sampling.posterior_sample(rates, x, x, noise).abs().max() < 1e-8
