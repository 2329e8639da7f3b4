"""Which regions of a picture are ramped: those of a masks folder, else those the built-in segmenter finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.errors import InputError
from core.geometry import Box, Size
from core.image.io import read_mask
from core.regions.mask import Mask
from core.segment.auto import auto_regions
from core.segment.classical.segmenter import BuiltInSegmenter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

LEAST_SHARE = 0.015
MOST_SHARE = 0.5
PLAIN_SHARE = 0.9


def masks_of(values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Regions of a mask picture (H, W) [0, 1] as bool arrays.

    Nine tenths of black and white make one region, the white; anything else is a label map, one region a value.
    """
    plain = np.mean((values <= 0.02) | (values >= 0.98))
    levels = np.unique(values)
    if len(levels) <= 2 or (plain >= PLAIN_SHARE and levels[-1] >= 0.98):
        return (values >= (levels[0] + levels[-1]) / 2,) if len(levels) > 1 else ()
    return tuple(values == level for level in levels)


def on_source(mask: np.ndarray, size: Size) -> np.ndarray:
    """A mask drawn on the source, or on a picture `k` times as large (each source pixel asks its middle).

    (h, w) bool; InputError where it fits neither.
    """
    height, width = mask.shape
    step = max(1, round(width / size.width))
    taken = mask[step // 2 :: step, step // 2 :: step][: size.height, : size.width]
    if taken.shape != (size.height, size.width):
        raise InputError(
            f"A mask of {width}×{height} does not fit a source of {size}.",
            "Draw masks on the pictures of the set.",
        )
    return taken


def from_files(files: Sequence[Path], drawn_on: Size, size: Size) -> tuple[Mask, ...]:
    """The regions of mask files as masks of the source.

    `drawn_on` is the size of the picture in the set. Of several label maps of one picture the first counts: they are
    several people's answers. InputError where a file does not fit.
    """
    found: list[np.ndarray] = []
    for file in files:
        regions = masks_of(read_mask(file, drawn_on))
        found += regions
        if len(regions) > 1:
            break
    return tuple(Mask.of(on_source(region, size)) for region in found)


def from_segmenter(source: np.ndarray) -> tuple[Mask, ...]:
    """Objects that the built-in segmenter sees in a source (h, w, 3)."""
    return tuple(region.mask for region in auto_regions(source, BuiltInSegmenter()))


def worth_ramping(masks: Iterable[Mask], size: Size, count: int) -> tuple[Mask, ...]:
    """The `count` largest that are neither specks nor most of the picture; its middle where there is none."""
    fit = [mask for mask in masks if LEAST_SHARE <= mask.area / size.area <= MOST_SHARE]
    middle = Mask.filled(Box.of(size).grown(-max(1, min(size.width, size.height) // 4)))
    return tuple(sorted(fit, key=lambda mask: -mask.area)[:count]) or ((middle,) if not middle.empty else ())
