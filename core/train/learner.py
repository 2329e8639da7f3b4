"""What the plain stages share: one network, its running average, one optimizer, and the state to go on from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Generic

import torch

from core.train.average import Average, Network
from core.train.crew import average_gradients, device_of, finite_gradients

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor, nn

    from core.train.recipe import StageRecipe


class Learner(Generic[Network]):
    """Updates some parameters of `network` by Adam and keeps its average."""

    def __init__(self, network: Network, learners: Iterable[nn.Parameter], recipe: StageRecipe) -> None:
        self.network, self.average = network, Average(network, recipe.memory)
        self.optimizer = torch.optim.Adam(learners, recipe.rate, (0.9, 0.99))
        self._rate = recipe.rate
        self.device = device_of(network)

    def descend(self, loss: Tensor, share: float) -> float:
        """One update against a loss, at `share` (0 … 1) of the learning rate; the loss as a number.

        Where loss or gradient is no number nothing is changed, and the answer is no number.
        """
        learners = self.optimizer.param_groups[0]["params"]
        self.optimizer.param_groups[0]["lr"] = self._rate * share
        self.optimizer.zero_grad()
        loss.backward()
        average_gradients(learners)
        if not finite_gradients(learners, loss):
            return math.nan
        self.optimizer.step()
        self.average.update(self.network)
        return loss.item()

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
