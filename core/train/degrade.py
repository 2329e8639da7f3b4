"""From a sharp crop to the source that a camera, a web page or an old file would have left of it.

Second-order degradations after Real-ESRGAN (Wang et al. 2021, §3): blur, resize, noise, JPEG; in half of the cases a
second, lighter round, so that noise and blocks of the first are resampled with the picture: blotches of colour and
blocks that lie on no grid of eight. One `strength` in [0, 1] scales them all and becomes the clean-up input.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from core.geometry import SCALE

DOWN = (cv2.INTER_AREA, cv2.INTER_LINEAR, cv2.INTER_CUBIC)
MOST_NOISE = 26.0  # standard deviation on 0 … 255 at strength 1
MOST_BLUR = 3.0  # Gaussian sigma in target pixels at strength 1
WORST_JPEG = 28
PER_KIND = (
    0.8,
    0.12,
    0.08,
)  # Gaussian, generalised Gaussian, plateau: Real-ESRGAN's .70, .15, .15 less its sinc
DETOUR = (0.16, 0.7)  # size between the two rounds, as a share of the target's side; the source's is 0.25
SECOND_SHARE = 0.5  # how strong the second round is beside the first


@dataclass(frozen=True)
class Dirt:
    """What one source suffers.

    | field | meaning |
    | --- | --- |
    | blur | Gaussian sigma in target px |
    | noise | standard deviation on 0 … 255 |
    | quality | of the JPEG, 100 for none |
    | again | whether a second round follows |
    | chroma | standard deviation of noise in the two colour differences alone, smooth over a few pixels |
    """

    blur: float
    noise: float
    quality: float
    again: bool
    chroma: float = 0.0

    @property
    def clean_up(self) -> float:
        """How dirty, 0 … 1: one minus the product of what each step leaves whole."""
        noise = min(1.0, math.hypot(self.noise, 0.5 * self.chroma) / MOST_NOISE)
        left = (1 - 0.5 * self.blur / MOST_BLUR) * (1 - 0.8 * noise)
        left *= 1 - 0.7 * (100 - self.quality) / (100 - WORST_JPEG)
        return float(np.clip(1 - left, 0.0, 1.0))


def draw_dirt(rng: np.random.Generator) -> Dirt:
    """Light dirt more often than heavy, and each kind absent now and then."""
    strength = rng.uniform(0.05, 1.0) ** 1.2
    blur = rng.uniform(0.1, 0.1 + MOST_BLUR * strength) if rng.random() < 0.7 else 0.0
    noise = rng.uniform(0.5, 0.5 + MOST_NOISE * strength) if rng.random() < 0.7 else 0.0
    chroma = rng.uniform(1.0, 1.0 + MOST_NOISE * strength) if rng.random() < 0.3 else 0.0
    worst = 100 - (100 - WORST_JPEG) * strength
    quality = rng.uniform(min(worst, 96), 97) if rng.random() < 0.8 else 100.0
    return Dirt(min(blur, MOST_BLUR), noise, quality, bool(rng.random() < 0.5), chroma)


def blur_kernel(rng: np.random.Generator, sigma: float) -> np.ndarray:
    """A turned, often oval bell, sum 1: Gaussian, or flatter or sharper than one (Real-ESRGAN's three kinds)."""
    kind = rng.choice(3, p=PER_KIND)
    beta = rng.uniform(0.5, 2.0)
    oval = rng.uniform(0.4, 1.0) if rng.random() < 0.4 else 1.0
    angle, radius = rng.uniform(0, math.pi), max(1, round(3 * sigma))
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32)
    u, v = x * math.cos(angle) + y * math.sin(angle), y * math.cos(angle) - x * math.sin(angle)
    square = (u / sigma) ** 2 + (v / (sigma * oval)) ** 2
    bells = (
        lambda: np.exp(-0.5 * square),
        lambda: np.exp(-0.5 * square**beta),
        lambda: 1 / (1 + square**beta),
    )
    kernel = bells[kind]()
    return (kernel / kernel.sum()).astype(np.float32)


