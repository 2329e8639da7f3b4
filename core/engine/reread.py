"""A network that remembers what it read: a preview whose map alone changed need not read its source again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from core.nets.compact import Compact, Reading

MOST_PX = 1 << 17
"""Source pixels that are remembered together, about 0.4 KB each in float32: five previews of 128², or one of 256²."""


class _Read(NamedTuple):
    source: Tensor
    clean_up: Tensor
    reading: Reading

    @property
    def pixels(self) -> int:
        return self.source.shape[-2] * self.source.shape[-1]

    def of(self, source: Tensor, clean_up: Tensor) -> bool:
        """Whether this is what reading these would give, to the last bit."""
        alike = self.source.shape == source.shape and self.source.dtype == source.dtype
        return alike and torch.equal(self.clean_up, clean_up) and torch.equal(self.source, source)


class Rereader:
    """`read` and `denoise` of a `Compact` in evaluation mode. Safe to share between threads."""

    def __init__(self, network: Compact) -> None:
        self._network = network
        self._known: list[_Read] = []  # the least lately asked for first
        self._lock = threading.Lock()

    def read(self, source: Tensor, clean_up: Tensor) -> Reading:
        """See `Compact.read`."""
        with self._lock:
            found = next((one for one in self._known if one.of(source, clean_up)), None)
            if found:
                self._known = [one for one in self._known if one is not found] + [found]
                return found.reading
        made = _Read(source, clean_up, self._network.read(source, clean_up))
        if made.pixels <= MOST_PX:
            self._remember(made)
        return made.reading

    def denoise(self, reading: Reading, start: Tensor, weight: Tensor) -> Tensor:
        """See `Compact.denoise`."""
        return self._network.denoise(reading, start, weight)

    def _remember(self, made: _Read) -> None:
        with self._lock:
            self._known.append(made)
            while sum(one.pixels for one in self._known) > MOST_PX:
                del self._known[0]
