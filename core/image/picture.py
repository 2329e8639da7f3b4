"""A source picture: colour to work on, alpha apart, and everything that is to be given back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np

from core.geometry import Box, Size
from core.image.planes import MemoryPlanes, Planes, strips

# Colour under transparent pixels, continued from what is visible, so that enlarged edges get no halo.
#
# Push-pull (Gortler et al., The Lumigraph, 1996, §3.4.2): averages of what is visible are pushed to coarser and
# coarser levels, and pulled back to fill what has none. Below 32 pixels it is done strip by strip, above on one
# small picture, so that memory does not grow with the source.

BLOCK_PX = 32
_MARGIN_PX = 2 * BLOCK_PX
VISIBLE_ALPHA = 1 / 32


def fill_hidden(colour: Planes, alpha: Planes) -> None:
    """Replace colour where alpha is 0, blend it in below 1/32, and leave all other pixels untouched.

    `colour` has 3 float32 bands, `alpha` 1 of the same size. Where nothing is visible, nothing changes.
    """
    sums, hidden = _coarse_sums(colour, alpha)
    if not hidden or not sums[..., 3].any():
        return
    coarse = _filled(sums, None)
    for strip in strips(colour.size, multiple=BLOCK_PX):
        if (alpha.read(strip) < VISIBLE_ALPHA).any():
            colour.write(strip.y, _filled_strip(colour, alpha, strip, coarse))


def _weight(alpha: np.ndarray) -> np.ndarray:
    return np.clip(alpha / np.float32(VISIBLE_ALPHA), 0, 1)


def _weighed(colour: Planes, alpha: Planes, box: Box) -> np.ndarray:
    """(h, w, 4): colour times weight, and weight; padded with nothing to whole blocks."""
    weight = _weight(alpha.read(box))
    sums = np.concatenate([colour.read(box) * weight, weight], axis=2)
    return np.pad(sums, ((0, -box.height % BLOCK_PX), (0, -box.width % BLOCK_PX), (0, 0)))


def _push(sums: np.ndarray) -> np.ndarray:
    """Sums over 2×2 pixels; an odd row or column is added alone."""
    height, width = sums.shape[:2]
    sums = np.pad(sums, ((0, height % 2), (0, width % 2), (0, 0)))
    return sums[::2, ::2] + sums[1::2, ::2] + sums[::2, 1::2] + sums[1::2, 1::2]


def _pull(sums: np.ndarray, coarser: np.ndarray) -> np.ndarray:
    """Own average where there is one, else the coarser level's colour, bilinearly."""
    height, width = sums.shape[:2]
    up = cv2.resize(coarser, (2 * coarser.shape[1], 2 * coarser.shape[0]), interpolation=cv2.INTER_LINEAR)
    weight = sums[..., 3:]
    own = sums[..., :3] / np.maximum(weight, 1e-6)
    share = np.minimum(weight, 1)
    return np.ascontiguousarray(own * share + up[:height, :width] * (1 - share))


def _filled(sums: np.ndarray, top: np.ndarray | None) -> np.ndarray:
    """All levels down from `sums` to `top` (or to one pixel), and up again: (h, w, 3) without holes."""
    levels = [sums]
    wanted = (1, 1) if top is None else top.shape[:2]
    while levels[-1].shape[:2] != wanted:
        levels.append(_push(levels[-1]))
    if top is None:
        top = levels[-1][..., :3] / np.maximum(levels[-1][..., 3:], 1e-6)
    filled = np.ascontiguousarray(top, np.float32)
    for level in reversed(levels[:-1]):
        filled = _pull(level, filled)
    return filled


def _coarse_sums(colour: Planes, alpha: Planes) -> tuple[np.ndarray, bool]:
    """Sums over blocks, (H/32, W/32, 4), and whether any pixel is hidden."""
    rows, hidden = [], False
    for strip in strips(colour.size, multiple=BLOCK_PX):
        sums = _weighed(colour, alpha, strip)
        hidden = hidden or bool((alpha.read(strip) < VISIBLE_ALPHA).any())
        height, width = sums.shape[0] // BLOCK_PX, sums.shape[1] // BLOCK_PX
        rows.append(sums.reshape(height, BLOCK_PX, width, BLOCK_PX, 4).sum((1, 3)))
    return np.concatenate(rows), hidden


