"""From y to x_0. Samplers yield after each call of the denoiser, so that the caller reports, shows, or stops.

The denoiser is any callable: (x_t scaled for the network (B, C, h, w), timestep (B,) int64) → estimate of x_0
of the same shape. What else a network hears (source, map, clean-up) is bound by the caller. Noise is an
iterable of (B, C, h, w) batches, taken as needed. A sampler runs under the caller's grad mode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from core.diffusion.schedule import Rates, Steps, weight_like
from core.errors import UsageError

# The formulas of residual-shifting diffusion, one line each.
#
# Batches are (B, C, h, w) float32: x_0 the clean target, y the enlarged source, x_t between them, noise ~ N(0,
# 1). `rates` are those of step t, from any schedule, plain or pixel-wise.


def q_mean(rates: Rates, x0: Tensor, y: Tensor) -> Tensor:
    """x_0 + η_t (y − x_0)."""
    return x0 + weight_like(rates.eta, x0) * (y - x0)


def q_variance(rates: Rates, x0: Tensor) -> Tensor:
    """κ² η_t, as large as x0."""
    return weight_like(rates.kappa**2 * rates.eta, x0).expand_as(x0)


def q_sample(rates: Rates, x0: Tensor, y: Tensor, noise: Tensor) -> Tensor:
    """x_t ~ q(x_t | x_0, y): the mean plus κ √η_t noise."""
    return q_mean(rates, x0, y) + weight_like(rates.kappa * rates.sqrt_eta, x0) * noise


def prior_sample(rates: Rates, y: Tensor, noise: Tensor) -> Tensor:
    """x_t = y + κ √η_t noise: where sampling starts. The mean drops the small share of x_0 that q keeps."""
    return y + weight_like(rates.kappa * rates.sqrt_eta, y) * noise


def start(schedule: Steps, y: Tensor, noise: Tensor) -> Tensor:
    """x_T, the prior sample of the schedule's last step."""
    return prior_sample(schedule.at(schedule.steps - 1), y, noise)


def scale_input(rates: Rates, x_t: Tensor) -> Tensor:
    """x_t at about unit scale, as the network wants it."""
    return x_t / weight_like(rates.input_std, x_t)


def posterior_mean(rates: Rates, x_t: Tensor, x0: Tensor) -> Tensor:
    """(η_{t−1} / η_t) x_t + (α_t / η_t) x_0."""
    return weight_like(rates.weight_x_t, x_t) * x_t + weight_like(rates.weight_x0, x_t) * x0


def posterior_variance(rates: Rates, x_t: Tensor) -> Tensor:
    """κ² (η_{t−1} / η_t) α_t, as large as x_t."""
    return weight_like(rates.variance, x_t).expand_as(x_t)


def posterior_log_variance(rates: Rates, x_t: Tensor) -> Tensor:
    """Its logarithm, clipped by the schedule's own rule so that it is finite at t = 0; as large as x_t."""
    return weight_like(rates.log_variance, x_t).expand_as(x_t)


def posterior_sample(rates: Rates, x_t: Tensor, x0: Tensor, noise: Tensor) -> Tensor:
    """x_{t−1} ~ p(x_{t−1} | x_t, x_0), without noise at t = 0."""
    later = (rates.sqrt_eta_prev > 0).to(torch.float64)
    spread = weight_like(later * torch.exp(0.5 * rates.log_variance), x_t)
    return posterior_mean(rates, x_t, x0) + spread * noise


def ddim_step(rates: Rates, x_t: Tensor, x0: Tensor, y: Tensor) -> Tensor:
    """x_{t−1} = k x_0 + m x_t + j y, the deterministic step; x_0 itself at t = 0."""
    k, m, j = (weight_like(weight, x_t) for weight in (rates.ddim_k, rates.ddim_m, rates.ddim_j))
    return k * x0 + m * x_t + j * y


def ddim_inverse(rates: Rates, x_prev: Tensor, x0: Tensor, y: Tensor) -> Tensor:
    """x_t = (x_{t−1} − k x_0 − j y) / m. Raises UsageError at t = 0, which forgets x_t."""
    if bool((rates.sqrt_eta_prev <= 0).any()):
        raise UsageError("The deterministic step t = 0 has no inverse.", "Start at t = 1.")
    k, m, j = (weight_like(weight, x_prev) for weight in (rates.ddim_k, rates.ddim_m, rates.ddim_j))
    return (x_prev - k * x0 - j * y) / m


Denoiser = Callable[[Tensor, Tensor], Tensor]


class Sampled(NamedTuple):
    """After step t (T−1 … 0): the estimate of x_0. The last one that a sampler yields is its result."""

    step: int
    x0: Tensor


def estimate(schedule: Steps, t: int, x_t: Tensor, denoiser: Denoiser) -> Tensor:
    """One call of the denoiser at step t: the input scaled, the time mapped to the network's own index."""
    timestep = torch.full((len(x_t),), schedule.timestep_map[t], dtype=torch.int64, device=x_t.device)
    return denoiser(scale_input(schedule.at(t), x_t), timestep)


def one_step(schedule: Steps, y: Tensor, denoiser: Denoiser, noise: Iterable[Tensor]) -> Iterator[Sampled]:
    """x_0 straight from x_T: one noise batch, one call."""
    last = schedule.steps - 1
    x_t = start(schedule, y, next(iter(noise)))
    yield Sampled(last, estimate(schedule, last, x_t, denoiser))


def stochastic(schedule: Steps, y: Tensor, denoiser: Denoiser, noise: Iterable[Tensor]) -> Iterator[Sampled]:
    """ResShift's chain: T calls, T noise batches, each step a posterior sample, the last x_0 itself."""
    fresh = iter(noise)
    x_t = start(schedule, y, next(fresh))
    for t in reversed(range(schedule.steps)):
        x0 = estimate(schedule, t, x_t, denoiser)
        yield Sampled(t, x0)
        if t > 0:
            x_t = posterior_sample(schedule.at(t), x_t, x0, next(fresh))


def deterministic(
    schedule: Steps, y: Tensor, denoiser: Denoiser, noise: Iterable[Tensor]
) -> Iterator[Sampled]:
    """SinSR's teacher chain: T calls, one noise batch, every step the deterministic one."""
    x_t = start(schedule, y, next(iter(noise)))
    for t in reversed(range(schedule.steps)):
        x0 = estimate(schedule, t, x_t, denoiser)
        yield Sampled(t, x0)
        if t > 0:
            x_t = ddim_step(schedule.at(t), x_t, x0, y)


def result(samples: Iterable[Sampled]) -> Tensor:
    """Run a sampler to its end and take its last estimate, (B, C, h, w)."""
    *_, last = samples
    return last.x0
