"""The segmenter that ships inside the program: no download, no training, the same answer every time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from core.geometry import Box
from core.progress import Progress, Reporter, silent
from core.regions.mask import Mask
from core.segment.built_in.prompt import (
    answered_levels,
    chosen_pieces,
    grab_cut_outline,
    tidy_mask,
    too_coarse,
)
from core.segment.built_in.tree import height_of_cut, persistence, top_nodes
from core.segment.built_in.understand import Understanding, snap_labels, understand
from core.segment.interface import (
    Embedding,
    Prompt,
    Proposal,
    check_embedding,
    check_prompt,
    checked_image,
    fingerprint,
)

if TYPE_CHECKING:
    from core.segment.built_in.tree import MergeTree


# Which nodes of the tree are worth showing when nobody has pointed at anything.

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


_KINDS_OF = {1: ("object",), 2: ("part", "whole"), 3: ("part", "object", "whole")}
_PIECES_SCORE, _CUT_SCORE = 0.7, 0.5  # about the IoU each reached with outlines that people drew


@dataclass(frozen=True)
class BuiltInSegmenter:
    """Pieces between colour and texture edges, joined into a tree; GrabCut for boxes and corrections.

    Fulfils `Segmenter`. It knows no classes: every label is empty, and `memory` is not used.
    """

    id: str = "built-in"

    def encode(self, image: np.ndarray) -> Embedding:
        """Find the pieces and their tree; seconds for 12 MP, and the memory of about five bytes a pixel."""
        checked = checked_image(image)
        seen = understand(checked)
        return Embedding(seen.size, self.id, fingerprint(checked, self.id), seen)

    def propose(self, embedding: Embedding, prompt: Prompt) -> tuple[Proposal, ...]:
        """One click: nodes of the tree around it. Several clicks or a box: one outline."""
        check_prompt(embedding, prompt, self.id)
        seen = cast("Understanding", embedding.content)
        if prompt.single_click:
            return _clicked(seen, prompt)
        return _outlined(seen, prompt)

    def propose_everything(self, embedding: Embedding, report: Reporter = silent) -> tuple[Proposal, ...]:
        """Objects that cover the picture without overlap, parts inside and wholes around them; smallest first."""
        check_embedding(embedding, self.id)
        seen = cast("Understanding", embedding.content)
        started, wanted, proposals = time.monotonic(), finds(seen.tree), []
        for done, find in enumerate(wanted):
            report(Progress("find objects", done, len(wanted), time.monotonic() - started))
            proposals += _offer(seen, find)
        report(Progress("find objects", len(wanted), len(wanted), time.monotonic() - started))
        return tuple(sorted(proposals, key=lambda proposal: proposal.area))


def _offer(seen: Understanding, find: Find) -> list[Proposal]:
    mask = seen.node_mask(find.node)
    return [] if mask.empty else [Proposal(mask, find.score, find.kind)]


def _clicked(seen: Understanding, prompt: Prompt) -> tuple[Proposal, ...]:
    """The node that the click network takes for what is meant, and two others of other sizes."""
    levels = answered_levels(seen, prompt.points[0])
    kinds = _KINDS_OF[len(levels)]
    found = [(seen.node_mask(one.node), one, kind) for one, kind in zip(levels, kinds, strict=True)]
    offers = [
        Proposal(mask, one.score, kind, memory=one.regions) for mask, one, kind in found if not mask.empty
    ]
    return tuple(sorted(offers, key=lambda proposal: proposal.area))


def _outlined(seen: Understanding, prompt: Prompt) -> tuple[Proposal, ...]:
    chosen, limit = chosen_pieces(seen, prompt), prompt.box or Box.of(seen.size)
    if too_coarse(seen, prompt, chosen):
        mask, score = _cut_out(seen, prompt, chosen).clipped(limit), _CUT_SCORE
    else:
        mask, score = seen.pieces_mask(chosen, limit), _PIECES_SCORE
    return () if mask.empty else (Proposal(mask, score, "", memory=prompt.memory),)


def _cut_out(seen: Understanding, prompt: Prompt, chosen: np.ndarray) -> Mask:
    seeds = [seen.working_pixel(p.x, p.y) for p in prompt.included]
    holes = [seen.working_pixel(p.x, p.y) for p in prompt.excluded]
    outline = tidy_mask(grab_cut_outline(seen, prompt, chosen), seeds, holes)
    rows, columns = np.flatnonzero(outline.any(1)), np.flatnonzero(outline.any(0))
    if not len(rows):
        return Mask.nothing()
    box = seen.source_box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return Mask(box, snap_labels(outline.astype(np.uint16), seen.picture, box) > 0)
