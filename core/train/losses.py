"""What the student is taught by. Batches are (B, 3, H, W) in [−1, 1]."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

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
    """Mean over positions of the distance between vectors of channels, (B,); smooth where they are equal."""
    return ((one - other).square().sum(1) + 1e-8).sqrt().mean((1, 2))


def energy_score(first: Tensor, second: Tensor, truth: Tensor, spread: float | Tensor = 1.0) -> Tensor:
    """How well two draws (B, C, H, W) stand for what the truth was drawn from, position by position.

    Mean distance to the truth less `spread`, a number or (B,), times half of their own (Gneiting & Raftery 2007, eq.
    21): with spread 1 a strictly proper score, least for the true conditional distribution; with 0 a mean wins.
    """
    near = _apart(first, truth) + _apart(second, truth)
    return 0.5 * (near - spread * _apart(first, second)).mean()


def feature_score(found: Sequence[Tensor], wanted: Sequence[Tensor], spread: float | Tensor = 1.0) -> Tensor:
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


# SAMSR's semantic consistency: what a segmenter would see in the prediction is what it would see in the truth.
#
# Its authors compare counts of masks, through numpy, so that no gradient passes (`distill_losses.semantic_loss` keeps
# that form). Here every region of the patch's map describes itself by its mean colour and its amount of detail in the
# truth; a pixel belongs to each region as far as it looks like it; and prediction and truth should agree in that.

AROUND_PX = 5
SOFTNESS = 0.05  # squared distance at which a second region is an e-th as likely
LEAST_DETAIL = 0.02


def looks(picture: Tensor) -> Tensor:
    """(B, 3, H, W) in [−1, 1] → (B, 4, H, W): smoothed colour, and the logarithm of the detail around."""
    smooth = F.avg_pool2d(picture, AROUND_PX, 1, AROUND_PX // 2, count_include_pad=False)
    detail = F.avg_pool2d(
        luma(picture - smooth).square(), AROUND_PX, 1, AROUND_PX // 2, count_include_pad=False
    )
    return torch.cat((smooth, 0.25 * (detail + LEAST_DETAIL**2).log()), 1)


def planes_of(labels: Tensor, scale: int) -> Tensor:
    """(B, h, w) integer labels from 0 → (B, R, scale·h, scale·w) planes of 0 and 1."""
    planes = F.one_hot(labels.long()).permute(0, 3, 1, 2).float()
    return F.interpolate(planes, scale_factor=scale, mode="nearest")


def membership(look: Tensor, own: Tensor, present: Tensor) -> Tensor:
    """How far each pixel looks like each region: (B, R, H, W), sum 1.

    `look` (B, K, H, W), `own` (B, R, K) is what each region looks like, `present` (B, R) bool.
    """
    apart = (
        look.square().sum(1, keepdim=True)
        - 2 * torch.einsum("brk,bkhw->brhw", own, look)
        + own.square().sum(2)[..., None, None]
    )
    logits = (-apart / SOFTNESS).masked_fill(~present[..., None, None], -torch.inf)
    return logits.softmax(1)


def semantic_consistency(prediction: Tensor, truth: Tensor, labels: Tensor) -> Tensor:
    """Mean square of the difference in membership, summed over regions: a number ≥ 0, 0 for one region only.

    Both pictures are (B, 3, H, W) in [−1, 1]; `labels` (B, h, w) are the regions of the source, H a multiple of h.
    """
    planes = planes_of(labels, truth.shape[-1] // labels.shape[-1])
    area, real = planes.sum((2, 3)), looks(truth)
    own = torch.einsum("brhw,bkhw->brk", planes, real) / area.clamp_min(1.0)[..., None]
    ours, theirs = (membership(look, own, area > 0) for look in (looks(prediction), real))
    return (ours - theirs).square().sum(1).mean()


# The adversary of the student: small heads on frozen features, in view of what the trunk saw in the source.


def _convolution(before: int, after: int, stride: int = 1) -> nn.Module:
    return spectral_norm(nn.Conv2d(before, after, 3, stride, 1))


def _act(x: Tensor) -> Tensor:
    return F.leaky_relu(x, 0.2)


JUDGED = ((0, 96), (1, 128), (2, 256), (3, 384))  # which features, and how many channels they have


class ProjectedCritic(nn.Module):
    """Frozen features of a picture, and the trunk's of its source → logits (B, N) of all places of all depths.

    A small head on each depth (Sauer et al. 2021): what is natural is known to the features, the heads learn only how
    to tell. Conditioned by a product with what the trunk saw there (Miyato & Koyama 2018).
    """

    def __init__(self, seen: int = 48, width: int = 48) -> None:
        super().__init__()
        self.before = nn.ModuleList(_pointwise(channels, width) for _, channels in JUDGED)
        self.around = nn.ModuleList(_convolution(width, width) for _ in JUDGED)
        self.logits = nn.ModuleList(nn.Conv2d(width, 1, 1) for _ in JUDGED)
        self.told = nn.ModuleList(_pointwise(seen, width) for _ in JUDGED)

    def forward(self, features: Sequence[Tensor], seen: Tensor) -> Tensor:
        """`features` as `SqueezeFeatures` gives them; `seen` (B, seen, h, w)."""
        found, seen = [], seen.float()
        for head, (depth, channels) in enumerate(JUDGED):
            unit = F.normalize(features[depth]) * channels**0.5
            x = _act(self.around[head](_act(self.before[head](unit))))
            told = self.told[head](F.interpolate(seen, x.shape[2:], mode="area"))
            found.append(
                (self.logits[head](x) + (x * told).sum(1, keepdim=True) / x.shape[1] ** 0.5).flatten(1)
            )
        return torch.cat(found, 1)


def _pointwise(before: int, after: int) -> nn.Module:
    return spectral_norm(nn.Conv2d(before, after, 1))
