"""Third stage: a small network learns to name the clean-up that a source calls for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.train.learner import Learner

if TYPE_CHECKING:
    from torch import Tensor

    from core.nets.dirt import DirtGauge
    from core.train.pairs import Batch
    from core.train.recipe import StageRecipe

JPEG_BLOCK_PX = 8


class GaugeStage(Learner["DirtGauge"]):
    """Updates the gauge by the error of its answer."""

    name = "gauge"

    def __init__(self, network: DirtGauge, recipe: StageRecipe, seed: int = 0) -> None:
        super().__init__(network, network.parameters(), recipe)
        self._rng = np.random.default_rng(seed)

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update at `share` of the learning rate; the mean error, 0 … 1."""
        batch = batch.to(self.device)
        found = self.network(self._shifted(batch.source))
        return {"error": self.descend((found - batch.clean_up).abs().mean(), share)}

    def _shifted(self, source: Tensor) -> Tensor:
        """All but seven rows and columns, beginning anywhere in a block: pictures are cropped after a JPEG, too."""
        y, x = self._rng.integers(JPEG_BLOCK_PX, size=2)
        height, width = (side - JPEG_BLOCK_PX + 1 for side in source.shape[2:])
        return source[:, :, y : y + height, x : x + width]
