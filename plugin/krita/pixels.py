"""How Krita lays out pixels, and how they travel to the engine. No host, no Qt."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from operator import itemgetter, mul
from typing import TYPE_CHECKING, Literal

from ..bridge.host import swap_red_blue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SRGB = "sRGB-elle-V2-srgbtrc.icc"
ALSO_SRGB = (SRGB, "sRGB-elle-V4-srgbtrc.icc", "sRGB built-in", "")
CHANNELS = {"A": 1, "GRAYA": 2, "RGBA": 4, "CMYKA": 5, "LABA": 4, "XYZA": 4, "YCbCrA": 4}
DEPTH_BYTES = {"U8": 1, "U16": 2, "F16": 2, "F32": 4}
MODES = {"RGBA": "RGBA", "GRAYA": "GREYA"}
WORDS: dict[int, Literal["B", "H", "I", "Q"]] = {1: "B", 2: "H", 4: "I", 8: "Q", 16: "Q"}
BAND_BYTES = 2 << 20


@dataclass(frozen=True)
class Space:
    """A colour space by Krita's names: "RGBA", "U16", name of the profile."""

    model: str
    depth: str
    profile: str

    @property
    def pixel_bytes(self) -> int:
        """Of one pixel, alpha included."""
        return CHANNELS[self.model] * DEPTH_BYTES[self.depth]

    @property
    def travel(self) -> Space:
        """The space in which such pixels travel: their own where the engine knows it, else the nearest it knows."""
        depth = "F32" if self.depth == "F16" else self.depth
        return replace(self, depth=depth) if self.model in MODES else Space("RGBA", depth, SRGB)

    @property
    def mode(self) -> str:
        """RGBA or GREYA, of pixels that travel."""
        return MODES[self.model]

    @property
    def engine_depth(self) -> str:
        """Depth as u8, u16 or f32, of pixels that travel."""
        return self.depth.lower()

    @property
    def is_swapped(self) -> bool:
        """Whether Krita keeps blue first, as it does in whole numbers."""
        return self.model == "RGBA" and self.depth in ("U8", "U16")

    def turned(self, data: bytes | bytearray) -> bytes | bytearray:
        """Between Krita's order of channels and the engine's."""
        return swap_red_blue(data, self.engine_depth) if self.is_swapped else data

    def alpha(self, data: bytes | bytearray) -> bytes:
        """One byte a pixel, of U8 or U16."""
        return bytes(data[self.pixel_bytes - 1 :: self.pixel_bytes])


def bands(height: int, row_bytes: int, at_once: int = BAND_BYTES) -> Iterator[tuple[int, int]]:
    """(first row, number of rows) of pieces that a host reads or writes without a stutter."""
    rows = max(1, at_once // max(1, row_bytes))
    return ((y, min(rows, height - y)) for y in range(0, height, rows))


def columns(data: bytes, row_bytes: int, first: int, length: int) -> bytes:
    """A stretch of bytes of every row."""
    if (first, length) == (0, row_bytes):
        return data
    view = memoryview(data)
    return b"".join(view[start + first : start + first + length] for start in range(0, len(data), row_bytes))


def regroup(pieces: Iterable[bytes], group_bytes: int) -> Iterator[bytes]:
    """The same bytes in pieces of whole groups; what is left over comes last."""
    kept = b""
    for piece in pieces:
        kept += piece
        whole = len(kept) - len(kept) % group_bytes
        if whole:
            yield kept[:whole]
            kept = kept[whole:]
    if kept:
        yield kept


def enlarge_blocks(
    data: bytes, source: tuple[int, int], target: tuple[int, int], pixel_bytes: int
) -> Iterator[bytes]:
    """Each source pixel as a block of the target, in pieces of whole rows: the original as it was, to compare with."""
    (width, height), (wide, high) = source, target
    kind = WORDS[pixel_bytes]
    words = pixel_bytes // array(kind).itemsize
    chosen = [x * width // wide * words + word for x in range(wide) for word in range(words)]
    pick = itemgetter(*chosen) if len(chosen) > 1 else lambda row: (row[0],)
    view = memoryview(data).cast("B").cast(kind)
    edges = [-(-y * high // height) for y in range(height + 1)]
    for y in range(height):
        if edges[y + 1] > edges[y]:
            row = array(kind, pick(view[y * width * words : (y + 1) * width * words]))
            yield row.tobytes() * (edges[y + 1] - edges[y])


def sample_row(row: bytes, places: list[int], pixel_bytes: int) -> bytes:
    """The pixels at these places of one row."""
    if pixel_bytes not in WORDS:  # five channels fit no machine word
        return b"".join(row[x * pixel_bytes : (x + 1) * pixel_bytes] for x in places)
    kind = WORDS[pixel_bytes]
    words = pixel_bytes // array(kind).itemsize
    view = memoryview(row).cast("B").cast(kind)
    chosen = [x * words + word for x in places for word in range(words)]
    return array(kind, itemgetter(*chosen)(view) if len(chosen) > 1 else [view[chosen[0]]]).tobytes()


def mean_floats(data: bytes, size: tuple[int, int], channels: int, factor: int) -> bytes:
    """Whole blocks of `factor`² pixels averaged, 32-bit floats, alpha last; colours count as far as seen."""
    width, row = size[0], size[0] * channels
    values, means = array("f", data), array("f")
    for top in range(0, size[1] - size[1] % factor, factor):
        lines = [values[(top + y) * row : (top + y + 1) * row] for y in range(factor)]
        alphas = [line[channels - 1 :: channels] for line in lines]
        alpha = _block_sums(alphas, width, factor)
        made = array("f", bytes(4 * len(alpha) * channels))
        made[channels - 1 :: channels] = array("f", [value / factor**2 for value in alpha])
        for channel in range(channels - 1):
            seen = [list(map(mul, line[channel::channels], cover)) for line, cover in zip(lines, alphas)]
            sums = _block_sums(seen, width, factor)
            made[channel::channels] = array("f", [a / b if b else 0.0 for a, b in zip(sums, alpha)])
        means += made
    return means.tobytes()


def _block_sums(lines: list, width: int, factor: int) -> list[float]:
    """Sums over all lines and `factor` neighbours."""
    down = list(map(sum, zip(*lines)))
    return [sum(down[x : x + factor]) for x in range(0, width - width % factor, factor)]


def mask_rows(data: bytes | bytearray, mask: bytes, depth: str, channels: int) -> bytes | bytearray:
    """Rows with their alpha limited by a mask of one byte a pixel; depth "U8", "U16" or "F32"."""
    if mask.count(255) == len(mask):
        return data
    kind = {"U8": "B", "U16": "H", "F32": "f"}[depth]
    values = array(kind, data)
    alpha = values[channels - 1 :: channels]
    limit = _limits(mask, kind)
    values[channels - 1 :: channels] = (
        limit if alpha == _limits(b"\xff" * len(mask), kind) else array(kind, map(min, alpha, limit))
    )
    return values.tobytes()


def _limits(mask: bytes, kind: str) -> array:
    if kind == "B":
        return array("B", mask)
    if kind == "f":
        steps = [value / 255 for value in range(256)]
        return array("f", [steps[value] for value in mask])
    doubled = bytearray(2 * len(mask))
    doubled[0::2] = doubled[1::2] = mask
    return array("H", bytes(doubled))
