"""3×3 convolutions on the CPU, a strip of rows at a time, so that what lies between two of them stays in the cache.

Each strip is normalised and activated, or doubled, on its way into the convolution: neither the activated map nor the
doubled one ever exists as a whole. Maps are (B, C, h, w) in channels_last float32, without gradients.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn
from torch.nn import functional as F

from core.nets.winograd import STEP, convolve_rows, transformed_kernel

if TYPE_CHECKING:
    from torch import Tensor

LEAST_CHANNELS = 96
LEAST_SQUARES = 64
"""Below these the transforms cost more than they save."""
SQUARES_PER_STRIP = 256
PIXELS_PER_SUM = 8192


class Affine(NamedTuple):
    """A factor and an offset for each channel, (B, C) both; what follows them is the activation."""

    factor: Tensor
    offset: Tensor


def exactly(x: Tensor) -> bool:
    """Whether norms are to be computed here: torch's sum over channels_last maps on the CPU loses a digit."""
    return x.device.type == "cpu" and x.dtype == torch.float32 and not torch.is_grad_enabled()


def suits(x: Tensor, conv: nn.Conv2d, doubled: bool = False) -> bool:
    """Whether strips are quicker than the library's own convolution, and right."""
    height, width = (side * (1 + doubled) for side in x.shape[2:])
    return (
        exactly(x)
        and conv.kernel_size == (3, 3)
        and conv.stride == (1, 1)
        and conv.padding == (1, 1)
        and min(conv.in_channels, conv.out_channels) >= LEAST_CHANNELS
        and height % STEP == width % STEP == 0
        and height * width >= LEAST_SQUARES * STEP * STEP
    )


def normalising(x: Tensor, norm: nn.GroupNorm) -> Affine:
    """The affine map of each channel that the group norm comes to for this batch; sums are float64."""
    batch, channels = x.shape[:2]
    pixels = x.permute(0, 2, 3, 1).reshape(batch, -1, channels)
    shift = pixels[:, 0].clone()  # near the mean, so that squares do not drown it
    total, square = torch.zeros(2, batch, channels, dtype=torch.float64)
    for piece in pixels.split(PIXELS_PER_SUM, 1):
        centred = piece - shift[:, None]
        total += centred.sum(1)
        square += centred.square_().sum(1)
    return _affine(norm, shift.double() + total / pixels.shape[1], (total, square, pixels.shape[1]))


def _affine(norm: nn.GroupNorm, mean: Tensor, sums: tuple[Tensor, Tensor, int]) -> Affine:
    """From each channel's mean, and its sums about the shift, to the groups' statistics."""
    total, square, count = sums
    variance = square / count - (total / count) ** 2
    means = mean.view(len(mean), norm.num_groups, -1)
    middle = means.mean(2, keepdim=True)
    spread = (variance.view_as(means) + (means - middle) ** 2).mean(2, keepdim=True)
    factor = (spread + norm.eps).rsqrt().expand_as(means).reshape(mean.shape) * norm.weight
    offset = norm.bias - middle.expand_as(means).reshape(mean.shape) * factor
    return Affine(factor.float(), offset.float())


def convolved(
    x: Tensor,
    conv: nn.Conv2d,
    affine: Affine | None = None,
    *,
    added: Tensor | None = None,
    doubled: bool = False,
) -> Tensor:
    """conv(silu(affine(x))) + added, or the conv of x alone or of x with its pixels doubled along both axes."""
    kernel = transformed_kernel(conv.weight)
    height, width = (side * (1 + doubled) for side in x.shape[2:])
    result = x.new_empty(len(x), height, width, conv.out_channels)
    for index, sample in enumerate(x.permute(0, 2, 3, 1)):
        own = None if affine is None else Affine(affine.factor[index], affine.offset[index])
        more = None if added is None else added[index].permute(1, 2, 0)
        _sample(_Strips(sample, own, doubled), kernel, conv.bias, (result[index], more))
    return result.permute(0, 3, 1, 2)


def _sample(strips: _Strips, kernel: Tensor, bias: Tensor | None, ends: tuple[Tensor, Tensor | None]) -> None:
    """Fill the result, the first of the ends; the second is added to it."""
    result, added = ends
    height, width = result.shape[:2]
    for top in range(0, height, strips.rows(width)):
        bottom = min(top + strips.rows(width), height)
        squares = convolve_rows(strips.bordered(top, bottom), kernel).permute(2, 0, 3, 1, 4)
        rows = result[top:bottom].view_as(squares)
        torch.add(squares, 0.0 if bias is None else bias, out=rows)
        if added is not None:
            result[top:bottom] += added[top:bottom]


class _Strips(NamedTuple):
    """A sample (h, w, C), and what is done to it on the way."""

    sample: Tensor
    affine: Affine | None
    doubled: bool

    def rows(self, width: int) -> int:
        """Rows of a strip: whole squares, about SQUARES_PER_STRIP of them."""
        return STEP * max(1, SQUARES_PER_STRIP * STEP // width)

    def bordered(self, top: int, bottom: int) -> Tensor:
        """Rows top − 1 … bottom of the map that is convolved, zero beyond its borders, and a column at either side."""
        height = len(self.sample) * (1 + self.doubled)
        first, last = max(top - 1, 0), min(bottom + 1, height)
        inner = self._inner(first, last)
        return F.pad(inner, (0, 0, 1, 1, first - top + 1, bottom + 1 - last))

    def _inner(self, first: int, last: int) -> Tensor:
        if self.doubled:
            halves = self.sample[first // 2 : (last + 1) // 2].repeat_interleave(2, 0).repeat_interleave(2, 1)
            return halves[first % 2 :][: last - first]
        rows = self.sample[first:last]
        if self.affine is None:
            return rows
        return F.silu(torch.addcmul(self.affine.offset, rows, self.affine.factor), inplace=True)
