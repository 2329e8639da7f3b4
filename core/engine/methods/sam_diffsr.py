"""SAM-DiffSR with files of the user's own: a hundred steps of training, a few of them here, under the person's map.

The residual of the source's enlargement is drawn by DDIM's deterministic chain from one field of noise, so that tiles
agree; as with every published model, target = faithful + W · (generated − faithful) (`core.engine.methods.latent`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from torch.nn import functional as F

from core.checkpoints.detect import SAM_DIFFSR, network_of
from core.diffusion.consistency import enlarge
from core.diffusion.cosine import cosine_schedule, matlab_resize, picture_of, sample_chain
from core.engine.methods.base import Estimates, TileInput, TileNeeds
from core.engine.methods.latent import blend_by_weight, pad_to_multiple
from core.geometry import SCALE
from core.image.tensor import from_batch, to_batch
from core.tiling import MemoryCost

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from core.checkpoints.files import Weights
    from core.engine.methods.base import Method
    from core.nets.sam_diffsr import SamDiffSR

TRAINED_STEPS = 100
STEPS = 15
MULTIPLE = 4  # of the source's sides: the U-Net halves the target three times, and mirrors at its borders
# Its conditioner sees hundreds of pixels. How far that is felt with the authors' weights nobody here has measured.
NEEDS = TileNeeds(
    overlap_px=64,
    margin_px=24,
    multiple=MULTIPLE,
    cost=MemoryCost(60_000.0, 500.0),
    most_steps=STEPS,
    phase=2,
)


def enlarged_as_published(source: Tensor) -> Tensor:
    """LR↑ (1, 3, 4h, 4w) of a source (1, 3, h, w) in [−1, 1], darker by 255/256 as the released files were taught."""
    levels = np.rint(from_batch(source).clip(0, 1) * 255) / 256
    return to_batch(matlab_resize(levels.astype(np.float32), float(SCALE))).to(source.device)


class SamDiffSRMethod:
    """`sam-diffsr` with its weights on a device; `base` gives the faithful estimate."""

    name = SAM_DIFFSR
    licence = ""
    needs = NEEDS

    def __init__(  # noqa: PLR0913, PLR0917  (as `CompactMethod`, and who is faithful)
        self,
        weights: Weights,
        path: Path,
        sha256: str,
        device: str,
        dtype: torch.dtype,
        base: Method | None = None,
    ) -> None:
        self.checkpoint, self.sha256, self._base, self._dtype = path.name, sha256, base, dtype
        network = cast("SamDiffSR", network_of(weights, SAM_DIFFSR, path.name))
        self._network = network.to(device, dtype)
        self._schedule = cosine_schedule(TRAINED_STEPS)

    def estimate(self, tile: TileInput) -> Estimates:
        """See `Method.estimate`."""
        faithful = self._faithful(tile)
        if tile.noise is None:
            return Estimates(faithful, faithful)
        return Estimates(blend_by_weight(faithful, self._generated(tile, tile.noise), tile.weight), faithful)

    def dirt(self, source: Tensor) -> float | None:
        """See `Method.dirt`."""
        return self._base.dirt(source) if self._base else None

    def _faithful(self, tile: TileInput) -> Tensor:
        if self._base is None:
            return enlarge(tile.source.float())
        return self._base.estimate(tile._replace(noise=None)).faithful

    def _generated(self, tile: TileInput, noise: Tensor) -> Tensor:
        height, width = noise.shape[2:]
        source = pad_to_multiple(tile.source, MULTIPLE)
        large = enlarged_as_published(source.float())
        below, right = large.shape[2] - height, large.shape[3] - width
        field = F.pad(noise.float(), (0, right, 0, below), mode="replicate")
        condition = self._network.condition(source.to(self._dtype))

        def name_noise(x: Tensor, step: int) -> Tensor:
            told = torch.full((len(x),), step, device=x.device)
            return self._network(x.to(self._dtype), told, condition).float()

        *_, residual = sample_chain(self._schedule, name_noise, field, tile.steps or STEPS)
        return picture_of(residual, large)[:, :, :height, :width]
