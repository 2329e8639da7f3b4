"""Small pictures of sources and of targets that grow tile by tile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from core.geometry import Box, Size

SIDE_PX = 96


class TargetThumb:
    """A target of `size`, at most 96 px a side; tiles are laid in as they come."""

    def __init__(self, size: Size, start: np.ndarray | None = None) -> None:
        share = min(1.0, SIDE_PX / max(size.width, size.height, 1))
        width, height = (max(1, round(side * share)) for side in (size.width, size.height))
        self.pixels = np.full((height, width, 3), 128, np.uint8)
        if start is not None:
            shown = cv2.resize(
                np.ascontiguousarray(start[..., :3]), (width, height), interpolation=cv2.INTER_AREA
            )
            self.pixels[:] = shown

    def lay(self, box: Box, rows: bytes, whole: Size) -> None:
        """A finished tile: RGB bytes of a box of a target of `whole` pixels."""
        share = self.pixels.shape[1] / max(1, whole.width)
        tile = np.frombuffer(rows, np.uint8).reshape(box.height, box.width, 3)
        left, right = (round(at * share) for at in (box.x, box.right))
        top, bottom = (round(at * share) for at in (box.y, box.bottom))
        place = self.pixels[top:bottom, left:right]
        if place.size:
            step = max(1, int(0.25 / share))
            place[:] = cv2.resize(
                np.ascontiguousarray(tile[::step, ::step]), place.shape[1::-1], interpolation=cv2.INTER_AREA
            )
