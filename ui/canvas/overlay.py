"""The priority overlay as numbers: who owns each screen pixel, its colour, its hatch, its outline.

Everything is drawn at screen scale for one box of the scaled picture, so that a stroke redraws what it touched
and nothing else. Words are premultiplied 0xAARRGGBB.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.geometry import Box
from ui import palette
from ui.palette import Hatch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.regions.region import Region, RegionSet

HATCH_PX = 10
OUTLINE_PX = 2
_PLAIN, _LIGHT, _SHADE, _OUTER, _INNER = range(5)
_STATES = 5


@dataclass(frozen=True, eq=False)
class Layer:
    """One region as drawn: `pixels` is (box.height, box.width) bool and may change while a stroke goes on."""

    identity: str
    box: Box
    pixels: NDArray[np.bool_]
    priority: float

    @classmethod
    def of(cls, region: Region) -> Layer:
        """As the region stands."""
        return cls(region.id, region.mask.box, region.mask.pixels, region.priority)


def layers_of(regions: RegionSet) -> tuple[Layer, ...]:
    """The regions that act, the one that wins last: locked ones above all, then by the list."""
    acting = [(region.locked, -place, region) for place, region in enumerate(regions) if region.visible]
    return tuple(Layer.of(region) for _, _, region in sorted(acting, key=lambda row: row[:2]))


def sample_layer(
    layer: Layer, columns: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[Box, NDArray[np.bool_]]:
    """Where a layer lies among rising source columns and rows: a box of their places, and the pixels there."""
    left, right = np.searchsorted(columns, (layer.box.x, layer.box.right))
    top, bottom = np.searchsorted(rows, (layer.box.y, layer.box.bottom))
    place = Box.between(int(left), int(top), int(right), int(bottom))
    if place.empty:
        return place, np.zeros((0, 0), np.bool_)
    across, down = columns[left:right] - layer.box.x, rows[top:bottom] - layer.box.y
    part = layer.pixels[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
    return place, part[down - down[0]][:, across - across[0]]


def owners(
    layers: tuple[Layer, ...], columns: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.int16]:
    """(rows, columns) int16: the place in `layers` of what wins there, −1 for the rest."""
    labels = np.full((len(rows), len(columns)), -1, np.int16)
    for number, layer in enumerate(layers):
        place, pixels = sample_layer(layer, columns, rows)
        if not place.empty:
            labels[place.slices][pixels] = number
    return labels


def near(layers: tuple[Layer, ...], box: Box) -> tuple[Layer, ...]:
    """Those that reach into a box of source pixels."""
    return tuple(
        layer
        for layer in layers
        if layer.box.x < box.right
        and layer.box.right > box.x
        and layer.box.y < box.bottom
        and layer.box.bottom > box.y
    )


def _around(columns: NDArray[np.int64], rows: NDArray[np.int64]) -> Box:
    """The box that holds rising columns and rows."""
    return Box.between(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def source_lines(box: Box, zoom: float, margin_px: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The source column and row under each pixel middle of a box of the scaled picture, with a margin."""
    around = box.grown(margin_px)
    columns = np.floor((np.arange(around.x, around.right) + 0.5) / zoom).astype(np.int64)
    rows = np.floor((np.arange(around.y, around.bottom) + 0.5) / zoom).astype(np.int64)
    return columns, rows


def drawn(
    layers: tuple[Layer, ...], zoom: float, box: Box, *, opacity: float, grain: int = 1
) -> NDArray[np.uint32]:
    """(box.height, box.width) words of the overlay; `grain` is the screen pixels of a fine line."""
    margin = OUTLINE_PX * grain
    columns, rows = source_lines(box, zoom, margin)
    layers = near(layers, _around(columns, rows))
    labels = owners(layers, columns, rows)
    inner = labels[margin:-margin, margin:-margin]
    if (inner < 0).all():
        return np.zeros(inner.shape, np.uint32)
    states = _hatched(inner, layers, box, grain)
    _outline(states, labels, inner, grain)
    table = _table(tuple(layer.priority for layer in layers), opacity)
    return table[(inner.astype(np.int32) + 1) * _STATES + states]


def _hatched(labels: NDArray[np.int16], layers: tuple[Layer, ...], box: Box, grain: int) -> NDArray[np.uint8]:
    """Which pixels are plain, light or shade."""
    states = np.zeros(labels.shape, np.uint8)
    present = np.bincount(labels.ravel() + 1, minlength=len(layers) + 1)[1:]
    for number in np.flatnonzero(present):
        kind = palette.hatch(layers[number].priority)
        if kind is not Hatch.NONE:
            pattern = _pattern(kind, box, labels.shape, grain)
            np.copyto(states, pattern, where=labels == number)
    return states


