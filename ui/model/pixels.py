"""The open picture as the window shows it: 8-bit sRGB, in levels, whatever the file held."""

from __future__ import annotations

import struct
import tempfile
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

import cv2
import numpy as np
from PySide6.QtCore import QCoreApplication

from core.errors import OutputError
from core.geometry import Box, Size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from core.image.picture import Carried, Picture


# Pixels that need not fit into memory: 256×256 blocks of RGBA, the ones in use in memory, the rest in a file.

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


# A picture in halves: level 0 is the picture, each next one half as wide, so that any zoom reads few pixels.

SMALLEST_PX = 256


def _half(size: Size) -> Size:
    return Size(max(1, -(-size.width // 2)), max(1, -(-size.height // 2)))


def level_sizes(size: Size) -> tuple[Size, ...]:
    """From the picture down to the first level whose sides are at most 256."""
    sizes = [size]
    while max(sizes[-1].width, sizes[-1].height) > SMALLEST_PX:
        sizes.append(_half(sizes[-1]))
    return tuple(sizes)


def halve(pixels: np.ndarray) -> np.ndarray:
    """(h, w, 4) → (⌈h/2⌉, ⌈w/2⌉, 4): the mean of each 2×2, an odd last row or column taken twice.

    Colours count by their alpha, so that pixels which are not there yet do not darken their neighbours.
    """
    height, width = pixels.shape[:2]
    even = cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    if (even[..., 3] == 255).all():
        return cv2.resize(even, (even.shape[1] // 2, even.shape[0] // 2), interpolation=cv2.INTER_AREA)
    weights = even[..., 3:].astype(np.float32)
    sums = _sum_of_fours(np.concatenate([even[..., :3] * weights, weights], axis=2))
    colour = sums[..., :3] / np.maximum(sums[..., 3:], 1)
    return np.rint(np.concatenate([colour, sums[..., 3:] / 4], axis=2)).astype(np.uint8)


def _sum_of_fours(values: np.ndarray) -> np.ndarray:
    height, width, bands = values.shape
    return values.reshape(height // 2, 2, width // 2, 2, bands).sum(axis=(1, 3))


class Pyramid:
    """A picture of `size` in levels of (h, w, 4) uint8 straight RGBA; alpha 0 where nothing was written."""

    def __init__(self, size: Size, memory_bytes: int = 256 * 2**20) -> None:
        self.size = size
        self._sizes = level_sizes(size)
        self._store = BlockStore(memory_bytes)

    @property
    def levels(self) -> int:
        """How many there are; at least 1."""
        return len(self._sizes)

    def level_size(self, level: int) -> Size:
        """Of a level, 0 the picture itself."""
        return self._sizes[level]

    def pixels(self, level: int, box: Box) -> np.ndarray:
        """A copy of a box, in that level's pixels, which lies in it."""
        return self._store.read(level, box)

    def put(self, x: int, y: int, pixels: np.ndarray) -> None:
        """Write (h, w, 4) into level 0 only; `build` makes the rest."""
        self._store.write(0, x, y, pixels)

    def write(self, x: int, y: int, pixels: np.ndarray) -> None:
        """Write (h, w, 4) into level 0, and what follows from it into every other."""
        self.put(x, y, pixels)
        box = Box(x, y, pixels.shape[1], pixels.shape[0])
        for level in range(1, self.levels):
            box = self._reduce(level, box)

    def build(self) -> Iterator[float]:
        """Make every level from the first; yields the share that is done, 0 … 1."""
        strips = [
            (level, Box(0, y, self._sizes[level - 1].width, 512).intersect(Box.of(self._sizes[level - 1])))
            for level in range(1, self.levels)
            for y in range(0, self._sizes[level - 1].height, 512)
        ]
        for done, (level, strip) in enumerate(strips, 1):
            self._reduce(level, strip)
            yield done / len(strips)

    def close(self) -> None:
        """Give the memory and the file back."""
        self._store.close()

    def _reduce(self, level: int, upper: Box) -> Box:
        """Make the part of a level that a box of the one above touches; gives that part's box."""
        box = Box.between(upper.x // 2, upper.y // 2, -(-upper.right // 2), -(-upper.bottom // 2))
        above = Box(box.x * 2, box.y * 2, box.width * 2, box.height * 2)
        above = above.intersect(Box.of(self._sizes[level - 1]))
        self._store.write(level, box.x, box.y, halve(self._store.read(level - 1, above)))
        return box


STRIP_PIXELS = 1 << 20


def eight_bits(array: np.ndarray) -> np.ndarray:
    """(h, w, bands) of uint8, uint16 or float [0, 1] → uint8, rounded."""
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.uint16:
        return ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8)


def _rgba(colour: np.ndarray, alpha: np.ndarray | None) -> np.ndarray:
    """(h, w, 3) and (h, w, 1) of any depth → (h, w, 4) uint8."""
    pixels = np.full((*colour.shape[:2], 4), 255, np.uint8)
    pixels[..., :3] = eight_bits(colour)
    if alpha is not None:
        pixels[..., 3:] = eight_bits(alpha)
    return pixels


@dataclass(frozen=True)
class SourceView:
    """What a picture shows. `notices` are sentences of the reader about what was left out.

    Read from any thread. `carried` says format, depth and profile of the file; None for pasted pixels.
    """

    size: Size
    title: str
    pyramid: Pyramid
    notices: tuple[str, ...] = ()
    carried: Carried | None = None
    has_alpha: bool = False

    @property
    def levels(self) -> int:
        """How many halves there are; level 0 is the picture."""
        return self.pyramid.levels

    def level_size(self, level: int) -> Size:
        """Of a level in its own pixels."""
        return self.pyramid.level_size(level)

    def pixels(self, level: int, box: Box) -> np.ndarray:
        """(h, w, 4) uint8 straight RGBA of a box in that level's pixels."""
        return self.pyramid.pixels(level, box)

    def thumb(self, side_px: int = 256) -> np.ndarray:
        """(h, w, 4) uint8: the whole picture, its longer side at most so long."""
        longest = max(self.size.width, self.size.height)
        share = min(1.0, side_px / longest)
        width, height = (max(1, round(side * share)) for side in (self.size.width, self.size.height))
        sizes = [self.level_size(level) for level in range(self.levels)]
        level = max((n for n, size in enumerate(sizes) if size.width >= width), default=0)
        whole = self.pixels(level, Box.of(sizes[level]))
        return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)

    def close(self) -> None:
        """Give memory and files back; nothing may be read afterwards."""
        self.pyramid.close()


def _silent() -> None:
    """Nobody wants to stop."""


def source_of_array(
    array: np.ndarray, title: str, icc: bytes | None = None, check: Callable[[], None] = _silent
) -> SourceView:
    """A view of (H, W, 3|4) straight RGB(A), uint8, uint16 or float [0, 1], in sRGB or by a profile."""
    size = Size(array.shape[1], array.shape[0])
    has_alpha = array.shape[2] == 4
    pyramid, seen = Pyramid(size), _seen_by(icc)
    rows = max(1, STRIP_PIXELS // size.width)
    for y in range(0, size.height, rows):
        part = array[y : y + rows]
        pyramid.put(0, y, _rgba(seen(part[..., :3]), part[..., 3:] if has_alpha else None))
        check()
    _ = [*pyramid.build()]
    return SourceView(size, title, pyramid, has_alpha=has_alpha)


def _seen_by(icc: bytes | None) -> Callable[[np.ndarray], np.ndarray]:
    """From values of a profile to sRGB; the values themselves where there is none that fits."""
    from core.image.colour import profile_from  # noqa: PLC0415  (libvips, as below)

    profile = profile_from(icc, "rgb") if icc else None
    if profile is None:
        return lambda values: values
    return lambda values: profile.srgb(unit(values))


def unit(array: np.ndarray) -> np.ndarray:
    """Integer values as float32 [0, 1]; floats as they are."""
    if array.dtype.kind == "f":
        return array.astype(np.float32)
    return array.astype(np.float32) / np.float32(np.iinfo(array.dtype).max)


def source_of_file(path: Path, check: Callable[[], None] = _silent) -> SourceView:
    """Read a picture file; strip by strip, so that memory stays bounded.

    `check` is called between strips and may raise to stop. InputError where it cannot be read, OutputError
    where the temporary folder is full; nothing is left behind then.
    """
    from core.image.io import open_picture  # noqa: PLC0415  (libvips would cost the window's start 0.2 s)

    with open_picture(path) as picture:
        check()
        pyramid = Pyramid(picture.size)
        try:
            _fill(pyramid, picture, check)
        except BaseException:
            pyramid.close()
            raise
        told: dict[str, Any] = {"notices": picture.notices, "carried": picture.carried}
        return SourceView(picture.size, path.name, pyramid, has_alpha=picture.alpha is not None, **told)


def _fill(pyramid: Pyramid, picture: Picture, check: Callable[[], None]) -> None:
    rows = max(1, STRIP_PIXELS // picture.size.width)
    for y in range(0, picture.size.height, rows):
        box = Box(0, y, picture.size.width, rows).intersect(Box.of(picture.size))
        alpha = picture.alpha.read(box) if picture.alpha else None
        pyramid.put(0, y, _rgba(picture.colour.read(box), alpha))
        check()
    for _ in pyramid.build():
        check()


# The target as the window shows it: filled tile by tile, in the place of the source.

MEMORY_BYTES = 192 * 2**20


class TargetView:
    """A target of `size`, `scale` times the source; alpha 0 where no tile has come yet."""

    def __init__(self, size: Size, scale: float, memory_bytes: int = MEMORY_BYTES) -> None:
        self.size = size
        self.scale = scale
        self.pyramid = Pyramid(size, memory_bytes)
        self._done_pixels = 0

    @property
    def levels(self) -> int:
        """How many halves there are."""
        return self.pyramid.levels

    @property
    def done_share(self) -> float:
        """0 … 1: how much has come, tiles that come twice counted once at most."""
        return min(1.0, self._done_pixels / max(1, self.size.area))

    def level_size(self, level: int) -> Size:
        """Of a level in its own pixels."""
        return self.pyramid.level_size(level)

    def pixels(self, level: int, box: Box) -> np.ndarray:
        """(h, w, 4) uint8 RGBA of a box in that level's pixels."""
        return self.pyramid.pixels(level, box)

    def write(self, box: Box, rgb: np.ndarray) -> None:
        """Put (box.height, box.width, 3) uint8 at a box of target pixels."""
        pixels = np.full((box.height, box.width, 4), 255, np.uint8)
        pixels[..., :3] = rgb
        self.pyramid.write(box.x, box.y, pixels)
        self._done_pixels += box.width * box.height

    def close(self) -> None:
        """Give memory and files back."""
        self.pyramid.close()


# What is written under a picture about its file: bits per channel and the name of its profile.

LONGEST = 40
PLAIN = {"rgb": "sRGB", "grey": "sRGB", "cmyk": "CMYK"}


def facts(carried: Carried | None) -> str:
    """“16 bit · Display P3”; empty where the pixels came from no file."""
    if carried is None:
        return ""
    if carried.depth == "float":
        depth = QCoreApplication.translate("facts", "floating point")
    else:
        depth = QCoreApplication.translate("facts", "{bits} bit").format(bits=carried.depth)
    name = profile_name(carried.icc) if carried.icc else ""
    return f"{depth} · {name or PLAIN[carried.kind]}"


@lru_cache(maxsize=8)
def profile_name(icc: bytes) -> str:
    """The profile's own description (ICC.1:2022 §9.2.41: tag `desc`), in one short line; empty where it has none."""
    try:
        (count,) = struct.unpack_from(">I", icc, 128)
        for at in range(132, 132 + 12 * min(count, 100), 12):
            tag, start, size = struct.unpack_from(">4sII", icc, at)
            if tag == b"desc":
                words = " ".join(_described(icc[start : start + size]).split())
                return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    except (struct.error, UnicodeDecodeError):
        return ""
    return ""


def _described(data: bytes) -> str:
    """Text of a `desc` (version 2) or `mluc` (version 4) element; the English or first of many languages."""
    if data[:4] == b"desc":
        (length,) = struct.unpack_from(">I", data, 8)
        return data[12 : 12 + length].split(b"\0")[0].decode("latin-1")
    if data[:4] != b"mluc":
        return ""
    count, step = struct.unpack_from(">II", data, 8)
    rows = [struct.unpack_from(">2sxxII", data, 16 + step * row) for row in range(min(count, 100))]
    chosen = next((row for row in rows if row[0] == b"en"), rows[0] if rows else None)
    if chosen is None:
        return ""
    _, length, start = chosen
    return data[start : start + length].decode("utf-16-be").split("\0")[0]
