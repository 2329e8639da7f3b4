"""What is sent: a copy of the document at the moment of asking, so that the user may paint on meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from ..bridge.facts import target_px
from ..bridge.host import COLOUR_LABEL, parse_region_name
from ..bridge.values import PixelPlanes, RegionIn
from .document import (
    MASKS,
    PAINTED,
    SIGHT,
    convert_rows,
    pixels_of,
    profile_bytes,
    read_all,
    read_band,
    space_of,
)
from .pixels import bands
from .translation import mark, tr
from .words import GROUP_NAMES, NO_DOCUMENT, Unfit

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import krita

    from ..bridge.host import HostRequest
    from .pixels import Space


# From layers and selection to regions: what is painted is the mask, the layer's name or colour label its priority.


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
            data = convert_rows(ground.document, data, (width, rows), space, SIGHT)
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


CONTEXT_PX = 64
MOST_SOURCE_PIXELS = 1 << 29  # as the engine
MOST_SIDE_PX = 100_000  # of a document, as Krita
Box = tuple


@dataclass(frozen=True)
class Chosen:
    """Which pixels of which document. `layer` is None for the whole picture; boxes are in its pixels.

    `box` is what is sent, `kept` the part of it that comes back: less where the selection has context around it.
    `notes` are for the user.
    """

    document: krita.Document
    layer: krita.Node | None
    box: Box
    kept: Box
    space: Space
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Of the document, for titles."""
        return self.document.name() or Path(self.document.fileName()).stem

    @property
    def only_selected(self) -> bool:
        """Whether the selection bounds what comes back."""
        return self.box != self.kept or bool(self.notes and self.notes[0] == SELECTED)


SELECTED = mark("Only the selection comes back.")


@dataclass(frozen=True)
class TakenSource:
    """What was read: pixels for the engine, regions, and the mask of the selection over `kept`, None for all of it."""

    chosen: Chosen
    planes: PixelPlanes = field(repr=False)
    regions: tuple[RegionIn, ...]
    mask: bytes | None = field(default=None, repr=False)


def choose(document: krita.Document | None, wish: HostRequest) -> Chosen:
    """What the wish means in this document. Unfit, in words, where it means nothing or is more than can be done."""
    if document is None or document.rootNode() is None:
        raise Unfit(NO_DOCUMENT)
    chosen = _layer(document, wish) if wish.source == "layer" else _picture(document, wish)
    _check_size(chosen, wish)
    return chosen


def _check_size(chosen: Chosen, wish: HostRequest) -> None:
    width, height = chosen.box[2:]
    if width * height > MOST_SOURCE_PIXELS:
        raise Unfit(
            tr(
                "{width}×{height} px are {pixels:,.0f} MP; the engine takes {most:,.0f} MP at once.",
                width=width,
                height=height,
                pixels=width * height / 1e6,
                most=MOST_SOURCE_PIXELS / 1e6,
            ),
            tr("Select a part of it, and choose the selection as source."),
        )
    before = (
        (chosen.document.width(), chosen.document.height()) if wish.result == "resize" else chosen.kept[2:]
    )
    most = max(target_px(side, wish.scale) for side in before)
    if wish.result != "layer" and most > MOST_SIDE_PX:
        raise Unfit(
            tr(
                "The result would be {px:,d} px long; a document of Krita goes up to {most:,d}.",
                px=most,
                most=MOST_SIDE_PX,
            ),
            tr("Choose a smaller size, or a part of the picture."),
        )


def _picture(document: krita.Document, wish: HostRequest) -> Chosen:
    canvas = (0, 0, document.width(), document.height())
    space = space_of(document)
    notes = _space_notes(space, wish)
    selection = document.selection()
    if wish.source != "selection":
        return Chosen(document, None, canvas, canvas, space, notes)
    if selection is None or not selection.width() or not selection.height():
        note = tr("Nothing is selected, so the whole picture was taken.")
        return Chosen(document, None, canvas, canvas, space, (note, *notes))
    kept = _clipped((selection.x(), selection.y(), selection.width(), selection.height()), canvas)
    x, y, width, height = kept
    wide = (x - CONTEXT_PX, y - CONTEXT_PX, width + 2 * CONTEXT_PX, height + 2 * CONTEXT_PX)
    return Chosen(document, None, _clipped(wide, canvas), kept, space, (SELECTED, *notes))


