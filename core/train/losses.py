"""What the detail branch is taught by. Batches are (B, 3, H, W) in [−1, 1]; weights (B, 1, H, W) in [0, 1]."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

if TYPE_CHECKING:
    from collections.abc import Callable

BAND_WEIGHTS = (1.0, 0.5)  # finest first: what the source lacks most
GRID_PX = 4
LUMA = (0.299, 0.587, 0.114)


def weighted_mean(values: Tensor, weight: Tensor) -> Tensor:
    """Mean of values over pixels, each counting by its weight; the weights are not normalised."""
    return (values * weight).mean()


def luma(batch: Tensor) -> Tensor:
    """(B, 3, H, W) → (B, 1, H, W), BT.601."""
    return (batch * batch.new_tensor(LUMA)[:, None, None]).sum(1, keepdim=True)


def haar_bands(plane: Tensor, step: int) -> Tensor:
    """LH, HL and HH of a stationary Haar transform at dilation `step`: (B, 1, H, W) → (B, 3, H, W)."""
    right, below, across = (
        torch.roll(plane, shift, (2, 3)) for shift in ((0, -step), (-step, 0), (-step, -step))
    )
    low_low = plane + right + below + across
    rows, columns = plane + right - below - across, plane - right + below - across
    return torch.cat((rows, columns, 2 * (plane + across) - low_low), 1) / 4


def high_frequency(prediction: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """L1 between the detail sub-bands of two stationary wavelet levels.

    This is VPD-SR's high-frequency perception as we define it; its authors published no formula.
    """
    total = prediction.new_zeros(())
    for level, share in enumerate(BAND_WEIGHTS):
        bands = (haar_bands(luma(batch), 2**level) for batch in (prediction, target))
        total = total + share * weighted_mean((next(bands) - next(bands)).abs(), weight)
    return total


def grid(prediction: Tensor, target: Tensor) -> Tensor:
    """How much of the error is locked to the source's grid: the same at the same place of many source pixels.

    Networks that unfold pixels like to answer with such dots and lines; pictures have none. The error is folded to 16
    places a source pixel, averaged over 6×6 source pixels, and what all places share is taken off.
    """
    places = F.pixel_unshuffle((prediction - target).flatten(0, 1)[:, None], GRID_PX)
    locked = F.avg_pool2d(places, 6, 1)
    return (locked - locked.mean(1, keepdim=True)).abs().mean()


def feature_distance(
    features: Callable[[Tensor], tuple[Tensor, ...]], prediction: Tensor, target: Tensor, weight: Tensor
) -> Tensor:
    """Mean squared difference of unit-normalised features, layer by layer, each position counting by its weight."""
    total = prediction.new_zeros(())
    with torch.no_grad():
        wanted = features(target)
    for ours, theirs in zip(features(prediction), wanted, strict=True):
        here = F.interpolate(weight, ours.shape[2:], mode="area")
        total = total + weighted_mean(
            (F.normalize(ours) - F.normalize(theirs)).square().sum(1, keepdim=True), here
        )
    return total / len(wanted)


def relativistic(real: Tensor, fake: Tensor, weight: Tensor) -> Tensor:
    """Relativistic pairing loss (R3GAN, eq. 2) on per-pixel logits: how much less real the second is than the first."""
    here = F.interpolate(weight, real.shape[2:], mode="area")
    return weighted_mean(F.softplus(fake - real), here) / here.mean().clamp_min(0.05)


def roughness(
    critic: Callable[[Tensor], Tensor], batch: Tensor, logits: Tensor, spread: float = 0.05
) -> Tensor:
    """A zero-centred gradient penalty without second derivatives: the change of the logits under small noise."""
    return (critic(batch + spread * torch.randn_like(batch)) - logits).square().mean()
