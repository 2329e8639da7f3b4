"""SAMSR's semantic consistency: what a segmenter would see in the prediction is what it would see in the truth.

Its authors compare counts of masks, through numpy, so that no gradient passes (`distill_losses.semantic_loss` keeps
that form). Here every region of the patch's map describes itself by its mean colour and its amount of detail in the
truth; a pixel belongs to each region as far as it looks like it; and prediction and truth should agree in that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from core.train.losses import luma

if TYPE_CHECKING:
    from torch import Tensor

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