def _layer(document: krita.Document, wish: HostRequest) -> Chosen:
    node = document.activeNode()
    while node is not None and node.type() in MASKS:
        node = node.parentNode()
    if node is None:
        raise Unfit(tr("No layer is chosen."), tr("Click a layer, or take the whole picture."))
    bounds = node.bounds()
    box = (bounds.x(), bounds.y(), bounds.width(), bounds.height())
    if not box[2] or not box[3]:
        raise Unfit(
            tr("The layer “{name}” is empty.", name=node.name()),
            tr("Choose another layer, or take the whole picture."),
        )
    space = space_of(node)
    unseen = tr("The layer “{name}” is hidden; it was read all the same.", name=node.name())
    hidden = () if node.visible() else (unseen,)
    looked = tr("“{name}” was read as it looks, with what is inside it.", name=node.name())
    whole = () if node.type() in PAINTED else (looked,)
    return Chosen(document, node, box, box, space, (*hidden, *whole, *_space_notes(space, wish)))


def _space_notes(space: Space, wish: HostRequest) -> tuple[str, ...]:
    if space.travel.model == space.model:
        return ()
    name = space.model[:-1]
    if wish.result == "document":
        return (tr("{model} pixels were sent as RGB; the result comes as RGB.", model=name),)
    back = tr("{model} pixels were sent as RGB; the result was turned into {model} again.", model=name)
    return (back,)


def _clipped(box: Box, canvas: Box) -> Box:
    left, top = max(box[0], 0), max(box[1], 0)
    right, bottom = min(box[0] + box[2], canvas[2]), min(box[1] + box[3], canvas[3])
    if right <= left or bottom <= top:
        raise Unfit(tr("The selection lies outside the picture."), tr("Select something inside it."))
    return left, top, right - left, bottom - top


def take(chosen: Chosen, wish: HostRequest) -> Generator[None, None, TakenSource]:
    """Read it all from a copy, in short steps; gives what was taken.

    The layer group of the regions is left out of the picture. The copy is closed again, however this ends.
    """
    selection = chosen.document.selection()
    copy = chosen.document.clone()
    try:
        yield None
        yield from _settled(copy)
        data = bytearray()
        for piece in read_all(copy, _reading(copy, chosen), chosen.box, chosen.space):
            data += chosen.space.travel.turned(piece)
            yield None
        icc = profile_bytes(chosen.document, chosen.space.travel)
        yield None
        regions = []
        for region in _regions(Ground(copy, chosen.box), wish, selection):
            if region is not None:
                regions.append(region)
            yield None
        mask = bytes(selection.pixelData(*chosen.kept)) if chosen.only_selected else None
        return TakenSource(chosen, _planes(chosen, data, icc), tuple(regions), mask)
    finally:
        copy.close()


def _planes(chosen: Chosen, data: bytearray, icc: bytes | None) -> PixelPlanes:
    travel, (_, _, width, height) = chosen.space.travel, chosen.box
    dpi = float(chosen.document.xRes()) or None
    return PixelPlanes(width, height, travel.mode, travel.engine_depth, data, icc=icc, dpi=dpi)


def _settled(copy: krita.Document) -> Iterator[None]:
    """Take the regions' group out of the picture, and wait until Krita has drawn it anew."""
    group = region_group(copy)
    if group is not None and group.visible():
        group.setVisible(False)
        copy.refreshProjection()
    while not copy.tryBarrierLock():
        yield None
    copy.unlock()


def _reading(copy: krita.Document, chosen: Chosen) -> Callable[..., Any]:
    if chosen.layer is None:
        return copy.pixelData
    node = _same(copy.rootNode(), chosen.layer)
    if node is None:
        raise Unfit(tr("The layer is no longer there."), tr("Choose another one."))
    return pixels_of(node)


def _same(root: krita.Node, wanted: krita.Node) -> krita.Node | None:
    """The layer of a copy that has the same id."""
    for node in root.childNodes():
        found = node if node.uniqueId() == wanted.uniqueId() else _same(node, wanted)
        if found is not None:
            return found
    return None


def _regions(
    ground: Ground, wish: HostRequest, selection: krita.Selection | None
) -> Iterator[RegionIn | None]:
    if wish.regions == "selection" and selection is not None:
        yield from region_of_selection(ground, selection, wish.selection_priority)
    elif wish.regions == "group":
        group = region_group(ground.document)
        if group is not None:
            yield from regions_of_group(ground, group)
