import numpy as np
import pytest
import torch
from golden import cases, golden, schedule_of
from hypothesis import given, settings
from hypothesis import strategies as st

from core.diffusion.schedule import FIFTEEN_STEPS, FOUR_STEPS, ONE_STEP, ScheduleParams, build_schedule
from core.errors import UsageError

NAMES = {
    "sqrt_etas": "sqrt_etas",
    "etas": "etas",
    "etas_prev": "etas_prev",
    "alpha": "alphas",
    "posterior_variance": "posterior_variance",
    "posterior_variance_clipped": "posterior_variance_clipped",
    "weight_loss_mse": "mse_weight",
    "input_std": "input_std",
    "timestep_map": "timestep_map",
}
RATES = {
    "posterior_mean_coef1": "weight_x_t",
    "posterior_mean_coef2": "weight_x0",
    "posterior_log_variance_clipped": "log_variance",
    "ddim_k": "ddim_k",
    "ddim_m": "ddim_m",
    "ddim_j": "ddim_j",
}


def golden_schedule(config):
    return schedule_of({"config": config})


@pytest.mark.golden
def test_every_array_of_every_published_schedule_is_reproduced():
    vectors, notes = golden("schedule")
    for name, config in notes["configs"].items():
        schedule = golden_schedule(config)
        for theirs, ours in NAMES.items():
            expected = vectors[f"{name}.{theirs}"].numpy()
            np.testing.assert_allclose(getattr(schedule, ours), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.golden
def test_every_rate_of_every_step_is_reproduced():
    vectors, notes = golden("schedule")
    for name, config in notes["configs"].items():
        rates = golden_schedule(config).at(torch.arange(len(vectors[f"{name}.etas"])))
        for theirs, ours in RATES.items():
            expected = vectors[f"{name}.{theirs}"].numpy()
            actual = getattr(rates, ours).flatten().numpy()
            np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.golden
@pytest.mark.parametrize(("file", "name"), cases("schedule", "ddim_coef1"))
def test_coefficients_of_the_authors_two_step_form_follow_from_ours(file, name):
    vectors, notes = golden(file)
    schedule = golden_schedule(notes["configs"][name])
    coef1 = schedule.etas * schedule.etas_prev
    coef2 = schedule.etas_prev / schedule.etas
    np.testing.assert_allclose(coef1, vectors[f"{name}.ddim_coef1"].numpy(), atol=1e-12)
    np.testing.assert_allclose(coef2, vectors[f"{name}.ddim_coef2"].numpy(), atol=1e-12)


def test_only_the_cap_tells_the_two_start_rules_apart():
    assert build_schedule(FOUR_STEPS).sqrt_etas[0] == pytest.approx(0.1)
    capped = ScheduleParams(steps=4, min_noise=0.2, capped=True)
    assert build_schedule(capped).sqrt_etas[0] == pytest.approx(0.001**0.5)
    assert build_schedule(FIFTEEN_STEPS).sqrt_etas[0] == pytest.approx(0.02)


def test_a_schedule_of_one_step_starts_and_ends_at_the_last_noise_level():
    schedule = build_schedule(ONE_STEP)
    rates = schedule.at(0)
    assert schedule.sqrt_etas == (0.99,)
    assert (rates.ddim_k.item(), rates.weight_x0.item(), rates.weight_x_t.item()) == (1.0, 1.0, 0.0)
    assert torch.isfinite(rates.log_variance).all()


def test_respacing_to_all_steps_changes_nothing():
    schedule = build_schedule(FIFTEEN_STEPS)
    assert schedule.respaced(15) == schedule


@given(steps=st.integers(1, 40), data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_respaced_schedule_holds_kept_steps_under_their_original_index(steps, data):
    schedule = build_schedule(ScheduleParams(steps=steps))
    kept = schedule.respaced(data.draw(st.integers(1, steps)))
    assert all(schedule.sqrt_etas[i] == r for i, r in zip(kept.timestep_map, kept.sqrt_etas, strict=True))
    assert list(kept.sqrt_etas) == sorted(set(kept.sqrt_etas))


@given(steps=st.integers(2, 30), power=st.floats(0.1, 3), capped=st.booleans())
@settings(max_examples=30, deadline=None)
def test_deterministic_weights_sum_to_one_and_eta_rises_to_its_end(steps, power, capped):
    schedule = build_schedule(ScheduleParams(steps=steps, power=power, capped=capped))
    rates = schedule.at(torch.arange(steps))
    total = rates.ddim_k + rates.ddim_m + rates.ddim_j
    torch.testing.assert_close(total, torch.ones_like(total))
    assert schedule.sqrt_etas[-1] == pytest.approx(0.99)
    assert (np.diff(schedule.etas) > 0).all()


@pytest.mark.parametrize(
    "params", [ScheduleParams(steps=0), ScheduleParams(end=0.01), ScheduleParams(kappa=0)]
)
def test_numbers_that_make_no_schedule_are_refused(params):
    with pytest.raises(UsageError, match="No schedule"):
        build_schedule(params)


def test_more_steps_than_there_are_cannot_be_kept():
    with pytest.raises(UsageError, match="16 of 15"):
        build_schedule(FIFTEEN_STEPS).respaced(16)