def sinc_kernel(rng: np.random.Generator) -> np.ndarray:
    """A separable low-pass that rings, as over-sharpened web pictures do; sum 1."""
    cutoff, x = rng.uniform(0.6, 0.95), np.arange(-5, 6, dtype=np.float32)
    line = np.sinc(cutoff * x)
    kernel = np.outer(line, line)
    return (kernel / kernel.sum()).astype(np.float32)


def apply_kernel(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The picture through a kernel, mirrored at its borders."""
    return cv2.filter2D(picture, -1, kernel, borderType=cv2.BORDER_REFLECT)


def add_noise(rng: np.random.Generator, picture: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian noise, grey in four of ten, growing with brightness (Poisson-like) in three of ten."""
    shape = (*picture.shape[:2], 1) if rng.random() < 0.4 else picture.shape
    noise = rng.standard_normal(shape, np.float32) * sigma
    if rng.random() < 0.3:
        noise = noise * np.sqrt(np.maximum(picture, 1.0) / 128.0)
    return np.clip(picture + noise, 0, 255)


def add_chroma_noise(rng: np.random.Generator, picture: np.ndarray, sigma: float) -> np.ndarray:
    """Blotches of colour, as small sensors leave at night: noise that changes no pixel's luma, 0.5 … 2 px wide."""
    red, blue = rng.standard_normal((2, *picture.shape[:2]), np.float32)
    width = rng.uniform(0.5, 2.0)
    red, blue = (
        cv2.GaussianBlur(plane, (0, 0), width, borderType=cv2.BORDER_REFLECT) for plane in (red, blue)
    )
    red, blue = (plane * (sigma / max(1e-6, float(plane.std()))) for plane in (red, blue))
    green = -(0.299 * red + 0.114 * blue) / 0.587
    return np.clip(picture + np.stack((red, green, blue), 2), 0, 255)


def through_jpeg(picture: np.ndarray, quality: float) -> np.ndarray:
    """Encode and decode; (h, w, 3) RGB float32 0 … 255 in and out."""
    blue_first = np.rint(picture[..., ::-1]).astype(np.uint8)
    _, data = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.float32)[..., ::-1]


def resize_once(rng: np.random.Generator, picture: np.ndarray, side_px: int) -> np.ndarray:
    """To (side, side, 3) by area, or now and then by another filter."""
    kind = DOWN[0 if rng.random() < 0.6 else rng.integers(3)]
    return np.clip(cv2.resize(picture, (side_px, side_px), interpolation=kind), 0, 255)


def _soil(rng: np.random.Generator, picture: np.ndarray, dirt: Dirt, share: float) -> np.ndarray:
    """Noise, colour blotches, JPEG: what a sensor and a file add, at a share of their strength."""
    picture = add_noise(rng, picture, dirt.noise * share) if dirt.noise else picture
    picture = add_chroma_noise(rng, picture, dirt.chroma * share) if dirt.chroma else picture
    return through_jpeg(picture, 100 - share * (100 - dirt.quality)) if dirt.quality < 100 else picture


def degrade(rng: np.random.Generator, sharp: np.ndarray, dirt: Dirt) -> np.ndarray:
    """(4s, 4s, 3) uint8 → (s, s, 3) uint8: blur, shrink, noise, JPEG; where asked, a round at another size before."""
    picture, side_px = sharp.astype(np.float32), sharp.shape[0] // SCALE
    picture = apply_kernel(picture, blur_kernel(rng, dirt.blur)) if dirt.blur else picture
    picture = apply_kernel(picture, sinc_kernel(rng)) if rng.random() < 0.1 else picture
    if dirt.again:
        between = max(4, round(sharp.shape[0] * rng.uniform(*DETOUR)))
        picture = _soil(rng, resize_once(rng, picture, between), dirt, 1.0)
    picture = resize_once(rng, picture, side_px)
    if dirt.again and rng.random() < 0.3:
        picture = np.clip(apply_kernel(picture, sinc_kernel(rng)), 0, 255)
    picture = _soil(rng, picture, dirt, SECOND_SHARE if dirt.again else 1.0)
    return np.rint(np.clip(picture, 0, 255)).astype(np.uint8)
