"""The light denoiser of the bundled model: what the faithful estimate lacks, given noise.

It works at the source's resolution on folded pictures: 4×4 target pixels of 3 colours are 48 channels of one source
pixel (`torch.nn.functional.pixel_unshuffle`). It hears the trunk's features, the faithful estimate y, a noisy residual
and how noisy that is (log η), and answers with the residual r₀ = HR − y in units of its usual spread σ_r. It knows
nothing of the schedule: `core.diffusion.residual` scales what goes in and uses what comes out.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDED = 48  # 4 × 4 target pixels of 3 colours
FREQUENCIES = 16
FASTEST = 200.0  # radians per unit of log η
PREFIX = "denoiser_"


@dataclass(frozen=True)
class DenoiserConfig:
    """Sizes: channels of the trunk's features, of the body, and of what log η becomes; residual blocks."""

    features: int = 48
    width: int = 64
    blocks: int = 6
    embedding: int = 64

    @property
    def reach_px(self) -> int:
        """How far, in source pixels, one pixel of the noise acts on the target."""
        return 2 * self.blocks + 2


def describe_denoiser(config: DenoiserConfig) -> dict[str, str]:
    """Sizes for a weights file's metadata: `denoiser_features` … `denoiser_embedding`."""
    return {PREFIX + name: str(value) for name, value in asdict(config).items()}


def denoiser_config(metadata: Mapping[str, str]) -> DenoiserConfig:
    """The sizes that `describe_denoiser` wrote. KeyError where one is missing, ValueError where one is no number."""
    return DenoiserConfig(
        **{field.name: int(metadata[PREFIX + field.name]) for field in fields(DenoiserConfig)}
    )


class FilmBlock(nn.Module):
    """x + conv(silu(gain · conv(x) + offset)), gain and offset told by the noise (FiLM, Perez et al. 2018)."""

    def __init__(self, width: int, embedding: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.film = nn.Linear(embedding, 2 * width)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor, embedded: Tensor) -> Tensor:
        """(B, width, h, w) and (B, embedding) → the first shape."""
        gain, offset = self.film(embedded)[:, :, None, None].chunk(2, 1)
        inner = torch.addcmul(offset, self.first(x), 1 + gain)
        return self.second(F.silu(inner, inplace=not inner.requires_grad)).add_(x)


class Denoiser(nn.Module):
    """Features, y, a noisy residual and log η → r₀ / σ_r, all at the source's resolution."""

    def __init__(self, config: DenoiserConfig | None = None) -> None:
        super().__init__()
        self.config = config or DenoiserConfig()
        width, embedding = self.config.width, self.config.embedding
        self.entry = nn.Conv2d(self.config.features + 2 * FOLDED, width, 3, padding=1)
        self.embed = nn.Sequential(
            nn.Linear(2 * FREQUENCIES, embedding), nn.SiLU(), nn.Linear(embedding, embedding), nn.SiLU()
        )
        self.blocks = nn.ModuleList(FilmBlock(width, embedding) for _ in range(self.config.blocks))
        self.exit = nn.Conv2d(width, FOLDED, 3, padding=1)

    def start_from_nothing(self) -> Denoiser:
        """Fresh weights so that every block passes on what it gets and the answer is 0; itself."""
        for name, part in self.named_modules():
            if name.endswith(("second", "film")) or part is self.exit:
                for parameter in part.parameters():
                    nn.init.zeros_(parameter)
        return self

    def forward(self, features: Tensor, folded: Tensor, noisy: Tensor, log_eta: Tensor) -> Tensor:
        """→ (B, 48, h, w): r₀ / σ_r, folded, in the precision of the last convolution's weights.

        `features` (B, features, h, w) come from the trunk; `folded` (B, 48, h, w) is y in [−1, 1] and `noisy` the
        residual scaled to about unit size, both folded; `log_eta` (B,) in float32.
        """
        inner = self.entry.weight.dtype
        x = self.entry(torch.cat([part.to(inner) for part in (features, folded, noisy)], 1))
        embedded = self.embedded(log_eta)
        for block in self.blocks:
            x = block(x, embedded)
        return self.exit(x.to(self.exit.weight.dtype))

    def embedded(self, log_eta: Tensor) -> Tensor:
        """The noise as (B, embedding), from log η (B,); its waves need float32."""
        angles = log_eta.float()[:, None] * torch.exp(
            torch.linspace(0, math.log(FASTEST), FREQUENCIES, device=log_eta.device)
        )
        waves = torch.cat((angles.sin(), angles.cos()), 1)
        return self.embed(waves.to(self.entry.weight.dtype))
