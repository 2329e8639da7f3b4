"""How a source is made of a picture.

| protocol | source | clean-up |
| --- | --- | --- |
| bicubic | antialiased bicubic ÷4 | 0 |
| degraded | Gaussian blur σ 1.2 → antialiased bicubic ÷4 → Gaussian noise σ 4 → JPEG 75 | estimated |
| none | the picture itself; there is no reference | estimated |

Sources are rounded to 8 bits, as files are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np

from core.errors import InputError
from core.evaluate.files import levels, through_jpeg
from core.metrics.bicubic import shrunk

SCALE = 4
BLUR_SIGMA_PX = 1.2
NOISE_SIGMA = 4.0
JPEG_QUALITY = 75
NOISE_SEED = 2505


class Protocol(str, Enum):
    """See the table above."""

    BICUBIC = "bicubic"
    DEGRADED = "degraded"
    NONE = "none"

    @property
    def clean_up(self) -> float | None:
        """What the request asks for; None lets the engine estimate."""
        return 0.0 if self is Protocol.BICUBIC else None


@dataclass(frozen=True)
class Pair:
    """A source (h, w, 3) and, where there is one, its reference (4h, 4w, 3); float32 [0, 1]."""

    source: np.ndarray
    reference: np.ndarray | None


def cropped(picture: np.ndarray) -> np.ndarray:
    """Without the last rows and columns that a scale of 4 leaves over; InputError below 4×4."""
    height, width = (side // SCALE * SCALE for side in picture.shape[:2])
    if not height or not width:
        raise InputError("A picture is too small to be shrunk by 4.", "Take pictures of 4×4 px or more.")
    return picture[:height, :width]


def rounded(picture: np.ndarray) -> np.ndarray:
    """As an 8-bit file would hold it, float32."""
    return levels(picture).astype(np.float32) / np.float32(255.0)


def shrunk_source(reference: np.ndarray) -> np.ndarray:
    """Antialiased bicubic ÷4, not rounded."""
    return shrunk(reference, reference.shape[0] // SCALE, reference.shape[1] // SCALE)


def degraded_source(reference: np.ndarray, seed: int = NOISE_SEED) -> np.ndarray:
    """Blur, shrink, noise, JPEG; the same seed gives the same noise."""
    soft = cv2.GaussianBlur(reference, (0, 0), BLUR_SIGMA_PX, borderType=cv2.BORDER_REFLECT_101)
    small = shrunk_source(soft)
    noise = np.random.default_rng(seed).standard_normal(small.shape)
    return through_jpeg(small + noise * NOISE_SIGMA / 255.0, JPEG_QUALITY)


def pair_of(picture: np.ndarray, protocol: Protocol) -> Pair:
    """Source and reference of a picture (H, W, 3) in [0, 1]."""
    if protocol is Protocol.NONE:
        return Pair(rounded(picture), None)
    reference = cropped(picture)
    make = shrunk_source if protocol is Protocol.BICUBIC else degraded_source
    return Pair(rounded(make(reference)), reference)
