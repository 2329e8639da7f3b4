"""What is sent: a copy of the document at the moment of asking, so that the user may paint on meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from ..bridge.values import Planes, RegionIn
from .document import MASKS, PAINTED, pixels_of, read_all, space_of
from .profile import profile_bytes
from .regions import Ground, region_group, region_of_selection, regions_of_group
from .words import NO_DOCUMENT, Unfit

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import krita

    from ..bridge.host import Wish
    from .pixels import Space

CONTEXT_PX = 64
MOST_SIDE_PX = 100_000
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


SELECTED = "Only the selection comes back."


@dataclass(frozen=True)
class Taken:
    """What was read: pixels for the engine, regions, and the mask of the selection over `kept`, None for all of it."""

    chosen: Chosen
    planes: Planes = field(repr=False)
    regions: tuple[RegionIn, ...]
    mask: bytes | None = field(default=None, repr=False)


def choose(document: krita.Document | None, wish: Wish) -> Chosen:
    """What the wish means in this document. Unfit, in words, where it means nothing."""
    if document is None or document.rootNode() is None:
        raise Unfit(NO_DOCUMENT)
    canvas = (0, 0, document.width(), document.height())
    if wish.source == "layer":
        return _layer(document)
    space = space_of(document)
    notes = _space_notes(space)
    selection = document.selection()
    if wish.source != "selection":
        return Chosen(document, None, canvas, canvas, space, notes)
    if selection is None or not selection.width() or not selection.height():
        note = "Nothing is selected, so the whole picture was taken."
        return Chosen(document, None, canvas, canvas, space, (note, *notes))
    kept = _clipped((selection.x(), selection.y(), selection.width(), selection.height()), canvas)
    x, y, width, height = kept
    wide = (x - CONTEXT_PX, y - CONTEXT_PX, width + 2 * CONTEXT_PX, height + 2 * CONTEXT_PX)
    return Chosen(document, None, _clipped(wide, canvas), kept, space, (SELECTED, *notes))


def _layer(document: krita.Document) -> Chosen:
    node = document.activeNode()
    while node is not None and node.type() in MASKS:
        node = node.parentNode()
    if node is None:
        raise Unfit("No layer is chosen.", "Click a layer, or take the whole picture.")
    bounds = node.bounds()
    box = (bounds.x(), bounds.y(), bounds.width(), bounds.height())
    if not box[2] or not box[3]:
        raise Unfit(
            f"The layer “{node.name()}” is empty.", "Choose another layer, or take the whole picture."
        )
    space = space_of(node)
    hidden = () if node.visible() else (f"The layer “{node.name()}” is hidden; it was read all the same.",)
    whole = (
        () if node.type() in PAINTED else (f"“{node.name()}” was read as it looks, with what is inside it.",)
    )
    return Chosen(document, node, box, box, space, (*hidden, *whole, *_space_notes(space)))


def _space_notes(space: Space) -> tuple[str, ...]:
    if space.travel.model != space.model:
        return (f"{space.model[:-1]} pixels were sent as RGB; the result comes as RGB.",)
    return ()


def _clipped(box: Box, canvas: Box) -> Box:
    left, top = max(box[0], 0), max(box[1], 0)
    right, bottom = min(box[0] + box[2], canvas[2]), min(box[1] + box[3], canvas[3])
    if right <= left or bottom <= top:
        raise Unfit("The selection lies outside the picture.", "Select something inside it.")
    return left, top, right - left, bottom - top


def take(chosen: Chosen, wish: Wish) -> Generator[None, None, Taken]:
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
        return Taken(chosen, _planes(chosen, data, icc), tuple(regions), mask)
    finally:
        copy.close()


def _planes(chosen: Chosen, data: bytearray, icc: bytes | None) -> Planes:
    travel, (_, _, width, height) = chosen.space.travel, chosen.box
    dpi = float(chosen.document.xRes()) or None
    return Planes(width, height, travel.mode, travel.engine_depth, data, icc=icc, dpi=dpi)


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
        raise Unfit("The layer is no longer there.", "Choose another one.")
    return pixels_of(node)


def _same(root: krita.Node, wanted: krita.Node) -> krita.Node | None:
    """The layer of a copy that has the same id."""
    for node in root.childNodes():
        found = node if node.uniqueId() == wanted.uniqueId() else _same(node, wanted)
        if found is not None:
            return found
    return None


def _regions(ground: Ground, wish: Wish, selection: krita.Selection | None) -> Iterator[RegionIn | None]:
    if wish.regions == "selection" and selection is not None:
        yield from region_of_selection(ground, selection, wish.selection_priority)
    elif wish.regions == "group":
        group = region_group(ground.document)
        if group is not None:
            yield from regions_of_group(ground, group)
