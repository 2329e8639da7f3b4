"""A proposal in the window's terms, whoever made it: a mask that becomes a region only when accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.geometry import Box, Size
from core.regions.mask import Mask


@dataclass(frozen=True)
class Proposed:
    """A mask in source pixels, its score, and where the segmenter knows them a word and a priority."""

    mask: Mask
    score: float = 0.0
    label: str = ""
    priority: float | None = None
    memory: str | None = None


def proposal_from(given: Any, size: Size) -> Proposed:
    """From anything with `box`, `mask`, `score`, `label` and `priority`, cut to the picture.

    `box` is a Box or (x, y, w, h); `mask` is (h, w) bool, or bytes row after row, inside from 128 on.
    """
    if isinstance(given, Proposed):
        return given
    box = given.box if isinstance(given.box, Box) else Box(*(int(side) for side in given.box))
    mask = _mask(given.mask, box).within(size)
    priority = getattr(given, "priority", None)
    return Proposed(
        mask,
        float(given.score),
        str(getattr(given, "label", "") or ""),
        priority,
        getattr(given, "memory", None),
    )


def _mask(given: Any, box: Box) -> Mask:
    if isinstance(given, Mask):
        return given
    if isinstance(given, (bytes, bytearray, memoryview)):
        return Mask(box, np.frombuffer(given, np.uint8).reshape(box.height, box.width) >= 128)
    return Mask(box, np.asarray(given, bool))
