"""Masks as files: a grey, transparent or palette picture, and the 8-bit grey PNG of projects."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyvips
from PIL import Image

from core.errors import InputError
from core.image.planes import orient, strips
from core.image.read import decoding, open_header, stored_rows

if TYPE_CHECKING:
    from core.geometry import Size


def read_mask(path: str | Path, size: Size) -> np.ndarray:
    """(H, W) float32 [0, 1]: transparency where the picture has any, else its brightness; upright.

    InputError where it cannot be read or is not of `size`.
    """
    path = Path(path)
    source = open_header(path)
    if source.size != size:
        raise InputError(
            f"The mask “{path.name}” has {source.size} pixels, the source {size}.",
            "Draw the mask on the source itself, at its full size.",
        )
    with decoding(path):
        values = _values(source.image)
        boxes = strips(source.stored)
        rows = np.concatenate([np.array(stored) for _, stored in stored_rows(values, boxes)])
    return np.ascontiguousarray(orient(_mask(rows), source.orientation)[..., 0])


def _values(image: pyvips.Image) -> pyvips.Image:
    """Float values, one grey channel and perhaps alpha, [0, 1]."""
    has_alpha = image.hasalpha()
    peak = {"uchar": 255.0, "ushort": 65535.0}.get(str(image.format), 1.0)
    colours = image.bands - has_alpha
    luma = pyvips.Image.new_from_array([[0.2126, 0.7152, 0.0722]])  # ITU-R BT.709, item 3.2
    grey = image[0] if colours < 3 else image.extract_band(0, n=3).recomb(luma)
    both = grey.bandjoin(image[colours]) if has_alpha else grey
    return (both / peak).cast("float")


def _mask(values: np.ndarray) -> np.ndarray:
    alpha = values[..., 1:]
    chosen = alpha if alpha.size and alpha.min() < 1 else values[..., :1]
    return np.clip(np.nan_to_num(chosen), 0, 1)


def read_grey_png(data: bytes) -> np.ndarray:
    """The bytes of a grey PNG → (H, W) uint8; InputError where they are anything else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
                return np.array(image.convert("L"), np.uint8)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise InputError(
            f"A mask is no readable PNG ({error}).", "Take another copy of the project."
        ) from error


def write_grey_png(mask: np.ndarray) -> bytes:
    """(H, W) uint8, or bool as 0 and 255 → the bytes of an 8-bit grey PNG."""
    values = mask.astype(np.uint8) * np.uint8(255) if mask.dtype == bool else mask
    if values.dtype != np.uint8 or values.ndim != 2:
        raise ValueError(f"a mask is (H, W) uint8 or bool, not {mask.shape} {mask.dtype}")
    file = io.BytesIO()
    Image.fromarray(values).save(file, "PNG")
    return file.getvalue()
