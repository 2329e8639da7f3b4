"""Pictures that need not fit into memory: planes of pixels that are read by box and written by rows."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
import weakref
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import OutputError
from core.geometry import Box, Size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import DTypeLike


STRIP_PIXELS = 1 << 20
MOST_ROWS = 1024  # of a tall picture libvips reads n rows at once in a time that grows with n²
SMALL_PIXELS = 16_000_000
_SEEKING = threading.Lock()


class Planes(ABC):
    """A picture of `size` with `bands` values of `dtype` per pixel. What was never written reads as zero."""

    def __init__(self, size: Size, bands: int, dtype: DTypeLike) -> None:
        self.size = size
        self.bands = bands
        self.dtype = np.dtype(dtype)

    def read(self, box: Box) -> np.ndarray:
        """A copy (box.height, box.width, bands); ValueError where the box leaves the picture."""
        if box.intersect(Box.of(self.size)) != box:
            raise ValueError(f"{box} leaves a picture of {self.size}")
        return self._read(box)

    def write(self, y: int, rows: np.ndarray) -> None:
        """Put whole rows (h, width, bands) of this dtype from row y on; ValueError where they do not fit."""
        fits = rows.ndim == 3 and rows.shape[1:] == (self.size.width, self.bands) and rows.dtype == self.dtype
        if not fits or y < 0 or y + rows.shape[0] > self.size.height:
            raise ValueError(f"rows {rows.shape} {rows.dtype} at {y} do not fit {self.size}×{self.bands}")
        self._write(y, rows)

    def close(self) -> None:  # noqa: B027  (most planes hold nothing)
        """Give back what is held; nothing may be read afterwards."""

    @abstractmethod
    def _read(self, box: Box) -> np.ndarray: ...

    @abstractmethod
    def _write(self, y: int, rows: np.ndarray) -> None: ...

    def __enter__(self) -> Planes:  # noqa: PYI034  (Self is younger than Python 3.10)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class MemoryPlanes(Planes):
    """Planes over `array` (H, W, bands), which is shared, not copied."""

    def __init__(self, array: np.ndarray) -> None:
        super().__init__(Size(array.shape[1], array.shape[0]), array.shape[2], array.dtype)
        self.array = array

    @classmethod
    def empty(cls, size: Size, bands: int, dtype: DTypeLike) -> MemoryPlanes:
        """All zero."""
        return cls(np.zeros((size.height, size.width, bands), dtype))

    def _read(self, box: Box) -> np.ndarray:
        return self.array[box.slices].copy()

    def _write(self, y: int, rows: np.ndarray) -> None:
        self.array[y : y + rows.shape[0]] = rows


class ScratchPlanes(Planes):
    """Planes in a file of `folder` (default: the system's): a gap for a header, then row after row.

    Read and written in place, never mapped: mapped pages would count as memory. The file goes when the planes
    are closed or collected. Raises OutputError where the folder is full or not writable.
    """

    head_bytes = 16

    def __init__(self, size: Size, bands: int, dtype: DTypeLike, folder: Path | None = None) -> None:
        super().__init__(size, bands, dtype)
        try:
            self._fd, name = tempfile.mkstemp(".planes", "semantic-upscale-", folder)
        except OSError as error:
            raise _no_room(error, folder) from error
        self.path = Path(name)
        self._discard = weakref.finalize(self, _discard, self._fd, name)

    @property
    def pixel_bytes(self) -> int:
        """Bytes of one pixel in the file."""
        return self.bands * self.dtype.itemsize

    def close(self) -> None:
        """Delete the file."""
        self._discard()

    def _place(self, x: int, y: int) -> int:
        return self.head_bytes + (y * self.size.width + x) * self.pixel_bytes

    def _read(self, box: Box) -> np.ndarray:
        pixels = np.zeros((box.height, box.width, self.bands), self.dtype)
        whole = box.width == self.size.width
        for rows, y in [(pixels, box.y)] if whole else [(row, box.y + i) for i, row in enumerate(pixels)]:
            data = _read_at(self._fd, rows.nbytes, self._place(box.x, y))
            rows.reshape(-1).view(np.uint8)[: len(data)] = np.frombuffer(data, np.uint8)
        return pixels

    def _write(self, y: int, rows: np.ndarray) -> None:
        buffer: Any = np.ascontiguousarray(rows).reshape(-1).view(np.uint8)
        data = memoryview(buffer)
        try:
            _write_at(self._fd, data, self._place(0, y))
        except OSError as error:
            raise _no_room(error, self.path.parent) from error


def planes_for(size: Size, bands: int, dtype: DTypeLike, folder: Path | None = None) -> Planes:
    """Empty planes: in memory up to 16 megapixels, in a scratch file of `folder` above."""
    if size.area <= SMALL_PIXELS:
        return MemoryPlanes.empty(size, bands, dtype)
    return ScratchPlanes(size, bands, dtype, folder)


def strips(size: Size, pixels: int = STRIP_PIXELS, multiple: int = 1) -> Iterator[Box]:
    """Full-width boxes of about so many pixels that cover the picture from top to bottom, none above MOST_ROWS."""
    rows = max(1, min(MOST_ROWS, pixels // max(1, size.width)) // multiple) * multiple
    for y in range(0, size.height, rows):
        yield Box.between(0, y, size.width, min(size.height, y + rows))


def _read_at(fd: int, count: int, offset: int) -> bytes:
    """Up to `count` bytes: fewer only at the file's end."""
    parts = []
    while count > 0 and (part := _read_once(fd, count, offset)):
        parts.append(part)
        count, offset = count - len(part), offset + len(part)
    return b"".join(parts)


def _read_once(fd: int, count: int, offset: int) -> bytes:
    if hasattr(os, "pread"):
        return os.pread(fd, min(count, 1 << 30), offset)
    with _SEEKING:  # Windows has no pread
        os.lseek(fd, offset, os.SEEK_SET)
        return os.read(fd, min(count, 1 << 30))


def _write_at(fd: int, data: memoryview, offset: int) -> None:
    while data:
        if hasattr(os, "pwrite"):
            done = os.pwrite(fd, data[: 1 << 30], offset)
        else:
            with _SEEKING:
                os.lseek(fd, offset, os.SEEK_SET)
                done = os.write(fd, data[: 1 << 30])
        data, offset = data[done:], offset + done


def _discard(fd: int, name: str) -> None:
    os.close(fd)
    Path(name).unlink(missing_ok=True)


def _no_room(error: OSError, folder: Path | None) -> OutputError:
    where = folder or tempfile.gettempdir()
    if error.errno == errno.ENOSPC:
        return OutputError(f"The disk of the working folder “{where}” is full.", "Free some space on it.")
    return OutputError(
        f"The working folder “{where}” cannot be written: {error.strerror}.", "Choose another."
    )


# EXIF orientation as a view: the picture is turned where it is read, so that nothing is copied.


def orient(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Stored pixels (H, W, bands) as they are meant to be seen; EXIF 2.3, tag 0x0112, values 1 … 8."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels


class OrientedPlanes(Planes):
    """`stored` seen through an EXIF orientation. Read-only."""

    def __init__(self, stored: Planes, orientation: int) -> None:
        turned = orientation >= 5
        width, height = stored.size.width, stored.size.height
        super().__init__(Size(height, width) if turned else stored.size, stored.bands, stored.dtype)
        self._stored = stored
        self._orientation = orientation

    def close(self) -> None:
        """Close what is stored."""
        self._stored.close()

    def _read(self, box: Box) -> np.ndarray:
        pixels = self._stored.read(self._stored_box(box))
        return np.ascontiguousarray(orient(pixels, self._orientation))

    def _write(self, y: int, rows: np.ndarray) -> None:
        del y, rows
        raise TypeError("a turned view is read-only")

    def _stored_box(self, box: Box) -> Box:
        """Undo `oriented`, last step first."""
        if self._orientation in (2, 3, 6, 7):
            box = Box(self.size.width - box.right, box.y, box.width, box.height)
        if self._orientation in (3, 4, 7, 8):
            box = Box(box.x, self.size.height - box.bottom, box.width, box.height)
        return Box(box.y, box.x, box.height, box.width) if self._orientation >= 5 else box


def turn_planes(stored: Planes, orientation: int) -> Planes:
    """The planes as seen; pixels in memory are turned once, others at every read."""
    if orientation not in range(2, 9):
        return stored
    if isinstance(stored, MemoryPlanes):
        return MemoryPlanes(np.ascontiguousarray(orient(stored.array, orientation)))
    return OrientedPlanes(stored, orientation)
