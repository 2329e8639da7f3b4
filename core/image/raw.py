"""Raw planes, as painting programs hand them over: rows of pixels in the host's own profile."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.errors import InputError, UsageError
from core.geometry import Size
from core.image.colour import is_srgb, profile_from
from core.image.picture import Carried, Depth, Kind, Picture, fill_hidden
from core.image.planes import planes_for, strips
from core.image.read import PIXEL_LIMIT, FileDecoder, Header
from plugin.bridge.facts import BANDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.geometry import Box

DTYPES = {"u8": np.dtype("<u1"), "u16": np.dtype("<u2"), "f32": np.dtype("<f4")}
DEPTHS: dict[str, Depth] = {"u8": 8, "u16": 16, "f32": "float"}
PEAKS = {"u8": 255.0, "u16": 65535.0, "f32": 1.0}
MOST_ICC_BYTES = 16 << 20
MOST_STRIDE_GAP_BYTES = 1 << 20


@dataclass(frozen=True)
class RawLayout:
    """How raw planes lie in a body: `icc_bytes` of profile, then rows, top row first, little-endian, straight alpha.

    `mode` is GREY, GREYA, RGB or RGBA; `depth` u8, u16 or f32; `stride_bytes` from row to row, 0 where packed; `dpi`
    None where unknown. UsageError for a layout that cannot be; nothing is allocated by it.
    """

    width: int
    height: int
    mode: str
    depth: str
    stride_bytes: int = 0
    icc_bytes: int = 0
    dpi: float | None = None

    def __post_init__(self) -> None:
        if self.mode not in BANDS or self.depth not in DTYPES:
            raise UsageError(
                f"No pixels are laid out as {self.mode!r} {self.depth!r}.",
                f"Take one of {', '.join(BANDS)} and one of {', '.join(DTYPES)}.",
            )
        if self.width < 1 or self.height < 1 or self.width * self.height > PIXEL_LIMIT:
            raise UsageError(f"A picture of {self.size} cannot be taken.", "Take 1 … 2 000 megapixels.")
        if self.stride_bytes and not 0 <= self.stride_bytes - self.row_bytes <= MOST_STRIDE_GAP_BYTES:
            raise UsageError(f"Rows of {self.row_bytes} bytes do not lie {self.stride_bytes} bytes apart.")
        if not 0 <= self.icc_bytes <= MOST_ICC_BYTES:
            raise UsageError(f"A profile of {self.icc_bytes} bytes cannot be taken.", "Leave it out.")
        if self.dpi is not None and not (math.isfinite(self.dpi) and 0 < self.dpi < 1e6):
            raise UsageError(f"{self.dpi:g} dots per inch cannot be.", "Leave it out.")

    @property
    def size(self) -> Size:
        """Width and height in pixels."""
        return Size(self.width, self.height)

    @property
    def row_bytes(self) -> int:
        """Bytes of a row's pixels."""
        return self.width * BANDS[self.mode] * DTYPES[self.depth].itemsize

    @property
    def stride(self) -> int:
        """Bytes from row to row."""
        return self.stride_bytes or self.row_bytes

    @property
    def total_bytes(self) -> int:
        """Bytes of the whole body."""
        return self.icc_bytes + self.stride * self.height

    @property
    def kind(self) -> Kind:
        """Grey or rgb."""
        return "grey" if self.mode.startswith("GREY") else "rgb"

    @property
    def has_alpha(self) -> bool:
        """Whether the last band is alpha."""
        return self.mode.endswith("A")


def raw_header(path: Path, layout: RawLayout) -> Header:
    """What is given back to the host, and whether its profile is understood."""
    with path.open("rb") as file:
        icc = file.read(layout.icc_bytes) or None
    notices = ()
    if icc and profile_from(icc, layout.kind) is None:
        icc, notices = None, ("The colour profile does not fit the picture and is left out.",)
    dpi = (layout.dpi, layout.dpi) if layout.dpi else None
    carried = Carried("png", layout.kind, DEPTHS[layout.depth], layout.has_alpha, icc, dpi=dpi)
    return Header(layout.size, carried, notices)


def check_raw(path: Path, layout: RawLayout) -> None:
    """InputError where a floating-point value is not a number."""
    if layout.depth != "f32":
        return
    for box, rows in raw_rows(path, layout):
        bad = ~np.isfinite(rows)
        if bad.any():
            y, x, _ = np.argwhere(bad)[0]
            raise InputError(
                f"The pixel {x},{box.y + y} holds a value that is not a finite number.",
                "Clean the layer (NaN and infinity) in the program that it comes from.",
            )


def raw_rows(path: Path, layout: RawLayout) -> Iterator[tuple[Box, np.ndarray]]:
    """The stored values (h, width, bands), strip by strip from the top."""
    dtype, bands = DTYPES[layout.depth], BANDS[layout.mode]
    for box in strips(layout.size):
        at = layout.icc_bytes + box.y * layout.stride
        data = np.fromfile(path, np.uint8, box.height * layout.stride, offset=at)
        rows = data.reshape(box.height, layout.stride)[:, : layout.row_bytes]
        yield box, np.ascontiguousarray(rows).view(dtype).reshape(box.height, layout.width, bands)


def open_raw(path: Path, layout: RawLayout, scratch_folder: Path | None = None) -> Picture:
    """A picture from a body that fits the layout; as `open_picture`."""
    header = raw_header(path, layout)
    carried = header.carried
    profile = profile_from(carried.icc, layout.kind) if carried.icc else None
    if profile and is_srgb(profile, layout.kind):
        profile = None
    decoder = FileDecoder(layout.kind, PEAKS[layout.depth], profile, layout.has_alpha)
    colour = planes_for(layout.size, 3, np.float32, scratch_folder)
    alpha = planes_for(layout.size, 1, np.float32, scratch_folder) if layout.has_alpha else None
    picture = Picture(layout.size, colour, alpha, carried, header.notices)
    try:
        for box, rows in raw_rows(path, layout):
            colour.write(box.y, decoder.colour(rows))
            if alpha:
                alpha.write(box.y, decoder.alpha(rows))
        if alpha:
            fill_hidden(colour, alpha)
    except BaseException:
        picture.close()
        raise
    return picture
