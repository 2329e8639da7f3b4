"""First stage: trunk and base learn the most faithful estimate, by L1 alone."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import torch
from torch import nn

from core.train.distributed import average_gradients, device_of, finite_gradients, half_precision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor

    from core.nets.compact import Compact, DirtGauge
    from core.train.data import Batch
    from core.train.recipe import StageRecipe


# The running average of a network's weights: what is shipped and measured, steadier than the last update.

Network = TypeVar("Network", bound=nn.Module)


class Average(Generic[Network]):
    """An exponential moving average of `network`, quick at first: no trace of the random start remains."""

    def __init__(self, network: Network, memory: float) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self.memory, self.updates = memory, 0

    @torch.no_grad()
    def update(self, network: Network) -> None:
        """Take one more step into the average."""
        self.updates += 1
        share = 1 - min(self.memory, self.updates / (self.updates + 10))
        for kept, new in zip(self.network.parameters(), network.parameters(), strict=True):
            kept.lerp_(new, share)


# What the plain stages share: one network, its running average, one optimizer, and the state to go on from.


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


def prepare_network(network: Compact) -> Compact:
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


# Third stage: a small network learns to name the clean-up that a source calls for.

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
