"""How strongly each pixel is an edge, of colour or of texture, with no direction preferred.

A stack of planes changes fastest along the main axis of its structure tensor (Di Zenzo 1986); the planes are square
roots of blurred histogram bins, so that this speed is the Hellinger distance between what lies on either side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from core.segment.classical.features import Features

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
