"""GrabCut (Rother, Kolmogorov, Blake 2004): what a box holds, and what clicks mean, on the working picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from core.geometry import Box

_ROUNDS = 3
_SEED = 20_040  # OpenCV's generator belongs to the thread; seeding it in the call makes the call repeatable
_LARGEST_CUT = 90_000  # pixels; larger pieces are cut at a smaller size


def cut_out(picture: np.ndarray, guess: np.ndarray) -> np.ndarray:
    """Bool (h, w): the object of a picture (h, w, 3) uint8.

    `guess` (h, w) uint8 holds GrabCut's marks, cv2.GC_BGD, GC_FGD, GC_PR_BGD, GC_PR_FGD. Sure marks stay as they are;
    where the marks leave nothing to decide they are the answer.
    """
    small, marks = _shrunk(picture, guess)
    if not _decidable(marks):
        return _chosen(guess)
    cv2.setRNGSeed(_SEED)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(small, marks, (0, 0, 0, 0), *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    height, width = guess.shape
    likely = cv2.resize(_chosen(marks).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.where((guess == cv2.GC_BGD) | (guess == cv2.GC_FGD), guess == cv2.GC_FGD, likely > 0.5)


def _shrunk(picture: np.ndarray, guess: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    height, width = guess.shape
    factor = min(1.0, float(np.sqrt(_LARGEST_CUT / guess.size)))
    shape = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(picture, shape, interpolation=cv2.INTER_AREA)
    return small, cv2.resize(guess, shape, interpolation=cv2.INTER_NEAREST)


def _chosen(marks: np.ndarray) -> np.ndarray:
    return (marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD)


def _decidable(marks: np.ndarray) -> bool:
    """GrabCut needs pixels for five colour clusters on both sides."""
    front = int(_chosen(marks).sum())
    return 8 <= front <= marks.size - 8


def marks_around(inside: np.ndarray, doubt_px: int) -> np.ndarray:
    """GrabCut marks from a first mask (h, w) bool: sure away from its border, open within `doubt_px` of it."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * doubt_px + 1, 2 * doubt_px + 1))
    grown = cv2.dilate(inside.astype(np.uint8), kernel) > 0
    marks = np.where(grown, cv2.GC_PR_BGD, cv2.GC_BGD)
    return np.where(inside, cv2.GC_PR_FGD, marks).astype(np.uint8)


def marks_in_box(shape: tuple[int, int], box: Box) -> np.ndarray:
    """GrabCut marks (h, w): probably the object inside the box, surely not outside."""
    marks = np.full(shape, cv2.GC_BGD, np.uint8)
    marks[box.slices] = cv2.GC_PR_FGD
    return marks
