"""Masks as they travel: base64 of zlib of width × height bytes, row after row, ≥ 128 inside."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UsageError
from core.regions.mask import Mask

if TYPE_CHECKING:
    from core.geometry import Box

_LEVEL = 1  # masks are nearly all zeros and ones: more effort makes them hardly smaller


def packed_bytes(data: bytes) -> str:
    """Any bytes as such a text."""
    return base64.b64encode(zlib.compress(data, _LEVEL)).decode("ascii")


def packed_mask(mask: Mask) -> str:
    """The mask inside its own box."""
    return packed_bytes((mask.pixels.view(np.uint8) * np.uint8(255)).tobytes())


def unpacked_mask(text: str, box: Box) -> Mask:
    """UsageError unless the text holds exactly the box; never more than that is unpacked."""
    try:
        stream = zlib.decompressobj()
        data = stream.decompress(base64.b64decode(text, validate=True), box.size.area + 1)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise UsageError("A mask is no base64 of zlib.", "Send it as the protocol says.") from error
    if len(data) != box.size.area or not stream.eof:
        raise UsageError(
            f"A mask does not hold the {box.size.area} bytes of its box.", "Send width × height bytes."
        )
    return Mask(box, np.frombuffer(data, np.uint8).reshape(box.height, box.width) >= 128)
