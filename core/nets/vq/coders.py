"""Picture to latent and back, without the codebook."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from torch import Tensor, nn

from core.nets.fused import activated_convolution
from core.nets.vq.blocks import Level, Middle, convolution, norm

if TYPE_CHECKING:
    from core.nets.vq.config import VqConfig


class Encoder(nn.Module):
    """(B, channels, h, w) → (B, latent channels, h/f, w/f)."""

    def __init__(self, config: VqConfig) -> None:
        super().__init__()
        widths = (config.width, *config.widths)
        last = len(config.widths) - 1
        self.conv_in = convolution(config.channels, config.width)
        self.down = nn.ModuleList(
            Level(pair, config.blocks, down=level < last) for level, pair in enumerate(pairwise(widths))
        )
        self.mid = Middle(widths[-1])
        self.norm_out = norm(widths[-1])
        self.conv_out = convolution(widths[-1], config.latent_channels)

    def forward(self, x: Tensor) -> Tensor:
        """Sides must be multiples of the factor f."""
        x = self.conv_in(x)
        for level in self.down:
            x = level(x)
        return activated_convolution(self.mid(x), self.norm_out, self.conv_out)


class Decoder(nn.Module):
    """(B, latent channels, h, w) → (B, channels, f·h, f·w), not clamped."""

    def __init__(self, config: VqConfig) -> None:
        super().__init__()
        widths = (*config.widths, config.widths[-1])
        self.conv_in = convolution(config.latent_channels, widths[-1])
        self.mid = Middle(widths[-1])
        # Levels are numbered from full size, so they run from the last to the first.
        self.up = nn.ModuleList(
            Level((deeper, width), config.blocks + 1, up=level > 0)
            for level, (width, deeper) in enumerate(pairwise(widths))
        )
        self.norm_out = norm(widths[0])
        self.conv_out = convolution(widths[0], config.channels)

    def forward(self, x: Tensor) -> Tensor:
        """Any h and w."""
        x = self.mid(self.conv_in(x))
        for level in reversed(list(self.up)):
            x = level(x)
        return activated_convolution(x, self.norm_out, self.conv_out)
