"""Lends loaded methods: each model is read once for a device and precision, its file's hash checked."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import torch

from core.checkpoints.catalog import catalog, find_file
from core.checkpoints.detect import SAM_DIFFSR
from core.checkpoints.files import load_weights
from core.engine.methods.community import CommunityFile, CommunityMethod
from core.engine.methods.compact import CompactMethod
from core.engine.methods.latent import CODEC_ID, RECIPES, Named, latent_model, published_method, released_as
from core.engine.methods.sam_diffsr import SamDiffSRMethod
from core.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from core.checkpoints.files import Weights
    from core.engine.device import DeviceChoice
    from core.engine.methods.base import Method
    from core.request import UpscaleRequest


METHODS = ("compact", *RECIPES, SAM_DIFFSR)


def precision_for(request: UpscaleRequest) -> str:
    """The precision asked for; "auto" is full precision for community models, which were made and judged in it."""
    if request.precision != "auto":
        return request.precision
    community = any(row.community and row.id == request.method for row in catalog())
    return "float32" if community else "auto"


class MethodRegistry:
    """Methods by name, device and precision. Safe to share between threads."""

    def __init__(self) -> None:
        self._lent: dict[tuple[str, str, str], Method] = {}
        self._lock = threading.RLock()

    def get(self, name: str, choice: DeviceChoice) -> Method:
        """The method of this name, ready on the device.

        Raises UsageError for a name we do not know, CheckpointError where its weights are missing or damaged.
        """
        key = (name, choice.device, choice.precision)
        with self._lock:
            if key not in self._lent:
                method = self._load(name, choice)
                method.licence = find_file(name)[0].licence
                self._lent[key] = method
            return self._lent[key]

    def loaded(self) -> list[str]:
        """The names of the methods that were lent."""
        with self._lock:
            return list(dict.fromkeys(name for name, _, _ in self._lent))

    def clear(self) -> None:
        """Forget every model, so that its memory is free once nobody uses it."""
        with self._lock:
            self._lent.clear()

    def _load(self, name: str, choice: DeviceChoice) -> Method:
        added = [row.id for row in catalog() if row.community]
        if name not in (*METHODS, *added):
            known = ", ".join((*METHODS, *added))
            raise UsageError(f"No method is named {name!r}.", f"Take one of: {known}.")
        weights, path, sha256 = _weights(name)
        dtype = getattr(torch, choice.precision)
        if name in added:
            file = CommunityFile(name, path.name, sha256)
            method = CommunityMethod(weights, file, choice.device, dtype, self.get("compact", choice))
            return method.measured(choice)
        if name == SAM_DIFFSR:
            base = self.get("compact", choice)
            return SamDiffSRMethod(weights, path, sha256, choice.device, dtype, base)
        if name not in RECIPES:
            return CompactMethod(weights, path, sha256, choice.device, dtype)
        codec, codec_path, _ = _weights(CODEC_ID)
        model = latent_model((weights, path.name), (codec, codec_path.name), choice.device, dtype)
        origin = released_as(weights, path.name)
        return published_method(name, model, Named(path.name, sha256), origin, self.get("compact", choice))


def _weights(name: str) -> tuple[Weights, Path, str]:
    row, path = find_file(name)
    return load_weights(path, row.sha256), path, row.sha256 or ""
