"""Random semantic weights for training: what a person might paint, with sharp and soft borders.

A third of the maps is one value throughout, so that the whole range is seen everywhere; the others have two to five
regions whose shapes follow the patch's own colours, as masks of objects do, or are cut at random.
"""

from __future__ import annotations

import cv2
import numpy as np

STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def draw_weight(rng: np.random.Generator) -> float:
    """One of the five steps, or anything between; the ends most often."""
    kind = rng.random()
    if kind < 0.5:
        return float(rng.choice((0.0, 1.0)))
    return float(rng.choice(STEPS)) if kind < 0.75 else float(rng.random())


def colour_regions(rng: np.random.Generator, patch: np.ndarray, count: int) -> np.ndarray:
    """Labels (s, s) of a patch (s, s, 3) uint8 by its smoothed colours."""
    smooth = cv2.GaussianBlur(patch, (0, 0), rng.uniform(1.0, 3.0)).reshape(-1, 3).astype(np.float32)
    centres = smooth[rng.integers(len(smooth), size=count)]
    distance = ((smooth[:, None] - centres) ** 2).sum(2)
    return distance.argmin(1).reshape(patch.shape[:2])


def cut_regions(rng: np.random.Generator, side_px: int, count: int) -> np.ndarray:
    """Labels (s, s): each pixel belongs to the nearest of some random points, in a randomly stretched metric."""
    points, stretch = rng.uniform(0, side_px, (count, 2)), rng.uniform(0.4, 2.5)
    y, x = np.mgrid[:side_px, :side_px]
    distance = (y[..., None] - points[:, 0]) ** 2 + stretch * (x[..., None] - points[:, 1]) ** 2
    return distance.argmin(2)


def draw_map(rng: np.random.Generator, patch: np.ndarray) -> np.ndarray:
    """W (s, s) float32 in [0, 1] for a source patch (s, s, 3) uint8."""
    side_px = patch.shape[0]
    if rng.random() < 1 / 3:
        return np.full((side_px, side_px), draw_weight(rng), np.float32)
    count = int(rng.integers(2, 6))
    labels = colour_regions(rng, patch, count) if rng.random() < 0.6 else cut_regions(rng, side_px, count)
    weights = np.array([draw_weight(rng) for _ in range(count)], np.float32)[labels]
    return cv2.GaussianBlur(weights, (0, 0), rng.uniform(0.5, 4.0)) if rng.random() < 0.5 else weights
