"""The parts of the denoiser: residual block, window layer, the ways down and up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.nets.fused import activated_convolution, enlarged_convolution, normalised
from core.nets.swin.windows import WindowAttention, stored_mask

if TYPE_CHECKING:
    from core.nets.swin.config import SwinUNetConfig

GROUPS = 32
LONGEST_PERIOD = 10000.0


def time_features(timestep: Tensor, width: int) -> Tensor:
    """(B,) → (B, width) float32: cosines, then sines, of the bare index; an odd width ends in a zero."""
    half = width // 2
    steps = torch.arange(half, dtype=torch.float32, device=timestep.device)
    angles = timestep.float()[:, None] * torch.exp(-math.log(LONGEST_PERIOD) / half * steps)
    return F.pad(torch.cat((angles.cos(), angles.sin()), 1), (0, width % 2))


def convolution(channels: int, out: int) -> nn.Conv2d:
    """3×3, size kept."""
    return nn.Conv2d(channels, out, 3, padding=1)


class ResBlock(nn.Module):
    """skip(x) + conv(act(norm(conv(act(norm x))) (1 + scale) + shift)); scale and shift come from the time."""

    def __init__(self, channels: int, out: int, time_width: int) -> None:
        super().__init__()
        self.in_layers = nn.Sequential(nn.GroupNorm(GROUPS, channels), nn.SiLU(), convolution(channels, out))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(time_width, 2 * out))
        self.out_layers = nn.Sequential(
            nn.GroupNorm(GROUPS, out), nn.SiLU(), nn.Identity(), convolution(out, out)
        )
        self.skip_connection = nn.Conv2d(channels, out, 1) if channels != out else nn.Identity()

    def forward(self, x: Tensor, time: Tensor) -> Tensor:
        """`x` (B, channels, h, w), `time` (B, time width), already activated → (B, out, h, w)."""
        norm1, _, conv1 = self.in_layers
        norm2, _, _, conv2 = self.out_layers
        first = activated_convolution(x, norm1, conv1)  # type: ignore[arg-type]
        told, kept = self.emb_layers[1](time), self.skip_connection(x)
        return activated_convolution(first, norm2, conv2, scale_shift=told, added=kept)  # type: ignore[arg-type]


class Mlp(nn.Module):
    """Two 1×1 convolutions with the exact GELU between them."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(width, hidden, 1)
        self.fc2 = nn.Conv2d(hidden, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Size kept."""
        return self.fc2(F.gelu(self.fc1(x)))


class SwinBlock(nn.Module):
    """z + attention(norm z), then z + mlp(norm z); the norms are over the whole map."""

    def __init__(self, config: SwinUNetConfig, map_px: int, *, shifted: bool) -> None:
        super().__init__()
        side = min(config.window, map_px)
        shift = config.window // 2 if shifted and map_px > config.window else 0
        # Carried by the authors' files and never read: the mask follows from the map's size at run time.
        self.register_buffer("attn_mask", stored_mask(map_px, side, shift) if shift else None)
        self.norm1 = nn.GroupNorm(GROUPS, config.embed)
        self.attn = WindowAttention(config.embed, config.heads, side, shift)
        self.norm2 = nn.GroupNorm(GROUPS, config.embed)
        self.mlp = Mlp(config.embed, config.mlp_ratio * config.embed)

    def forward(self, z: Tensor) -> Tensor:
        """(B, embed, h, w) → the same."""
        z = z + self.attn(normalised(z, self.norm1).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return z + self.mlp(normalised(z, self.norm2))


class Projection(nn.Module):
    """A 1×1 convolution under the name `proj`."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(channels, out, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, h, w) → (B, out, h, w)."""
        return self.proj(x)


class SwinLayer(nn.Module):
    """Into the width of attention, window blocks, and back; it replaces its input."""

    def __init__(self, channels: int, config: SwinUNetConfig, map_px: int) -> None:
        super().__init__()
        self.patch_embed = Projection(channels, config.embed)
        self.patch_unembed = Projection(config.embed, channels)
        self.blocks = nn.Sequential(
            *(SwinBlock(config, map_px, shifted=index % 2 == 1) for index in range(config.depth))
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, h, w) → the same."""
        return self.patch_unembed(self.blocks(self.patch_embed(x)))


class Down(nn.Module):
    """Half the sides, by a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) → (B, C, h/2, w/2)."""
        return self.op(x)


class Up(nn.Module):
    """Twice the sides, pixels repeated, then a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = convolution(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) → (B, C, 2h, 2w)."""
        return enlarged_convolution(x, self.conv)
