"""From y to x_0. Samplers yield after each call of the denoiser, so that the caller reports, shows, or stops.

The denoiser is any callable: (x_t scaled for the network (B, C, h, w), timestep (B,) int64) → estimate of x_0
of the same shape. What else a network hears (source, map, clean-up) is bound by the caller. Noise is an
iterable of (B, C, h, w) batches, taken as needed. A sampler runs under the caller's grad mode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from core.diffusion import operations

if TYPE_CHECKING:
    from core.diffusion.rates import Steps

Denoiser = Callable[[Tensor, Tensor], Tensor]


class Sampled(NamedTuple):
    """After step t (T−1 … 0): the estimate of x_0. The last one that a sampler yields is its result."""

    step: int
    x0: Tensor


def estimate(schedule: Steps, t: int, x_t: Tensor, denoiser: Denoiser) -> Tensor:
    """One call of the denoiser at step t: the input scaled, the time mapped to the network's own index."""
    timestep = torch.full((len(x_t),), schedule.timestep_map[t], dtype=torch.int64, device=x_t.device)
    return denoiser(operations.scale_input(schedule.at(t), x_t), timestep)


def one_step(schedule: Steps, y: Tensor, denoiser: Denoiser, noise: Iterable[Tensor]) -> Iterator[Sampled]:
    """x_0 straight from x_T: one noise batch, one call."""
    last = schedule.steps - 1
    x_t = operations.start(schedule, y, next(iter(noise)))
    yield Sampled(last, estimate(schedule, last, x_t, denoiser))


def stochastic(schedule: Steps, y: Tensor, denoiser: Denoiser, noise: Iterable[Tensor]) -> Iterator[Sampled]:
    """ResShift's chain: T calls, T noise batches, each step a posterior sample, the last x_0 itself."""
    fresh = iter(noise)
    x_t = operations.start(schedule, y, next(fresh))
    for t in reversed(range(schedule.steps)):
        x0 = estimate(schedule, t, x_t, denoiser)
        yield Sampled(t, x0)
        if t > 0:
            x_t = operations.posterior_sample(schedule.at(t), x_t, x0, next(fresh))


def deterministic(
    schedule: Steps, y: Tensor, denoiser: Denoiser, noise: Iterable[Tensor]
) -> Iterator[Sampled]:
    """SinSR's teacher chain: T calls, one noise batch, every step the deterministic one."""
    x_t = operations.start(schedule, y, next(iter(noise)))
    for t in reversed(range(schedule.steps)):
        x0 = estimate(schedule, t, x_t, denoiser)
        yield Sampled(t, x0)
        if t > 0:
            x_t = operations.ddim_step(schedule.at(t), x_t, x0, y)


def result(samples: Iterable[Sampled]) -> Tensor:
    """Run a sampler to its end and take its last estimate, (B, C, h, w)."""
    *_, last = samples
    return last.x0
