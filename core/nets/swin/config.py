"""The sizes of the denoiser; the defaults are those of every released ×4 model."""

from __future__ import annotations

from dataclasses import dataclass


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
