"""What lies over what in a pane: source, target, preview, added, priorities."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.priority import priority_map
from core.regions.region import RegionSet
from ui import palette, qt
from ui.canvas import overlay
from ui.canvas.tiles import Deadline, OverlayLayer, PictureLayer, TileLayer, level_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.regions.region import Region
    from ui.canvas.camera import View
    from ui.model.pixels import SourceView, TargetView
    from ui.model.scene import Scene


# Two maps over the picture: the priorities as the engine will get them, in grey, and what was added.

_MOST_LEVELS = 12
ADDED_OPACITY = 0.8


def stretch_level(values: np.ndarray, corner: tuple[int, int], rest: float, box: Box) -> np.ndarray:
    """Values of a level, whose first lies at `corner`, as the screen shows a box at `rest` pixels per value."""
    move = [(start + 0.5) / rest - 0.5 - at for start, at in zip((box.x, box.y), corner, strict=True)]
    matrix = np.array([[1 / rest, 0, move[0]], [0, 1 / rest, move[1]]])
    way = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    return cv2.warpAffine(values, matrix, (box.width, box.height), flags=way, borderMode=cv2.BORDER_REPLICATE)


def needed_values(box: Box, rest: float, size: Size) -> Box:
    """The values of a level that a box of the screen is made from; never empty."""
    edges = (box.x / rest - 2, box.y / rest - 2, box.right / rest + 2, box.bottom / rest + 2)
    inside = Box.between(*(int(np.floor(edge)) for edge in edges)).intersect(Box.of(size))
    return Box(0, 0, 1, 1) if inside.empty else inside


def thin_masks(scene: Scene, level: int) -> RegionSet:
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
            regions = self._levels[level] = thin_masks(self._scene, level)
        rest = zoom * 2**level
        around = needed_values(box, rest, regions.size)
        weights = priority_map(regions, self._scene.detail, around)
        shown = np.asarray(stretch_level(weights, (around.x, around.y), rest, box))
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
        around = needed_values(box, rest, Size(values.shape[1], values.shape[0]))
        shown = np.asarray(stretch_level(values[around.slices], (around.x, around.y), rest, box))
        return qt.image_from_argb(self._table[shown])


def _premultiplied_table() -> NDArray[np.uint32]:
    parts = np.rint(palette.cividis().astype(np.float64) * ADDED_OPACITY).astype(np.uint32)
    return np.uint32(round(ADDED_OPACITY * 255) << 24) | parts[:, 0] << 16 | parts[:, 1] << 8 | parts[:, 2]


COLOUR, GREY, OFF = "colour", "grey", "off"


class Layers:
    """The layers of one picture; each draws only what a dirty box of the pane shows."""

    def __init__(self) -> None:
        self.overlay = OverlayLayer()
        self.mode = COLOUR
        self.source: PictureLayer | None = None
        self.target: PictureLayer | None = None
        self._preview: tuple[Box, QImage] | None = None
        self._added: TileLayer | None = None
        self._grey: TileLayer | None = None
        self._scene: Scene | None = None

    def set_source(self, source: SourceView | None) -> None:
        """Another picture; everything over the old one goes."""
        self.source = PictureLayer(source) if source else None
        self.set_target(None)
        self.set_preview(None)
        self.set_added(None)

    def set_scene(self, scene: Scene | None) -> None:
        """Other regions; `overlay.refresh` draws what differs."""
        self._scene = scene
        self.overlay.layers = overlay.layers_of(scene.regions) if scene else ()
        self._grey = None

    def set_target(self, target: TargetView | None) -> None:
        """Another target, in the source's place."""
        self.target = PictureLayer(target, target.scale, see_through=True) if target else None
        self._smooth()

    def set_preview(self, preview: tuple[Box, np.ndarray] | None) -> None:
        """A box of source pixels done again, over everything but the priorities."""
        self._preview = (preview[0], qt.image_from_array(preview[1])) if preview else None
        self._smooth()

    def set_added(self, values: np.ndarray | None, size: Size | None = None) -> None:
        """What was added, (H, W) of the source's size; ValueError for another."""
        if values is not None and size is not None and values.shape != (size.height, size.width):
            raise ValueError(f"a map of {values.shape} does not fit a picture of {size}")
        self._added = TileLayer(AddedMap(values).render) if values is not None else None

    @property
    def preview_box(self) -> Box | None:
        """Where the preview lies."""
        return self._preview[0] if self._preview else None

    @property
    def has_result(self) -> bool:
        """Whether there is anything to compare the source with."""
        return self.target is not None or self._preview is not None

    @property
    def shows_added(self) -> bool:
        """Whether the map of what was added is on."""
        return self._added is not None

    def paint(  # noqa: PLR0913  (what, where, how long, and which of the layers)
        self, painter: QPainter, view: View, dirty: Box, deadline: Deadline, *, before: bool, priorities: bool
    ) -> None:
        """The pane's dirty box: the source alone, or with everything that was made of it."""
        self._picture(painter, view, dirty, deadline)
        if not before:
            self._results(painter, view, dirty, deadline)
        if priorities and self.mode == GREY and self._scene:
            if self._grey is None:
                self._grey = TileLayer(GreyMap(self._scene).render)
            self._grey.draw(painter, view, dirty, deadline)
        elif priorities and self.mode == COLOUR:
            self.overlay.draw(painter, view, dirty, deadline)

    def _picture(self, painter: QPainter, view: View, dirty: Box, deadline: Deadline) -> None:
        if self.source is None:
            return
        if self.source.lacks(view, dirty):
            self.source.draw_rough(painter, view)
        self.source.draw(painter, view, dirty, deadline)

    def _results(self, painter: QPainter, view: View, dirty: Box, deadline: Deadline) -> None:
        if self.target:
            self.target.draw(painter, view, dirty, deadline)
        if self._preview:
            box, image = self._preview
            place = view.scaled_box(box).moved(-view.left, -view.top)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(place.x, place.y, place.width, place.height), image)
        if self._added:
            self._added.draw(painter, view, dirty, deadline)

    def _smooth(self) -> None:
        if self.source:
            self.source.set_smooth(self.has_result)
