import pytest
import torch
from golden import cases, golden, schedule_of

from core.diffusion import sampling
from core.diffusion.schedule import FIFTEEN_STEPS, build_schedule
from core.errors import UsageError

SCHEDULE = build_schedule(FIFTEEN_STEPS)
each_case = pytest.mark.parametrize(("file", "case"), cases("diffusion_ops", "t"))


def close(actual, expected):
    torch.testing.assert_close(actual, expected, atol=1e-6, rtol=1e-6)


@pytest.mark.golden
@each_case
def test_the_forward_process_is_the_authors(file, case):
    g, notes = golden(file)
    schedule = schedule_of(notes)
    rates = schedule.at(g[f"{case}.t"])
    close(sampling.q_mean(rates, g["x0"], g["y"]), g[f"{case}.q_mean"])
    close(sampling.q_variance(rates, g["x0"]), g[f"{case}.q_variance"])
    close(sampling.q_sample(rates, g["x0"], g["y"], g["noise"]), g[f"{case}.q_sample"])


@pytest.mark.golden
@each_case
def test_the_posterior_is_the_authors(file, case):
    g, notes = golden(file)
    schedule = schedule_of(notes)
    rates = schedule.at(g[f"{case}.t"])
    close(sampling.posterior_mean(rates, g["x_t"], g["x0"]), g[f"{case}.posterior_mean"])
    close(sampling.posterior_mean(rates, g["x_t"], g["x0"]), g[f"{case}.p_mean"])
    close(sampling.posterior_variance(rates, g["x_t"]), g[f"{case}.posterior_variance"])
    close(sampling.posterior_log_variance(rates, g["x_t"]), g[f"{case}.posterior_log_variance_clipped"])
    close(sampling.posterior_sample(rates, g["x_t"], g["x0"], g["noise"]), g[f"{case}.p_sample"])


@pytest.mark.golden
@each_case
def test_the_deterministic_step_and_its_inverse_are_the_authors(file, case):
    g, notes = golden(file)
    schedule = schedule_of(notes)
    close(sampling.scale_input(schedule.at(g[f"{case}.t"]), g["x_t"]), g[f"{case}.scale_input"])
    rates = schedule.at(g[f"{case}.t"])
    close(sampling.ddim_step(rates, g["x_t"], g["x0"], g["y"]), g[f"{case}.ddim_reverse"])
    later = schedule.at(g[f"{case}.t"].clamp_min(1))
    close(sampling.ddim_inverse(later, g["x_t"], g["x0"], g["y"]), g[f"{case}.ddim_inverse_t_max1"])


@pytest.mark.golden
def test_sampling_starts_where_the_authors_start():
    g, notes = golden("diffusion_ops")
    close(sampling.start(schedule_of(notes), g["y"], g["noise"]), g["prior_sample"])


@pytest.mark.parametrize("t", [1, 7, 14])
def test_the_inverse_undoes_the_deterministic_step(t):
    x_t, x0, y = torch.randn(3, 2, 3, 4, 5, generator=torch.Generator().manual_seed(t), dtype=torch.float64)
    x_prev = sampling.ddim_step(SCHEDULE.at(t), x_t, x0, y)
    torch.testing.assert_close(
        sampling.ddim_inverse(SCHEDULE.at(t), x_prev, x0, y), x_t, atol=1e-5, rtol=1e-5
    )


def test_the_first_step_has_no_inverse():
    x = torch.zeros(1, 3, 2, 2)
    with pytest.raises(UsageError, match="no inverse"):
        sampling.ddim_inverse(SCHEDULE.at(0), x, x, x)
