"""The numbers of one diffusion step, ready to meet a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


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
