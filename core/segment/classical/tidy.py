"""Cleaning a found mask: holes filled, specks dropped, nothing kept that no click asked for."""

from __future__ import annotations

import cv2
import numpy as np

_SPECK_SHARE = 0.05  # of the largest piece


def tidied(mask: np.ndarray, seeds: list[tuple[int, int]], keep_open: list[tuple[int, int]]) -> np.ndarray:
    """Mask (h, w) bool with the pieces that hold a seed, or all but specks where none does; small holes filled.

    Seeds are rows and columns. A hole with a `keep_open` pixel stays a hole.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    sizes = stats[:, cv2.CC_STAT_AREA].copy()
    sizes[0] = 0
    asked = {int(labels[seed]) for seed in seeds} - {0}
    kept = np.array(sorted(asked)) if asked else np.flatnonzero(sizes > _SPECK_SHARE * max(1, sizes.max()))
    return _filled(np.isin(labels, kept), keep_open)


def _filled(mask: np.ndarray, keep_open: list[tuple[int, int]]) -> np.ndarray:
    _, found, stats, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    labels = np.asarray(found, np.int32)
    small = np.asarray(stats[:, cv2.CC_STAT_AREA] < _SPECK_SHARE * max(1, int(mask.sum())))
    small[0] = False
    small[[int(labels[place]) for place in keep_open]] = False
    return mask | small[labels]
