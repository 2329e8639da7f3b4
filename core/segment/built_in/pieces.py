"""What the eye goes by, per pixel: colour and texture, each as soft histogram bins.

A bin is a (height, width) float32 plane in [0, 1]: how much this pixel belongs to it. Summed over a region the bins
are its histogram, so regions can be compared and joined by adding.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

WORK_PIXELS = 320_000
_COLOUR_BINS = ((0.0, 100.0, 10), (-42.0, 42.0, 11), (-42.0, 42.0, 11))  # lowest, highest, count for L, a, b
_FLAT_RESPONSE = 2.5  # L units below which a texture response counts as none


@dataclass(frozen=True)
class Features:
    """Planes of one working picture: `lab` (h, w, 3) CIE Lab, `colour` (C, h, w) and `texture` (T, h, w) bins."""

    lab: np.ndarray
    colour: np.ndarray
    texture: np.ndarray


def working_picture(image: np.ndarray) -> np.ndarray:
    """A picture (H, W, 3) float32 in [0, 1] shrunk by area averaging to about WORK_PIXELS; small ones as they are."""
    height, width = image.shape[:2]
    factor = np.sqrt(WORK_PIXELS / (height * width))
    if factor >= 1.0:
        return image
    shape = max(1, round(width * factor)), max(1, round(height * factor))
    return cv2.resize(image, shape, interpolation=cv2.INTER_AREA)


def smoothed_lab(picture: np.ndarray) -> np.ndarray:
    """CIE Lab (h, w, 3) of a working picture, grain removed by a bilateral filter that keeps the edges."""
    lab = cv2.cvtColor(np.ascontiguousarray(picture, np.float32), cv2.COLOR_RGB2Lab)
    return cv2.bilateralFilter(lab, d=5, sigmaColor=8.0, sigmaSpace=2.0)


def soft_bins(plane: np.ndarray, lowest: float, highest: float, count: int) -> np.ndarray:
    """Planes (count, h, w): each value shared between the two nearest of `count` bin centres, summing to one."""
    place = np.clip((plane - lowest) / (highest - lowest), 0.0, 1.0) * (count - 1)
    centres = np.arange(count, dtype=np.float32)[:, None, None]
    return np.maximum(0.0, 1.0 - np.abs(place[None] - centres)).astype(np.float32)


def texture_bins(lightness: np.ndarray) -> np.ndarray:
    """Planes (11, h, w): flat, then four directions at two scales, then bright and dark blobs.

    A pixel belongs to the strongest responses of derivative filters on `lightness` (0 … 100).
    """
    responses = [_directions(lightness, sigma) for sigma in (1.0, 2.0)]
    blurred = cv2.GaussianBlur(lightness, (0, 0), 1.4)
    blob = 2.0 * (blurred - cv2.GaussianBlur(lightness, (0, 0), 2.4))
    strong = np.concatenate([*responses, np.maximum(blob, 0)[None], np.maximum(-blob, 0)[None]])
    flat = np.full((1, *lightness.shape), _FLAT_RESPONSE, np.float32)
    weights = np.concatenate([flat, strong]) ** 2
    return (weights / weights.sum(0)).astype(np.float32)


def _directions(lightness: np.ndarray, sigma: float) -> np.ndarray:
    smooth = cv2.GaussianBlur(lightness, (0, 0), sigma)
    dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, ksize=3) * (sigma / 8)
    dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, ksize=3) * (sigma / 8)
    angles = np.arange(4) * (np.pi / 4)
    return np.stack([np.abs(np.cos(a) * dx + np.sin(a) * dy) for a in angles]).astype(np.float32)


def features_of(picture: np.ndarray) -> Features:
    """Colour and texture planes of a working picture (h, w, 3) float32 in [0, 1]."""
    lab = smoothed_lab(picture)
    colour = np.concatenate([soft_bins(lab[..., c], *_COLOUR_BINS[c]) for c in range(3)])
    return Features(lab, colour, texture_bins(lab[..., 0]))


# How strongly each pixel is an edge, of colour or of texture, with no direction preferred.
#
# A stack of planes changes fastest along the main axis of its structure tensor (Di Zenzo 1986); the planes are square
# roots of blurred histogram bins, so that this speed is the Hellinger distance between what lies on either side.

_LAB_SCALE = 1.0 / 25.0  # a step of 25 Lab units is as strong as an edge gets
_COLOUR_SIGMAS = (1.5, 3.0)
_TEXTURE_SIGMA = 4.0
_WEIGHTS = (0.35, 0.5, 0.5, 0.6)  # Lab, colour at both scales, texture


def fastest_change(planes: np.ndarray) -> np.ndarray:
    """Largest directional derivative (h, w) of a stack (K, h, w): root of the tensor's larger eigenvalue."""
    xx = xy = yy = np.zeros(planes.shape[1:], np.float32)
    for plane in planes:
        dx = cv2.Sobel(plane, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
        dy = cv2.Sobel(plane, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
        xx, xy, yy = xx + dx * dx, xy + dx * dy, yy + dy * dy
    return np.sqrt(0.5 * (xx + yy + np.sqrt((xx - yy) ** 2 + 4 * xy * xy)))


def histogram_change(bins: np.ndarray, sigma_px: float) -> np.ndarray:
    """Hellinger change (h, w), about 0 … 1, of soft bins (K, h, w) blurred by `sigma_px`."""
    roots = np.stack([np.sqrt(cv2.GaussianBlur(plane, (0, 0), sigma_px) + 1e-4) for plane in bins])
    return fastest_change(roots) * sigma_px


def edge_strength(features: Features) -> np.ndarray:
    """Edge strength (h, w) float32, 0 in a flat place, about 1 at a hard edge."""
    lab = np.moveaxis(cv2.GaussianBlur(features.lab, (0, 0), 1.0), 2, 0) * _LAB_SCALE
    parts = [fastest_change(lab)]
    parts += [histogram_change(features.colour, sigma) for sigma in _COLOUR_SIGMAS]
    parts.append(histogram_change(features.texture, _TEXTURE_SIGMA))
    return np.tensordot(np.array(_WEIGHTS, np.float32), np.stack(parts), axes=1)


# The smallest pieces: basins of the edge strength, and which of them touch.

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
