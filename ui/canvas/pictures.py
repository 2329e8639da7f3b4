"""Any piece of a picture at any zoom, as the screen wants it. A drawn tile is a piece of 256×256."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np

from core.geometry import Box, Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
