"""Where the result goes: a new document, a new layer, or this document resized. Nothing shows before `finish`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from krita import Krita

from ..bridge.facts import target_px
from ..bridge.host import target_name
from .document import MASKS, convert_rows, shrink_blocks, space_of, stretch_mask, write_rows
from .pixels import mask_rows
from .preview import before, shown_of
from .qt import QtCore
from .source import region_group
from .translation import tr
from .words import TITLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    import krita

    from ..bridge.host import HostRequest
    from .engine_calls import HostOrder, Rows
    from .source import TakenSource


# One Ctrl+Z for two steps: Krita's scripts cannot put enlarging a document and adding a layer into one.

SETTLE_MS = 30
THROUGH = "pass through"  # a group's mode, which no other layer can have


class UndoPair:
    """Watches undo and redo of one document: where one half was taken back or done again, so is the other.

    `size` is the document's once it is enlarged, `label` what Krita's undo entry says while enlarging is the last step.
    """

    def __init__(self, document: krita.Document, node: krita.Node, size: tuple, label: str) -> None:
        self.document, self.layer, self.size, self.label = document, node.uniqueId(), size, label
        self.number = 0

    def watch(self) -> None:
        """Listen from now on, for as long as Krita's actions live."""
        for name in ("edit_undo", "edit_redo"):
            Krita.instance().action(name).triggered.connect(lambda *_, name=name: self._later(name))

    def _later(self, name: str) -> None:
        self.number += 1
        number = self.number
        QtCore.QTimer.singleShot(SETTLE_MS, lambda: self.follow(name, number))

    def follow(self, name: str, number: int) -> None:
        """Go on with the other half where the user stands between the two, and has pressed nothing since."""
        if number == self.number and self._is_between():
            Krita.instance().action(name).trigger()

    def _is_between(self) -> bool:
        app = Krita.instance()
        if self.document not in app.documents() or app.activeDocument() != self.document:
            return False
        enlarged = (self.document.width(), self.document.height()) == self.size
        between = not has_node(self.document, self.layer)
        return enlarged and app.action("edit_undo").text() == self.label and between


class HiddenBelow:
    """Keeps the nodes that a result replaces hidden while it is there: Krita's undo knows nothing of visibility."""

    def __init__(self, document: krita.Document, result: krita.Node, nodes: list) -> None:
        self.document, self.result = document, result.uniqueId()
        self.nodes = [node for node in nodes if node.visible()]

    def hide(self) -> None:
        """Hide them now, and follow undo and redo for as long as Krita's actions live."""
        self.follow()
        for name in ("edit_undo", "edit_redo"):
            Krita.instance().action(name).triggered.connect(
                lambda *_: QtCore.QTimer.singleShot(SETTLE_MS, self.follow)
            )

    def follow(self) -> None:
        """Hidden where the result is there, else to be seen; only where that has changed, so the user may differ."""
        if self.document not in Krita.instance().documents():
            return
        hidden = has_node(self.document, self.result)
        if hidden == getattr(self, "hidden", False):
            return
        self.hidden = hidden
        for node in self.nodes:
            node.setVisible(not hidden)
        self.document.refreshProjection()


def has_node(document: krita.Document, identity: object) -> bool:
    """Whether a node of this id is anywhere in the document."""
    waiting = list(document.rootNode().childNodes())
    while waiting:
        node = waiting.pop()
        if node.uniqueId() == identity:
            return True
        waiting.extend(node.childNodes())
    return False


@dataclass(frozen=True)
class TargetPlan:
    """What was asked and read, and the size that will come, in target pixels."""

    taken: TakenSource
    wish: HostRequest
    size: tuple[int, int]


def order_for(taken: TakenSource, wish: HostRequest, shrink: Any = shrink_blocks) -> dict:
    """What the kind of target asks of the engine: fields of an `Order`."""
    chosen = taken.chosen
    cut = _inside(chosen.kept, chosen.box) if chosen.kept != chosen.box else None
    travel = chosen.space.travel
    if wish.result != "layer":
        return {"space": travel, "options": wish.options(), "cut": cut, "original": wish.result == "document"}
    options = {name: value for name, value in wish.options().items() if name != "scale"}
    return {"space": travel, "options": options, "cut": cut, "factor": 4, "shrink": shrink}


