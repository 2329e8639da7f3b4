"""`sinsr`, `samsr` and `resshift` as ways to upscale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.diffusion.consistency import enlarge
from core.engine.method import Estimates, TileInput, TileNeeds
from core.engine.published.control import SCALE, blended, latent_noises, strength
from core.engine.published.padding import padded
from core.engine.published.recipes import Start, sampled
from core.tiling.budget import MemoryCost

if TYPE_CHECKING:
    from torch import Tensor

    from core.engine.method import Method
    from core.engine.published.model import LatentModel
    from core.engine.published.recipes import Recipe

OVERLAP_PX, MARGIN_PX = 32, 8  # the authors' overlap at tiles of 256
COST = MemoryCost(48_000.0, 400.0)


@dataclass(frozen=True)
class Named:
    """The weights file and its hash."""

    checkpoint: str
    sha256: str


class PublishedMethod:
    """A published model with its weights on a device; `licence` is for the shelf to say.

    What is most faithful is the estimate of `base`, another method, so that Faithful and clean-up mean the same for
    all methods; without one it is the bicubic enlargement.
    """

    def __init__(self, recipe: Recipe, model: LatentModel, file: Named, base: Method | None = None) -> None:
        self.name, self.checkpoint, self.sha256 = recipe.name, file.checkpoint, file.sha256
        self.licence = ""
        self.needs = TileNeeds(
            OVERLAP_PX, MARGIN_PX, model.multiple, COST, most_steps=recipe.most_steps, overlaps=recipe.masked
        )
        self._recipe, self._model, self._base = recipe, model, base

    def estimate(self, tile: TileInput) -> Estimates:
        """See `Method.estimate`; sources of any size and batches of any length."""
        faithful = self._faithful(tile)
        if tile.noise is None:
            return Estimates(faithful, faithful)
        return Estimates(blended(faithful, self.generate(tile, tile.noise), tile.weight), faithful)

    def generate(self, tile: TileInput, noise: Tensor) -> Tensor:
        """What the model makes of a tile: (B, 3, 4h, 4w) float32 within [−1, 1]; its authors' answer at W = 1."""
        height, width = tile.source.shape[2:]
        multiple, model = self._model.multiple, self._model
        source, sway = padded(tile.source, multiple), padded(strength(tile.weight), multiple)
        noises = (padded(one, multiple) for one in latent_noises(noise))
        overlaps = None if tile.overlaps is None else padded(tile.overlaps, multiple)
        start = Start(model.encode(source), noises, sway, overlaps)
        latent = sampled(self._recipe, start, model.listening_to(source), tile.steps)
        return model.decode(latent)[:, :, : SCALE * height, : SCALE * width]

    def dirt(self, source: Tensor) -> float | None:
        """See `Method.dirt`."""
        return self._base.dirt(source) if self._base else None

    def _faithful(self, tile: TileInput) -> Tensor:
        if self._base is None:
            return enlarge(tile.source.float())
        return self._base.estimate(tile._replace(noise=None)).faithful
