"""Which node around a click is meant: what is measured of each, and the click network's choice among them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

import resources
from core.nets.click import ClickNet, load_click_net
from core.segment.built_in.tree import NOTHING_HEIGHT

if TYPE_CHECKING:
    from core.segment.built_in.tree import MergeTree

WEIGHTS = "click.safetensors"
_LEAST_GROWTH = 1.08  # of the next node: nodes nearly alike are one
_LAB_MEAN, _LAB_SPREAD = np.array((100.0, 50.0, 50.0)), np.array((25.0, 15.0, 15.0))
_LAB_FAR = 40.0


@cache
def click_net() -> ClickNet:
    """The shipped network, loaded once."""
    return load_click_net(resources.FOLDER / "models" / WEIGHTS)


@dataclass(frozen=True)
class NodeLooks:
    """Per node: summed CIE Lab (nodes, 3), its standard deviations (nodes, 3), pixels on the picture's edge."""

    lab: np.ndarray
    spread: np.ndarray
    at_edge: np.ndarray


def node_looks(working: np.ndarray, pieces: np.ndarray, tree: MergeTree) -> NodeLooks:
    """Measure every node of a working picture (h, w, 3) uint8 with pieces (h, w)."""
    lab = cv2.cvtColor(working.astype(np.float32) / 255, cv2.COLOR_RGB2Lab).reshape(-1, 3)
    edge = np.zeros(pieces.shape, np.float32)
    edge[0] = edge[-1] = edge[:, 0] = edge[:, -1] = 1
    planes = np.concatenate([lab, lab**2, edge.reshape(-1, 1)], axis=1)
    sums = np.zeros((len(tree.parent), 7))
    for column in range(7):
        sums[: tree.leaves, column] = np.bincount(pieces.ravel(), planes[:, column], tree.leaves)
    for node, above in enumerate(tree.parent[:-1].tolist()):
        sums[above] += sums[node]
    mean = sums[:, :3] / tree.area[:, None]
    spread = np.sqrt(np.maximum(sums[:, 3:6] / tree.area[:, None] - mean**2, 0))
    return NodeLooks(sums[:, :3], spread, sums[:, 6])


def nodes_around(tree: MergeTree, piece: int) -> np.ndarray:
    """Nodes from a piece upwards that some cut shows, without the root; of those much alike the largest."""
    path = [piece]
    while tree.parent[path[-1]] >= 0:
        path.append(int(tree.parent[path[-1]]))
    nodes = np.array(path)
    above = tree.height[tree.parent[nodes[:-1]]]
    nodes = nodes[:-1][(above > NOTHING_HEIGHT) & (above > tree.height[nodes[:-1]])]
    growth = tree.area[nodes[1:]] / tree.area[nodes[:-1]]
    return nodes[np.append(growth > _LEAST_GROWTH, True)] if len(nodes) else nodes


def level_of(tree: MergeTree, node: int) -> int:
    """Regions of the coarsest cut that shows this node; see `height_of_cut`."""
    return 1 + int((tree.height[tree.leaves :] >= tree.height[tree.parent[node]]).sum())


def measures_of(  # noqa: PLR0913, PLR0917  (all that is known of a click)
    tree: MergeTree,
    boxes: np.ndarray,
    looks: NodeLooks,
    shape: tuple[int, int],
    nodes: np.ndarray,
    y: int,
    x: int,
) -> np.ndarray:
    """(n, 30) float32 of `nodes`, smallest first, for a click on row `y` and column `x` of a working picture."""
    parts = [
        _sizes(tree, nodes),
        _heights(tree, nodes),
        _growth(tree, nodes),
        _place(tree, boxes, looks, shape, nodes, (y, x)),
        _colours(tree, looks, nodes),
        _order(len(nodes)),
    ]
    return np.concatenate(parts, axis=1).astype(np.float32)


def _sizes(tree: MergeTree, nodes: np.ndarray) -> np.ndarray:
    share = tree.area[nodes] / tree.area[-1]
    return np.stack([np.log(share), np.sqrt(share), share], axis=1)


def _heights(tree: MergeTree, nodes: np.ndarray) -> np.ndarray:
    own, above = tree.height[nodes], tree.height[tree.parent[nodes]]
    joins = np.sort(tree.height[tree.leaves :])
    regions = [np.maximum(1, tree.leaves - np.searchsorted(joins, height)) for height in (own, above)]
    gap = 1 - own / np.maximum(above, 1e-6)
    return np.stack([own, above, gap, np.log(regions[0]), np.log(regions[1])], axis=1)


def _growth(tree: MergeTree, nodes: np.ndarray) -> np.ndarray:
    area = tree.area[nodes]
    steps = area[1:] / area[:-1]
    return np.log(np.stack([np.append(steps, tree.area[-1] / area[-1]), np.insert(steps, 0, 3.0)], axis=1))


def _place(  # noqa: PLR0913, PLR0917
    tree: MergeTree,
    boxes: np.ndarray,
    looks: NodeLooks,
    shape: tuple[int, int],
    nodes: np.ndarray,
    click: tuple[int, int],
) -> np.ndarray:
    height, width = shape
    left, top, right, bottom = boxes[nodes].astype(float).T
    wide, tall = right - left, bottom - top
    edge, area = looks.at_edge[nodes], tree.area[nodes]
    off_x, off_y = np.abs((left + right) / 2 - click[1]) / wide, np.abs((top + bottom) / 2 - click[0]) / tall
    columns = (
        edge / (2 * (height + width)),
        edge / np.sqrt(area),
        area / (wide * tall),
        wide / width,
        tall / height,
    )
    return np.stack([*columns, np.log(wide / tall), top / height, bottom / height, off_x, off_y], axis=1)


def _colours(tree: MergeTree, looks: NodeLooks, nodes: np.ndarray) -> np.ndarray:
    """Mean and spread, and how far the mean is from the rest of the picture's and from the sibling's."""
    area, parents = tree.area[nodes, None], tree.parent[nodes]
    own = looks.lab[nodes]
    mean = own / area
    rest = (looks.lab[-1] - own) / np.maximum(tree.area[-1] - area, 1)
    sibling = (looks.lab[parents] - own) / np.maximum(tree.area[parents, None] - area, 1)
    far = [np.linalg.norm(mean - other, axis=1, keepdims=True) / _LAB_FAR for other in (rest, sibling)]
    return np.concatenate([mean / _LAB_MEAN, looks.spread[nodes] / _LAB_SPREAD, *far], axis=1)


def _order(count: int) -> np.ndarray:
    number = np.arange(count)
    return np.stack([number / 20, 1 - number / max(1, count - 1)], axis=1)
