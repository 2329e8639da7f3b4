"""Decoded pictures that the worker keeps for the next job."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.image.io import open_picture
from core.image.raw import RawLayout, open_raw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.image.picture import Picture

MOST_PICTURES = 4
MOST_PIXELS = 40_000_000


class Pictures:
    """Lends pictures by id, decoding each once; the least lately lent are closed. Safe to share between threads."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._open: OrderedDict[str, Picture] = OrderedDict()
        self._lent: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def lend(self, source: Mapping[str, Any]) -> Iterator[Picture]:
        """The picture of `Shelved.for_worker()`; what `open_picture` raises."""
        name = source["id"]
        with self._lock:
            if name not in self._open:
                self._open[name] = _decoded(source, self._scratch)
            self._open.move_to_end(name)
            self._lent[name] += 1
            picture = self._open[name]
        try:
            yield picture
        finally:
            with self._lock:
                self._lent[name] -= 1
                self._close_old()

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
