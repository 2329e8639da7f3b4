import pytest
import torch

from core.diffusion import sampling
from core.diffusion.sampling import deterministic, one_step, result, stochastic
from core.diffusion.samsr import StrengthSchedule
from core.diffusion.schedule import FIFTEEN_STEPS, ONE_STEP, build_schedule

SCHEDULE = build_schedule(FIFTEEN_STEPS)
SAMPLERS = (one_step, stochastic, deterministic)


def batches(seed=0):
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield torch.randn(2, 3, 4, 5, generator=generator)


Y, X0 = (batch for batch, _ in zip(batches(1), range(2), strict=False))


class Recorder:
    """A denoiser that knows the answer and remembers what it was asked."""

    def __init__(self, answer=X0):
        self.answer, self.asked = answer, []

    def __call__(self, x, timestep):
        self.asked.append((x, timestep.tolist()))
        return self.answer


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_a_perfect_denoiser_gives_the_target(sampler):
    for schedule in (SCHEDULE, SCHEDULE.respaced(4), build_schedule(ONE_STEP)):
        torch.testing.assert_close(result(sampler(schedule, Y, Recorder(), batches())), X0)


def test_one_step_asks_once_with_scaled_noise_and_the_last_index():
    denoiser, noise = Recorder(), next(batches())
    (sampled,) = one_step(SCHEDULE, Y, denoiser, [noise])
    ((x, timestep),) = denoiser.asked
    torch.testing.assert_close(x, (Y + 1.98 * noise) / 2.218197, atol=1e-5, rtol=1e-5)
    assert (sampled.step, timestep) == (14, [14, 14])


@pytest.mark.parametrize("sampler", [stochastic, deterministic])
def test_chains_report_each_step_and_tell_the_network_its_own_index(sampler):
    denoiser = Recorder()
    steps = [sampled.step for sampled in sampler(SCHEDULE.respaced(5), Y, denoiser, batches())]
    assert steps == [4, 3, 2, 1, 0]
    assert [timestep[0] for _, timestep in denoiser.asked] == [12, 9, 6, 3, 0]


def test_a_caller_who_stops_spares_the_remaining_calls():
    denoiser = Recorder()
    next(stochastic(SCHEDULE, Y, denoiser, batches()))
    assert len(denoiser.asked) == 1


@pytest.mark.parametrize(("sampler", "drawn"), [(one_step, 1), (deterministic, 1), (stochastic, 15)])
def test_samplers_draw_no_more_noise_than_they_use(sampler, drawn):
    limited = [noise for noise, _ in zip(batches(), range(drawn), strict=False)]
    assert torch.isfinite(result(sampler(SCHEDULE, Y, Recorder(), limited))).all()


def test_the_deterministic_chain_walks_by_the_deterministic_step():
    denoiser, noise = Recorder(), next(batches())
    result(deterministic(SCHEDULE, Y, denoiser, [noise]))
    x = sampling.start(SCHEDULE, Y, noise)
    second = sampling.ddim_step(SCHEDULE.at(14), x, X0, Y)
    torch.testing.assert_close(denoiser.asked[1][0], sampling.scale_input(SCHEDULE.at(13), second))


def test_the_stochastic_chain_walks_by_the_posterior():
    denoiser, fresh = Recorder(), batches()
    first, second = next(fresh), next(fresh)
    result(stochastic(SCHEDULE, Y, denoiser, batches()))
    x = sampling.posterior_sample(SCHEDULE.at(14), sampling.start(SCHEDULE, Y, first), X0, second)
    torch.testing.assert_close(denoiser.asked[1][0], sampling.scale_input(SCHEDULE.at(13), x))


def test_a_pixelwise_schedule_starts_at_y_where_its_strength_is_zero():
    strength = torch.zeros(1, 1, 4, 5)
    strength[..., 2:] = 1.0
    denoiser = Recorder()
    result(one_step(StrengthSchedule(SCHEDULE, strength), Y, denoiser, batches()))
    quiet = sampling.scale_input(SCHEDULE.at(14), Y)
    torch.testing.assert_close(denoiser.asked[0][0][..., :2], quiet[..., :2])
    assert (denoiser.asked[0][0] - quiet)[..., 2:].abs().min() > 0
