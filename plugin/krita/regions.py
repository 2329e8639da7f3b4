"""From layers and selection to regions: what is painted is the mask, the layer's name or colour label its priority."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..bridge.host import COLOUR_LABEL, parse_region_name
from ..bridge.values import RegionIn
from .document import MASKS, SIGHT, converted, pixels_of, read_band, space_of
from .pixels import bands
from .words import GROUP_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import krita

Box = tuple


@dataclass(frozen=True)
class Ground:
    """The part of a document that is sent: regions are cut to it and count from its corner."""

    document: krita.Document
    box: Box


def region_group(document: krita.Document) -> krita.Node | None:
    """The layer group that holds the regions, wherever it lies; None where there is none."""
    waiting = list(document.rootNode().childNodes())
    while waiting:
        node = waiting.pop(0)
        if node.type() == "grouplayer":
            if node.name().strip().casefold() in GROUP_NAMES:
                return node
            waiting.extend(node.childNodes())
    return None


def layers_of(group: krita.Node) -> list[krita.Node]:
    """The layers of a group that can be regions, the upper one first, as the engine lets the first one win."""
    return [node for node in reversed(group.childNodes()) if node.type() not in MASKS]


def priority_of(node: krita.Node) -> tuple[str, float]:
    """(name, priority) of a layer: by its name, else by its colour label, else Balanced."""
    name, priority = parse_region_name(node.name())
    if priority is None:
        priority = COLOUR_LABEL.get(node.colorLabel(), 0.0)
    return name or node.name(), priority


def regions_of_group(ground: Ground, group: krita.Node) -> Iterator[RegionIn | None]:
    """The regions of the visible layers; None between them, so that the caller can give time back."""
    for node in layers_of(group):
        if not node.visible():
            continue
        box = _meeting(_bounds(node), ground.box)
        mask = bytearray()
        if box is not None:
            for part in _alpha(ground, node, box):
                mask += part
                yield None
        for region in _region(ground, priority_of(node), box, bytes(mask)):
            yield replace(region, locked=node.locked())


def _alpha(ground: Ground, node: krita.Node, box: Box) -> Iterator[bytes]:
    left, top, width, height = box
    space, read = space_of(node), pixels_of(node)
    for y, rows in bands(height, width * space.pixel_bytes):
        data = read_band(read, (left, top + y, width, rows), space)
        if space.depth not in ("U8", "U16"):
            data = converted(ground.document, data, (width, rows), space, SIGHT)
            yield SIGHT.alpha(data)
        else:
            yield space.alpha(data)


def region_of_selection(ground: Ground, selection: krita.Selection, priority: float) -> Iterator[RegionIn]:
    """The selection as a region, if it meets what is sent."""
    box = _meeting((selection.x(), selection.y(), selection.width(), selection.height()), ground.box)
    mask = bytes(selection.pixelData(*box)) if box is not None else b""
    yield from _region(ground, ("Selection", priority), box, mask)


def _region(ground: Ground, titled: tuple[str, float], box: Box | None, mask: bytes) -> Iterator[RegionIn]:
    """One region of this name and priority, where the mask holds a pixel that is more in than out."""
    if box is not None and mask and max(mask) >= 128:
        place = (box[0] - ground.box[0], box[1] - ground.box[1], box[2], box[3])
        yield RegionIn(*titled, place, mask)


def _bounds(node: krita.Node) -> Box:
    bounds = node.bounds()
    return bounds.x(), bounds.y(), bounds.width(), bounds.height()


def _meeting(one: Box, other: Box) -> Box | None:
    """The box that both hold, None where they do not meet."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[0] + one[2], other[0] + other[2]), min(one[1] + one[3], other[1] + other[3])
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None
