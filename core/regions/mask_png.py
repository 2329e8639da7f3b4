"""Masks as PNG: 8-bit grey, not interlaced, the size of the source, 0 outside and 255 (read: ≥ 128) inside.

What a file claims is checked before memory is taken for it (PNG specification, third edition, §5 and §9).
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import InputError, UsageError
from core.geometry import Box, Size
from core.regions.mask import Mask

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDE_LIMIT_PX = 2**20
AREA_LIMIT_PX = 2**29

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREY_8_BIT = (8, 0, 0, 0, 0)
_ADVICE = "Save the mask again as an 8-bit grey PNG without interlacing."
_PIECE_BYTES = 2**24


def check_picture_size(size: Size) -> None:
    """UsageError for a picture whose masks would be too large to keep."""
    if max(size.width, size.height) > SIDE_LIMIT_PX or size.area > AREA_LIMIT_PX:
        raise UsageError(
            f"A picture of {size} is too large for masks.",
            f"Up to {SIDE_LIMIT_PX} px a side and {AREA_LIMIT_PX} px in all can be kept.",
        )


def longest_png_bytes(size: Size) -> int:
    """No honest mask of this size needs a longer file."""
    return 2 * size.height * (size.width + 1) + 65536


def encode_mask(mask: Mask, size: Size) -> bytes:
    """The PNG of a mask of a picture of this size."""
    check_picture_size(size)
    picture = mask.in_box(Box.of(size)).view(np.uint8) * np.uint8(255)
    done, data = cv2.imencode(".png", picture)
    if not done:
        raise UsageError(f"A mask of {size} could not be packed.")
    return data.tobytes()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunks(data: bytes, name: str) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each chunk up to IEND; InputError where one is cut short or its checksum is wrong."""
    at = len(_SIGNATURE)
    kind = b"" if data.startswith(_SIGNATURE) else b"IEND"
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", data[at : at + 8].ljust(8, b"\xff"))
        body, check = data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        if check != struct.pack(">I", zlib.crc32(kind + body)):
            raise InputError(f"{name} is cut short or damaged.", _ADVICE)
        yield kind, body
        at += 12 + length


def _check_header(header: bytes, size: Size, name: str) -> None:
    if len(header) != 13:
        raise InputError(f"{name} is not a PNG picture.", _ADVICE)
    width, height, *kind = struct.unpack(">II5B", header)
    if (width, height) != (size.width, size.height):
        raise InputError(
            f"{name} is {Size(width, height)}, but the picture is {size}.",
            "Take the mask that was made for this picture, or scale it to the same size.",
        )
    if tuple(kind) != _GREY_8_BIT:
        raise InputError(f"{name} is not an 8-bit grey PNG.", _ADVICE)


def _inflated(packed: bytes, limit_bytes: int) -> Iterator[bytes]:
    """The unpacked bytes piece by piece, ending soon after the limit; zlib.error where they are damaged."""
    unpacker, done = zlib.decompressobj(), 0
    while not unpacker.eof and done <= limit_bytes:
        piece = unpacker.decompress(packed, _PIECE_BYTES)
        packed, done = unpacker.unconsumed_tail, done + len(piece)
        if not piece and not packed:
            return
        yield piece


def _rows_are_whole(packed: bytes, size: Size) -> bool:
    """Whether the pixel data are exactly as many rows as the size says, each with a filter that exists."""
    row_bytes, done = size.width + 1, 0
    try:
        for piece in _inflated(packed, size.height * row_bytes):
            filters = np.frombuffer(piece, np.uint8)[-done % row_bytes :: row_bytes]
            if filters.size and filters.max() > 4:
                return False
            done += len(piece)
    except zlib.error:
        return False
    return done == size.height * row_bytes


def decode_mask(data: bytes, size: Size, name: str = "The mask") -> Mask:
    """The mask in a PNG of a picture of this size. `name` is what to call it in an error.

    Raises InputError where it is no PNG, damaged, of another size, or not 8-bit grey, and UsageError for a
    size that no mask may have.
    """
    check_picture_size(size)
    chunks = list(_chunks(data, name))
    header = chunks[0][1] if chunks and chunks[0][0] == b"IHDR" else b""
    _check_header(header, size, name)
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    if not _rows_are_whole(packed, size):
        raise InputError(f"{name} is damaged.", _ADVICE)
    # Only what was checked goes to the decoder: no palettes, animations or notes.
    plain = _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")
    picture = cv2.imdecode(np.frombuffer(plain, np.uint8), cv2.IMREAD_GRAYSCALE)
    if picture is None or picture.shape != (size.height, size.width):
        raise InputError(f"{name} is damaged.", _ADVICE)
    return Mask.from_soft(np.asarray(picture, np.uint8))