def _inside(box: tuple, outer: tuple) -> tuple:
    return box[0] - outer[0], box[1] - outer[1], box[2], box[3]


def target_for(plan: TargetPlan, order: HostOrder) -> DocumentTarget | LayerTarget:
    """The target that was wished for."""
    kinds = {"document": DocumentTarget, "layer": LayerTarget, "resize": ResizeTarget}
    return kinds[plan.wish.result](plan, order)


class DocumentTarget:
    """A new document, hidden until it is complete; the original lies under the result, out of sight."""

    def __init__(self, plan: TargetPlan, order: HostOrder) -> None:
        self.plan, self.sent = plan, order.space
        source = plan.taken.chosen
        self.space = source.space if source.space.travel.model == source.space.model else order.space
        name = target_name(source.name, plan.size[0] / max(1, source.kept[2]))
        self.document = Krita.instance().createDocument(
            *plan.size, name, self.space.model, self.space.depth, self.space.profile, source.document.xRes()
        )
        self.document.setName(name)
        self.layers = self._layers()

    def _layers(self) -> dict[str, krita.Node]:
        original = self.document.rootNode().childNodes()[0]
        original.setName("Original")
        original.setVisible(False)
        result = self.document.createNode(TITLE, "paintlayer")
        self.document.rootNode().addChildNode(result, original)
        return {"original": original, "result": result}

    def rows(self, rows: Rows) -> None:
        """Write them; the document has no view yet, so nothing is drawn."""
        size = (self.plan.size[0], rows.rows)
        data = convert_rows(self.document, rows.data, size, self.sent, self.space)
        write_rows(self.layers[rows.of], data, (0, rows.y, *size), self.space)

    def finish(self) -> Iterator[None]:
        """Show it."""
        self.document.setActiveNode(self.layers["result"])
        self.document.refreshProjection()
        Krita.instance().activeWindow().addView(self.document)
        self.document.setModified(True)
        yield None
        width, height = self.plan.size
        name = self.document.name()
        return tr("Done: “{name}”, {width}×{height} px.", name=name, width=width, height=height)

    def discard(self) -> None:
        """Leave no trace."""
        self.document.setModified(False)
        self.document.close()


