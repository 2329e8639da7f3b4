"""The inks of a CMYK source, given back as a printer separated them.

They are enlarged plainly and only made lighter or darker, all alike, until they are as light as the engine's target: so
a separation stays what a printer made it, black text stays black alone, and no more ink is laid on than was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.geometry import SCALE, Box
from core.image.colour import fallback_cmyk, lab_from_srgb, profile_from
from core.image.formats import format_for
from core.image.planes import strips
from core.image.write import FileEncoder

if TYPE_CHECKING:
    from core.image.formats import SaveOptions
    from core.image.picture import Picture
    from core.image.planes import Planes


MARGIN_PX = 3  # what bicubic looks at beside a strip, in source pixels
LEAST_DARK = (
    2.0  # L* below paper: where there is less ink than this there is nothing to make lighter or darker
)
MOST_GAIN = 1.6


def encoder_for(picture: Picture, options: SaveOptions) -> FileEncoder:
    """What writes a target of this picture: its own inks where it is CMYK and the format holds that."""
    chosen = format_for(options.suffix)
    depth = options.depth or picture.carried.depth
    if picture.inks is None or not chosen.cmyk or depth == "float" or depth not in chosen.depths:
        return FileEncoder(picture.carried, options)
    return InkEncoder(picture, options)


class InkEncoder(FileEncoder):
    """Turns strips of the engine's colour into the source's own inks, as light as that colour."""

    def __init__(self, picture: Picture, options: SaveOptions) -> None:
        if picture.inks is None:
            raise ValueError("a picture without inks")
        super().__init__(picture.carried, options)
        icc = picture.carried.icc
        self.layout = replace(self.layout, kind="cmyk", icc=icc)
        self._inks = picture.inks
        self._press = (profile_from(icc, "cmyk") if icc else None) or fallback_cmyk()
        boxes = strips(picture.inks.size)
        self._most_ink = max(float(picture.inks.read(box).sum(axis=2).max()) for box in boxes)
        self._paper = float(self._lightness(np.zeros((1, 1, 4), np.float32))[0, 0, 0])

    def encode(self, colour: np.ndarray, alpha: np.ndarray | None = None, y: int = 0) -> np.ndarray:
        """See `FileEncoder.encode`; the rows are whole and begin at row `y` of a target that is enlarged by SCALE."""
        inks = self._plain(y, len(colour))
        dark = self._paper - self._lightness(inks)
        wanted = self._paper - lab_from_srgb(colour)[..., :1]
        gain = np.where(dark > LEAST_DARK, wanted / np.maximum(dark, LEAST_DARK), 1.0)
        values = inks * np.clip(gain, 0.0, np.clip(self._most_gain(inks), 1.0, MOST_GAIN))
        if self.layout.has_alpha:
            opacity = np.ones((*colour.shape[:2], 1), np.float32) if alpha is None else np.atleast_3d(alpha)
            values = np.concatenate([values, np.clip(opacity, 0, 1)], axis=2)
        return self._quantised(values.astype(np.float32))

    def _most_gain(self, inks: np.ndarray) -> np.ndarray:
        """What keeps each ink below all of itself, and their sum below the source's greatest: (h, w, 1)."""
        single = 1.0 / np.maximum(inks.max(axis=2, keepdims=True), 1e-3)
        return np.minimum(single, self._most_ink / np.maximum(inks.sum(axis=2, keepdims=True), 1e-3))

    def _lightness(self, inks: np.ndarray) -> np.ndarray:
        """(h, w, 4) inks → (h, w, 1) L* on paper."""
        return lab_from_srgb(self._press.srgb(inks))[..., :1]

    def _plain(self, y: int, rows: int) -> np.ndarray:
        """Rows of the inks, enlarged by bicubic: (rows, width, 4) in [0, 1]."""
        return plain_rows(self._inks, y, rows).clip(0.0, 1.0)


def plain_rows(planes: Planes, y: int, rows: int) -> np.ndarray:
    """Rows y … y + rows of planes enlarged by SCALE with bicubic, borders repeated: (rows, width, bands) float32."""
    first, last = y // SCALE - MARGIN_PX, -(-(y + rows) // SCALE) + MARGIN_PX
    size = planes.size
    strip = Box.between(0, max(0, first), size.width, min(size.height, last))
    sides = (SCALE * strip.width, SCALE * strip.height)
    large = cv2.resize(planes.read(strip).astype(np.float32), sides, interpolation=cv2.INTER_CUBIC)
    large = large.reshape(sides[1], sides[0], planes.bands)
    start = y - SCALE * strip.y
    return large[start : start + rows]
