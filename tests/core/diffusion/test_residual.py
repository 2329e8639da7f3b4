"""Residual-shifting diffusion of what the faithful estimate lacks."""

import math

import pytest
import torch

from core.diffusion import sampling
from core.diffusion.residual import (
    ResidualSchedule,
    add_noise,
    blend,
    deterministic_step,
    input_scale,
    posterior_step,
    residual_schedule,
    sample,
    start_noise,
)
from core.diffusion.sampling import result
from core.diffusion.schedule import Schedule
from core.errors import UsageError

FIFTEEN = residual_schedule(15)


def field(seed, shape=(2, 3, 8, 8)):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_one_step_is_the_highest_noise_alone():
    assert residual_schedule(1).etas == (FIFTEEN.etas[-1],) == (pytest.approx(0.998),)


def test_noise_rises_from_the_lowest_to_the_highest_that_were_learnt():
    assert FIFTEEN.etas[0] == pytest.approx(0.02)
    assert all(a < b for a, b in zip(FIFTEEN.etas, FIFTEEN.etas[1:], strict=False))


@pytest.mark.parametrize("etas", [(), (0.5, 0.4), (0.0, 0.5), (0.5, 1.0)])
def test_a_schedule_that_cannot_be_is_refused(etas):
    with pytest.raises(UsageError):
        ResidualSchedule(etas)


def test_less_than_one_step_is_refused():
    with pytest.raises(UsageError, match="0 steps"):
        residual_schedule(0)


@pytest.mark.parametrize("eta", [0.02, 0.3, 0.998])
def test_what_the_network_hears_has_unit_spread(eta):
    residual = FIFTEEN.sigma * field(1, (1, 1, 400, 400))
    heard = add_noise(FIFTEEN, residual, eta, field(2, (1, 1, 400, 400))) * input_scale(FIFTEEN, eta)
    assert heard.std().item() == pytest.approx(1, abs=0.01)


def published(schedule):
    return Schedule(
        tuple(math.sqrt(eta) for eta in schedule.etas), schedule.kappa, tuple(range(schedule.steps))
    )


@pytest.mark.parametrize("step", [1, 7, 14])
def test_both_steps_are_those_of_the_papers_with_nothing_to_shift_from(step):
    current, residual, noise, rates = field(3), field(4), field(5), published(FIFTEEN).at(step)
    drawn = posterior_step(FIFTEEN, current, residual, step, noise)
    assert torch.allclose(drawn, sampling.posterior_sample(rates, current, residual, noise), atol=1e-5)
    kept = deterministic_step(FIFTEEN, current, residual, step)
    assert torch.allclose(
        kept, sampling.ddim_step(rates, current, residual, torch.zeros_like(current)), atol=1e-5
    )


def test_the_deterministic_step_keeps_the_noise():
    residual, noise = field(6), field(7)
    later = add_noise(FIFTEEN, residual, FIFTEEN.etas[9], noise)
    sooner = add_noise(FIFTEEN, residual, FIFTEEN.etas[8], noise)
    assert torch.allclose(deterministic_step(FIFTEEN, later, residual, 9), sooner, atol=1e-5)


def gaussian(schedule, spread, asked):
    """The best denoiser of white residuals of a spread: what it answers is known in closed form."""

    def denoise(scaled, log_eta):
        asked.append(log_eta)
        eta = math.exp(log_eta)
        kept, noise = (1 - eta) * spread, schedule.kappa * math.sqrt(eta)
        current = scaled / input_scale(schedule, eta)
        return current * kept * spread / (kept**2 + noise**2) / schedule.sigma

    return denoise


@pytest.mark.parametrize("chain", ["posterior", "deterministic"])
def test_either_chain_draws_what_the_denoiser_knows(chain):
    schedule, shape, asked = residual_schedule(200, lowest=1e-4), (1, 1, 200, 200), []
    fresh = (field(100 + i, shape) for i in range(200)) if chain == "posterior" else None
    drawn = result(sample(schedule, gaussian(schedule, 0.1, asked), field(8, shape), fresh))
    assert drawn.std().item() == pytest.approx(0.1, rel=0.05)
    assert asked == sorted(asked, reverse=True)
    assert len(asked) == 200


def test_one_step_asks_once_and_needs_no_fresh_noise():
    seen = []

    def denoise(scaled, log_eta):
        seen.append((scaled, log_eta))
        return torch.ones_like(scaled)

    schedule = residual_schedule(1)
    (only,) = sample(schedule, denoise, field(9), iter(()))
    assert torch.equal(only.x0, torch.full_like(field(9), schedule.sigma))
    assert seen[0][1] == pytest.approx(math.log(0.998))


def test_strength_scales_the_noise_pixel_by_pixel():
    strength = torch.zeros(1, 1, 8, 8)
    strength[..., 4:] = 1
    started = start_noise(FIFTEEN, field(10), strength)
    assert not started[..., :4].any()
    assert torch.equal(started[..., 4:], start_noise(FIFTEEN, field(10))[..., 4:])


def test_no_weight_is_the_faithful_estimate_to_the_bit_and_more_is_a_straight_line():
    faithful, residual = field(11), field(12)
    assert torch.equal(blend(faithful, residual, torch.zeros(2, 1, 8, 8)), faithful)
    half, whole = (blend(faithful, residual, torch.full((2, 1, 8, 8), w)) - faithful for w in (0.5, 1.0))
    assert torch.allclose(2 * half, whole, atol=1e-6)
