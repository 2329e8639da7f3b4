"""What the published networks do again and again, with as few passes over memory as torch allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from core.nets.strips import Affine, convolved, exactly, normalising, suits

if TYPE_CHECKING:
    from torch import Tensor, nn


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
        return convolved(x, conv, modulated(normalising(x, norm), scale_shift), added=added)
    result = conv(F.silu(normalised(x, norm, scale_shift), inplace=True))
    if added is None:
        return result
    return result + added if torch.is_grad_enabled() else result.add_(added)


def modulated(affine: Affine, scale_shift: Tensor | None) -> Affine:
    """Two affine maps of each channel in one."""
    if scale_shift is None:
        return affine
    scale, shift = scale_shift.chunk(2, 1)
    return Affine(affine.factor * (1 + scale), affine.offset * (1 + scale) + shift)


def normalised(x: Tensor, norm: nn.GroupNorm, scale_shift: Tensor | None = None) -> Tensor:
    """norm(x) (1 + scale) + shift."""
    if exactly(x):
        return _applied(modulated(normalising(x, norm), scale_shift), x)
    if scale_shift is None:
        return norm(x)
    plain = F.group_norm(x, norm.num_groups, None, None, norm.eps)
    return _applied(modulated(Affine(norm.weight, norm.bias), scale_shift), plain)


def _applied(affine: Affine, x: Tensor) -> Tensor:
    return torch.addcmul(affine.offset[:, :, None, None], x, affine.factor[:, :, None, None])


def enlarged_convolution(x: Tensor, conv: nn.Conv2d) -> Tensor:
    """Conv of x with its pixels doubled along both axes."""
    if suits(x, conv, doubled=True):
        return convolved(x, conv, doubled=True)
    return conv(F.interpolate(x, scale_factor=2, mode="nearest"))


def whole_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """softmax(q kᵀ / √C) v over all N positions, one head: (B, N, C) each → (B, N, C)."""
    return F.scaled_dot_product_attention(q[:, None], k[:, None], v[:, None])[:, 0]
