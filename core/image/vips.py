"""libvips in our words: quiet, without a memory of files, with types that a checker understands."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pyvips

if TYPE_CHECKING:
    from pathlib import Path

_FORMATS = {"u1": "uchar", "u2": "ushort", "f4": "float"}


def quiet_vips() -> None:
    """Keep libvips from remembering files by name, which may have changed, and from talking to stderr."""
    pyvips.cache_set_max(0)
    logging.getLogger("pyvips").setLevel(logging.CRITICAL)


def vips_format(dtype: np.dtype) -> str:
    """Libvips' name of uint8, uint16 or float32."""
    return _FORMATS[dtype.str[1:]]


def vips_name(path: Path) -> Any:
    """A file's name as libvips takes it; not every name is text, and pyvips would refuse one that is not."""
    return str(path) if os.name == "nt" else os.fsencode(path)


def vips_image(pixels: np.ndarray, interpretation: str) -> pyvips.Image:
    """An image over (h, w, bands) uint8, uint16 or float32, which are shared, not copied."""
    height, width, bands = pixels.shape
    data: Any = np.ascontiguousarray(pixels)
    image = pyvips.Image.new_from_memory(data, width, height, bands, vips_format(pixels.dtype))
    return image.copy(interpretation=interpretation)


def field(image: pyvips.Image, name: str, default: Any = None) -> Any:
    """A field of the header, or the default where the file has none."""
    return image.get(name) if image.get_typeof(name) else default


def blob(image: pyvips.Image, name: str) -> bytes | None:
    """A field of bytes, or None."""
    found = field(image, name)
    return None if found is None else bytes(found)


def set_blob(image: pyvips.Image, name: str, data: bytes) -> None:
    """Put bytes under a name into an image made by `copy`."""
    value: Any = data
    image.set_type(pyvips.GValue.blob_type, name, value)
