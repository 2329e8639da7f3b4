"""Random semantic weights for training: what a person might paint, with sharp and soft borders.

A third of the maps is one value throughout, so that the whole range is seen everywhere; the others have two to five
regions. Their shapes are those that a segmenter saw in the whole photograph, where it was asked; else they follow the
patch's own colours, as masks of objects do, or are cut at random.
"""

from __future__ import annotations

from typing import NamedTuple

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


class Drawn(NamedTuple):
    """A map: W (s, s) float32 in [0, 1], and its regions (s, s) uint8 from 0."""

    weight: np.ndarray
    labels: np.ndarray


def draw_map(rng: np.random.Generator, patch: np.ndarray, seen: np.ndarray | None = None) -> Drawn:
    """A map for a source patch (s, s, 3) uint8; `seen` (s, s) uint8 are a segmenter's regions from 1, 0 for none."""
    side_px = patch.shape[0]
    given = None if seen is None or not seen.any() else seen - np.uint8(1)
    if rng.random() < 1 / 3:
        weight = np.full((side_px, side_px), draw_weight(rng), np.float32)
        return Drawn(weight, np.zeros((side_px, side_px), np.uint8) if given is None else given)
    labels, count = _drawn_labels(rng, patch) if given is None else (given, int(given.max()) + 1)
    weights = np.array([draw_weight(rng) for _ in range(count)], np.float32)[labels]
    soft = cv2.GaussianBlur(weights, (0, 0), rng.uniform(0.5, 4.0)) if rng.random() < 0.5 else weights
    return Drawn(soft, labels)


def _drawn_labels(rng: np.random.Generator, patch: np.ndarray) -> tuple[np.ndarray, int]:
    count = int(rng.integers(2, 6))
    follow = rng.random() < 0.6
    labels = colour_regions(rng, patch, count) if follow else cut_regions(rng, patch.shape[0], count)
    return labels.astype(np.uint8), count
