"""Drawn tiles: pieces of 256×256 of a scaled picture, made once, moved without resampling, within a time."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from core.geometry import Box, Size
from ui import qt
from ui.canvas import overlay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from ui.canvas.camera import View


# Any piece of a picture at any zoom, as the screen wants it. A drawn tile is a piece of 256×256.

PIXELS_FROM_ZOOM = 6.0
_CHECKER_PX = 8
_LIGHT, _DARK = 204, 153


class Leveled(Protocol):
    """What a source, a target and a preview have in common."""

    @property
    def size(self) -> Size:
        """Width and height of level 0."""
        ...

    @property
    def levels(self) -> int:
        """How many halves there are."""
        ...

    def level_size(self, level: int) -> Size:
        """Of a level."""
        ...

    def pixels(self, level: int, box: Box) -> np.ndarray:
        """(h, w, 4) uint8 RGBA of a box of a level."""
        ...


def level_for(zoom: float, levels: int) -> int:
    """The smallest level that still has a pixel for each one of the screen."""
    return min(max(0, math.floor(math.log2(1 / zoom) + 1e-9)), levels - 1)


def piece(
    picture: Leveled, zoom: float, box: Box, smooth: bool, *, premultiplied: bool = False
) -> NDArray[np.uint8]:
    """(box.height, box.width, 4) straight RGBA of a box of the picture scaled by `zoom`.

    Enlarged bicubically; without `smooth` pixels become squares from a zoom of 6 on. `premultiplied` colours are
    multiplied by their alpha before anything is mixed, so that what is not there lends its neighbours no colour.
    """
    level = level_for(zoom, picture.levels)
    rest, size = zoom * 2**level, picture.level_size(level)
    around = _needed(box, rest, size)
    stored = picture.pixels(level, around)
    if premultiplied:
        stored = _multiplied(stored)
    if rest == 1 and around == box:
        return stored
    move = [(origin + 0.5) / rest - 0.5 - corner for origin, corner in ((box.x, around.x), (box.y, around.y))]
    matrix = np.array([[1 / rest, 0, move[0]], [0, 1 / rest, move[1]]])
    way = cv2.WARP_INVERSE_MAP | _interpolation(rest, smooth)
    drawn = cv2.warpAffine(
        stored, matrix, (box.width, box.height), flags=way, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(drawn, np.uint8)


def _needed(box: Box, rest: float, size: Size) -> Box:
    """The pixels of a level that a piece is made from, with what the cubic reaches for."""
    exact = rest == 1
    reach = 0 if exact else 3
    wanted = Box.between(
        math.floor(box.x / rest) - reach,
        math.floor(box.y / rest) - reach,
        math.ceil(box.right / rest) + reach,
        math.ceil(box.bottom / rest) + reach,
    )
    inside = wanted.intersect(Box.of(size))
    if inside.empty:
        x, y = min(max(wanted.x, 0), size.width - 1), min(max(wanted.y, 0), size.height - 1)
        return Box(x, y, 1, 1)
    return inside


def _interpolation(rest: float, smooth: bool) -> int:
    if rest < 1:
        return cv2.INTER_LINEAR
    return cv2.INTER_CUBIC if smooth or rest < PIXELS_FROM_ZOOM else cv2.INTER_NEAREST


def on_checkers(rgba: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Straight RGBA over the checkers that mean “nothing here”, as opaque BGRA; `box` says where they fall."""
    bgra = np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA), np.uint8)
    alpha = rgba[..., 3:]
    if (alpha == 255).all():
        return bgra
    columns = (np.arange(box.x, box.right) // _CHECKER_PX)[None, :]
    rows = (np.arange(box.y, box.bottom) // _CHECKER_PX)[:, None]
    below = np.where((columns + rows) % 2 == 0, _LIGHT, _DARK)[..., None].astype(np.uint16)
    blend = bgra[..., :3] * alpha.astype(np.uint16) + below * (255 - alpha.astype(np.uint16))
    bgra[..., :3] = (blend + 127) // 255
    bgra[..., 3] = 255
    return bgra


def _multiplied(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Straight RGBA as premultiplied; itself where it is opaque."""
    alpha = rgba[..., 3:]
    if (alpha == 255).all():
        return rgba
    colour = (rgba[..., :3].astype(np.uint16) * alpha + 127) // 255
    return np.concatenate([colour.astype(np.uint8), alpha], axis=2)


def bgra_of_premultiplied(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Premultiplied RGBA, perhaps enlarged bicubically, as BGRA whose colours stay within their alpha."""
    bgra = np.asarray(cv2.cvtColor(rgba, cv2.COLOR_RGBA2BGRA), np.uint8)
    alpha = bgra[..., 3:]
    if not (alpha == 255).all():
        np.minimum(bgra[..., :3], alpha, out=bgra[..., :3])
    return bgra


SIDE_PX = 256
KEPT = 400
BUDGET_S = 0.006

Key = tuple[float, int, int]


def tiles_of(box: Box, whole: Box) -> Iterator[tuple[int, int, Box]]:
    """Column, row and box, cut to the whole, of each tile that a box of the scaled picture touches."""
    if box.empty:
        return
    for row in range(box.y // SIDE_PX, (box.bottom - 1) // SIDE_PX + 1):
        for column in range(box.x // SIDE_PX, (box.right - 1) // SIDE_PX + 1):
            yield column, row, Box(column * SIDE_PX, row * SIDE_PX, SIDE_PX, SIDE_PX).intersect(whole)


class Deadline:
    """How long a paint may still make new tiles; one is always made, so that drawing gets on."""

    def __init__(self, budget_s: float = BUDGET_S) -> None:
        self._end = time.perf_counter() + budget_s
        self._made = False
        self.missed = False

    def may_make(self) -> bool:
        """Whether there is time for one more tile; remembers where there was none."""
        if self._made and time.perf_counter() > self._end:
            self.missed = True
            return False
        self._made = True
        return True


class TileLayer:
    """One thing drawn over the whole picture: `render(zoom, box)` gives the image of a box of it, scaled."""

    def __init__(self, render: Callable[[float, Box], QImage | None]) -> None:
        self._render = render
        self._tiles: OrderedDict[Key, QImage | None] = OrderedDict()
        self._stale: set[Key] = set()

    def clear(self) -> None:
        """Everything has changed."""
        self._tiles.clear()
        self._stale.clear()

    def forget(self, view: View, source_box: Box) -> None:
        """What lies over a box of source pixels has changed; other zooms are given up."""
        touched = view.scaled_box(source_box.grown(1))
        for key in list(self._tiles):
            zoom, column, row = key
            tile = Box(column * SIDE_PX, row * SIDE_PX, SIDE_PX, SIDE_PX)
            if zoom != view.zoom:
                del self._tiles[key]
                self._stale.discard(key)
            elif not tile.intersect(touched).empty:
                self._stale.add(key)

    def draw(self, painter: QPainter, view: View, dirty: Box, deadline: Deadline) -> None:
        """Paint what a dirty box of the pane shows; tiles that there is no time for stay as they were, or out."""
        wanted = dirty.moved(view.left, view.top).intersect(view.shown)
        for column, row, box in tiles_of(wanted, Box.of(view.scaled)):
            image = self._tile(view, (view.zoom, column, row), box, deadline)
            if image is not None:
                painter.drawImage(box.x - view.left, box.y - view.top, image)

    def lacks(self, view: View, dirty: Box) -> bool:
        """Whether a dirty box of the pane shows a tile that is not made yet."""
        wanted = dirty.moved(view.left, view.top).intersect(view.shown)
        tiles = tiles_of(wanted, Box.of(view.scaled))
        return any((view.zoom, column, row) not in self._tiles for column, row, _ in tiles)

    def _tile(self, view: View, key: Key, box: Box, deadline: Deadline) -> QImage | None:
        fresh = key in self._tiles and key not in self._stale
        if fresh or not deadline.may_make():
            if key in self._tiles:
                self._tiles.move_to_end(key)
            return self._tiles.get(key)
        image = self._tiles[key] = self._render(view.zoom, box)
        self._tiles.move_to_end(key)
        self._stale.discard(key)
        while len(self._tiles) > KEPT:
            self._stale.discard(self._tiles.popitem(last=False)[0])
        return image


class PictureLayer(TileLayer):
    """A source or a target, `scale` times as fine as the view's source pixels."""

    def __init__(self, picture: Leveled, scale: float = 1.0, *, see_through: bool = False) -> None:
        super().__init__(self._piece)
        self._picture = picture
        self._scale = scale
        self._see_through = see_through
        self._smooth = see_through
        self._rough: tuple[int, QImage] | None = None

    def set_smooth(self, smooth: bool) -> None:
        """Bicubic at every zoom, as a comparison wants it."""
        if smooth != self._smooth:
            self._smooth = smooth
            self.clear()

    def _piece(self, zoom: float, box: Box) -> QImage | None:
        through = self._see_through
        rgba = piece(self._picture, zoom / self._scale, box, self._smooth, premultiplied=through)
        if not through:
            return qt.image_from_bgra(on_checkers(rgba, box), opaque=True)
        if not rgba[..., 3].any():
            return None
        return qt.image_from_bgra(bgra_of_premultiplied(rgba), opaque=False)

    def draw_rough(self, painter: QPainter, view: View) -> None:
        """The whole picture from its smallest level, where tiles are still missing."""
        if self._rough is None:
            level = self._picture.levels - 1
            box = Box.of(self._picture.level_size(level))
            rgba = self._picture.pixels(level, box)
            image = qt.image_from_bgra(on_checkers(rgba, box), opaque=True)
            self._rough = level, image
        scaled = view.scaled
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(-view.left, -view.top, scaled.width, scaled.height), self._rough[1])


class OverlayLayer:
    """The regions over the picture. A stroke redraws the touched part of each tile in place, when it is painted."""

    def __init__(self) -> None:
        self.layers: tuple[overlay.Layer, ...] = ()
        self.opacity = 0.45
        self.grain = 1
        self._tiles: OrderedDict[Key, tuple[QImage, NDArray[np.uint32]]] = OrderedDict()
        self._stale: dict[Key, Box] = {}

    def clear(self) -> None:
        """Everything has changed."""
        self._tiles.clear()
        self._stale.clear()

    def refresh(self, view: View, source_box: Box) -> None:
        """What lies over a box of source pixels has changed; tiles of other zooms are given up."""
        margin = overlay.OUTLINE_PX * self.grain
        touched = view.scaled_box(source_box).grown(margin).intersect(Box.of(view.scaled))
        for key in [key for key in self._tiles if key[0] != view.zoom]:
            self._drop(key)
        for column, row, box in tiles_of(touched, Box.of(view.scaled)):
            key, part = (view.zoom, column, row), box.intersect(touched)
            if key not in self._tiles:
                continue
            if part.intersect(view.shown).empty:
                self._drop(key)
            else:
                self._stale[key] = part.union(self._stale.get(key, part))

    def draw(self, painter: QPainter, view: View, dirty: Box, deadline: Deadline) -> None:
        """Paint what a dirty box of the pane shows; tiles that there is no time for stay as they were, or out."""
        if not self.layers and not self._stale:
            return
        wanted = dirty.moved(view.left, view.top).intersect(view.shown)
        for column, row, box in tiles_of(wanted, Box.of(view.scaled)):
            image = self._tile((view.zoom, column, row), box, deadline)
            if image is not None:
                painter.drawImage(box.x - view.left, box.y - view.top, image)

    def _tile(self, key: Key, box: Box, deadline: Deadline) -> QImage | None:
        held = self._tiles.get(key)
        part = box if held is None else self._stale.get(key)
        if part is not None:
            if not deadline.may_make():
                return None if held is None else held[0]
            held = held or qt.argb_canvas(box.width, box.height)
            held[1][part.moved(-box.x, -box.y).slices] = self._words(key[0], part)
            self._keep(key, held)
        self._tiles.move_to_end(key)
        return None if held is None else held[0]

    def _keep(self, key: Key, held: tuple[QImage, NDArray[np.uint32]]) -> None:
        self._tiles[key] = held
        self._stale.pop(key, None)
        while len(self._tiles) > KEPT:
            self._drop(next(iter(self._tiles)))

    def _drop(self, key: Key) -> None:
        del self._tiles[key]
        self._stale.pop(key, None)

    def _words(self, zoom: float, box: Box) -> NDArray[np.uint32]:
        return overlay.drawn(self.layers, zoom, box, opacity=self.opacity, grain=self.grain)