class LayerTarget:
    """A new layer above the source; it joins the document in one undo step, when it is complete."""

    def __init__(self, plan: TargetPlan, order: HostOrder) -> None:
        self.plan, self.sent = plan, order.space
        self.document = plan.taken.chosen.document
        self.node = self.document.createNode(TITLE, "paintlayer")
        self.space = space_of(self.node)
        self.x, self.y = self.corner()
        self.mask = self._mask()

    def corner(self) -> tuple[int, int]:
        """Where the layer's first pixel goes."""
        return self.plan.taken.chosen.kept[:2]

    def _mask(self) -> bytes | None:
        mask = self.plan.taken.mask
        return None if mask is None else stretch_mask(mask, self.plan.taken.chosen.kept[2:], self.plan.size)

    def rows(self, rows: Rows) -> None:
        """Keep them on a layer that has not joined the document."""
        width, data, sent = self.plan.size[0], rows.data, self.sent
        if self.mask is not None:
            limit = self.mask[rows.y * width : (rows.y + rows.rows) * width]
            data = mask_rows(
                data, limit, sent.depth, sent.pixel_bytes // {"U8": 1, "U16": 2, "F32": 4}[sent.depth]
            )
        data = convert_rows(self.document, data, (width, rows.rows), sent, self.space)
        write_rows(self.node, data, (self.x, self.y + rows.y, width, rows.rows), self.space)

    def looks(self, most: tuple[int, int]) -> tuple[Any, Any]:
        """Images of the middle, at most so large: what was sent, and what came of it."""
        chosen, scale = self.plan.taken.chosen, self.plan.size[0] / self.plan.taken.chosen.kept[2]
        wide, high = (max(1, min(side, int(px / scale))) for side, px in zip(chosen.kept[2:], most))
        x, y = (chosen.kept[2] - wide) // 2, (chosen.kept[3] - high) // 2
        sent = (chosen.kept[0] - chosen.box[0] + x, chosen.kept[1] - chosen.box[1] + y, wide, high)
        box = tuple(round(side * scale) for side in (x, y, wide, high))
        made = shown_of(self.document, self.node, (self.x + box[0], self.y + box[1], *box[2:]), self.space)
        return before(self.plan.taken, sent), made

    def finish(self) -> Iterator[None]:
        """Add it."""
        self._add()
        yield None
        return tr("Done: the layer “{name}”. Undo takes it back.", name=self.node.name())

    def _add(self) -> None:
        """In the place of what was read, which stays hidden below: soft alpha would be seen twice."""
        source = self.plan.taken.chosen.layer
        parent = source.parentNode() if source is not None else None
        if source is None or parent is None:
            below = self._picture_layers()
            self.document.rootNode().addChildNode(self.node, below[-1] if below else None)
        else:
            below = [source]
            self.node.setOpacity(source.opacity())
            if source.blendingMode() != THROUGH:
                self.node.setBlendingMode(source.blendingMode())
            parent.addChildNode(self.node, source)
        if not self.plan.taken.chosen.only_selected:
            HiddenBelow(self.document, self.node, below).hide()

    def _picture_layers(self) -> list:
        """What makes up the picture, the lowest first: neither masks nor the regions, which stay in sight."""
        regions = region_group(self.document)
        own = regions.uniqueId() if regions is not None else None
        nodes = self.document.rootNode().childNodes()
        return [node for node in nodes if node.type() not in MASKS and node.uniqueId() != own]

    def discard(self) -> None:
        """Nothing joined the document, so nothing is to be taken back."""


class ResizeTarget(LayerTarget):
    """This document enlarged with all its layers, and the result on top: undone together."""

    def corner(self) -> tuple[int, int]:
        """As far from the corner as the source, in target pixels."""
        x, y = self.plan.taken.chosen.kept[:2]
        return round(x * self.factor[0]), round(y * self.factor[1])

    @property
    def factor(self) -> tuple[float, float]:
        """How much larger this document becomes, across and down."""
        (wide, high), (now_wide, now_high) = self._sides, self.enlarged
        return now_wide / wide, now_high / high

    @property
    def _sides(self) -> tuple[int, int]:
        return self.document.width(), self.document.height()

    @property
    def enlarged(self) -> tuple[int, int]:
        """The sides that this document gets: the scale that was asked for, never one recovered from rounded sides."""
        whole = self.plan.taken.chosen.layer is None and not self.plan.taken.chosen.only_selected
        if whole:
            return self.plan.size
        wide, high = self._sides
        return target_px(wide, self.plan.wish.scale), target_px(high, self.plan.wish.scale)

    def finish(self) -> Iterator[None]:
        """Enlarge, then add; between the two Krita must have told its menu what was done."""
        document, size = self.document, self.enlarged
        yield from _until(lambda: _is_free(document), 4000)  # whatever the user is doing ends first
        was = Krita.instance().action("edit_undo").text()
        document.scaleImage(*size, round(document.xRes()), round(document.yRes()), "Bicubic")
        yield from _until(lambda: Krita.instance().action("edit_undo").text() != was)
        UndoPair(document, self.node, size, Krita.instance().action("edit_undo").text()).watch()
        self._add()
        return tr(
            "Done: this document is {width}×{height} px now. Undo takes it back.",
            width=size[0],
            height=size[1],
        )


def _until(condition: Callable[[], bool], steps: int = 25) -> Iterator[None]:
    """Give time back until it holds, or for so many steps."""
    for _ in range(steps):
        if condition():
            return
        yield None


def _is_free(document: krita.Document) -> bool:
    """Whether Krita has finished what it does with it."""
    if not document.tryBarrierLock():
        return False
    document.unlock()
    return True
