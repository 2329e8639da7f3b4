"""How differently two pictures look to a network that no result was trained with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from core.image.tensor import to_batch
from core.metrics.files import DARKNET, at_hand
from core.metrics.networks import DarknetFeatures
from core.metrics.pictures import checked_pair, shaved

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

# Features smaller than this have no direction worth comparing.
SMALLEST_NORM = 1e-6


def unit(features: torch.Tensor) -> torch.Tensor:
    """(B, C, h, w) with each position's C channels scaled to length 1."""
    return features / features.norm(dim=1, keepdim=True).clamp_min(SMALLEST_NORM)


def _batch(picture: np.ndarray, device: torch.device) -> torch.Tensor:
    """(H, W, 3) → (1, 3, H, W) RGB in [0, 1], which is what this network was trained on."""
    return (to_batch(picture).to(device) + 1) / 2


class PerceptualDistance:
    """The mean over five layers and all positions and channels of (unit features − unit features)².

    No person trained its weights, so it is not LPIPS: its numbers order results, they compare with no paper.
    `path` is the Darknet file; CheckpointError where it is missing or another.
    """

    def __init__(self, path: Path, device: str = "cpu") -> None:
        self._device = torch.device(device)
        self._features = DarknetFeatures(path).to(self._device)

    @torch.inference_mode()
    def __call__(self, picture: np.ndarray, reference: np.ndarray, *, border_px: int = 0) -> float:
        """0 for equal pictures, higher for more different ones; `border_px` is shaved off each side first.

        Both are (H, W, 3) in [0, 1] and of one size, else InputError.
        """
        pair = (shaved(each, border_px) for each in checked_pair(picture, reference))
        first, second = (self._features(_batch(each, self._device)) for each in pair)
        layers = [(unit(a) - unit(b)).square().mean() for a, b in zip(first, second, strict=True)]
        return float(torch.stack(layers).mean())


def offered_distance(folder: Path | None = None, device: str = "cpu") -> PerceptualDistance | None:
    """The distance where its file is at hand (see `core.metrics.files`), else None: the report says so."""
    path = at_hand(DARKNET, folder)
    return PerceptualDistance(path, device) if path else None
