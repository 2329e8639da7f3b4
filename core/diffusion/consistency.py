"""Keep what the source says: a target that is shrunk back must be the source again.

"Shrunk back" means D, the antialiased bicubic ×1/4 of torch. The correction of a residual r on the source
grid is U G r: U is the antialiased bicubic ×4, G the inverse of D U, so that one correction is exact. D, U
and thus D U are separable, D U is a seven-diagonal matrix whose condition number is 2.1, and its inverse
falls by a factor of three per pixel: cut off after REACH_PX it leaves 10⁻⁴ of the residual, and works at
source resolution, where it costs next to nothing. So one iteration brings any target to 80 dB and more below
its first error, and it is local.

Batches are (B, C, h, w) float32.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor

FACTOR = 4
LEAST_PULL = 1.0 / 3.0
"""What is left of the pull where everything may be invented and all dirt may go."""
REACH_PX = 8
"""How far G looks, in source pixels."""
TEMPLATE_PX = 6 * REACH_PX + 1
"""A picture this wide has every kind of row of G: borders on both sides, and one that feels neither."""
HALO_PX = 2 + REACH_PX + 2
"""One iteration changes a target pixel by what lies within so many source pixels: D reaches 2, G 8, U 2."""


def shrink(target: Tensor) -> Tensor:
    """D: (B, C, 4h, 4w) → (B, C, h, w). Bicubic (a = −0.5) over 16 target pixels per axis.

    At borders the weights that fall outside are dropped and the rest rescaled to sum to one.
    """
    height, width = target.shape[-2] // FACTOR, target.shape[-1] // FACTOR
    if width == 1 < height:
        # torch 2.x misreads channels_last batches that become one column wide; rows are safe.
        return shrink(target.transpose(-1, -2)).transpose(-1, -2)
    return F.interpolate(target.contiguous(), (height, width), mode="bicubic", antialias=True)


def enlarge(source: Tensor) -> Tensor:
    """(B, C, h, w) → (B, C, 4h, 4w), bicubic (a = −0.75), half-pixel centres, borders repeated; unclamped."""
    return F.interpolate(source, scale_factor=FACTOR, mode="bicubic", align_corners=False)


def correction(residual: Tensor) -> Tensor:
    """U G r: what must be added to a target (B, C, 4h, 4w) so that, shrunk, it changes by r (B, C, h, w)."""
    sharpened = _sharpen(_sharpen(residual).transpose(-1, -2)).transpose(-1, -2)
    size = (residual.shape[-2] * FACTOR, residual.shape[-1] * FACTOR)
    return F.interpolate(sharpened.contiguous(), size, mode="bicubic", antialias=True)


def pull_strength(weight: Tensor, clean_up: float) -> Tensor:
    """How much of the difference to the source goes, by the map: (B, 1, 4h, 4w) W in [0, 1] → (B, 1, h, w).

    1 − ⅔ · W · clean-up. All of it where the map says Faithful, whatever the clean-up, and everywhere in a source that
    needs no cleaning; less where a model both may invent (W) and is wanted to take dirt away (clean-up), because a
    full pull would bring the dirt back that it has just removed.
    """
    mean = F.avg_pool2d(weight.float(), FACTOR)
    return 1.0 - (1.0 - LEAST_PULL) * clean_up * mean


def keep(target: Tensor, anchor: Tensor, iterations: int = 1, strength: float | Tensor = 1.0) -> Tensor:
    """The target pulled until, shrunk, it equals the anchor (the source, or the cleaned source).

    `target` (B, C, 4h, 4w), `anchor` (B, C, h, w) in the same range. `strength` is the share of the
    difference that goes in the end, whatever the iterations: a number or (B, 1, h, w), 0 leaves the target as
    it is. The result may leave the range a little; where it must not, take `keep_within`.
    """
    shrunk = shrink(target)
    goal = shrunk + strength * (anchor - shrunk)
    for iteration in range(iterations):
        shrunk = shrink(target) if iteration else shrunk
        target = target + correction(goal - shrunk)
    return target


def keep_within(  # noqa: PLR0913  (a range is two numbers)
    target: Tensor,
    anchor: Tensor,
    iterations: int = 4,
    strength: float | Tensor = 1.0,
    *,
    low: float = -1.0,
    high: float = 1.0,
) -> Tensor:
    """As `keep`, but the result lies in low … high: correction and clamp take turns, the clamp comes last.

    It goes to the picture in range nearest to the target that shrinks to the anchor: ascent of the dual
    problem (the unclamped picture gathers the corrections of the clamped one), accelerated after Nesterov.
    Away from white and black one iteration is as good as `keep`. An anchor that no picture in range can
    shrink to (a checkerboard of white and black pixels) is approached, not reached.
    """
    target = target.contiguous()  # once: the operators read rows, not pixels
    shrunk = shrink(target)
    goal = shrunk + strength * (anchor - shrunk)
    before = ahead = target.clamp(low, high)
    momentum = 1.0
    for iteration in range(iterations):
        inside = ahead.clamp(low, high) if iteration else ahead
        after = correction(goal - shrink(inside)).add_(ahead)
        following = (1.0 + math.sqrt(1.0 + 4.0 * momentum**2)) / 2.0
        ahead = torch.lerp(before, after, 1.0 + (momentum - 1.0) / following) if iteration else after
        before, momentum = after, following
    return before.clamp(low, high)


def _sharpen(batch: Tensor) -> Tensor:
    """G along the last axis: a convolution, but near both borders, where rows of G differ, a product."""
    length = batch.shape[-1]
    inverse = _inverse(min(length, TEMPLATE_PX)).to(batch.dtype).to(batch.device)
    if length <= TEMPLATE_PX:
        return batch @ inverse.T
    edge = TEMPLATE_PX // 2
    seen = edge + REACH_PX
    left = batch[..., :seen] @ inverse[:edge, :seen].T
    right = batch[..., -seen:] @ inverse[-edge:, -seen:].T
    kernel = inverse[edge, edge - REACH_PX : seen + 1].reshape(1, 1, -1)
    inner = batch[..., edge - REACH_PX : length - edge + REACH_PX]
    middle = F.conv1d(inner.reshape(-1, 1, inner.shape[-1]), kernel)
    return torch.cat((left, middle.reshape(*batch.shape[:-1], -1), right), dim=-1)


@lru_cache(maxsize=TEMPLATE_PX)
@torch.inference_mode(mode=False)  # what is kept here may later be part of a training step
def _inverse(length: int) -> Tensor:
    """G along an axis of up to TEMPLATE_PX pixels, cut off at REACH_PX: (length, length) float64."""
    inverse = torch.linalg.inv(_shrunk_enlargement(length))
    return inverse.triu(-REACH_PX).tril(REACH_PX)


def _shrunk_enlargement(length: int) -> Tensor:
    """D U along one axis as a (length, length) float64 matrix, read off the operators themselves."""
    columns = torch.eye(length, dtype=torch.float64).reshape(length, 1, length, 1)
    enlarged = F.interpolate(columns, (length * FACTOR, FACTOR), mode="bicubic", antialias=True)
    return shrink(enlarged).reshape(length, length).T
