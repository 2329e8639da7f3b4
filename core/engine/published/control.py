"""How the person's map W steers models that were trained without one.

Two levers, both growing with W, so that more priority gives more of what the model invents:

- **Noise strength.** The published models were trained with noise of one strength and invent most at it; less noise
  keeps them nearer to the source. Every noise that enters is multiplied by s(W) = ½ + ½ W, so the start is
  x_T = z_y + κ √η_T s(W) ε. At W = 1 that is the published start. (SAMSR's own formula moves the strength by 4 % at
  most; it stays in force under ours for its own weights.)
- **Blend.** In pixels, target = faithful + W · (generated − faithful). The faithful estimate hears no seed and no map,
  so W = 0 is free of both, and W = 1 is the published model's own answer, to the number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

SCALE = 4
LEAST_STRENGTH = 0.5
"""s at W = 0. SAMSR's weights know strengths from 0.4 to 1, so nothing here is new to them."""


def strength(weight: Tensor) -> Tensor:
    """s(W): (B, 1, 4h, 4w) in [0, 1] → (B, 1, h, w) in [½, 1], at the latent's resolution."""
    return LEAST_STRENGTH + (1.0 - LEAST_STRENGTH) * F.avg_pool2d(weight.float(), SCALE)


def blended(faithful: Tensor, generated: Tensor, weight: Tensor) -> Tensor:
    """Faithful + W (generated − faithful): (B, 3, H, W) float32, `weight` (B, 1, H, W)."""
    return torch.lerp(faithful.float(), generated.float(), weight.float())


def latent_noises(noise: Tensor) -> Iterator[Tensor]:
    """Sixteen independent N(0, 1) batches (B, C, h, w) from one of (B, C, 4h, 4w): its sixteen sub-grids.

    So tiles agree, and regions keep seeds of their own, as with every other method.
    """
    for index in range(SCALE * SCALE):
        yield noise[:, :, index // SCALE :: SCALE, index % SCALE :: SCALE].float()
