"""Third stage: a small network learns to name the clean-up that a source calls for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from core.train.average import Average

if TYPE_CHECKING:
    from core.nets.dirt import DirtGauge
    from core.train.pairs import Batch
    from core.train.recipe import StageRecipe


class GaugeStage:
    """Updates the gauge by the error of its answer."""

    name = "gauge"

    def __init__(self, network: DirtGauge, recipe: StageRecipe) -> None:
        self.network, self.average = network, Average(network, recipe.memory)
        self.optimizer = torch.optim.Adam(network.parameters(), recipe.rate, (0.9, 0.99))
        self._rate = recipe.rate

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update at `share` of the learning rate; the mean error, 0 … 1."""
        self.optimizer.param_groups[0]["lr"] = self._rate * share
        loss = (self.network(batch.source) - batch.clean_up).abs().mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.average.update(self.network)
        return {"error": loss.item()}

    def state(self) -> dict[str, Any]:
        """Everything needed to go on."""
        return {
            "network": self.network.state_dict(),
            "average": self.average.network.state_dict(),
            "updates": self.average.updates,
            "optimizer": self.optimizer.state_dict(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.network.load_state_dict(state["network"])
        self.average.network.load_state_dict(state["average"])
        self.average.updates = state["updates"]
        self.optimizer.load_state_dict(state["optimizer"])
