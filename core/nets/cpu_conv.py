"""What the published networks do again and again, with as few passes over memory as torch allows."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

# 3×3 convolutions with a quarter of the multiplications.
#
# Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2016): F(4×4, 3×3), with interpolation at 0, ±1,
# ±2 and infinity. Every 4×4 of the result comes from a 6×6 of the input: Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)] A, where ⊙, over
# channels, is 36 matrix products. Both transforms are separable, so here each is one product with its Kronecker square.
# In float32 the result differs from the direct sum by about 10⁻⁶ of its size.

STEP, REACH = 4, 6
INPUT = (
    (4, 0, -5, 0, 1, 0),
    (0, -4, -4, 1, 1, 0),
    (0, 4, -4, -1, 1, 0),
    (0, -2, -1, 2, 1, 0),
    (0, 2, -1, -2, 1, 0),
    (0, 4, 0, -5, 0, 1),
)
KERNEL = (
    (1 / 4, 0, 0),
    (-1 / 6, -1 / 6, -1 / 6),
    (-1 / 6, 1 / 6, -1 / 6),
    (1 / 24, 1 / 12, 1 / 6),
    (1 / 24, -1 / 12, 1 / 6),
    (0, 0, 1),
)
OUTPUT = ((1, 1, 1, 1, 1, 0), (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 0), (0, 1, -1, 8, -8, 1))


def both_ways(matrix: tuple[tuple[float, ...], ...]) -> Tensor:
    """M ⊗ M in float32: applies M to rows and columns of a flattened square."""
    whole = torch.tensor(matrix, dtype=torch.float64)
    return torch.kron(whole, whole).float()


def transformed_kernel(weight: Tensor) -> Tensor:
    """G g Gᵀ: (out, in, 3, 3) → (36, in, out)."""
    out, channels = weight.shape[:2]
    taps = weight.permute(2, 3, 1, 0).reshape(9, channels * out)
    return (both_ways(KERNEL) @ taps).view(REACH * REACH, channels, out)


def convolve_rows(bordered: Tensor, kernel: Tensor) -> Tensor:
    """(4m + 2, 4n + 2, C) with its border → (4, 4, m, n, out): pixels of a 4×4 first, then the squares.

    `kernel` is a `transformed_kernel`; no bias.
    """
    height, width, channels = bordered.shape
    down, across = (height - 2) // STEP, (width - 2) // STEP
    row, column, channel = bordered.stride()
    squares = bordered.as_strided(
        (REACH, REACH, down, across, channels), (row, column, STEP * row, STEP * column, channel)
    )
    gathered = squares.reshape(REACH * REACH, -1)
    spread = (both_ways(INPUT) @ gathered).view(REACH * REACH, down * across, channels)
    products = torch.bmm(spread, kernel).view(REACH * REACH, -1)
    return (both_ways(OUTPUT) @ products).view(STEP, STEP, down, across, -1)


# 3×3 convolutions on the CPU, a strip of rows at a time, so that what lies between two of them stays in the cache.
#
# Each strip is normalised and activated, or doubled, on its way into the convolution: neither the activated map nor the
# doubled one ever exists as a whole. Maps are (B, C, h, w) in channels_last float32, without gradients.

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


def convolve_in_strips(
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


def activated_convolution(
    x: Tensor,
    norm: nn.GroupNorm,
    conv: nn.Conv2d,
    *,
    scale_shift: Tensor | None = None,
    added: Tensor | None = None,
) -> Tensor:
    """conv(silu(norm(x) (1 + scale) + shift)) + added; `scale_shift` is (B, 2C), scale first; either may be missing."""
    if suits(x, conv):
        return convolve_in_strips(x, conv, merge_affine(normalising(x, norm), scale_shift), added=added)
    result = conv(F.silu(modulate_norm(x, norm, scale_shift), inplace=True))
    if added is None:
        return result
    return result + added if torch.is_grad_enabled() else result.add_(added)


def merge_affine(affine: Affine, scale_shift: Tensor | None) -> Affine:
    """Two affine maps of each channel in one."""
    if scale_shift is None:
        return affine
    scale, shift = scale_shift.chunk(2, 1)
    return Affine(affine.factor * (1 + scale), affine.offset * (1 + scale) + shift)


def modulate_norm(x: Tensor, norm: nn.GroupNorm, scale_shift: Tensor | None = None) -> Tensor:
    """norm(x) (1 + scale) + shift."""
    if exactly(x):
        return _applied(merge_affine(normalising(x, norm), scale_shift), x)
    if scale_shift is None:
        return norm(x)
    plain = F.group_norm(x, norm.num_groups, None, None, norm.eps)
    return _applied(merge_affine(Affine(norm.weight, norm.bias), scale_shift), plain)


def _applied(affine: Affine, x: Tensor) -> Tensor:
    return torch.addcmul(affine.offset[:, :, None, None], x, affine.factor[:, :, None, None])


def enlarged_convolution(x: Tensor, conv: nn.Conv2d) -> Tensor:
    """Conv of x with its pixels doubled along both axes."""
    if suits(x, conv, doubled=True):
        return convolve_in_strips(x, conv, doubled=True)
    return conv(F.interpolate(x, scale_factor=2, mode="nearest"))


def whole_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """softmax(q kᵀ / √C) v over all N positions, one head: (B, N, C) each → (B, N, C)."""
    return F.scaled_dot_product_attention(q[:, None], k[:, None], v[:, None])[:, 0]
