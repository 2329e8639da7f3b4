"""The open picture as the window shows it: 8-bit sRGB, in levels, whatever the file held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from core.geometry import Box, Size
from ui.model.pyramid import Pyramid

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.image.picture import Carried, Picture

STRIP_PIXELS = 1 << 20


def eight_bits(array: np.ndarray) -> np.ndarray:
    """(h, w, bands) of uint8, uint16 or float [0, 1] → uint8, rounded."""
    if array.dtype == np.uint8:
        return array
    if array.dtype == np.uint16:
        return ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return np.rint(np.clip(array, 0, 1) * 255).astype(np.uint8)


def _rgba(colour: np.ndarray, alpha: np.ndarray | None) -> np.ndarray:
    """(h, w, 3) and (h, w, 1) of any depth → (h, w, 4) uint8."""
    pixels = np.full((*colour.shape[:2], 4), 255, np.uint8)
    pixels[..., :3] = eight_bits(colour)
    if alpha is not None:
        pixels[..., 3:] = eight_bits(alpha)
    return pixels


@dataclass(frozen=True)
class SourceView:
    """What a picture shows. `notices` are sentences of the reader about what was left out.

    Read from any thread. `carried` says format, depth and profile of the file; None for pasted pixels.
    """

    size: Size
    title: str
    pyramid: Pyramid
    notices: tuple[str, ...] = ()
    carried: Carried | None = None
    has_alpha: bool = False

    @property
    def levels(self) -> int:
        """How many halves there are; level 0 is the picture."""
        return self.pyramid.levels

    def level_size(self, level: int) -> Size:
        """Of a level in its own pixels."""
        return self.pyramid.level_size(level)

    def pixels(self, level: int, box: Box) -> np.ndarray:
        """(h, w, 4) uint8 straight RGBA of a box in that level's pixels."""
        return self.pyramid.pixels(level, box)

    def thumb(self, side_px: int = 256) -> np.ndarray:
        """(h, w, 4) uint8: the whole picture, its longer side at most so long."""
        longest = max(self.size.width, self.size.height)
        share = min(1.0, side_px / longest)
        width, height = (max(1, round(side * share)) for side in (self.size.width, self.size.height))
        sizes = [self.level_size(level) for level in range(self.levels)]
        level = max((n for n, size in enumerate(sizes) if size.width >= width), default=0)
        whole = self.pixels(level, Box.of(sizes[level]))
        return cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)

    def close(self) -> None:
        """Give memory and files back; nothing may be read afterwards."""
        self.pyramid.close()


def _silent() -> None:
    """Nobody wants to stop."""


def source_of_array(
    array: np.ndarray, title: str, icc: bytes | None = None, check: Callable[[], None] = _silent
) -> SourceView:
    """A view of (H, W, 3|4) straight RGB(A), uint8, uint16 or float [0, 1], in sRGB or by a profile."""
    size = Size(array.shape[1], array.shape[0])
    has_alpha = array.shape[2] == 4
    pyramid, seen = Pyramid(size), _seen_by(icc)
    rows = max(1, STRIP_PIXELS // size.width)
    for y in range(0, size.height, rows):
        part = array[y : y + rows]
        pyramid.put(0, y, _rgba(seen(part[..., :3]), part[..., 3:] if has_alpha else None))
        check()
    _ = [*pyramid.build()]
    return SourceView(size, title, pyramid, has_alpha=has_alpha)


def _seen_by(icc: bytes | None) -> Callable[[np.ndarray], np.ndarray]:
    """From values of a profile to sRGB; the values themselves where there is none that fits."""
    from core.image.profile import profile_from  # noqa: PLC0415  (libvips, as below)

    profile = profile_from(icc, "rgb") if icc else None
    if profile is None:
        return lambda values: values
    return lambda values: profile.srgb(unit(values))


def unit(array: np.ndarray) -> np.ndarray:
    """Integer values as float32 [0, 1]; floats as they are."""
    if array.dtype.kind == "f":
        return array.astype(np.float32)
    return array.astype(np.float32) / np.float32(np.iinfo(array.dtype).max)


def source_of_file(path: Path, check: Callable[[], None] = _silent) -> SourceView:
    """Read a picture file; strip by strip, so that memory stays bounded.

    `check` is called between strips and may raise to stop. InputError where it cannot be read, OutputError
    where the temporary folder is full; nothing is left behind then.
    """
    from core.image.io import open_picture  # noqa: PLC0415  (libvips would cost the window's start 0.2 s)

    with open_picture(path) as picture:
        check()
        pyramid = Pyramid(picture.size)
        try:
            _fill(pyramid, picture, check)
        except BaseException:
            pyramid.close()
            raise
        told: dict[str, Any] = {"notices": picture.notices, "carried": picture.carried}
        return SourceView(picture.size, path.name, pyramid, has_alpha=picture.alpha is not None, **told)


def _fill(pyramid: Pyramid, picture: Picture, check: Callable[[], None]) -> None:
    rows = max(1, STRIP_PIXELS // picture.size.width)
    for y in range(0, picture.size.height, rows):
        box = Box(0, y, picture.size.width, rows).intersect(Box.of(picture.size))
        alpha = picture.alpha.read(box) if picture.alpha else None
        pyramid.put(0, y, _rgba(picture.colour.read(box), alpha))
        check()
    for _ in pyramid.build():
        check()
