"""SAM-DiffSR's networks (Wang and others 2024, arXiv 2402.17133; built on SRDiff, Li and others 2022).

An RRDB conditioner, taught beforehand and at rest, gives features of the source; a U-Net without norms names the noise
in a residual at target size. Keys are those of the released files: `rrdb.…` and `denoise_fn.…`. Nothing of a segmenter
is used here: masks shift the noise in training only (`core.diffusion.noise.position_encoding`).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.geometry import SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping

SLOPE = 0.2
RESIDUAL_SCALE = 0.2
EVERY = 3  # the condition is every third block's features


@dataclass(frozen=True)
class SamDiffSRConfig:
    """Sizes, by default the released ones: the U-Net's width and multiples; the conditioner's width, depth, growth."""

    width: int = 64
    multiples: tuple[int, ...] = field(default=(1, 2, 3, 4))
    features: int = 64
    blocks: int = 17
    growth: int = 32

    @property
    def condition(self) -> int:
        """Channels of the condition at source size."""
        return self.features * ((self.blocks + 1) // EVERY)


def config_of(shapes: Mapping[str, tuple[int, ...]]) -> SamDiffSRConfig:
    """The sizes that a state dictionary's shapes stand for. KeyError where a key is missing."""
    width = shapes["denoise_fn.mlp.2.weight"][0]
    levels = range(sum(1 for key in shapes if key.endswith(".0.block1.block.1.weight") and "downs" in key))
    multiples = tuple(shapes[f"denoise_fn.downs.{i}.0.block1.block.1.weight"][0] // width for i in levels)
    blocks = sum(1 for key in shapes if key.endswith("RDB1.conv1.weight"))
    growth = shapes["rrdb.RRDB_trunk.0.RDB1.conv1.weight"][0]
    return SamDiffSRConfig(width, multiples, shapes["rrdb.conv_first.weight"][0], blocks, growth)


# The conditioner: residual in residual dense blocks (Wang and others 2018, ESRGAN).


class DenseBlock(nn.Module):
    """Five convolutions, each of which sees all before it."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        for index in range(1, 5):
            setattr(self, f"conv{index}", nn.Conv2d(width + (index - 1) * growth, growth, 3, padding=1))
        self.conv5 = nn.Conv2d(width + 4 * growth, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, h, w) → the same."""
        seen = [x]
        for index in range(1, 5):
            seen.append(F.leaky_relu(getattr(self, f"conv{index}")(torch.cat(seen, 1)), SLOPE))
        return x + RESIDUAL_SCALE * self.conv5(torch.cat(seen, 1))


class ResidualDenseBlocks(nn.Module):
    """Three of them, with a residual of their own."""

    def __init__(self, width: int, growth: int) -> None:
        super().__init__()
        self.RDB1, self.RDB2, self.RDB3 = (DenseBlock(width, growth) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, h, w) → the same."""
        return x + RESIDUAL_SCALE * self.RDB3(self.RDB2(self.RDB1(x)))


class Conditioner(nn.Module):
    """Source (B, 3, h, w) in [−1, 1] → its enlargement (B, 3, 4h, 4w) and the features of every block."""

    def __init__(self, config: SamDiffSRConfig) -> None:
        super().__init__()
        width = config.features
        self.conv_first = nn.Conv2d(3, width, 3, padding=1)
        self.RRDB_trunk = nn.ModuleList(
            ResidualDenseBlocks(width, config.growth) for _ in range(config.blocks)
        )
        self.trunk_conv, self.upconv1, self.upconv2, self.HRconv = (
            nn.Conv2d(width, width, 3, padding=1) for _ in range(4)
        )
        self.conv_last = nn.Conv2d(width, 3, 3, padding=1)

    def features(self, source: Tensor) -> list[Tensor]:
        """Of each block, and last the trunk's."""
        first = x = self.conv_first((source + 1) / 2)
        found = []
        for block in self.RRDB_trunk:
            x = block(x)
            found.append(x)
        return [*found, first + self.trunk_conv(x)]

    def enlarged(self, features: list[Tensor]) -> Tensor:
        """What it was taught on: the target itself, in [−1, 1]."""
        x = features[-1]
        for convolution in (self.upconv1, self.upconv2):
            x = F.leaky_relu(convolution(F.interpolate(x, scale_factor=2, mode="nearest")), SLOPE)
        return self.conv_last(F.leaky_relu(self.HRconv(x), SLOPE)).clamp(0, 1) * 2 - 1


# The denoiser.


class _Block(nn.Module):
    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.block = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(before, after, 3), nn.Mish())

    def forward(self, x: Tensor) -> Tensor:
        return self.block(x)


