"""A scratch file as a picture that libvips reads from top to bottom: an uncompressed BigTIFF around its pixels.

libvips would map a file of bare pixels into memory as a whole; a TIFF it reads strip by strip.
"""

from __future__ import annotations

import io
import struct
import sys
from typing import TYPE_CHECKING

import pyvips

from core.image.tiff_exif import Entry, Form, directory

if TYPE_CHECKING:
    from core.image.planes import ScratchPlanes

_STRIP_BYTES = 1 << 20
_FORM = Form("<" if sys.byteorder == "little" else ">", big=True)
_SAMPLE_FORMATS = {"u": 1, "f": 3}


def raw_image(planes: ScratchPlanes) -> pyvips.Image:
    """The pixels of the planes, to be read once; nothing may be written to them afterwards."""
    mark = b"II" if _FORM.order == "<" else b"MM"
    with planes.path.open("rb+") as file:
        at = planes.head_bytes + planes.size.area * planes.pixel_bytes
        at = (at + 15) // 16 * 16
        file.write(mark + struct.pack(_FORM.order + "HHHQ", 43, 8, 0, at))
        file.seek(at, io.SEEK_SET)
        file.write(directory(_FORM, [], _tags(planes), at))
    return pyvips.Image.tiffload(str(planes.path), access="sequential", fail_on="error")


def _tags(planes: ScratchPlanes) -> list[Entry]:
    """TIFF 6.0 §8; colours are said to be grey or RGB, whatever they are."""
    bands, size = planes.bands, planes.size
    row_bytes = size.width * planes.pixel_bytes
    rows = max(1, _STRIP_BYTES // row_bytes)
    starts = range(0, size.height, rows)
    offsets = [planes.head_bytes + y * row_bytes for y in starts]
    counts = [min(rows, size.height - y) * row_bytes for y in starts]
    colours = 3 if bands >= 3 else 1
    tags = [
        _numbers(256, [size.width]), _numbers(257, [size.height]), _numbers(278, [rows]),
        _shorts(258, [8 * planes.dtype.itemsize] * bands), _shorts(259, [1]), _shorts(284, [1]),
        _shorts(262, [2 if colours == 3 else 1]), _shorts(277, [bands]),
        _shorts(339, [_SAMPLE_FORMATS[planes.dtype.kind]] * bands),
        _numbers(273, offsets), _numbers(279, counts),
    ]  # fmt: skip
    return tags if bands == colours else [*tags, _shorts(338, [0] * (bands - colours))]


def _shorts(tag: int, values: list[int]) -> Entry:
    return Entry(tag, 3, len(values), struct.pack(f"<{len(values)}H", *values))


def _numbers(tag: int, values: list[int]) -> Entry:
    return Entry(tag, 16, len(values), struct.pack(f"<{len(values)}Q", *values))
