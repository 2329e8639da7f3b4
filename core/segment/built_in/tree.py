"""Questions to a merge tree: which pieces a node holds, what a cut looks like, which nodes stand out."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from core.segment.built_in.pieces import Borders, Features


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


# Joining the pieces: always the two touching regions that differ least, until one is left.

_COLOUR_WEIGHT, _TEXTURE_WEIGHT, _BORDER_WEIGHT = 1.0, 0.6, 1.2
_SIZE_POWER = 0.35  # how much longer large regions resist than small ones


@dataclass(frozen=True)
class MergeTree:
    """`leaves` pieces numbered from 0, then one node per join; the last node is the whole picture.

    `parent` is −1 for the root; `height` never falls from child to parent: how different the two joined regions were;
    `area` in working pixels.
    """

    leaves: int
    parent: np.ndarray
    height: np.ndarray
    area: np.ndarray


def merge_tree(labels: np.ndarray, features: Features, edges: Borders) -> MergeTree:
    """Join touching labels (h, w) greedily by colour, texture, border strength and size."""
    return _Merger(labels, features, edges).run()


def _sums(labels: np.ndarray, planes: np.ndarray) -> np.ndarray:
    """Per label, the sum of each plane: (labels, K)."""
    flat, count = labels.ravel(), int(labels.max()) + 1
    return np.stack([np.bincount(flat, plane.ravel(), count) for plane in planes], axis=1)


class _Merger:
    """The graph while it shrinks. Joined regions get a new number, so that stale offers in the queue show."""

    def __init__(self, labels: np.ndarray, features: Features, edges: Borders) -> None:
        colour, texture = _sums(labels, features.colour), _sums(labels, features.texture)
        count = len(colour)
        total = 2 * count - 1
        self.count, self.colours = count, colour.shape[1]
        self.bins = np.zeros((total, self.colours + texture.shape[1]))
        self.bins[:count] = np.concatenate([colour, texture], axis=1)
        self.area = np.zeros(total)
        self.area[:count] = np.bincount(labels.ravel(), minlength=count)
        self.parent, self.height = np.full(total, -1), np.zeros(total)
        self.touching: list[dict[int, tuple[float, float]]] = [{} for _ in range(total)]
        self.queue: list[tuple[float, int, int]] = []
        self._link(edges)

    def _link(self, edges: Borders) -> None:
        for a, b, length, strength in zip(
            edges.first.tolist(),
            edges.second.tolist(),
            edges.length.tolist(),
            edges.strength.tolist(),
            strict=True,
        ):
            self.touching[a][b] = self.touching[b][a] = (length, strength)
        for node in range(self.count):
            self._offer(node, [other for other in self.touching[node] if other > node])

    def _offer(self, node: int, others: list[int]) -> None:
        if others:
            costs = self._difference(node, np.array(others))
            for cost, other in zip(costs.tolist(), others, strict=True):
                heapq.heappush(self.queue, (cost, other, node))

    def _difference(self, node: int, others: np.ndarray) -> np.ndarray:
        """Cost (len(others),) of joining; Hellinger distances of histograms, mean border strength, smaller area."""
        roots = np.sqrt(self.bins[others] / self.area[others, None])
        gap = (roots - np.sqrt(self.bins[node] / self.area[node])) ** 2
        colour = np.sqrt(gap[:, : self.colours].sum(1) / 6)
        texture = np.sqrt(gap[:, self.colours :].sum(1) / 2)
        border = np.array([s / n for n, s in (self.touching[node][o] for o in others.tolist())])
        unlike = _COLOUR_WEIGHT * colour + _TEXTURE_WEIGHT * texture + _BORDER_WEIGHT * border
        return (
            unlike
            * (np.minimum(self.area[node], self.area[others]) / self.area[: self.count].sum()) ** _SIZE_POWER
        )

    def _join(self, a: int, b: int, node: int, cost: float) -> None:
        self.parent[a] = self.parent[b] = node
        self.height[node] = max(cost, self.height[a], self.height[b])
        self.bins[node], self.area[node] = self.bins[a] + self.bins[b], self.area[a] + self.area[b]
        for old in (a, b):
            for other, (length, strength) in self.touching[old].items():
                del self.touching[other][old]
                if other in (a, b):
                    continue
                known = self.touching[node].get(other, (0.0, 0.0))
                shared = (known[0] + length, known[1] + strength)
                self.touching[node][other] = self.touching[other][node] = shared

    def run(self) -> MergeTree:
        """Join until nothing touches anything."""
        node = self.count
        while self.queue:
            cost, a, b = heapq.heappop(self.queue)
            if self.parent[a] < 0 and self.parent[b] < 0:
                self._join(a, b, node, cost)
                self._offer(node, sorted(self.touching[node]))
                node += 1
        return MergeTree(self.count, self.parent, self.height, self.area)
