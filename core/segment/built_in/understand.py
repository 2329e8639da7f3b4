"""A picture as the built-in segmenter has understood it: pieces, their merge tree, and where both lie in the source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from core.geometry import Box, Size
from core.regions.mask import Mask
from core.segment.built_in.levels import NodeLooks, node_looks
from core.segment.built_in.pieces import basins, borders, edge_strength, features_of, relief, working_picture
from core.segment.built_in.tree import MergeTree, boxes_of, merge_tree, pieces_of

# From working pixels to source pixels: labels are enlarged, and their borders flow to the source's own edges.
#
# Tile by tile, so that memory does not grow with the picture beyond the label map itself.

_TILE_PX = 1024


def enlarge_labels(labels: np.ndarray, source: Size, box: Box) -> np.ndarray:
    """Nearest labels of working map (h, w) for the source pixels of `box`."""
    height, width = labels.shape
    rows = (np.arange(box.y, box.bottom) * 2 + 1) * height // (2 * source.height)
    columns = (np.arange(box.x, box.right) * 2 + 1) * width // (2 * source.width)
    return labels[rows[:, None], columns[None]]


def snap_labels(labels: np.ndarray, picture: np.ndarray, box: Box) -> np.ndarray:
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
    near = enlarge_labels(labels, source, around)
    kernel = np.ones((2 * reach_px + 1, 2 * reach_px + 1), np.uint8)
    undecided = cv2.dilate(near, kernel) != cv2.erode(near, kernel)
    if undecided.any():
        near = flood(near, undecided, picture[around.slices])
    return near[tile.moved(-around.x, -around.y).slices]


def flood(labels: np.ndarray, undecided: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """Labels (h, w) uint16 where the decided ones have flooded the undecided pixels up to the picture's edges."""
    markers = np.where(undecided, 0, labels.astype(np.int32) + 1)
    frame = cv2.copyMakeBorder(picture, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    markers = np.pad(markers, 1, mode="edge")
    cv2.watershed(frame, markers)
    lines = markers[1:-1, 1:-1] <= 0
    filled = cv2.dilate(np.maximum(markers, 0)[1:-1, 1:-1].astype(np.float32), np.ones((3, 3), np.uint8))
    settled = np.where(lines, filled.astype(np.int32), markers[1:-1, 1:-1])
    return np.where(settled > 0, settled - 1, labels).astype(np.uint16)


@dataclass(frozen=True)
class Understanding:
    """Everything that later questions need.

    `picture` (H, W, 3) and `working` (h, w, 3) are uint8; `pieces` (h, w) and `source_pieces` (H, W) uint16 number the
    leaves of `tree` at both sizes; `boxes` (nodes, 4) hold left, top, right, bottom of every node in working pixels.
    """

    picture: np.ndarray
    working: np.ndarray
    pieces: np.ndarray
    source_pieces: np.ndarray
    tree: MergeTree
    boxes: np.ndarray

    @property
    def size(self) -> Size:
        """Size of the source."""
        return Size(self.picture.shape[1], self.picture.shape[0])

    @cached_property
    def looks(self) -> NodeLooks:
        """What the click network goes by, measured at the first click."""
        return node_looks(self.working, self.pieces, self.tree)

    def working_pixel(self, x: int, y: int) -> tuple[int, int]:
        """Row and column in the working picture of a source pixel."""
        height, width = self.pieces.shape
        return y * height // self.size.height, x * width // self.size.width

    def working_box(self, box: Box) -> Box:
        """A source box in working pixels, never empty."""
        top, left = self.working_pixel(box.x, box.y)
        bottom, right = self.working_pixel(box.right - 1, box.bottom - 1)
        return Box.between(left, top, right + 1, bottom + 1)

    def piece_at(self, x: int, y: int) -> int:
        """The piece that holds a source pixel."""
        return int(self.source_pieces[y, x])

    def source_box(self, left: int, top: int, right: int, bottom: int) -> Box:
        """The source pixels that a box of working pixels can reach after snapping."""
        height, width = self.pieces.shape
        across, down = self.size.width / width, self.size.height / height
        reach = 0 if across == down == 1 else int(3 * max(across, down)) + 2
        box = Box.between(int(left * across), int(top * down), int(right * across), int(bottom * down))
        return box.grown(reach).intersect(Box.of(self.size))

    def node_mask(self, node: int) -> Mask:
        """The source pixels of a node; empty if snapping left it none."""
        return self.pieces_mask(pieces_of(self.tree, node), self.source_box(*self.boxes[node].tolist()))

    def pieces_mask(self, chosen: np.ndarray, box: Box) -> Mask:
        """The source pixels in `box` of the pieces chosen, bool (leaves,)."""
        return Mask(box, chosen[self.source_pieces[box.slices]])


def understand(image: np.ndarray) -> Understanding:
    """Find the pieces of a picture (H, W, 3) float32 in [0, 1] and how they join."""
    small = working_picture(image)
    features = features_of(small)
    edges = edge_strength(features)
    labels = basins(relief(edges))
    tree = merge_tree(labels, features, borders(labels, edges))
    picture, pieces = to_bytes(image), labels.astype(np.uint16)
    whole = Box(0, 0, image.shape[1], image.shape[0])
    at_source = snap_labels(pieces, picture, whole)
    return Understanding(picture, to_bytes(small), pieces, at_source, tree, boxes_of(tree, labels))


def to_bytes(image: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 from float32 in [0, 1]."""
    return cv2.convertScaleAbs(np.ascontiguousarray(image), alpha=255.0)
