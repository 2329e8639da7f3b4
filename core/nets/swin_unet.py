"""The parts of the denoiser: residual block, window layer, the ways down and up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.nets.cpu_conv import activated_convolution, enlarged_convolution, modulate_norm

if TYPE_CHECKING:
    from collections.abc import Iterator


# The sizes of the denoiser; the defaults are those of every released ×4 model.


@dataclass(frozen=True)
class SwinUNetConfig:
    """How a denoiser is built.

    | field | meaning |
    | --- | --- |
    | in_channels, out_channels | noisy latent and source together; latent |
    | width | channels at the first level |
    | multipliers | of the width, one per level |
    | blocks | residual blocks of each level |
    | latent_px | side of the latent that the model was made for: decides where windows are shifted |
    | attention_px | level sides at which windows are used |
    | embed | channels inside window attention |
    | head_width | channels of one head |
    | window | side of a window, in latent pixels |
    | mlp_ratio | hidden channels over `embed` |
    | depth | window blocks of a layer |
    """

    in_channels: int = 6
    out_channels: int = 3
    width: int = 160
    multipliers: tuple[int, ...] = (1, 2, 2, 4)
    blocks: tuple[int, ...] = (2, 2, 2, 2)
    latent_px: int = 64
    attention_px: tuple[int, ...] = (64, 32, 16, 8)
    embed: int = 192
    head_width: int = 32
    window: int = 8
    mlp_ratio: int = 4
    depth: int = 2

    @property
    def heads(self) -> int:
        """Heads of window attention."""
        return self.embed // self.head_width

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of each level."""
        return tuple(self.width * multiplier for multiplier in self.multipliers)

    @property
    def time_width(self) -> int:
        """Channels of the time embedding."""
        return 4 * self.width

    def level_px(self, level: int) -> int:
        """Side of the latent at a level, for a latent of `latent_px`."""
        return self.latent_px >> level

    def has_windows(self, level: int) -> bool:
        """Whether the first block of a level is followed by window attention."""
        return self.level_px(level) in self.attention_px

    @property
    def multiple(self) -> int:
        """Latent sides must be multiples of this."""
        sides = (
            min(self.window, self.level_px(level)) << level
            for level in range(len(self.multipliers))
            if self.has_windows(level) or level + 1 == len(self.multipliers)
        )
        return max(sides)


# Attention inside windows of a map, as the released models do it.

MASKED = -100.0
"""What the authors add to a score that must not count."""


def relative_index(side: int) -> Tensor:
    """(side², side²) int64: (row_i − row_j + side − 1)(2 side − 1) + (col_i − col_j + side − 1)."""
    row, column = torch.arange(side).repeat_interleave(side), torch.arange(side).repeat(side)
    down = row[:, None] - row[None, :] + side - 1
    across = column[:, None] - column[None, :] + side - 1
    return down * (2 * side - 1) + across


def halves_mask(side: int, shift: int) -> Tensor:
    """(side², side²): MASKED between tokens left and right of column side − shift, else 0.

    The released models apply this to the last row of shifted windows and nothing anywhere else, which is not the
    usual mask of shifted windows; their weights are used to it.
    """
    left = torch.arange(side).repeat(side) < side - shift
    return (left[:, None] != left[None, :]).float() * MASKED


def stored_mask(map_px: int, side: int, shift: int) -> Tensor:
    """(windows, side², side²): the mask of a square map, as weights files carry it along."""
    across = map_px // side
    mask = torch.zeros(across * across, side * side, side * side)
    mask[-across:] = halves_mask(side, shift)
    return mask


