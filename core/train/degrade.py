"""From a sharp crop to the source that a camera, a web page or an old file would have left of it.

Second-order degradations in the manner of Real-ESRGAN (Wang et al. 2021, §3): blur, resize, noise, JPEG, again, with
a ringing filter now and then. One `strength` in [0, 1] scales them all and becomes the clean-up input.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

SCALE = 4
DOWN = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
MOST_NOISE = 24.0  # standard deviation on 0 … 255 at strength 1
MOST_BLUR = 2.6  # Gaussian sigma in target pixels at strength 1
WORST_JPEG = 28


@dataclass(frozen=True)
class Dirt:
    """What one source suffers: blur sigma in target px, noise sigma on 0 … 255, JPEG quality, second round or not."""

    blur: float
    noise: float
    quality: float
    again: bool

    @property
    def clean_up(self) -> float:
        """How dirty, 0 … 1: one minus the product of what each step leaves whole."""
        left = (1 - 0.5 * self.blur / MOST_BLUR) * (1 - 0.8 * self.noise / MOST_NOISE)
        left *= 1 - 0.7 * (100 - self.quality) / (100 - WORST_JPEG)
        return float(np.clip(1 - left, 0.0, 1.0))


def draw_dirt(rng: np.random.Generator) -> Dirt:
    """Light dirt more often than heavy, and each kind absent now and then."""
    strength = rng.uniform(0.05, 1.0) ** 1.3
    blur = rng.uniform(0.1, 0.1 + MOST_BLUR * strength) if rng.random() < 0.7 else 0.0
    noise = rng.uniform(0.5, 0.5 + MOST_NOISE * strength) if rng.random() < 0.7 else 0.0
    worst = 100 - (100 - WORST_JPEG) * strength
    quality = rng.uniform(min(worst, 96), 97) if rng.random() < 0.8 else 100.0
    return Dirt(blur, noise, quality, bool(rng.random() < 0.3))


def gaussian_kernel(rng: np.random.Generator, sigma: float) -> np.ndarray:
    """A turned, often oval Gaussian, sum 1."""
    oval = rng.uniform(0.5, 1.0) if rng.random() < 0.5 else 1.0
    angle, radius = rng.uniform(0, math.pi), max(1, round(3 * sigma))
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32)
    u, v = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    kernel = np.exp(-0.5 * ((u / sigma) ** 2 + (v / (sigma * oval)) ** 2))
    return kernel / kernel.sum()


def sinc_kernel(rng: np.random.Generator) -> np.ndarray:
    """A separable low-pass that rings, as over-sharpened web pictures do; sum 1."""
    cutoff, x = rng.uniform(0.6, 0.95), np.arange(-5, 6, dtype=np.float32)
    line = np.sinc(cutoff * x)
    kernel = np.outer(line, line)
    return (kernel / kernel.sum()).astype(np.float32)


def add_noise(rng: np.random.Generator, picture: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian noise, grey in four of ten, growing with brightness (Poisson-like) in three of ten."""
    shape = (*picture.shape[:2], 1) if rng.random() < 0.4 else picture.shape
    noise = rng.standard_normal(shape, np.float32) * sigma
    if rng.random() < 0.3:
        noise = noise * np.sqrt(np.maximum(picture, 1.0) / 128.0)
    return np.clip(picture + noise, 0, 255)


def through_jpeg(picture: np.ndarray, quality: float) -> np.ndarray:
    """Encode and decode; (h, w, 3) RGB float32 0 … 255 in and out."""
    blue_first = np.rint(picture[..., ::-1]).astype(np.uint8)
    _, data = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.float32)[..., ::-1]


def shrink(rng: np.random.Generator, picture: np.ndarray, side_px: int) -> np.ndarray:
    """To (side, side, 3); at times by a detour over another size."""
    if rng.random() < 0.3:
        detour = round(picture.shape[0] * rng.uniform(0.35, 1.2))
        picture = cv2.resize(picture, (detour, detour), interpolation=DOWN[rng.integers(3)])
    return cv2.resize(
        picture, (side_px, side_px), interpolation=DOWN[0 if rng.random() < 0.6 else rng.integers(3)]
    )


def degrade(rng: np.random.Generator, sharp: np.ndarray, dirt: Dirt) -> np.ndarray:
    """(4s, 4s, 3) uint8 → (s, s, 3) uint8: blur, shrink, noise, JPEG, and the last two again where asked."""
    picture = sharp.astype(np.float32)
    if dirt.blur:
        picture = cv2.filter2D(picture, -1, gaussian_kernel(rng, dirt.blur), borderType=cv2.BORDER_REFLECT)
    if dirt.again and rng.random() < 0.4:
        picture = cv2.filter2D(picture, -1, sinc_kernel(rng), borderType=cv2.BORDER_REFLECT)
    picture = np.clip(shrink(rng, picture, sharp.shape[0] // SCALE), 0, 255)
    for share in (1.0, 0.5)[: 1 + dirt.again]:
        picture = add_noise(rng, picture, dirt.noise * share) if dirt.noise else picture
        picture = through_jpeg(picture, 100 - share * (100 - dirt.quality)) if dirt.quality < 100 else picture
    return np.rint(np.clip(picture, 0, 255)).astype(np.uint8)
