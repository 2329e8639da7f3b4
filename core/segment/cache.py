"""What encoders understood, kept in memory and on disk: by the picture's pixels and the model's hash.

Nothing here can fail a job: what cannot be read is forgotten, what cannot be written is not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from core.errors import OutputError
from core.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

MEMORY_BYTES = 128 << 20
DISK_BYTES = 1 << 30
_DIGEST_BYTES = 16
_ENDING = ".embedding"


class EmbeddingCache:
    """Bytes by key, the least lately used dropped first. Safe to share between threads and processes.

    `folder` None keeps nothing on disk; a cap of 0 bytes switches that half off. No folder is made before the
    first `put`.
    """

    def __init__(
        self, folder: Path | None, memory_bytes: int = MEMORY_BYTES, disk_bytes: int = DISK_BYTES
    ) -> None:
        self._folder, self._memory_bytes, self._disk_bytes = folder, memory_bytes, disk_bytes
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """What was put under this key; None if nothing, or it was dropped or damaged."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        data = self._read(key)
        if data is not None:
            self._remember(key, data)
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keep bytes under a key of letters and digits."""
        self._remember(key, data)
        if self._folder is not None and len(data) + _DIGEST_BYTES <= self._disk_bytes:
            with contextlib.suppress(OSError, OutputError):
                self._write(self._folder, key, data)
                self._prune(self._folder)

    def _remember(self, key: str, data: bytes) -> None:
        with self._lock:
            self._kept[key] = data
            self._kept.move_to_end(key)
            while self._kept and sum(map(len, self._kept.values())) > self._memory_bytes:
                self._kept.popitem(last=False)

    def _read(self, key: str) -> bytes | None:
        if self._folder is None:
            return None
        path = self._folder / f"{key}{_ENDING}"
        try:
            whole = path.read_bytes()
            data, digest = whole[:-_DIGEST_BYTES], whole[-_DIGEST_BYTES:]
            if digest != _digest(data):
                path.unlink()
                return None
            os.utime(path)  # lately used
        except OSError:
            return None
        return data

    def _write(self, folder: Path, key: str, data: bytes) -> None:
        write_whole(folder / f"{key}{_ENDING}", data + _digest(data))

    def _prune(self, folder: Path) -> None:
        known = [(path.stat().st_mtime, path.stat().st_size, path) for path in folder.glob(f"*{_ENDING}")]
        total = sum(size for _, size, _ in known)
        for _, size, path in sorted(known):
            if total <= self._disk_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).digest()
