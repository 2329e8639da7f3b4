"""The residual-shifting schedule: how fast the residual is shifted, and how much noise goes with it.

Formulas: ResShift (Yue, Wang, Loy), "exponential" schedule; SinSR and SAMSR take the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from core.errors import UsageError

# The numbers of one diffusion step, ready to meet a batch.


@dataclass(frozen=True, eq=False)
class Rates:
    """What one step t needs. Each field is float64 on the CPU and broadcasts to (B, C, h, w).

    | field | meaning |
    | --- | --- |
    | sqrt_eta, sqrt_eta_prev | √η_t and √η_{t−1}; the latter is 0 at the first step, t = 0 |
    | kappa | noise strength κ |
    | input_std | divisor that brings x_t to unit scale for the network |
    | log_variance | log of the posterior's variance, clipped so that it is finite at t = 0 |
    """

    sqrt_eta: Tensor
    sqrt_eta_prev: Tensor
    kappa: Tensor
    input_std: Tensor
    log_variance: Tensor

    @property
    def eta(self) -> Tensor:
        """η_t, the share of the residual y − x_0 that has been shifted."""
        return self.sqrt_eta**2

    @property
    def eta_prev(self) -> Tensor:
        """η_{t−1}."""
        return self.sqrt_eta_prev**2

    @property
    def alpha(self) -> Tensor:
        """α_t = η_t − η_{t−1}."""
        return self.eta - self.eta_prev

    @property
    def weight_x_t(self) -> Tensor:
        """η_{t−1} / η_t: the weight of x_t in the posterior mean."""
        return self.eta_prev / self.eta

    @property
    def weight_x0(self) -> Tensor:
        """α_t / η_t: the weight of x_0 in the posterior mean."""
        return self.alpha / self.eta

    @property
    def variance(self) -> Tensor:
        """κ² (η_{t−1} / η_t) α_t: the posterior's variance, 0 at t = 0."""
        return self.kappa**2 * self.weight_x_t * self.alpha

    @property
    def ddim_m(self) -> Tensor:
        """√(η_{t−1} / η_t): the weight of x_t in the deterministic step."""
        return self.sqrt_eta_prev / self.sqrt_eta

    @property
    def ddim_j(self) -> Tensor:
        """η_{t−1} − √(η_{t−1} η_t): the weight of y in the deterministic step."""
        return self.eta_prev - self.sqrt_eta_prev * self.sqrt_eta

    @property
    def ddim_k(self) -> Tensor:
        """1 − m − j: the weight of x_0 in the deterministic step."""
        return 1.0 - self.ddim_m - self.ddim_j


class Steps(Protocol):
    """A plain or a pixel-wise schedule: all that a sampler asks of it."""

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        ...

    @property
    def timestep_map(self) -> tuple[int, ...]:
        """The index that the network was trained with, for each of the T steps."""
        ...

    def at(self, t: int | Tensor) -> Rates:
        """The rates of step t = 0 … T−1: one for all, or a (B,) integer tensor, one per sample."""
        ...


def weight_like(weight: Tensor, batch: Tensor) -> Tensor:
    """A float64 rate as float32 on the batch's device (cast first: some devices know no float64)."""
    return weight.to(torch.float32).to(batch.device)


CAP = math.sqrt(0.001)
"""SinSR and SAMSR never start above this √η; ResShift knows no such cap."""
SMALLEST_VARIANCE = 1e-20
"""Stands for the variance of t = 0 where a schedule of one step has no t = 1 to borrow from."""


@dataclass(frozen=True)
class ScheduleParams:
    """How a schedule is built.

    | field | meaning |
    | --- | --- |
    | steps | T ≥ 1 |
    | min_noise | m, the noise level of the first step |
    | end | √η of the last step, 0 … 1 |
    | kappa | κ > 0, noise strength |
    | power | p, bends the path from first to last |
    | capped | True: the start rule of SinSR and SAMSR; False: ResShift's (every published 4-step model) |
    """

    steps: int = 15
    min_noise: float = 0.04
    end: float = 0.99
    kappa: float = 2.0
    power: float = 0.3
    capped: bool = True

    @property
    def start(self) -> float:
        """√η of the first step: min(m/κ, m), and not above √0.001 if capped."""
        start = min(self.min_noise / self.kappa, self.min_noise)
        return min(start, CAP) if self.capped else start


