"""What a prompt means: nodes of the tree first, and GrabCut where the pieces are too coarse to tell.

On the photographs that people outlined (BSDS), unions of pieces follow those outlines better than GrabCut started
from them (0.71 against 0.64 mean IoU after five clicks), so GrabCut only answers what the tree cannot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.geometry import Box
from core.segment.classical.cut import cut_out, marks_around, marks_in_box
from core.segment.classical.tree import height_of_cut, top_nodes

if TYPE_CHECKING:
    from core.segment.classical.understanding import Understanding
    from core.segment.interface import Point, Prompt

# Regions of the whole picture at each level: coarse cuts for a first click, finer ones to correct it.
CLICK_CUTS = (("part", 40), ("whole", 4), ("object", 12))
DEFAULT_CUT, ADD_CUT, REMOVE_CUT, BOX_CUT = 12, 80, 40, 80
_INSIDE_SHARE = 0.75  # of a region that must lie in a box to belong to it
_POINT_PX = 2  # a click is a disc of this radius
_DOUBT_PX = 6


def clicked_nodes(seen: Understanding, point: Point) -> dict[int, tuple[str, int]]:
    """Up to three nodes around one point, smallest first, each with its kind and the regions of its cut.

    A node that is found twice is an object.
    """
    piece = seen.piece_at(point.x, point.y)
    found: dict[int, tuple[str, int]] = {}
    for kind, regions in CLICK_CUTS:
        found[int(_cut(seen, regions)[piece])] = kind, regions
    return {node: found[node] for node in sorted(found)}


def pointed_pieces(seen: Understanding, prompt: Prompt) -> np.ndarray:
    """Bool (leaves,): the first including point's object, then corrected by every other point in turn.

    A point that is already right changes nothing. One to include adds the object around it that holds nothing to
    exclude; one to exclude takes away the largest node around it that holds nothing to include. `prompt.memory` may
    hold the number of regions that the first click's proposal was cut at.
    """
    regions = prompt.memory if isinstance(prompt.memory, int) else DEFAULT_CUT
    wanted = {seen.piece_at(p.x, p.y) for p in prompt.included}
    unwanted = {seen.piece_at(p.x, p.y) for p in prompt.excluded} - wanted
    adding = _cut(seen, max(regions, ADD_CUT), _ancestors(seen, unwanted))
    taking = _cut(seen, max(regions, REMOVE_CUT), _ancestors(seen, wanted))
    first = prompt.included[0]
    start = _cut(seen, regions)
    chosen = start == start[seen.piece_at(first.x, first.y)]
    for point in prompt.points:
        piece = seen.piece_at(point.x, point.y)
        if chosen[piece] != point.include:
            top = adding if point.include else taking
            chosen[top == top[piece]] = point.include
    chosen[list(unwanted)] = False
    return chosen


def _cut(seen: Understanding, regions: int, kept_out: np.ndarray | None = None) -> np.ndarray:
    stop = seen.tree.height > height_of_cut(seen.tree, regions)
    return top_nodes(seen.tree, stop if kept_out is None else stop | kept_out)


def _ancestors(seen: Understanding, pieces: set[int]) -> np.ndarray:
    """Bool (nodes,): the pieces themselves and everything above them."""
    marked = np.zeros(len(seen.tree.parent), bool)
    for start in pieces:
        node = start
        while node >= 0 and not marked[node]:
            marked[node] = True
            node = int(seen.tree.parent[node])
    return marked


def boxed_pieces(seen: Understanding, box: Box) -> np.ndarray:
    """Bool (leaves,): the regions of a fine cut that lie mostly in a box of source pixels."""
    top = _cut(seen, BOX_CUT)
    pieces = seen.tree.leaves
    held = np.bincount(top, np.bincount(seen.source_pieces[box.slices].ravel(), minlength=pieces))
    whole = np.bincount(top, np.bincount(seen.source_pieces.ravel(), minlength=pieces))
    return (held > _INSIDE_SHARE * whole)[top]


def chosen_pieces(seen: Understanding, prompt: Prompt) -> np.ndarray:
    """Bool (leaves,): the answer to a prompt of several points, or a box with or without points."""
    if prompt.box is None:
        return pointed_pieces(seen, prompt)
    chosen = boxed_pieces(seen, prompt.box)
    taking = _cut(seen, REMOVE_CUT, _ancestors(seen, {seen.piece_at(p.x, p.y) for p in prompt.included}))
    for point in prompt.excluded:
        piece = seen.piece_at(point.x, point.y)
        chosen[taking == taking[piece]] = False
    chosen[[seen.piece_at(point.x, point.y) for point in prompt.included]] = True
    return chosen


def too_coarse(seen: Understanding, prompt: Prompt, chosen: np.ndarray) -> bool:
    """Whether one piece is both wanted and not, or nothing was chosen."""
    wanted = {seen.piece_at(p.x, p.y) for p in prompt.included}
    return not chosen.any() or any(seen.piece_at(p.x, p.y) in wanted for p in prompt.excluded)


def outlined(seen: Understanding, prompt: Prompt, chosen: np.ndarray) -> np.ndarray:
    """Bool (h, w) on the working picture: what GrabCut makes of a prompt, started from the pieces chosen."""
    marks = _marks(seen, prompt, chosen)
    rows, columns = np.nonzero(marks != cv2.GC_BGD)
    if not rows.size:  # everything was excluded
        return np.zeros(marks.shape, bool)
    near = Box.between(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
    near = near.grown(max(8, near.width // 4, near.height // 4)).intersect(Box(0, 0, *marks.shape[::-1]))
    result = np.zeros(marks.shape, bool)
    result[near.slices] = cut_out(seen.working[near.slices], marks[near.slices])
    return result


def _marks(seen: Understanding, prompt: Prompt, chosen: np.ndarray) -> np.ndarray:
    if prompt.box is not None:
        marks = marks_in_box(seen.pieces.shape, seen.working_box(prompt.box))
    else:
        marks = marks_around(chosen[seen.pieces], _DOUBT_PX)
    for point in (*prompt.excluded, *prompt.included):
        row, column = seen.working_pixel(point.x, point.y)
        value = cv2.GC_FGD if point.include else cv2.GC_BGD
        cv2.circle(marks, (column, row), _POINT_PX, int(value), -1)
    return marks