def _pattern(kind: Hatch, box: Box, shape: tuple[int, ...], grain: int) -> NDArray[np.uint8]:
    """The hatch of a box, laid out from the picture's corner, so that pieces fit together."""
    cell = hatch_cell(kind, grain)
    rows = np.arange(box.y, box.y + shape[0]) % cell.shape[0]
    columns = np.arange(box.x, box.x + shape[1]) % cell.shape[1]
    return cell[rows][:, columns]


@cache
def hatch_cell(kind: Hatch, grain: int = 1) -> NDArray[np.uint8]:
    """One period of a hatch: 0 plain, 1 light, 2 shade beside it."""
    dense = kind in (Hatch.LINES_DENSE, Hatch.DOTS_DENSE)
    side = HATCH_PX if dense else 2 * HATCH_PX
    cell = np.zeros((side, side), np.uint8)
    if kind in (Hatch.LINES, Hatch.LINES_DENSE):
        cell[0], cell[1] = _LIGHT, _SHADE
    elif kind is not Hatch.NONE:
        for shift in (0, side // 2):
            cell[shift : shift + 3, shift : shift + 3] = _SHADE
            cell[shift : shift + 2, shift : shift + 2] = _LIGHT
    return np.kron(cell, np.ones((grain, grain), np.uint8))


def _outline(
    states: NDArray[np.uint8], labels: NDArray[np.int16], inner: NDArray[np.int16], grain: int
) -> None:
    """Mark, in place, a dark line along each border with a light one inside it."""
    edge = np.zeros(labels.shape, np.uint8)
    across, down = labels[:, 1:] != labels[:, :-1], labels[1:] != labels[:-1]
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= down
    edge[:-1] |= down
    margin, owned = OUTLINE_PX * grain, inner >= 0
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    outer = np.asarray(cv2.dilate(edge, cross, iterations=grain - 1) if grain > 1 else edge)
    both = np.asarray(cv2.dilate(outer, cross, iterations=grain))
    cut = (slice(margin, -margin), slice(margin, -margin))
    states[(both[cut] != 0) & owned] = _INNER
    states[(outer[cut] != 0) & owned] = _OUTER


@lru_cache(maxsize=64)
def _table(priorities: tuple[float, ...], opacity: float) -> NDArray[np.uint32]:
    """Words by (owner + 1) · states + state; nothing for the rest."""
    rows = [[0] * _STATES]
    for priority in priorities:
        fill = (*palette.rgb(priority), opacity)
        rows.append(
            [
                _word(fill),
                _word(_over((255, 255, 255, 0.7), fill)),
                _word(_over((0, 0, 0, 0.5), fill)),
                _word((0, 0, 0, 0.85)),
                _word((255, 255, 255, 0.95)),
            ]
        )
    return np.array(rows, np.uint32).reshape(-1)


Colour = tuple[float, float, float, float]


def _over(upper: Colour, lower: Colour) -> Colour:
    """Straight colours with alpha, one over the other."""
    alpha = upper[3] + lower[3] * (1 - upper[3])
    if alpha == 0:
        return 0.0, 0.0, 0.0, 0.0
    mixed = [
        (u * upper[3] + v * lower[3] * (1 - upper[3])) / alpha
        for u, v in zip(upper[:3], lower[:3], strict=True)
    ]
    return mixed[0], mixed[1], mixed[2], alpha


def _word(colour: Colour) -> int:
    red, green, blue = (round(part * colour[3]) for part in colour[:3])
    return round(colour[3] * 255) << 24 | red << 16 | green << 8 | blue


def ring(layer: Layer, zoom: float, box: Box, width_px: int) -> NDArray[np.bool_]:
    """(box.height, box.width): the inner border, so wide, of a layer's own mask, whoever lies above it."""
    columns, rows = source_lines(box, zoom, width_px)
    shown = np.zeros((len(rows), len(columns)), np.uint8)
    place, pixels = sample_layer(layer, columns, rows)
    if not place.empty:
        shown[place.slices] = pixels
    core_part: NDArray[np.uint8] = np.asarray(
        cv2.erode(shown, np.ones((2 * width_px + 1,) * 2, np.uint8)), np.uint8
    )
    return (shown & (1 - core_part)).astype(bool)[width_px:-width_px, width_px:-width_px]