def _filled_strip(colour: Planes, alpha: Planes, strip: Box, coarse: np.ndarray) -> np.ndarray:
    """The strip's colours without holes; a margin keeps neighbouring strips in agreement."""
    box = _with_margin(strip, colour.size)
    sums = _weighed(colour, alpha, box)
    first, count = box.y // BLOCK_PX, sums.shape[0] // BLOCK_PX
    filled = _filled(sums, coarse[first : first + count])
    filled = filled[strip.y - box.y : strip.bottom - box.y, : strip.width]
    return np.where(alpha.read(strip) >= VISIBLE_ALPHA, colour.read(strip), filled).astype(np.float32)


def _with_margin(strip: Box, size: Size) -> Box:
    return strip.grown(_MARGIN_PX).intersect(Box.of(size))


Depth = Literal[8, 16, "float"]
Kind = Literal["grey", "rgb", "cmyk"]


@dataclass(frozen=True)
class Carried:
    """What the source brought along and the target gives back.

    | field | meaning |
    | --- | --- |
    | format | name of the source's format, as in `core.image.formats` |
    | kind | its colours: grey, rgb (palettes too) or cmyk |
    | depth | 8, 16 or "float" |
    | has_alpha | whether it says what is transparent |
    | icc, exif, xmp, iptc | the blobs; None where it has none |
    | fields | libvips' texts of the single EXIF tags |
    | comments, texts | a JPEG's comments; a PNG's text chunks as they stand, type and data |
    | dpi | across and down; None where it does not say |
    | orientation | how its stored rows are turned, EXIF's 1 … 8: what names places follows |
    | extra | of a TIFF: what its channels of data are said to be (ExtraSamples) |
    | left_out | sentences on what it holds besides and nobody gives back: pages, frames, a gain map |
    """

    format: str = "png"
    kind: Kind = "rgb"
    depth: Depth = 8
    has_alpha: bool = False
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    fields: tuple[tuple[str, str], ...] = ()
    comments: tuple[str, ...] = ()
    texts: tuple[tuple[bytes, bytes], ...] = ()
    dpi: tuple[float, float] | None = None
    orientation: int = 1
    extra: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def has_exif(self) -> bool:
        """Whether it brought a camera's data, as a block or as single tags."""
        return bool(self.exif or self.fields)


@dataclass(frozen=True)
class Picture:
    """A source as the engine wants it; a context manager, because big planes lie in files.

    `colour` is float32, 3 bands, sRGB-encoded, nominally [0, 1]: colours outside sRGB lie outside [0, 1] and
    are not clipped. `alpha` is float32, 1 band, [0, 1], or None. Colour under hidden pixels continues what is
    visible. `inks` are a CMYK source's own four, float32 in [0, 1]; `data` are channels that are no colour and no
    transparency, float32 as shares of the greatest stored value.
    """

    size: Size
    colour: Planes
    alpha: Planes | None
    carried: Carried
    notices: tuple[str, ...] = ()
    inks: Planes | None = None
    data: Planes | None = None

    def close(self) -> None:
        """Delete what lies in files."""
        for planes in (self.colour, self.alpha, self.inks, self.data):
            if planes:
                planes.close()

    def __enter__(self) -> Picture:  # noqa: PYI034  (Self is younger than Python 3.10)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def picture_from_array(
    colour: np.ndarray, alpha: np.ndarray | None = None, carried: Carried | None = None
) -> Picture:
    """A picture from pixels in memory: colour (H, W, 3) float32 sRGB-encoded [0, 1], alpha (H, W) or None."""
    planes = MemoryPlanes(np.array(colour, np.float32))
    carried = replace(carried or Carried(), has_alpha=alpha is not None)
    if alpha is None:
        return Picture(planes.size, planes, None, carried)
    alpha_planes = MemoryPlanes(np.array(alpha, np.float32)[..., None])
    fill_hidden(planes, alpha_planes)
    return Picture(planes.size, planes, alpha_planes, carried)
