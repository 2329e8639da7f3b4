"""The autoencoder: encoder, codebook, decoder."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.nets.cpu_conv import activated_convolution, enlarged_convolution, modulate_norm, whole_attention

# The parts of the autoencoder.

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
        whole = modulate_norm(x, self.norm)
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


# The nearest entry of a codebook.

TABLE_ELEMENTS = 1 << 22
"""How many distances exist at a time: 16 MiB of float32."""


def nearest(points: Tensor, codes: Tensor) -> Tensor:
    """Index of the code nearest to each point: (N, C), (K, C) → (N,) int64; of equals the first.

    argmin over n of |e_n|² − 2 h·e_n, in float32 and in pieces, so that no N × K table comes to be.
    """
    codes = codes.float()
    lengths = codes.square().sum(1)
    rows = max(1, TABLE_ELEMENTS // len(codes))
    pieces = (
        torch.addmm(lengths, piece.float(), codes.T, alpha=-2).argmin(1) for piece in points.split(rows)
    )
    return torch.cat(list(pieces))


class Codebook(nn.Module):
    """Replaces each position of a latent by its nearest code."""

    def __init__(self, codes: int, channels: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(codes, channels)

    def indices(self, latent: Tensor) -> Tensor:
        """(B, C, h, w) → (B, h, w) int64."""
        points = latent.permute(0, 2, 3, 1)
        return nearest(points.reshape(-1, latent.shape[1]), self.embedding.weight).view(points.shape[:3])

    def forward(self, latent: Tensor) -> Tensor:
        """(B, C, h, w) → the same shape, of codes only; the gradient passes straight through."""
        chosen = self.embedding(self.indices(latent)).permute(0, 3, 1, 2)
        return latent + (chosen - latent).detach() if latent.requires_grad else chosen


# Picture to latent and back, without the codebook.


class VQEncoder(nn.Module):
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


class VQDecoder(nn.Module):
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


# The sizes of the autoencoder; the defaults are those of the released VQ-f4.


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


class VqAutoencoder(nn.Module):
    """Pictures in [−1, 1] to latents and back. Keys and shapes are those of the released file."""

    def __init__(self, config: VqConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or VqConfig()
        channels = config.latent_channels
        self.encoder, self.decoder = VQEncoder(config), VQDecoder(config)
        self.quantize = Codebook(config.codes, channels)
        self.quant_conv = nn.Conv2d(channels, channels, 1)
        self.post_quant_conv = nn.Conv2d(channels, channels, 1)

    def encode(self, picture: Tensor) -> Tensor:
        """(B, 3, f·h, f·w) → (B, 3, h, w), not quantised."""
        return self.quant_conv(self.encoder(picture))

    def decode(self, latent: Tensor) -> Tensor:
        """(B, 3, h, w) → (B, 3, f·h, f·w), not clamped; the latent is quantised first."""
        return self.decode_codes(self.quantize(latent))

    def decode_codes(self, latent: Tensor) -> Tensor:
        """As `decode`, of a latent that is taken as it is, in any precision."""
        return self.decoder(self.post_quant_conv(latent.to(self.post_quant_conv.weight.dtype)))

    def forward(self, picture: Tensor) -> Tensor:
        """There and back."""
        return self.decode(self.encode(picture))
