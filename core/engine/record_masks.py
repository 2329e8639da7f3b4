"""Masks as short texts: the bits of the crop, each row XORed with the one above, deflated, in base64."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import InputError
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.mask_png import AREA_LIMIT_PX

if TYPE_CHECKING:
    from core.regions.keys import Keys


def mask_values(mask: Mask) -> dict[str, Any]:
    """`box` as [x, y, width, height] in source pixels, and `bits`: rows padded to whole bytes, high bit first."""
    box, rows = mask.box, np.packbits(mask.pixels, axis=1)
    rows[1:] ^= rows[:-1].copy()  # outlines change little from row to row
    bits = base64.b64encode(zlib.compress(rows.tobytes(), 9)).decode("ascii")
    return {"box": [box.x, box.y, box.width, box.height], "bits": bits}


def mask_from(keys: Keys, size: Size) -> Mask:
    """The mask of a picture of this size. InputError where the values are none."""
    box = _box(keys.array("box"), size)
    width_bytes = (box.width + 7) // 8
    rows = _inflated(keys.text("bits"), box.height * width_bytes).reshape(box.height, width_bytes)
    pixels = np.unpackbits(np.bitwise_xor.accumulate(rows, axis=0), axis=1, count=box.width)
    return Mask(box, pixels.astype(np.bool_))


def _box(values: list[Any], size: Size) -> Box:
    """The box, if it lies in the picture and is no larger than a mask may be."""
    if len(values) == 4 and all(type(value) is int for value in values):
        box = Box(*values)
        inside = box.intersect(Box.of(size)) == box
        if inside and box.size.area <= AREA_LIMIT_PX and min(box.width, box.height) >= 0:
            return box
    raise InputError(f"A mask in the record has the box {str(values)[:80]}, outside its picture of {size}.")


def _inflated(text: str, count: int) -> np.ndarray:
    """Exactly so many bytes; a text that unpacks to more is not unpacked."""
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), count + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise InputError("A mask in the record is damaged.") from error
    if len(data) != count:
        raise InputError("A mask in the record is damaged.")
    return np.frombuffer(data, np.uint8)
