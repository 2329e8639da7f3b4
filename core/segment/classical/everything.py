"""Which nodes of the tree are worth showing when nobody has pointed at anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.segment.classical.tree import height_of_cut, persistence, top_nodes

if TYPE_CHECKING:
    from core.segment.classical.merging import MergeTree

OBJECTS = 24  # regions that cover the picture between them, at most
_PARTS, _WHOLES = 40, 14
_SMALLEST_SHARE = 0.002
_STANDS_OUT = 0.04


@dataclass(frozen=True)
class Find:
    """A node with its kind and score."""

    node: int
    kind: str
    score: float


def object_nodes(tree: MergeTree, regions: int = OBJECTS) -> np.ndarray:
    """Nodes of one cut, which cover the picture without overlap, at most `regions` of them."""
    return np.unique(top_nodes(tree, tree.height > height_of_cut(tree, regions)))


def finds(tree: MergeTree) -> tuple[Find, ...]:
    """Objects that cover the picture, then the parts inside and the wholes around them that stand out most."""
    score = persistence(tree)
    objects = object_nodes(tree)
    above, below = _relatives(tree, objects)
    large = tree.area >= _SMALLEST_SHARE * tree.area[-1]
    worth = large & (score >= _STANDS_OUT)
    chosen = [("object", objects), ("part", _best(below & worth, score * tree.area**0.25, _PARTS))]
    chosen.append(("whole", _best(above & worth, score, _WHOLES)))
    found = [Find(int(n), kind, float(score[n])) for kind, nodes in chosen for n in nodes]
    return tuple(sorted(found, key=lambda find: (tree.area[find.node], find.node)))


def _relatives(tree: MergeTree, nodes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bool (nodes,) twice: strictly above, without the root, and strictly below."""
    above, below = np.zeros((2, len(tree.parent)), bool)
    own = np.zeros(len(tree.parent), bool)
    own[nodes] = True
    for node in range(len(tree.parent) - 2, -1, -1):
        parent = tree.parent[node]
        below[node] = own[parent] or below[parent]
    above[:-1] = ~(below | own)[:-1]
    return above, below


def _best(candidates: np.ndarray, worth: np.ndarray, count: int) -> np.ndarray:
    nodes = np.flatnonzero(candidates)
    return nodes[np.argsort(-worth[nodes], kind="stable")[:count]]
