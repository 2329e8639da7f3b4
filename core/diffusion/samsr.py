"""Schedules whose noise, and with SAMSR also whose rate, differ from pixel to pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.diffusion.schedule import Rates, Schedule


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


# SAMSR's SAM-Noise module and semantic weight, exactly as its authors compute them.
#
# Planes are (B, M + 1, h, w) float32 masks at latent resolution, 0 … 1; the last one is the background.

STD_FLOOR = 1e-6


def with_background(masks: Tensor) -> Tensor:
    """(M, h, w) masks and, last, the pixels that lie in none of them: (M + 1, h, w). M may be 0."""
    return torch.cat((masks, (1.0 - masks).prod(dim=0, keepdim=True)))


def stack_planes(masks: Sequence[Tensor]) -> Tensor:
    """Each sample's (M_b, h, w) masks, filled up with empty planes to the largest M, then its background."""
    most = max(len(planes) for planes in masks)
    filled = (F.pad(planes.float(), (0, 0, 0, 0, 0, most - len(planes))) for planes in masks)
    return torch.stack([with_background(planes) for planes in filled])


def pool_planes(planes: Tensor, factor: int) -> Tensor:
    """Planes made at `factor` times the latent's size, averaged down to it."""
    return F.avg_pool2d(planes, factor)


def mask_count(planes: Tensor) -> Tensor:
    """(B, h, w): in how many planes each pixel lies."""
    return planes.sum(dim=1)


def noise_strength(planes: Tensor) -> Tensor:
    """(B, 1, h, w): 1/√k where k ≥ 1 planes overlap, else 1; the std of weighted noise (binary planes)."""
    return mask_count(planes).clamp_min(1.0).rsqrt().unsqueeze(1)


def weighted_noise(planes: Tensor, noise: Tensor) -> Tensor:
    """Noise of every plane (B, M + 1, C, h, w), averaged over the planes a pixel lies in: (B, C, h, w)."""
    total = (planes.unsqueeze(2) * noise).sum(dim=1)
    return total / mask_count(planes).clamp_min(1.0).unsqueeze(1)


def standardise(noise: Tensor) -> Tensor:
    """Mean 0 and std 1 (N − 1 in its denominator) per sample and channel, over all pixels."""
    mean = noise.mean(dim=(2, 3), keepdim=True)
    std = noise.std(dim=(2, 3), keepdim=True) if noise[0, 0].numel() > 1 else torch.ones_like(mean)
    return (noise - mean) / std.clamp_min(STD_FLOOR)


def sam_noise(planes: Tensor, noise: Tensor) -> Tensor:
    """The noise that SAMSR starts from, (B, C, h, w): weighted by the planes, then standardised."""
    return standardise(weighted_noise(planes, noise))


def semantic_weight(planes: Tensor) -> Tensor:
    """W, (B, 1, h, w) in 0 … 1: the count of planes over its largest value in the sample."""
    count = mask_count(planes)
    most = count.amax(dim=(1, 2), keepdim=True).clamp_min(1.0)
    return (count / most).clamp(0.0, 1.0).unsqueeze(1)


def latent_as_picture(latent: Tensor) -> Tensor:
    """What the authors' segmenter sees: the latent (B, 3, h, w) as (B, h, w, 3) uint8, channels reversed.

    The whole batch shares one range, so a sample's picture depends on its neighbours in the batch.
    """
    low, high = latent.min(), latent.max()
    scaled = ((latent - low) / (high - low + 1e-6) * 255.0).clamp(0.0, 255.0)
    return scaled.to(torch.uint8).permute(0, 2, 3, 1).flip(-1)