FIFTEEN_STEPS = ScheduleParams()
"""ResShift v1 and v2, SinSR, SAMSR."""
FOUR_STEPS = ScheduleParams(steps=4, min_noise=0.2, capped=False)
"""ResShift v3."""
ONE_STEP = ScheduleParams(steps=1)
"""A model trained for one step only."""


@dataclass(frozen=True)
class Schedule:
    """√η_t for t = 0 … T−1 (rising, above 0), κ, and the index the network knows each step by.

    Every array is (T,) float64; `at` gathers one step for the operations.
    """

    sqrt_etas: tuple[float, ...]
    kappa: float
    timestep_map: tuple[int, ...]

    @property
    def steps(self) -> int:
        """T."""
        return len(self.sqrt_etas)

    @property
    def etas(self) -> np.ndarray:
        """η_t."""
        return np.asarray(self.sqrt_etas, np.float64) ** 2

    @property
    def etas_prev(self) -> np.ndarray:
        """η_{t−1}, and 0 for t = 0."""
        return np.concatenate(([0.0], self.etas[:-1]))

    @property
    def alphas(self) -> np.ndarray:
        """α_t = η_t − η_{t−1}."""
        return self.etas - self.etas_prev

    @property
    def posterior_variance(self) -> np.ndarray:
        """σ²_t = κ² (η_{t−1} / η_t) α_t."""
        return self.kappa**2 * self.etas_prev / self.etas * self.alphas

    @property
    def posterior_variance_clipped(self) -> np.ndarray:
        """σ²_t with t = 0, where it is 0, replaced by t = 1, so that its logarithm is finite."""
        variance = self.posterior_variance
        variance[0] = variance[1] if self.steps > 1 else SMALLEST_VARIANCE
        return variance

    @property
    def mse_weight(self) -> np.ndarray:
        """(α_t / η_t)² / (2 σ²_t), the weight of the squared error in the variational bound."""
        return 0.5 / self.posterior_variance_clipped * (self.alphas / self.etas) ** 2

    @property
    def input_std(self) -> np.ndarray:
        """√(η_t κ² + 1), the divisor of the network's input."""
        return np.sqrt(self.etas * self.kappa**2 + 1.0)

    def at(self, t: int | Tensor) -> Rates:
        """The rates of step t, or of each sample's own step where t is a (B,) integer tensor."""
        index = np.atleast_1d(t.cpu().numpy() if isinstance(t, Tensor) else t)
        sqrt_etas = np.asarray(self.sqrt_etas, np.float64)
        return Rates(
            sqrt_eta=_gather(sqrt_etas, index),
            sqrt_eta_prev=_gather(np.sqrt(self.etas_prev), index),
            kappa=_gather(np.full(self.steps, self.kappa), index),
            input_std=_gather(self.input_std, index),
            log_variance=_gather(np.log(self.posterior_variance_clipped), index),
        )

    def respaced(self, kept: int) -> Schedule:
        """A schedule of `kept` of these steps, int(T/kept · j); the network still hears the original index.

        Raises UsageError unless 1 ≤ kept ≤ T.
        """
        if not 1 <= kept <= self.steps:
            raise UsageError(f"{kept} of {self.steps} steps were asked for.", f"Take 1 … {self.steps} steps.")
        stride = self.steps / kept
        indices = sorted({int(stride * j) for j in range(kept)})
        return Schedule(
            tuple(self.sqrt_etas[i] for i in indices),
            self.kappa,
            tuple(self.timestep_map[i] for i in indices),
        )


def _gather(values: np.ndarray, index: np.ndarray) -> Tensor:
    return torch.from_numpy(values[index]).reshape(-1, 1, 1, 1)


def build_schedule(params: ScheduleParams) -> Schedule:
    """√η_t = s (e/s)^((t/(T−1))^p): geometric from the start to the end (ResShift, "exponential").

    With T = 1 the only step is the last one, √η = e. Raises UsageError where the numbers make no schedule.
    """
    if params.steps < 1 or params.kappa <= 0 or not 0 < params.start <= params.end:
        raise UsageError(f"No schedule can be built from {params}.", "Take steps ≥ 1 and 0 < start ≤ end.")
    if params.steps == 1:
        return Schedule((params.end,), params.kappa, (0,))
    bent = np.linspace(0.0, 1.0, params.steps) ** params.power
    sqrt_etas = params.start * (params.end / params.start) ** bent
    return Schedule(tuple(float(r) for r in sqrt_etas), params.kappa, tuple(range(params.steps)))
