"""First stage: trunk and base learn the most faithful estimate, by L1 alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from core.train.average import Average

if TYPE_CHECKING:
    from core.nets.compact import Compact
    from core.train.pairs import Batch
    from core.train.recipe import StageRecipe


def prepared(network: Compact) -> Compact:
    """Fresh weights so that the network starts as plain bicubic: every branch adds nothing yet."""
    for name, parameter in network.named_parameters():
        if name.endswith("second.weight") or name.startswith(("base.", "detail.exit.")):
            nn.init.zeros_(parameter)
    return network.to(memory_format=torch.channels_last)


class FidelityStage:
    """Updates trunk and base of `network`; the detail branch rests."""

    name = "fidelity"

    def __init__(self, network: Compact, recipe: StageRecipe) -> None:
        self.network, self.average = network, Average(network, recipe.memory)
        learners = [*network.trunk.parameters(), *network.base.parameters()]
        self.optimizer = torch.optim.Adam(learners, recipe.rate, (0.9, 0.99))
        self._rate = recipe.rate

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update at `share` of the learning rate; the loss by name."""
        self.optimizer.param_groups[0]["lr"] = self._rate * share
        loss = (self.network.read(batch.source, batch.clean_up).faithful - batch.target).abs().mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.average.update(self.network)
        return {"l1": loss.item()}

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
