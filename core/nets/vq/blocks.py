"""The parts of the autoencoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.nets.fused import activated_convolution, enlarged_convolution, normalised, whole_attention

GROUPS, EPSILON = 32, 1e-6
SHORTCUT_ROWS = 64
"""How many rows of a shortcut exist at a time."""


def norm(channels: int) -> nn.GroupNorm:
    """32 groups, with the autoencoder's own epsilon."""
    return nn.GroupNorm(GROUPS, channels, EPSILON)


def convolution(channels: int, out: int) -> nn.Conv2d:
    """3×3, size kept."""
    return nn.Conv2d(channels, out, 3, padding=1)


class ResnetBlock(nn.Module):
    """shortcut(x) + conv(act(norm(conv(act(norm x)))))."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = norm(channels), convolution(channels, out)
        self.norm2, self.conv2 = norm(out), convolution(out, out)
        if channels != out:
            self.nin_shortcut = nn.Conv2d(channels, out, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, h, w) → (B, out, h, w)."""
        first = activated_convolution(x, self.norm1, self.conv1)
        if not hasattr(self, "nin_shortcut"):
            return activated_convolution(first, self.norm2, self.conv2, added=x)
        second = activated_convolution(first, self.norm2, self.conv2)
        del first  # at full size each of these maps is a good part of all memory
        if torch.is_grad_enabled():
            return second + self.nin_shortcut(x)
        for rows, own in zip(second.split(SHORTCUT_ROWS, 2), x.split(SHORTCUT_ROWS, 2), strict=True):
            rows.add_(self.nin_shortcut(own))
        return second


class Attention(nn.Module):
    """x + attention among all positions of the map, one head."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = norm(channels)
        self.q, self.k = nn.Conv2d(channels, channels, 1), nn.Conv2d(channels, channels, 1)
        self.v, self.proj_out = nn.Conv2d(channels, channels, 1), nn.Conv2d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) → the same."""
        whole = normalised(x, self.norm)
        q, k, v = (part(whole).flatten(2).transpose(1, 2) for part in (self.q, self.k, self.v))
        mixed = whole_attention(q, k, v).transpose(1, 2).reshape(x.shape)
        return x + self.proj_out(mixed)


class Middle(nn.Module):
    """Block, attention, block."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.block_1 = ResnetBlock(channels, channels)
        self.attn_1 = Attention(channels)
        self.block_2 = ResnetBlock(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) → the same."""
        return self.block_2(self.attn_1(self.block_1(x)))


class Downsample(nn.Module):
    """Half the sides; a row and a column of zeros are added below and to the right."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, stride=2)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) → (B, C, h/2, w/2)."""
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class Upsample(nn.Module):
    """Twice the sides, pixels repeated, then a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = convolution(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) → (B, C, 2h, 2w)."""
        return enlarged_convolution(x, self.conv)


class Level(nn.Module):
    """Residual blocks of one size, then perhaps half or twice the sides."""

    def __init__(self, widths: tuple[int, int], blocks: int, *, down: bool = False, up: bool = False) -> None:
        super().__init__()
        channels, out = widths
        self.block = nn.ModuleList(ResnetBlock(out if index else channels, out) for index in range(blocks))
        if down:
            self.downsample = Downsample(out)
        if up:
            self.upsample = Upsample(out)

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, h, w) → (B, out, …)."""
        for block in self.block:
            x = block(x)
        for name in ("downsample", "upsample"):
            x = getattr(self, name)(x) if hasattr(self, name) else x
        return x
