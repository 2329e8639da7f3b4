"""From working pixels to source pixels: labels are enlarged, and their borders flow to the source's own edges.

Tile by tile, so that memory does not grow with the picture beyond the label map itself.
"""

from __future__ import annotations

import cv2
import numpy as np

from core.geometry import Box, Size

_TILE_PX = 1024


def enlarged(labels: np.ndarray, source: Size, box: Box) -> np.ndarray:
    """Nearest labels of working map (h, w) for the source pixels of `box`."""
    height, width = labels.shape
    rows = (np.arange(box.y, box.bottom) * 2 + 1) * height // (2 * source.height)
    columns = (np.arange(box.x, box.right) * 2 + 1) * width // (2 * source.width)
    return labels[rows[:, None], columns[None]]


def snapped(labels: np.ndarray, picture: np.ndarray, box: Box) -> np.ndarray:
    """Labels (box.height, box.width) uint16 for a box of the source picture (H, W, 3) uint8.

    `labels` (h, w) uint16 cover the whole picture at working size. Where the two sizes agree they are only cropped.
    """
    source = Size(picture.shape[1], picture.shape[0])
    reach_px = int(np.ceil(max(source.height / labels.shape[0], source.width / labels.shape[1])))
    if reach_px <= 1:
        return labels[box.slices].copy()
    result = np.empty((box.height, box.width), np.uint16)
    for y in range(box.y, box.bottom, _TILE_PX):
        for x in range(box.x, box.right, _TILE_PX):
            tile = Box(x, y, _TILE_PX, _TILE_PX).intersect(box)
            result[tile.moved(-box.x, -box.y).slices] = _snapped_tile(labels, picture, tile, reach_px)
    return result


def _snapped_tile(labels: np.ndarray, picture: np.ndarray, tile: Box, reach_px: int) -> np.ndarray:
    source = Size(picture.shape[1], picture.shape[0])
    around = tile.grown(2 * reach_px + 2).intersect(Box.of(source))
    near = enlarged(labels, source, around)
    kernel = np.ones((2 * reach_px + 1, 2 * reach_px + 1), np.uint8)
    undecided = cv2.dilate(near, kernel) != cv2.erode(near, kernel)
    if undecided.any():
        near = flooded(near, undecided, picture[around.slices])
    return near[tile.moved(-around.x, -around.y).slices]


def flooded(labels: np.ndarray, undecided: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """Labels (h, w) uint16 where the decided ones have flooded the undecided pixels up to the picture's edges."""
    markers = np.where(undecided, 0, labels.astype(np.int32) + 1)
    frame = cv2.copyMakeBorder(picture, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    markers = np.pad(markers, 1, mode="edge")
    cv2.watershed(frame, markers)
    lines = markers[1:-1, 1:-1] <= 0
    filled = cv2.dilate(np.maximum(markers, 0)[1:-1, 1:-1].astype(np.float32), np.ones((3, 3), np.uint8))
    settled = np.where(lines, filled.astype(np.int32), markers[1:-1, 1:-1])
    return np.where(settled > 0, settled - 1, labels).astype(np.uint16)
