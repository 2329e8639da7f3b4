"""The sizes of the autoencoder; the defaults are those of the released VQ-f4."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class VqConfig:
    """How an autoencoder is built.

    | field | meaning |
    | --- | --- |
    | channels | of the picture |
    | latent_channels | of the latent, inside and outside the 1×1 convolutions around the codebook |
    | width | channels at full size |
    | multipliers | of the width, one per level; every level but the last halves the sides |
    | blocks | residual blocks of a level in the encoder; the decoder has one more |
    | codes | entries of the codebook |
    """

    channels: int = 3
    latent_channels: int = 3
    width: int = 128
    multipliers: tuple[int, ...] = (1, 2, 4)
    blocks: int = 2
    codes: int = 8192

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels of each level, full size first."""
        return tuple(self.width * multiplier for multiplier in self.multipliers)

    @property
    def factor(self) -> int:
        """Side of the picture over side of the latent."""
        return 2 ** (len(self.multipliers) - 1)
