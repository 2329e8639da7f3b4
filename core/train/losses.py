"""What the student is taught by. Batches are (B, 3, H, W) in [−1, 1]."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

if TYPE_CHECKING:
    from collections.abc import Sequence

GRID_PX = 4
LUMA = (0.299, 0.587, 0.114)


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


def colour_bands(batch: Tensor, step: int) -> Tensor:
    """LH, HL and HH of every colour at dilation `step`: (B, 3, H, W) → (B, 9, H, W)."""
    return haar_bands(batch.flatten(0, 1)[:, None], step).reshape(len(batch), -1, *batch.shape[2:])


def _apart(one: Tensor, other: Tensor) -> Tensor:
    """Mean over positions of the distance between vectors of channels; smooth where they are equal."""
    return ((one - other).square().sum(1) + 1e-8).sqrt().mean()


def energy_score(first: Tensor, second: Tensor, truth: Tensor, spread: float = 1.0) -> Tensor:
    """How well two draws (B, C, H, W) stand for what the truth was drawn from, position by position.

    Mean distance to the truth less `spread` times half of their own (Gneiting & Raftery 2007, eq. 21): with spread 1 a
    strictly proper score, least for the true conditional distribution; with 0 a mean wins.
    """
    near = _apart(first, truth) + _apart(second, truth)
    return 0.5 * (near - spread * _apart(first, second))


def feature_score(found: Sequence[Tensor], wanted: Sequence[Tensor], spread: float = 1.0) -> Tensor:
    """The energy score of unit-normalised features, mean over layers; `found` are those of two draws in one batch."""
    total = wanted[0].new_zeros(())
    for ours, theirs in zip(found, wanted, strict=True):
        first, second = F.normalize(ours).chunk(2)
        total = total + energy_score(first, second, F.normalize(theirs), spread)
    return total / len(wanted)


def hinge(real: Tensor, fake: Tensor) -> Tensor:
    """The critic's loss: real logits above 1, fake ones below −1 (Lim & Ye 2017)."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def lattice_excess(added: Tensor) -> Tensor:
    """How much the power at the frequencies of the 4-lattice stands above its neighbours': 0 where nothing does.

    `added` (B, 3, H, W), H and W multiples of 32: networks that unfold pixels like to answer with dots and weave. The
    mean of (power / power of the 24 frequencies around − 1), where positive, over the 15 frequencies.
    """
    side_px = 32
    tiles = luma(added).unfold(2, side_px, side_px).unfold(3, side_px, side_px).reshape(-1, side_px, side_px)
    power = torch.fft.fft2(tiles - tiles.mean((1, 2), keepdim=True)).abs().square().mean(0)
    around = F.avg_pool2d(F.pad(power[None, None], (2, 2, 2, 2), mode="circular"), 5, 1)[0, 0]
    around = (25 * around - power) / 24
    stands_out = (power / around.clamp_min(1e-12))[:: side_px // GRID_PX, :: side_px // GRID_PX]
    return F.relu(stands_out.flatten()[1:] - 1).mean()
