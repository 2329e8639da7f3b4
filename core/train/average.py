"""The running average of a network's weights: what is shipped and measured, steadier than the last update."""

from __future__ import annotations

import copy
from typing import Generic, TypeVar

import torch
from torch import nn

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
