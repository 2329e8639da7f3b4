"""MobileSAM's image encoder (arXiv 2306.14289): TinyViT-5M for 1024×1024, with Segment Anything's neck.

It stands where Segment Anything's own encoder stands; prompt encoder and mask decoder are the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import nn
from torch.nn import functional as F

from core.nets.mobilesam_parts import Bottleneck, ConvNorm, Merging, WindowBlock

if TYPE_CHECKING:
    from torch import Tensor

# In the published file, left from its training as a classifier; nothing reads them.
UNUSED = ("image_encoder.norm_head.", "image_encoder.head.")


@dataclass(frozen=True)
class TinyVitParams:
    """Widths, depths, heads and windows of the four stages; the first is of convolutions and has neither of the last.

    `image_px` is the side of the square that comes in, a multiple of 16; `embedding` the width of what goes out.
    """

    widths: tuple[int, int, int, int] = (64, 128, 160, 320)
    depths: tuple[int, int, int, int] = (2, 2, 6, 2)
    heads: tuple[int, int, int, int] = (2, 4, 5, 10)
    windows: tuple[int, int, int, int] = (7, 7, 14, 7)
    image_px: int = 1024
    embedding: int = 256


class ChannelNorm(nn.Module):
    """Layer norm over the channels of (B, C, h, w)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.LayerNorm(width).parameters()

    def forward(self, x: Tensor) -> Tensor:
        """Map to map."""
        cells = F.layer_norm(x.permute(0, 2, 3, 1), self.weight.shape, self.weight, self.bias, eps=1e-6)
        return cells.permute(0, 3, 1, 2)


class Stem(nn.Module):
    """Two strided convolutions: (B, 3, h, w) → (B, width, h / 4, w / 4)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        first, second = ConvNorm(3, width // 2, 3, stride=2), ConvNorm(width // 2, width, 3, stride=2)
        self.seq = nn.Sequential(first, nn.GELU(), second)

    def forward(self, x: Tensor) -> Tensor:
        """Picture to map."""
        return self.seq(x)


class Stage(nn.Module):
    """Blocks of one width, then merging where another stage follows."""

    def __init__(self, blocks: list[nn.Module], merging: nn.Module | None) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*blocks)
        if merging is not None:
            self.downsample = merging
        self.merges = merging is not None

    def forward(self, x: Tensor) -> Tensor:
        """Map to map."""
        mixed = self.blocks(x)
        return self.downsample(mixed) if self.merges else mixed


class TinyVit(nn.Module):
    """Picture (B, 3, image_px, image_px), normalised → embedding (B, 256, image_px / 16, image_px / 16)."""

    def __init__(self, params: TinyVitParams) -> None:
        super().__init__()
        self.img_size = params.image_px  # the name by which the package's predictor asks
        last = params.widths[-1]
        self.patch_embed = Stem(params.widths[0])
        self.layers = nn.Sequential(*(_stage(params, number) for number in range(4)))
        self.neck = nn.Sequential(
            nn.Conv2d(last, params.embedding, 1, bias=False),
            ChannelNorm(params.embedding),
            nn.Conv2d(params.embedding, params.embedding, 3, padding=1, bias=False),
            ChannelNorm(params.embedding),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Encode."""
        return self.neck(self.layers(self.patch_embed(x)))


def _stage(params: TinyVitParams, number: int) -> Stage:
    width, depth = params.widths[number], params.depths[number]
    blocks: list[nn.Module] = [
        WindowBlock(width, params.heads[number], params.windows[number]) if number else Bottleneck(width)
        for _ in range(depth)
    ]
    if number == 3:
        return Stage(blocks, None)
    # the last merging keeps the grid, so that it is as fine as Segment Anything's
    return Stage(blocks, Merging(width, params.widths[number + 1], 1 if number == 2 else 2))
