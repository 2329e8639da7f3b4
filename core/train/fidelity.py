"""First stage: trunk and base learn the most faithful estimate, by L1 alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from core.train.crew import half_precision
from core.train.learner import Learner

if TYPE_CHECKING:
    from core.nets.compact import Compact
    from core.train.pairs import Batch
    from core.train.recipe import StageRecipe


def prepared(network: Compact) -> Compact:
    """Fresh weights so that the network starts as plain bicubic: every branch adds nothing yet."""
    for name, parameter in network.named_parameters():
        if name.endswith("second.weight") or name.startswith("base."):
            nn.init.zeros_(parameter)
    return network.to(memory_format=torch.channels_last)


class FidelityStage(Learner["Compact"]):
    """Updates trunk and base of `network`."""

    name = "fidelity"

    def __init__(self, network: Compact, recipe: StageRecipe) -> None:
        super().__init__(network, network.parameters(), recipe)

    def step(self, batch: Batch, share: float) -> dict[str, float]:
        """One update at `share` of the learning rate; the loss by name."""
        batch = batch.to(self.device)
        with half_precision(batch.source):
            faithful = self.network.read(batch.source, batch.clean_up).faithful
        return {"l1": self.descend((faithful.float() - batch.target).abs().mean(), share)}
