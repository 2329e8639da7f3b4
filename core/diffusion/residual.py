"""Residual-shifting diffusion of what the faithful estimate y lacks, r₀ = HR − y.

ResShift (Yue, Wang, Loy 2023, eq. 2) shifts the residual between two pictures, x_t = x_0 + η_t (y − x_0) + κ √η_t ε.
Seen from y, which the trunk gives and no noise touches, r_t = x_t − y:

    r_t = (1 − η_t) r_0 + κ √η_t ε

Its posterior and SinSR's deterministic step follow with 0 in the place of y. Here as plain numbers and tensors of any
shape: the caller may work on whole or on folded pictures. Randomness is an argument.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from core.diffusion.sampling import Sampled
from core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from torch import Tensor

    Denoise = Callable[[Tensor, float], Tensor]
    """(scaled r_t, log η) → r_0 / σ_r of the same shape."""

KAPPA = 0.3
SIGMA = 0.08  # the usual spread of r_0 in [−1, 1]
LOWEST_ETA = 0.02  # the trial's denoiser learnt 0.01 … 0.998: below that it guesses
HIGHEST_ETA = 0.998
POWER = 0.6
# How strong the noise of one step is where the map says Faithful, and Inventive: measured, docs/model.md.
LEAST_STRENGTH, MOST_STRENGTH = 0.75, 0.8
CALMER_WHEN_CLEANED = 0.3  # how much weaker it is at clean-up 1: there it stands out as grain


@dataclass(frozen=True)
class ResidualSchedule:
    """κ, σ_r, and η of every step, rising in (0, 1)."""

    etas: tuple[float, ...]
    kappa: float = KAPPA
    sigma: float = SIGMA

    def __post_init__(self) -> None:
        rising = all(a < b for a, b in zip((0.0, *self.etas), (*self.etas, 1.0), strict=True))
        if not self.etas or not rising or self.kappa <= 0 or self.sigma <= 0:
            raise UsageError(
                f"No schedule can be made of {self}.", "Take rising η in (0, 1), κ > 0 and σ > 0."
            )

    @property
    def steps(self) -> int:
        """T."""
        return len(self.etas)


def residual_schedule(
    steps: int, lowest: float = LOWEST_ETA, highest: float = HIGHEST_ETA, power: float = POWER
) -> ResidualSchedule:
    """√η geometric from the lowest to the highest, bent by a power (ResShift, eq. 10); one step is the highest alone.

    UsageError for less than one step.
    """
    if steps < 1:
        raise UsageError(f"{steps} steps were asked for.", "Take 1, 4 or 15.")
    path = ((t / (steps - 1)) ** power for t in range(steps - 1))
    low, high = math.sqrt(lowest), math.sqrt(highest)
    return ResidualSchedule((*((low * (high / low) ** bent) ** 2 for bent in path), highest))


def input_scale(schedule: ResidualSchedule, eta: float | Tensor) -> float | Tensor:
    """What brings r_t to unit spread: ((1 − η)² σ² + κ² η)^−½ (c_in of EDM, Karras et al. 2022, table 1)."""
    return ((1 - eta) ** 2 * schedule.sigma**2 + schedule.kappa**2 * eta) ** -0.5


def start_noise(schedule: ResidualSchedule, noise: Tensor, strength: float | Tensor = 1.0) -> Tensor:
    """r_T = κ √η_T · strength · ε, where the little that is left of r_0 is dropped (ResShift's prior).

    `strength` is a number or a map that broadcasts: SAMSR lets the map of regions scale the noise.
    """
    return noise * (schedule.kappa * math.sqrt(schedule.etas[-1]) * strength)


def one_step_strength(weight: Tensor, clean_up: Tensor) -> Tensor:
    """How strong the noise of one step is under a map W (B, 1, H, W), after SAMSR, and clean-up (B,): (B, 1, H, W)."""
    calm = 1 - CALMER_WHEN_CLEANED * clean_up.to(weight)[:, None, None, None]
    return (LEAST_STRENGTH + (MOST_STRENGTH - LEAST_STRENGTH) * weight) * calm


def add_noise(schedule: ResidualSchedule, residual: Tensor, eta: float | Tensor, noise: Tensor) -> Tensor:
    """r_t of a known r_0: (1 − η) r_0 + κ √η ε."""
    return (1 - eta) * residual + schedule.kappa * eta**0.5 * noise


def posterior_step(
    schedule: ResidualSchedule, current: Tensor, residual: Tensor, step: int, noise: Tensor
) -> Tensor:
    """r_{t−1} drawn from ResShift's posterior (eq. 7): mean (η′/η) r_t + (α/η) r̂_0, variance κ² (η′/η) α.

    `residual` is r̂_0, `step` t ≥ 1; η′ = η_{t−1}, α = η − η′.
    """
    eta, before = schedule.etas[step], schedule.etas[step - 1]
    spread = schedule.kappa * math.sqrt(before / eta * (eta - before))
    return current * (before / eta) + residual * ((eta - before) / eta) + noise * spread


def deterministic_step(schedule: ResidualSchedule, current: Tensor, residual: Tensor, step: int) -> Tensor:
    """r_{t−1} with the same ε (SinSR, Wang et al. 2024, eq. 5): √(η′/η) r_t + (1 − η′ − √(η′/η) (1 − η)) r̂_0."""
    eta, before = schedule.etas[step], schedule.etas[step - 1]
    kept = math.sqrt(before / eta)
    return current * kept + residual * (1 - before - kept * (1 - eta))


def sample(
    schedule: ResidualSchedule,
    denoise: Denoise,
    noise: Tensor,
    fresh: Iterable[Tensor] | None = None,
    strength: float | Tensor = 1.0,
) -> Iterator[Sampled]:
    """From ε to a draw of r_0 in T calls of `denoise`; yields after each, the last is the result.

    With `fresh` noise (one field for each step but the last) ResShift's chain, without SinSR's deterministic one. A
    sampler runs under the caller's grad mode.
    """
    current, more = start_noise(schedule, noise, strength), None if fresh is None else iter(fresh)
    for step in reversed(range(schedule.steps)):
        eta = schedule.etas[step]
        residual = denoise(current * input_scale(schedule, eta), math.log(eta)) * schedule.sigma
        yield Sampled(step, residual)
        if step and more is not None:
            current = posterior_step(schedule, current, residual, step, next(more) * strength)
        elif step:
            current = deterministic_step(schedule, current, residual, step)


def blend(faithful: Tensor, residual: Tensor, weight: Tensor) -> Tensor:
    """Target x = y + W · r̂_0; W = 0 is y to the bit.

    The straight line from the mean to a sample is the optimal trade of distortion against perception (Freirich,
    Michaeli, Meir 2021).
    """
    return torch.addcmul(faithful, weight, residual)