class TimedBlock(nn.Module):
    """Two convolutions, between which the step is added, and a residual."""

    def __init__(self, before: int, after: int, told: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Mish(), nn.Linear(told, after))
        self.block1, self.block2 = _Block(before, after), _Block(after, after)
        self.res_conv = nn.Conv2d(before, after, 1) if before != after else nn.Identity()

    def forward(self, x: Tensor, step: Tensor) -> Tensor:
        """(B, before, h, w) and (B, told) → (B, after, h, w)."""
        inner = self.block1(x) + self.mlp(step)[:, :, None, None]
        return self.block2(inner) + self.res_conv(x)


class _Down(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, stride=2))

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class _Up(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Sequential(nn.ConvTranspose2d(width, width, 4, 2, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.conv(x)


class ResidualUNet(nn.Module):
    """x_t (B, 3, H, W), step t (B,) and the condition at source size → the noise in x_t. H and W multiples of 8."""

    def __init__(self, config: SamDiffSRConfig) -> None:
        super().__init__()
        width, told = config.width, config.width
        sizes = [3, *(width * multiple for multiple in config.multiples)]
        self.width = width
        self.cond_proj = nn.ConvTranspose2d(
            config.condition, width * config.multiples[0], 2 * SCALE, SCALE, SCALE // 2
        )
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.Mish(), nn.Linear(4 * width, width))
        pairs = list(itertools.pairwise(sizes))
        self.downs = nn.ModuleList(
            nn.ModuleList(
                [
                    TimedBlock(before, after, told),
                    TimedBlock(after, after, told),
                    _Down(after) if level < len(pairs) - 1 else nn.Identity(),
                ]
            )
            for level, (before, after) in enumerate(pairs)
        )
        self.mid_block1, self.mid_block2 = (TimedBlock(sizes[-1], sizes[-1], told) for _ in range(2))
        self.ups = nn.ModuleList(
            nn.ModuleList(
                [TimedBlock(2 * after, before, told), TimedBlock(before, before, told), _Up(before)]
            )
            for before, after in reversed(pairs[1:])
        )
        self.final_conv = nn.Sequential(_Block(width, width), nn.Conv2d(width, 3, 1))

    def forward(self, x: Tensor, step: Tensor, condition: Tensor) -> Tensor:
        """See the class."""
        told, brought, skips = self.mlp(self._waves(step)), self.cond_proj(condition), []
        for level, (first, second, down) in enumerate(self.downs):  # type: ignore[misc]
            x = second(first(x, told), told)
            x = x + brought if level == 0 else x
            skips.append(x)
            x = down(x)
        x = self.mid_block2(self.mid_block1(x, told), told)
        for first, second, up in self.ups:  # type: ignore[misc]
            x = up(second(first(torch.cat((x, skips.pop()), 1), told), told))
        return self.final_conv(x)

    def _waves(self, step: Tensor) -> Tensor:
        """(B,) whole numbers → (B, width): sines, then cosines (Vaswani and others 2017)."""
        count = self.width // 2
        speeds = torch.exp(torch.arange(count, device=step.device) * -(math.log(10000) / (count - 1)))
        angles = step.float()[:, None] * speeds[None]
        return torch.cat((angles.sin(), angles.cos()), 1)


class SamDiffSR(nn.Module):
    """Conditioner and denoiser under the released keys."""

    def __init__(self, config: SamDiffSRConfig | None = None) -> None:
        super().__init__()
        self.config = config or SamDiffSRConfig()
        self.denoise_fn, self.rrdb = ResidualUNet(self.config), Conditioner(self.config)

    def condition(self, source: Tensor) -> Tensor:
        """Every third block's features side by side: (B, condition, h, w)."""
        return torch.cat(self.rrdb.features(source)[EVERY - 1 :: EVERY], 1)

    def forward(self, x: Tensor, step: Tensor, condition: Tensor) -> Any:
        """The noise in x_t; see `ResidualUNet`."""
        return self.denoise_fn(x, step, condition)
