"""The smallest pieces: basins of the edge strength, and which of them touch."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

_NEIGHBOURS = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx)
_CELL_PX = 14.0  # spacing of basins where nothing else decides
_CELL_WEIGHT = 0.04


@dataclass(frozen=True)
class Borders:
    """Touching labels `first` < `second`, the length of their border in pixel pairs and its summed strength."""

    first: np.ndarray
    second: np.ndarray
    length: np.ndarray
    strength: np.ndarray


def relief(edges: np.ndarray) -> np.ndarray:
    """Edge strength (h, w) plus a faint egg-box, so that every cell of a flat place has a deepest point of its own."""
    height, width = edges.shape
    rows = np.cos(np.arange(height) * (2 * np.pi / _CELL_PX) + 0.1)[:, None]
    columns = np.cos(np.arange(width) * (2 * np.pi / _CELL_PX) + 0.2)[None]
    smooth = cv2.GaussianBlur(edges, (0, 0), 1.0)
    return (smooth + _CELL_WEIGHT * (2.0 - rows - columns) / 4).astype(np.float32)


def basins(surface: np.ndarray) -> np.ndarray:
    """Labels (h, w) int32 from 0: pixels whose steepest way down ends in the same lowest point."""
    height, width = surface.shape
    padded = np.pad(surface, 1, constant_values=np.inf)
    own = np.arange(height * width).reshape(height, width)
    lowest, towards = surface.copy(), own.copy()
    for dy, dx in _NEIGHBOURS:
        there = padded[1 + dy : 1 + dy + height, 1 + dx : 1 + dx + width]
        lower = there < lowest
        lowest[lower], towards[lower] = there[lower], (own + dy * width + dx)[lower]
    return _ends(towards.ravel()).reshape(height, width)


def _ends(towards: np.ndarray) -> np.ndarray:
    """Follow every pointer to its end by doubling the stride; number the ends from 0."""
    while True:
        further = towards[towards]
        if np.array_equal(further, towards):
            return np.unique(towards, return_inverse=True)[1].astype(np.int32).ravel()
        towards = further


def borders(labels: np.ndarray, edges: np.ndarray) -> Borders:
    """Every pair of touching labels with how long and how strong their border is."""
    right = _pairs(labels[:, :-1], labels[:, 1:], edges[:, :-1], edges[:, 1:])
    down = _pairs(labels[:-1], labels[1:], edges[:-1], edges[1:])
    low, high, strength = (np.concatenate(parts) for parts in zip(right, down, strict=True))
    count = int(labels.max()) + 1
    keys, which = np.unique(low.astype(np.int64) * count + high, return_inverse=True)
    length = np.bincount(which, minlength=len(keys))
    total = np.bincount(which, strength, minlength=len(keys))
    return Borders(keys // count, keys % count, length.astype(np.float64), total)


def _pairs(a: np.ndarray, b: np.ndarray, edge_a: np.ndarray, edge_b: np.ndarray) -> tuple[np.ndarray, ...]:
    meet = a != b
    a, b = a[meet], b[meet]
    return np.minimum(a, b), np.maximum(a, b), np.maximum(edge_a, edge_b)[meet].astype(np.float64)
