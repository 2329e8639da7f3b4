"""What TinyViT is built of: convolutions with batch norm, inverted bottlenecks, merging, window attention.

TinyViT: arXiv 2207.10666; as MobileSAM (arXiv 2306.14289) uses it. Parameters carry the published names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from torch import Tensor

HEAD_WIDTH = 32
EXPANSION = 4


class ConvNorm(nn.Module):
    """Convolution without bias, then batch norm: (B, inside, h, w) → (B, outside, h / stride, w / stride)."""

    def __init__(self, inside: int, outside: int, side: int = 1, *, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.c = nn.Conv2d(inside, outside, side, stride, side // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(outside)

    def forward(self, x: Tensor) -> Tensor:
        """Map to map."""
        return self.bn(self.c(x))


class Bottleneck(nn.Module):
    """Inverted bottleneck: 1×1 to four times the width, depthwise 3×3, 1×1 back, added to what came in."""

    def __init__(self, width: int) -> None:
        super().__init__()
        wide = EXPANSION * width
        self.conv1 = ConvNorm(width, wide)
        self.conv2 = ConvNorm(wide, wide, 3, groups=wide)
        self.conv3 = ConvNorm(wide, width)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, width, h, w) to map."""
        return F.gelu(x + self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x))))))


class Merging(nn.Module):
    """To another width and, unless `stride` is 1, half the size."""

    def __init__(self, inside: int, outside: int, stride: int) -> None:
        super().__init__()
        self.conv1 = ConvNorm(inside, outside)
        self.conv2 = ConvNorm(outside, outside, 3, stride=stride, groups=outside)
        self.conv3 = ConvNorm(outside, outside)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, inside, h, w) to map."""
        return self.conv3(F.gelu(self.conv2(F.gelu(self.conv1(x)))))


class WindowAttention(nn.Module):
    """Attention among the cells of a window, with a learned bias per head and absolute offset."""

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads, self.window = heads, window
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.attention_biases = nn.Parameter(torch.zeros(heads, window * window))

    def forward(self, x: Tensor) -> Tensor:
        """Windows (n, window², width) to windows; zeros that padded them enter as the norm's bias, unmasked."""
        count, cells, width = x.shape
        packed = self.qkv(self.norm(x)).view(count, cells, self.heads, 3, HEAD_WIDTH)
        query, key, value = packed.permute(3, 0, 2, 1, 4)
        scores = query @ key.transpose(-2, -1) * HEAD_WIDTH**-0.5 + self._bias()
        mixed = scores.softmax(-1) @ value
        return self.proj(mixed.transpose(1, 2).reshape(count, cells, width))

    def _bias(self) -> Tensor:
        """(heads, window², window²). Offsets are numbered as the first cell meets them: |Δrow| · window + |Δcolumn|."""
        cells = torch.arange(self.window**2, device=self.attention_biases.device)
        rows, columns = cells // self.window, cells % self.window
        apart = (rows[:, None] - rows).abs() * self.window + (columns[:, None] - columns).abs()
        return self.attention_biases[:, apart]


class Perceptron(nn.Module):
    """Norm, then two layers with four times the width between them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, EXPANSION * width)
        self.fc2 = nn.Linear(EXPANSION * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Cells (…, width) to cells."""
        return self.fc2(F.gelu(self.fc1(self.norm(x))))


class WindowBlock(nn.Module):
    """Window attention, a depthwise 3×3 convolution, a perceptron."""

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.attn = WindowAttention(width, heads, window)
        self.local_conv = ConvNorm(width, width, 3, groups=width)
        self.mlp = Perceptron(width)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, width, h, w) to map."""
        height, width = x.shape[-2:]
        cells = x.permute(0, 2, 3, 1)
        windows = to_windows(cells, self.attn.window)
        cells = cells + from_windows(self.attn(windows), self.attn.window, height, width)
        cells = self.local_conv(cells.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return (cells + self.mlp(cells)).permute(0, 3, 1, 2)


def to_windows(cells: Tensor, window: int) -> Tensor:
    """(B, h, w, C) → (B · windows, window², C), padded with zeros to whole windows on the right and bottom."""
    height, width = cells.shape[1:3]
    whole = F.pad(cells, (0, 0, 0, -width % window, 0, -height % window))
    batch, height, width, channels = whole.shape
    grid = whole.view(batch, height // window, window, width // window, window, channels)
    return grid.transpose(2, 3).reshape(-1, window * window, channels)


def from_windows(windows: Tensor, window: int, height: int, width: int) -> Tensor:
    """The inverse of `to_windows`, padding cut off."""
    down, across, channels = -(-height // window), -(-width // window), windows.shape[-1]
    grid = windows.view(-1, down, across, window, window, channels).transpose(2, 3)
    return grid.reshape(-1, down * window, across * window, channels)[:, :height, :width]
