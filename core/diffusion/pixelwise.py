"""Schedules whose noise, and with SAMSR also whose rate, differ from pixel to pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from core.diffusion.rates import Rates
    from core.diffusion.schedule import Schedule

SAMSR_SHARE = 0.2
"""w = W / 5."""
SAMSR_VARIANCE_FLOOR = 1e-8
STRENGTH_FLOOR = 1e-10
"""Keeps the logarithm finite where the strength is 0."""


@dataclass(frozen=True, eq=False)
class SamsrSchedule:
    """SAMSR's pixel-wise schedule: with w = W/5, κ~ = (1−w) κ and r~_t = (1+w) r_t.

    `weight` is W, (B, 1, h, w) or (1, 1, h, w), 0 … 1. The divisor of the network's input stays that of the
    plain schedule. η~ may pass 1 near the schedule's end: the authors do not clamp it, and neither do we.
    """

    plain: Schedule
    weight: Tensor

    @property
    def steps(self) -> int:
        """T of the plain schedule."""
        return self.plain.steps

    @property
    def timestep_map(self) -> tuple[int, ...]:
        """That of the plain schedule."""
        return self.plain.timestep_map

    def at(self, t: int | Tensor) -> Rates:
        """The rates of step t, one per pixel."""
        w = self.weight.cpu().double() * SAMSR_SHARE
        plain = self.plain.at(t)
        rates = replace(
            plain,
            sqrt_eta=(1.0 + w) * plain.sqrt_eta,
            sqrt_eta_prev=(1.0 + w) * plain.sqrt_eta_prev,
            kappa=(1.0 - w) * plain.kappa,
        )
        variance = rates.variance
        floored = torch.where(variance > 0, variance, SAMSR_VARIANCE_FLOOR)
        return replace(rates, log_variance=floored.log())


@dataclass(frozen=True, eq=False)
class StrengthSchedule:
    """A noise strength s ≥ 0 per pixel: κ becomes κ s, so x_T = y + κ √η_T s ε. s = 1 is the plain schedule.

    `strength` is (B, 1, h, w) or (1, 1, h, w). Where s = 0 the start is y itself and no step adds noise to
    speak of. The divisor of the network's input stays that of the plain schedule, so that the network sees
    the strength.
    """

    plain: Schedule
    strength: Tensor

    @property
    def steps(self) -> int:
        """T of the plain schedule."""
        return self.plain.steps

    @property
    def timestep_map(self) -> tuple[int, ...]:
        """That of the plain schedule."""
        return self.plain.timestep_map

    def at(self, t: int | Tensor) -> Rates:
        """The rates of step t, one per pixel."""
        s = self.strength.cpu().double()
        plain = self.plain.at(t)
        log_variance = plain.log_variance + 2.0 * s.clamp_min(STRENGTH_FLOOR).log()
        return replace(plain, kappa=plain.kappa * s, log_variance=log_variance)
