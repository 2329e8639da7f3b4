"""The adversary of the detail branch: judges detail bands, pixel by pixel, in view of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

if TYPE_CHECKING:
    from collections.abc import Sequence


def _convolution(before: int, after: int, stride: int = 1) -> nn.Module:
    return spectral_norm(nn.Conv2d(before, after, 3, stride, 1))


class Critic(nn.Module):
    """Detail (B, 3, H, W) and its enlarged source (B, 3, H, W) → logits (B, 1, H/4, W/4); H and W multiples of 8.

    A small U: what is decided at an eighth of the size is joined to what is seen at a quarter, so that each place is
    judged by itself and by its surroundings.
    """

    def __init__(self, widths: Sequence[int] = (32, 64, 96)) -> None:
        super().__init__()
        fine, middle, coarse = widths
        self.first = _convolution(24, fine)
        self.second = _convolution(fine, middle, 2)
        self.third = _convolution(middle, coarse, 2)
        self.fourth = _convolution(coarse, coarse)
        self.back = _convolution(coarse, middle)
        self.last = _convolution(middle, middle)
        self.logits = nn.Conv2d(middle, 1, 3, padding=1)

    def forward(self, detail: Tensor, enlarged: Tensor) -> Tensor:
        """Detail is amplified: it is small beside the picture."""
        x = F.pixel_unshuffle(torch.cat((4.0 * detail, enlarged), 1), 2)
        middle = _act(self.second(_act(self.first(x))))
        coarse = _act(self.fourth(_act(self.third(middle))))
        back = F.interpolate(_act(self.back(coarse)), middle.shape[2:], mode="bilinear")
        return self.logits(_act(self.last(middle + back)))


def _act(x: Tensor) -> Tensor:
    return F.leaky_relu(x, 0.2)
