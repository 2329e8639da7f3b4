"""What can be measured in a region without knowing what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.geometry import Size

if TYPE_CHECKING:
    from core.regions.mask import Mask

_GRID_PIXELS = 250_000


@dataclass(frozen=True)
class Look:
    """Measures of one region.

    `lightness` 0 … 100 and `green_red`, `blue_yellow` are mean CIE Lab; `grain` is the mean fine contrast in L units;
    `grain_spread` how unevenly it lies (standard deviation / mean); `direction` 0 … 1 how much it runs one way;
    `two_tone` 0 … 1 how well two greys explain the lightness, `contrast` their distance in L units; `share` of the
    picture; `at_top` where it touches the picture's upper edge.
    """

    lightness: float
    green_red: float
    blue_yellow: float
    grain: float
    grain_spread: float
    direction: float
    two_tone: float
    contrast: float
    share: float
    at_top: bool


@dataclass(frozen=True)
class Grid:
    """A picture on at most _GRID_PIXELS samples, its fine contrast and gradients measured once for all regions."""

    source: Size
    lab: np.ndarray
    grain: np.ndarray
    dx: np.ndarray
    dy: np.ndarray

    def sampled(self, mask: Mask) -> np.ndarray:
        """The mask on the grid, bool (h, w): whether it holds the source pixel at each sample's centre."""
        height, width = self.grain.shape
        rows = (np.arange(height) * 2 + 1) * self.source.height // (2 * height) - mask.box.y
        columns = (np.arange(width) * 2 + 1) * self.source.width // (2 * width) - mask.box.x
        down, across = (rows >= 0) & (rows < mask.box.height), (columns >= 0) & (columns < mask.box.width)
        result = np.zeros((height, width), bool)
        result[np.ix_(down, across)] = mask.pixels[np.ix_(rows[down], columns[across])]
        return result


def grid_of(image: np.ndarray) -> Grid:
    """The grid of a picture (H, W, 3) float32 in [0, 1]."""
    height, width = image.shape[:2]
    factor = min(1.0, float(np.sqrt(_GRID_PIXELS / (height * width))))
    shape = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(np.ascontiguousarray(image, np.float32), shape, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2Lab)
    light = lab[..., 0]
    grain = np.abs(light - cv2.GaussianBlur(light, (0, 0), 2.0))
    dx, dy = (cv2.Sobel(light, cv2.CV_32F, *step, ksize=3) for step in ((1, 0), (0, 1)))
    return Grid(Size(width, height), lab, grain, dx, dy)


def look_of(grid: Grid, mask: Mask) -> Look:
    """Measures of a region, away from its border where it is large enough to have an inside."""
    region = grid.sampled(mask)
    inside = cv2.erode(region.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=1) > 0
    inside = inside if inside.sum() > 20 else region
    if not inside.any():
        return Look(*[0.0] * 9, at_top=False)
    light, green_red, blue_yellow = (grid.lab[..., channel][inside] for channel in range(3))
    grain = grid.grain[inside]
    spread = float(grain.std() / max(float(grain.mean()), 1e-3))
    means = float(light.mean()), float(green_red.mean()), float(blue_yellow.mean())
    two = _two_tone(light)
    share = float(region.mean())
    return Look(
        *means, float(grain.mean()), spread, _direction(grid, inside), *two, share, bool(region[0].any())
    )


def _direction(grid: Grid, inside: np.ndarray) -> float:
    """Coherence of the structure tensor: 0 every way alike, 1 all one way."""
    dx, dy = grid.dx[inside], grid.dy[inside]
    xx, xy, yy = float((dx * dx).sum()), float((dx * dy).sum()), float((dy * dy).sum())
    return float(np.hypot(xx - yy, 2 * xy) / max(xx + yy, 1e-6))


def _two_tone(light: np.ndarray) -> tuple[float, float]:
    """Share of the variance that the best split into two greys explains (Otsu 1979), and how far they lie apart."""
    counts, edges = np.histogram(light, bins=64, range=(0.0, 100.0))
    centres, total = (edges[:-1] + edges[1:]) / 2, counts.sum()
    low = np.cumsum(counts)[:-1] / total
    low_sum, mean = np.cumsum(counts * centres)[:-1] / total, float((counts * centres).sum() / total)
    high = np.maximum(1 - low, 1e-9)
    apart = (mean - low_sum) / high - low_sum / np.maximum(low, 1e-9)
    between = np.where((low > 0) & (low < 1), low * (1 - low) * apart**2, 0.0)
    best = int(between.argmax())
    variance = float((counts * (centres - mean) ** 2).sum() / total)
    return (float(between[best] / variance), float(apart[best])) if variance > 1e-6 else (0.0, 0.0)
