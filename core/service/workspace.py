"""What the worker's jobs share: models, decoded pictures, and what was found out about them."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import torch

from core.engine.device import DeviceChoice, choose_device
from core.engine.methods.registry import MethodRegistry, precision_for
from core.engine.upscale import estimate_clean_up
from core.geometry import Box
from core.image.io import open_picture
from core.image.raw import RawLayout, open_raw
from core.segment.registry import AUTO, best_installed, segmenter_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.engine.methods.base import Method
    from core.image.picture import Picture
    from core.request import UpscaleRequest
    from core.segment.interface import Embedding, Segmenter


class NameLocks:
    """A lock for each name: what is made once under it keeps nobody waiting who wants something else."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[object, NameLock] = WeakValueDictionary()
        self._lock = threading.Lock()

    def of(self, name: object) -> NameLock:
        """The lock of a name; it is gone when nobody holds it."""
        with self._lock:
            return self._locks.setdefault(name, NameLock())


class NameLock:
    """One of them: a plain lock, but one that may be forgotten when nobody holds it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


# Decoded pictures that the worker keeps for the next job.

MOST_PICTURES = 4
MOST_PIXELS = 40_000_000


class Pictures:
    """Lends pictures by id, decoding each once; the least lately lent are closed. Safe to share between threads."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._open: OrderedDict[str, Picture] = OrderedDict()
        self._lent: Counter[str] = Counter()
        self._lock, self._locks_by_name = threading.Lock(), NameLocks()

    @contextmanager
    def get(self, source: Mapping[str, Any]) -> Iterator[Picture]:
        """The picture of `Shelved.for_worker()`; what `open_picture` raises.

        Decoding may take minutes: it keeps those waiting who want the same picture, and nobody else.
        """
        name = source["id"]
        with self._locks_by_name.of(name):
            picture = self._take(name) or self._keep(name, _decoded(source, self._scratch))
        try:
            yield picture
        finally:
            with self._lock:
                self._lent[name] -= 1
                self._close_old()

    def _take(self, name: str) -> Picture | None:
        """Lend what is open; None where it is not."""
        with self._lock:
            if name not in self._open:
                return None
            self._open.move_to_end(name)
            self._lent[name] += 1
            return self._open[name]

    def _keep(self, name: str, picture: Picture) -> Picture:
        """Lend what was just decoded."""
        with self._lock:
            self._open[name] = picture
            self._lent[name] += 1
            return picture

    def forget(self, picture_id: str) -> None:
        """Close it, unless it is lent."""
        with self._lock:
            if picture_id in self._open and not self._lent[picture_id]:
                self._open.pop(picture_id).close()
                del self._lent[picture_id]

    def _close_old(self) -> None:
        for name in list(self._open):
            pixels = sum(picture.size.area for picture in self._open.values())
            if len(self._open) <= MOST_PICTURES and pixels <= MOST_PIXELS:
                return
            if not self._lent[name] and len(self._open) > 1:
                self._open.pop(name).close()
                del self._lent[name]


def _decoded(source: Mapping[str, Any], scratch: Path) -> Picture:
    path = Path(source["path"])
    if source["raw"]:
        return open_raw(path, RawLayout(**source["raw"]), scratch)
    return open_picture(path, scratch)


MOST_EMBEDDINGS = 4


class Workspace:
    """Safe to share between the lanes; nothing is loaded before it is asked for."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.shelf, self.pictures = scratch, MethodRegistry(), Pictures(scratch)
        self._choices: dict[tuple[str, str], DeviceChoice] = {}
        self._dirt: dict[tuple[str, str, str], float] = {}
        self._segmenters: dict[str, Segmenter] = {}
        self._embeddings: dict[tuple[str, str], Embedding] = {}
        self._looking, self._locks_by_name = threading.RLock(), NameLocks()

    def choice(self, device: str = "auto", precision: str = "auto") -> DeviceChoice:
        """The device, asked of the machine once; its `free_bytes` are those of then."""
        key = (device, precision)
        if key not in self._choices:
            self._choices[key] = choose_device(device, precision)
        return self._choices[key]

    def method(self, request: UpscaleRequest) -> tuple[Method, DeviceChoice]:
        """The method of a request, ready on its device; this thread computes as the device wants."""
        choice = self.choice(request.device, precision_for(request))
        if torch.get_num_threads() != choice.threads:
            torch.set_num_threads(choice.threads)
        return self.shelf.get(request.method, choice), choice

    def clean_up(self, picture_id: str, picture: Picture, method: Method, device: str) -> float:
        """The estimate for a picture, made once."""
        key = (picture_id, method.name, device)
        if key not in self._dirt:
            self._dirt[key] = estimate_clean_up(picture, method, device)
        return self._dirt[key]

    def segmenter(self, name: str) -> Segmenter:
        """The segmenter of this name, loaded once."""
        device = self.choice().device
        name = best_installed(device) if name == AUTO else name
        with self._looking:
            if name not in self._segmenters:
                self._segmenters[name] = segmenter_named(name, device)
            return self._segmenters[name]

    def embedding(self, picture_id: str, picture: Picture, segmenter: Segmenter) -> Embedding:
        """The picture as the segmenter understands it, encoded once."""
        key = (picture_id, segmenter.id)
        with self._locks_by_name.of(key):
            with self._looking:
                found = self._embeddings.pop(key, None)
            if found is None:
                found = segmenter.encode(picture.colour.read(Box.of(picture.size)))
            with self._looking:
                self._embeddings[key] = found  # at the end: the first goes first
                while len(self._embeddings) > MOST_EMBEDDINGS:
                    del self._embeddings[next(iter(self._embeddings))]
            return found

    def forget(self, picture_id: str) -> None:
        """Let go of all that is known about a picture."""
        self.pictures.forget(picture_id)
        with self._looking:
            for key in [key for key in self._embeddings if key[0] == picture_id]:
                del self._embeddings[key]

    def status(self) -> dict[str, Any]:
        """Device, precision and what is loaded."""
        choice = self.choice()
        loaded = [*self.shelf.loaded(), *self._segmenters]
        return {
            "device": choice.name,
            "computes_on": choice.device,
            "precision": choice.precision,
            "loaded": loaded,
        }
