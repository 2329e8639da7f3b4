"""Lends loaded methods: each model is read once for a device and precision, its file's hash checked."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import torch

from core.checkpoints.catalog import located
from core.checkpoints.files import load_weights
from core.engine.compact import CompactMethod
from core.errors import UsageError

if TYPE_CHECKING:
    from core.engine.device import DeviceChoice
    from core.engine.method import Method

BUILDERS = {"compact": CompactMethod}


class Shelf:
    """Methods by name, device and precision. Safe to share between threads."""

    def __init__(self) -> None:
        self._lent: dict[tuple[str, str, str], Method] = {}
        self._lock = threading.Lock()

    def lend(self, name: str, choice: DeviceChoice) -> Method:
        """The method of this name, ready on the device.

        Raises UsageError for a name we do not know, CheckpointError where its weights are missing or damaged.
        """
        key = (name, choice.device, choice.precision)
        with self._lock:
            if key not in self._lent:
                self._lent[key] = _load(name, choice)
            return self._lent[key]

    def clear(self) -> None:
        """Forget every model, so that its memory is free once nobody uses it."""
        with self._lock:
            self._lent.clear()


def _load(name: str, choice: DeviceChoice) -> Method:
    if name not in BUILDERS:
        raise UsageError(f"No method is named {name!r}.", f"Take one of: {', '.join(BUILDERS)}.")
    row, path = located(name)
    weights = load_weights(path, row.sha256)
    return BUILDERS[name](weights, path, row.sha256 or "", choice.device, getattr(torch, choice.precision))