def split(maps: Tensor, side: int) -> Tensor:
    """(B, H, W, C) → (B, H/side · W/side, side², C): windows row by row, tokens row by row."""
    batch, height, width, channels = maps.shape
    grid = maps.view(batch, height // side, side, width // side, side, channels)
    return grid.transpose(2, 3).reshape(batch, -1, side * side, channels)


def join(windows: Tensor, height: int, width: int) -> Tensor:
    """The inverse of `split`: (B, H, W, C)."""
    side, channels = int(windows.shape[2] ** 0.5), windows.shape[3]
    grid = windows.view(len(windows), height // side, width // side, side, side, channels)
    return grid.transpose(2, 3).reshape(len(windows), height, width, channels)


class WindowAttention(nn.Module):
    """Attention among the tokens of each window, with a learnt bias for their relative place."""

    relative_position_index: Tensor

    def __init__(self, width: int, heads: int, side: int, shift: int) -> None:
        super().__init__()
        self.heads, self.side, self.shift = heads, side, shift
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * side - 1) ** 2, heads))
        self.register_buffer("relative_position_index", relative_index(side))
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, maps: Tensor) -> Tensor:
        """(B, H, W, C) → the same; both sides multiples of the window's."""
        height, width = maps.shape[1:3]
        if self.shift:
            maps = maps.roll((-self.shift, -self.shift), (1, 2))
        windows = self.proj(self._attend(self.qkv(split(maps, self.side)), width // self.side))
        joined = join(windows, height, width)
        return joined.roll((self.shift, self.shift), (1, 2)) if self.shift else joined

    def _attend(self, qkv: Tensor, last: int) -> Tensor:
        """(B, windows, tokens, 3C) → (B, windows, tokens, C); `last` windows make up the last row."""
        bias = self._bias().to(qkv.dtype)
        if not self.shift:
            return self._among(qkv, bias)
        masked = bias + halves_mask(self.side, self.shift).to(bias)
        below = self._among(qkv[:, -last:], masked)
        return torch.cat((self._among(qkv[:, :-last], bias), below), 1) if qkv.shape[1] > last else below

    def _among(self, qkv: Tensor, bias: Tensor) -> Tensor:
        batch, count, tokens, channels = qkv.shape
        parts = qkv.reshape(batch * count, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(parts[0], parts[1], parts[2], bias)
        return mixed.transpose(1, 2).reshape(batch, count, tokens, channels // 3)

    def _bias(self) -> Tensor:
        """(1, heads, tokens, tokens)."""
        tokens = self.side**2
        index = self.relative_position_index.flatten()
        return self.relative_position_bias_table[index].T.reshape(1, self.heads, tokens, tokens)


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
        z = z + self.attn(modulate_norm(z, self.norm1).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return z + self.mlp(modulate_norm(z, self.norm2))


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


# The denoiser itself: four levels down, a middle, four levels up.


class UNetStage(nn.Sequential):
    """Parts in a row, of which only residual blocks hear the time."""

    def forward(self, x: Tensor, time: Tensor) -> Tensor:  # type: ignore[override]
        """`time` is (B, time width)."""
        for part in self:
            x = part(x, time) if isinstance(part, ResBlock) else part(x)
        return x


def _entry(config: SwinUNetConfig) -> Iterator[tuple[UNetStage, int]]:
    """The stages on the way down, each with the channels it gives."""
    channels = config.width
    yield UNetStage(convolution(config.in_channels, channels)), channels
    for level, width in enumerate(config.widths):
        for block in range(config.blocks[level]):
            yield UNetStage(*_pair(config, level, (channels, width), first=block == 0)), width
            channels = width
        if level + 1 < len(config.widths):
            yield UNetStage(Down(channels)), channels


def _pair(
    config: SwinUNetConfig, level: int, channels: tuple[int, int], *, first: bool
) -> Iterator[nn.Module]:
    """A residual block, with a window layer behind the first one of a level."""
    yield ResBlock(*channels, config.time_width)
    if first and config.has_windows(level):
        yield SwinLayer(channels[1], config, config.level_px(level))


def _exit(config: SwinUNetConfig, skips: list[int]) -> Iterator[UNetStage]:
    """The stages on the way up; each takes one skip."""
    channels = config.widths[-1]
    for level in reversed(range(len(config.widths))):
        width = config.widths[level]
        for block in range(config.blocks[level] + 1):
            parts = list(_pair(config, level, (channels + skips.pop(), width), first=block == 0))
            channels = width
            if level and block == config.blocks[level]:
                parts.append(Up(channels))
            yield UNetStage(*parts)


class SwinUNet(nn.Module):
    """Predicts the clean latent. Keys and shapes are those of the released files."""

    def __init__(self, config: SwinUNetConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or SwinUNetConfig()
        time, last = config.time_width, config.widths[-1]
        self.time_embed = nn.Sequential(nn.Linear(config.width, time), nn.SiLU(), nn.Linear(time, time))
        entry, skips = zip(*_entry(config), strict=True)
        self.input_blocks = nn.ModuleList(entry)
        middle_px = config.level_px(len(config.widths) - 1)
        self.middle_block = UNetStage(
            ResBlock(last, last, time), SwinLayer(last, config, middle_px), ResBlock(last, last, time)
        )
        self.output_blocks = nn.ModuleList(_exit(config, list(skips)))
        self.out = nn.Sequential(
            nn.GroupNorm(GROUPS, config.width), nn.SiLU(), convolution(config.width, config.out_channels)
        )

    def forward(self, x: Tensor, timestep: Tensor, source: Tensor) -> Tensor:
        """Noisy latent at unit scale, its index (B,), the picture → the clean latent; all else is (B, 3, h, w).

        h and w are multiples of `config.multiple`, 64 in released models.
        """
        features = time_features(timestep, self.config.width).to(x.dtype)
        time = F.silu(self.time_embed(features))
        x, skips = torch.cat((x, source), 1), []
        for stage in self.input_blocks:
            x = stage(x, time)
            skips.append(x)
        x = self.middle_block(x, time)
        for stage in self.output_blocks:
            x = stage(torch.cat((x, skips.pop()), 1), time)
        norm, _, conv = self.out
        return activated_convolution(x, norm, conv)  # type: ignore[arg-type]
