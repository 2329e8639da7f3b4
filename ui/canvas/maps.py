"""Two maps over the picture: the priorities as the engine will get them, in grey, and what was added."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.priority import priority_map
from core.regions.region_set import RegionSet
from ui import palette, qt
from ui.canvas.pictures import level_for

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from core.regions.region import Region
    from ui.model.scene import Scene

_MOST_LEVELS = 12
ADDED_OPACITY = 0.8


def stretched(values: np.ndarray, corner: tuple[int, int], rest: float, box: Box) -> np.ndarray:
    """Values of a level, whose first lies at `corner`, as the screen shows a box at `rest` pixels per value."""
    move = [(start + 0.5) / rest - 0.5 - at for start, at in zip((box.x, box.y), corner, strict=True)]
    matrix = np.array([[1 / rest, 0, move[0]], [0, 1 / rest, move[1]]])
    way = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    return cv2.warpAffine(values, matrix, (box.width, box.height), flags=way, borderMode=cv2.BORDER_REPLICATE)


def needed(box: Box, rest: float, size: Size) -> Box:
    """The values of a level that a box of the screen is made from; never empty."""
    edges = (box.x / rest - 2, box.y / rest - 2, box.right / rest + 2, box.bottom / rest + 2)
    inside = Box.between(*(int(np.floor(edge)) for edge in edges)).intersect(Box.of(size))
    return Box(0, 0, 1, 1) if inside.empty else inside


def thinned(scene: Scene, level: int) -> RegionSet:
    """Every 2^level-th pixel of every mask, with feathers in proportion: enough for a small view."""
    step = 2**level
    size = Size(-(-scene.size.width // step), -(-scene.size.height // step))
    regions = tuple(_thinned(region, step, size) for region in scene.regions)
    return RegionSet(size, regions, scene.regions.rest)


def _thinned(region: Region, step: int, size: Size) -> Region:
    box = region.mask.box
    pixels = region.mask.pixels[-box.y % step :: step, -box.x % step :: step]
    mask = Mask.of(pixels, -(-box.x // step), -(-box.y // step)).within(size)
    return replace(region, mask=mask, feather_px=region.feather_px / step)


class GreyMap:
    """The priority map W(x) of a scene: black Faithful, white Inventive."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._levels: dict[int, RegionSet] = {}

    def render(self, zoom: float, box: Box) -> QImage:
        """A box of it, scaled."""
        level = level_for(zoom, _MOST_LEVELS)
        regions = self._levels.get(level)
        if regions is None:
            regions = self._levels[level] = thinned(self._scene, level)
        rest = zoom * 2**level
        around = needed(box, rest, regions.size)
        weights = priority_map(regions, self._scene.detail, around)
        shown = np.asarray(stretched(weights, (around.x, around.y), rest, box))
        grey = np.rint(shown * 255).astype(np.uint8)
        return qt.image_from_bgra(np.repeat(grey[..., None], 4, axis=2), opaque=True)


class AddedMap:
    """How much was made up at each source pixel: cividis, bright where the engine made it up."""

    def __init__(self, values: np.ndarray) -> None:
        grey = values if values.dtype == np.uint8 else np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
        self._levels: list[np.ndarray] = [np.ascontiguousarray(grey)]
        while max(self._levels[-1].shape) > 256:
            height, width = self._levels[-1].shape
            half = max(1, -(-width // 2)), max(1, -(-height // 2))
            self._levels.append(np.asarray(cv2.resize(self._levels[-1], half, interpolation=cv2.INTER_AREA)))
        self._table = _premultiplied_table()

    def render(self, zoom: float, box: Box) -> QImage:
        """A box of it, scaled."""
        level = level_for(zoom, len(self._levels))
        values, rest = self._levels[level], zoom * 2**level
        around = needed(box, rest, Size(values.shape[1], values.shape[0]))
        shown = np.asarray(stretched(values[around.slices], (around.x, around.y), rest, box))
        return qt.image_from_argb(self._table[shown])


def _premultiplied_table() -> NDArray[np.uint32]:
    parts = np.rint(palette.cividis().astype(np.float64) * ADDED_OPACITY).astype(np.uint32)
    return np.uint32(round(ADDED_OPACITY * 255) << 24) | parts[:, 0] << 16 | parts[:, 1] << 8 | parts[:, 2]
