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
