"""Colour under transparent pixels, continued from what is visible, so that enlarged edges get no halo.

Push-pull (Gortler et al., The Lumigraph, 1996, §3.4.2): averages of what is visible are pushed to coarser and
coarser levels, and pulled back to fill what has none. Below 32 pixels it is done strip by strip, above on one
small picture, so that memory does not grow with the source.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.geometry import Box, Size
from core.image.planes import Planes, strips

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
