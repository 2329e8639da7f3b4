"""Third stage: a small network learns to name the clean-up that a source calls for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.train.learner import Learner

if TYPE_CHECKING:
    from core.nets.dirt import DirtGauge
    from core.train.pairs import Batch
    from core.train.recipe import StageRecipe


class GaugeStage(Learner["DirtGauge"]):
    """Updates the gauge by the error of its answer."""

    name = "gauge"

    def __init__(self, network: DirtGauge, recipe: StageRecipe) -> None:
        super().__init__(network, network.parameters(), recipe)

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update at `share` of the learning rate; the mean error, 0 … 1."""
        batch = batch.to(self.device)
        return {"error": self.descend((self.network(batch.source) - batch.clean_up).abs().mean(), share)}
