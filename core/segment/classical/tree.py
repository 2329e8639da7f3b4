"""Questions to a merge tree: which pieces a node holds, what a cut looks like, which nodes stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.segment.classical.merging import MergeTree

NOTHING_HEIGHT = 0.02  # regions that differ less are one


def pieces_of(tree: MergeTree, node: int) -> np.ndarray:
    """Bool (leaves,): the smallest pieces inside a node."""
    inside = np.zeros(len(tree.parent), bool)
    inside[node] = True
    for below in range(node - 1, -1, -1):
        inside[below] = inside[tree.parent[below]]
    return inside[: tree.leaves]


def top_nodes(tree: MergeTree, stop: np.ndarray) -> np.ndarray:
    """For each piece the highest node above it on a way up that enters no node of `stop`, bool (nodes,)."""
    top = np.arange(len(tree.parent))
    for node in range(len(tree.parent) - 1, -1, -1):
        above = tree.parent[node]
        if above >= 0 and not stop[above]:
            top[node] = top[above]
    return top[: tree.leaves]


def height_of_cut(tree: MergeTree, regions: int) -> float:
    """Height whose cut leaves at most `regions` regions, fewer where the picture has no more to tell apart."""
    joins = np.sort(tree.height[tree.leaves :])[::-1]
    return max(NOTHING_HEIGHT, joins[regions - 1] if len(joins) >= regions else 0.0)


def persistence(tree: MergeTree) -> np.ndarray:
    """How much a node differs from its surroundings beyond its own inner differences: (nodes,) in [0, 1], root 1."""
    above = np.where(tree.parent >= 0, tree.height[tree.parent], np.inf)
    inner = np.maximum(tree.height, NOTHING_HEIGHT)
    return np.clip(1.0 - inner / np.maximum(above, inner), 0.0, 1.0)


def boxes_of(tree: MergeTree, labels: np.ndarray) -> np.ndarray:
    """Left, top, right, bottom (half-open) of every node in pixels of `labels` (h, w): int (nodes, 4)."""
    height, width = labels.shape
    boxes = np.tile(np.array([width, height, 0, 0]), (len(tree.parent), 1))
    rows, columns = np.divmod(np.arange(labels.size), width)
    for axis, (reduce, value) in enumerate(
        ((np.minimum, columns), (np.minimum, rows), (np.maximum, columns + 1), (np.maximum, rows + 1))
    ):
        reduce.at(boxes[:, axis], labels.ravel(), value)
    for node, above in enumerate(tree.parent[:-1].tolist()):
        boxes[above, :2] = np.minimum(boxes[above, :2], boxes[node, :2])
        boxes[above, 2:] = np.maximum(boxes[above, 2:], boxes[node, 2:])
    return boxes
