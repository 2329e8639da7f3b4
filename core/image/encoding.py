"""From the engine's sRGB back to the values that go into the file, strip by strip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.image.colour import luma
from core.image.formats import Format, SaveOptions, depth_in, format_for
from core.image.planes import Planes, planes_for
from core.image.profile import CHANNELS, Profile, is_srgb, profile_from

if TYPE_CHECKING:
    from pathlib import Path

    from core.geometry import Size
    from core.image.picture import Carried, Depth, Kind

_DTYPES: dict[Depth, type] = {8: np.uint8, 16: np.uint16, "float": np.float32}


@dataclass(frozen=True)
class Layout:
    """What the file's pixels are: colours, then alpha. `icc` is attached; `steps` is the value of white."""

    kind: Kind
    depth: Depth
    has_alpha: bool
    icc: bytes | None
    steps: int

    @property
    def bands(self) -> int:
        """Values per pixel."""
        return CHANNELS[self.kind] + self.has_alpha

    @property
    def dtype(self) -> np.dtype:
        """uint8, uint16 or float32."""
        return np.dtype(_DTYPES[self.depth])


@dataclass(frozen=True)
class Target:
    """Final values, ready for the file: `planes` has `layout.bands` bands of `layout.dtype`."""

    planes: Planes
    layout: Layout

    @property
    def size(self) -> Size:
        """Width and height in pixels."""
        return self.planes.size

    def close(self) -> None:
        """Delete what lies in files."""
        self.planes.close()


class Encoder:
    """Turns strips of the engine's colour into the file's values, and says what they are (`layout`).

    Grey sources give grey targets, CMYK with a profile gives CMYK where the format can, a profiled
    source comes back in its own profile. OutputError where the suffix names no format.
    """

    def __init__(self, carried: Carried, options: SaveOptions) -> None:
        self.layout = _layout(carried, format_for(options.suffix), options)
        self._profile = _profile(self.layout)

    def encode(self, colour: np.ndarray, alpha: np.ndarray | None = None) -> np.ndarray:
        """(h, w, 3) float32 sRGB-encoded and (h, w) or (h, w, 1) float32 [0, 1] → (h, w, bands) final values.

        Integers are rounded half to even. Alpha that the format cannot hold is laid on white; missing
        alpha that it has is opaque.
        """
        opacity = np.ones((*colour.shape[:2], 1), np.float32) if alpha is None else np.atleast_3d(alpha)
        if not self.layout.has_alpha and alpha is not None:
            colour = colour * opacity + (1 - opacity)
        values = self._device(colour)
        if self.layout.has_alpha:
            values = np.concatenate([values, np.clip(opacity, 0, 1)], axis=2)
        return self._quantised(values)

    def blank(self, size: Size, folder: Path | None = None) -> Target:
        """An empty target to write rows into; above 16 megapixels it lies in a scratch file of `folder`."""
        return Target(planes_for(size, self.layout.bands, self.layout.dtype, folder), self.layout)

    def _device(self, colour: np.ndarray) -> np.ndarray:
        if self._profile:
            return self._profile.device(colour)
        return luma(colour) if self.layout.kind == "grey" else colour

    def _quantised(self, values: np.ndarray) -> np.ndarray:
        if self.layout.depth == "float":
            return values.astype(np.float32)
        steps = np.rint(np.clip(values, 0, 1) * np.float32(self.layout.steps))
        shift = 4 if self.layout.steps == 4095 else 0
        return steps.astype(self.layout.dtype) << shift


def _layout(carried: Carried, chosen: Format, options: SaveOptions) -> Layout:
    depth = depth_in(chosen, options.depth or carried.depth)
    kind = carried.kind
    if kind == "cmyk" and (carried.icc is None or not chosen.cmyk or depth == "float"):
        kind = "rgb"
    icc = carried.icc if kind == carried.kind else None
    alpha = carried.has_alpha and chosen.alpha
    return Layout(kind, depth, alpha, icc, _steps(chosen, depth))


def _profile(layout: Layout) -> Profile | None:
    """None where the values are sRGB already."""
    profile = profile_from(layout.icc, layout.kind) if layout.icc else None
    return None if profile is None or is_srgb(profile, layout.kind) else profile


def _steps(chosen: Format, depth: Depth) -> int:
    """White: AVIF keeps the upper 12 bits of 16."""
    if chosen.name == "avif" and depth == 16:
        return 4095
    return 65535 if depth == 16 else 255
