"""From kept values to those that a client asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.image.colour import luma
from core.image.profile import CHANNELS, fallback_cmyk, is_srgb, profile_from
from core.image.raw import BANDS, DTYPES, PEAKS
from core.image.reading import Decoder

if TYPE_CHECKING:
    from core.image.encoding import Layout

Space = Literal["source", "srgb"]
_PEAKS = {8: 255.0, 16: 65535.0, "float": 1.0}


def decoder_of(layout: Layout) -> Decoder:
    """The way back from kept values to sRGB-encoded colour and alpha."""
    profile = profile_from(layout.icc, layout.kind) if layout.icc else None
    if profile is None and layout.kind == "cmyk":
        profile = fallback_cmyk()
    if profile and is_srgb(profile, layout.kind):
        profile = None
    return Decoder(layout.kind, _PEAKS[layout.depth], profile, layout.has_alpha)


@dataclass(frozen=True)
class RowMaker:
    """Turns kept rows into `mode` and `depth`; in the source's own profile, or in sRGB for a screen."""

    layout: Layout
    mode: str
    depth: str
    space: Space = "source"

    @property
    def row_bytes_per_px(self) -> int:
        """Bytes of one pixel that comes out."""
        return BANDS[self.mode] * DTYPES[self.depth].itemsize

    def made(self, stored: np.ndarray) -> np.ndarray:
        """(h, w, kept bands) → (h, w, bands of the mode) of the depth's type."""
        if self._same_colours:
            return self._with_alpha(self._in_depth(stored[..., : self._colours]), stored)
        colour = decoder_of(self.layout).colour(stored)
        if self._colours == 1:
            colour = luma(colour)
        return self._with_alpha(_quantised(colour, self.depth), stored)

    @property
    def _colours(self) -> int:
        return 1 if self.mode.startswith("GREY") else 3

    @property
    def _same_colours(self) -> bool:
        alike = self.layout.kind != "cmyk" and CHANNELS[self.layout.kind] == self._colours
        return alike and (self.space == "source" or decoder_of(self.layout).profile is None)

    def _in_depth(self, values: np.ndarray) -> np.ndarray:
        if values.dtype == DTYPES[self.depth]:
            return values
        return _quantised(values.astype(np.float32) / np.float32(_PEAKS[self.layout.depth]), self.depth)

    def _with_alpha(self, colour: np.ndarray, stored: np.ndarray) -> np.ndarray:
        """With the alpha that was kept, opaque where there is none; straight, so without it colours stay."""
        if not self.mode.endswith("A"):
            return np.ascontiguousarray(colour)
        if self.layout.has_alpha:
            alpha = self._in_depth(stored[..., -1:])
        else:
            alpha = np.full((*colour.shape[:2], 1), PEAKS[self.depth], DTYPES[self.depth])
        return np.concatenate((colour, alpha), axis=2)


def _quantised(values: np.ndarray, depth: str) -> np.ndarray:
    if depth == "f32":
        return values.astype(DTYPES[depth])
    return np.rint(values.clip(0, 1) * np.float32(PEAKS[depth])).astype(DTYPES[depth])
