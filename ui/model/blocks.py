"""Pixels that need not fit into memory: 256×256 blocks of RGBA, the ones in use in memory, the rest in a file."""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from typing import IO, TYPE_CHECKING

import numpy as np

from core.errors import OutputError
from core.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.geometry import Size

SIDE_PX = 256
BANDS = 4
BLOCK_BYTES = SIDE_PX * SIDE_PX * BANDS

Place = tuple[int, int, int]  # level, column, row


class BlockStore:
    """Blocks of (256, 256, 4) uint8 by place; what was never written reads as zero. Safe between threads.

    At most `memory_bytes` stay in memory; the rest lies in a nameless file of the system's temporary folder,
    which goes with the store. Raises OutputError where that folder is full.
    """

    def __init__(self, memory_bytes: int = 256 * 2**20) -> None:
        self._limit = max(4, memory_bytes // BLOCK_BYTES)
        self._near: OrderedDict[Place, np.ndarray] = OrderedDict()
        self._dirty: set[Place] = set()
        self._slots: dict[Place, int] = {}
        self._file: IO[bytes] | None = None
        self._lock = threading.RLock()

    def read(self, level: int, box: Box) -> np.ndarray:
        """A copy (box.height, box.width, 4) of any box with no negative side of a level."""
        pixels = np.zeros((box.height, box.width, BANDS), np.uint8)
        with self._lock:
            for place, common, inner in _pieces(level, box):
                block = self._get(place)
                if block is not None:
                    pixels[common.moved(-box.x, -box.y).slices] = block[inner]
        return pixels

    def write(self, level: int, x: int, y: int, pixels: np.ndarray) -> None:
        """Put (h, w, 4) at a place of a level."""
        box = Box(x, y, pixels.shape[1], pixels.shape[0])
        with self._lock:
            for place, common, inner in _pieces(level, box):
                block = self._get(place)
                if block is None:
                    block = self._new(place)
                block[inner] = pixels[common.moved(-x, -y).slices]
                self._dirty.add(place)

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._near.clear()
            self._slots.clear()
            if self._file:
                self._file.close()
                self._file = None

    def _new(self, place: Place) -> np.ndarray:
        block = np.zeros((SIDE_PX, SIDE_PX, BANDS), np.uint8)
        self._keep(place, block)
        return block

    def _get(self, place: Place) -> np.ndarray | None:
        block = self._near.get(place)
        if block is not None:
            self._near.move_to_end(place)
            return block
        if place not in self._slots or self._file is None:
            return None
        self._file.seek(self._slots[place] * BLOCK_BYTES)
        data = bytearray(self._file.read(BLOCK_BYTES))
        block = np.frombuffer(data, np.uint8).reshape(SIDE_PX, SIDE_PX, BANDS)
        self._keep(place, block)
        return block

    def _keep(self, place: Place, block: np.ndarray) -> None:
        self._near[place] = block
        while len(self._near) > self._limit:
            oldest, pixels = self._near.popitem(last=False)
            if oldest in self._dirty:
                self._spill(oldest, pixels)

    def _spill(self, place: Place, pixels: np.ndarray) -> None:
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="semantic-upscale-")  # noqa: SIM115  (closed by close)
            slot = self._slots.setdefault(place, len(self._slots))
            self._file.seek(slot * BLOCK_BYTES)
            self._file.write(pixels.tobytes())
        except OSError as error:
            raise OutputError(
                f"The temporary folder “{tempfile.gettempdir()}” cannot hold the picture: {error.strerror}.",
                "Free some space on that disk.",
            ) from error
        self._dirty.discard(place)


def blocks_of(size: Size) -> int:
    """How many blocks a level of this size has."""
    return -(-size.width // SIDE_PX) * -(-size.height // SIDE_PX)


def _pieces(level: int, box: Box) -> Iterator[tuple[Place, Box, tuple[slice, slice]]]:
    """Each block that a box meets: its place, the common box, and where that lies in the block."""
    if box.empty:
        return
    for row in range(box.y // SIDE_PX, (box.bottom - 1) // SIDE_PX + 1):
        for column in range(box.x // SIDE_PX, (box.right - 1) // SIDE_PX + 1):
            block = Box(column * SIDE_PX, row * SIDE_PX, SIDE_PX, SIDE_PX)
            common = block.intersect(box)
            yield (level, column, row), common, common.moved(-block.x, -block.y).slices
