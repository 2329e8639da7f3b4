"""The denoiser itself: four levels down, a middle, four levels up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.nets.fused import activated_convolution
from core.nets.swin.blocks import GROUPS, Down, ResBlock, SwinLayer, Up, convolution, time_features
from core.nets.swin.config import SwinUNetConfig

if TYPE_CHECKING:
    from collections.abc import Iterator


class Stage(nn.Sequential):
    """Parts in a row, of which only residual blocks hear the time."""

    def forward(self, x: Tensor, time: Tensor) -> Tensor:  # type: ignore[override]
        """`time` is (B, time width)."""
        for part in self:
            x = part(x, time) if isinstance(part, ResBlock) else part(x)
        return x


def _entry(config: SwinUNetConfig) -> Iterator[tuple[Stage, int]]:
    """The stages on the way down, each with the channels it gives."""
    channels = config.width
    yield Stage(convolution(config.in_channels, channels)), channels
    for level, width in enumerate(config.widths):
        for block in range(config.blocks[level]):
            yield Stage(*_pair(config, level, (channels, width), first=block == 0)), width
            channels = width
        if level + 1 < len(config.widths):
            yield Stage(Down(channels)), channels


def _pair(
    config: SwinUNetConfig, level: int, channels: tuple[int, int], *, first: bool
) -> Iterator[nn.Module]:
    """A residual block, with a window layer behind the first one of a level."""
    yield ResBlock(*channels, config.time_width)
    if first and config.has_windows(level):
        yield SwinLayer(channels[1], config, config.level_px(level))


def _exit(config: SwinUNetConfig, skips: list[int]) -> Iterator[Stage]:
    """The stages on the way up; each takes one skip."""
    channels = config.widths[-1]
    for level in reversed(range(len(config.widths))):
        width = config.widths[level]
        for block in range(config.blocks[level] + 1):
            parts = list(_pair(config, level, (channels + skips.pop(), width), first=block == 0))
            channels = width
            if level and block == config.blocks[level]:
                parts.append(Up(channels))
            yield Stage(*parts)


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
        self.middle_block = Stage(
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
