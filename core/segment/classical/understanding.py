"""A picture as the built-in segmenter has understood it: pieces, their merge tree, and where both lie in the source."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.geometry import Box, Size
from core.regions.mask import Mask
from core.segment.classical.edges import edge_strength
from core.segment.classical.features import features_of, working_picture
from core.segment.classical.merging import MergeTree, merge_tree
from core.segment.classical.snap import snapped
from core.segment.classical.superpixels import basins, borders, relief
from core.segment.classical.tree import boxes_of, pieces_of


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
    at_source = snapped(pieces, picture, whole)
    return Understanding(picture, to_bytes(small), pieces, at_source, tree, boxes_of(tree, labels))


def to_bytes(image: np.ndarray) -> np.ndarray:
    """(H, W, 3) uint8 from float32 in [0, 1]."""
    return cv2.convertScaleAbs(np.ascontiguousarray(image), alpha=255.0)
