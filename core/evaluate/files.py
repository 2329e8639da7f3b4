"""Bytes of pictures that never become files of their own: what JPEG leaves of one, and those inside a report."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

JPEG_QUALITY = 85


def levels(picture: np.ndarray) -> np.ndarray:
    """(H, W, 3) [0, 1] as the 256 levels of an 8-bit file."""
    return np.rint(np.clip(picture, 0.0, 1.0) * 255.0).astype(np.uint8)


def jpeg_bytes(picture: np.ndarray, quality: int) -> bytes:
    """A baseline JPEG with halved chroma, as cameras and web pages make them."""
    file = io.BytesIO()
    Image.fromarray(levels(picture)).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    return file.getvalue()


def through_jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """(H, W, 3) float32 [0, 1] → what an 8-bit JPEG of that quality gives back."""
    with Image.open(io.BytesIO(jpeg_bytes(picture, quality))) as image:
        return np.asarray(image, np.float32) / np.float32(255.0)


def data_uri(picture: np.ndarray) -> str:
    """A picture (H, W, 3) [0, 1] as a `data:` address: JPEG of high quality with full chroma."""
    file = io.BytesIO()
    Image.fromarray(levels(picture)).save(file, "JPEG", quality=JPEG_QUALITY, subsampling="4:4:4")
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")
