"""The canvas: a picture under its regions, with a tool in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, Qt, Signal

from core.geometry import Box
from ui.canvas.display import Workbench
from ui.canvas.input import Input
from ui.canvas.keys import CanvasKeys
from ui.canvas.partial_bar import PartialBar, ResultBar
from ui.model.pixels import TargetView
from ui.model.proposal import proposal_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QWidget

    from core.geometry import Size
    from ui.model.document import Document
    from ui.model.scene import Scene


class Canvas(Workbench):
    """Shows a document and hands what mouse, pen and keys do to the chosen tool.

    | signal | when |
    | --- | --- |
    | cursorMoved(QPoint) | the pointer or the crosshair is over another source pixel |
    | visibleBoxChanged(Box) | other source pixels are in sight |
    | zoomChanged(float) | screen pixels per source pixel |
    | toolChanged(str), overlayChanged(str), compareChanged(str) | another one is chosen |
    | brushChanged() | size, hardness or boolean mode |
    | strokeMoved(Box) | a brush stroke has changed these source pixels; `pending` tells what would come of it |
    | strokeFinished() | a brush stroke is a region now |
    | wantProposal(points, box, lane, memory) | answered by `offer` or `proposal_failed` |
    | allObjectsWanted() | N is held and there are no suggestions yet |
    | suggestionsChanged(int) | so many suggestions are left |
    | previewSpotWanted(QPoint) | Alt+click with the zoom tool |
    | openWanted(), sampleWanted() | the buttons of the empty canvas |
    | regionMenuWanted(QPoint) | the menu key; a global place |
    | message(str) | what is said beside the pointer |
    """

    cursorMoved = Signal(QPoint)  # noqa: N815  (Qt's manner, here and below)
    visibleBoxChanged = Signal(object)  # noqa: N815
    zoomChanged = Signal(float)  # noqa: N815
    strokeMoved = Signal(object)  # noqa: N815
    strokeFinished = Signal()  # noqa: N815
    wantProposal = Signal(object, object, str, object)  # noqa: N815
    previewSpotWanted = Signal(QPoint)  # noqa: N815
    openWanted = Signal()  # noqa: N815
    sampleWanted = Signal()  # noqa: N815
    regionMenuWanted = Signal(QPoint)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._target: TargetView | None = None
        self._lent: TargetView | None = None
        self.partial, self.result_bar = PartialBar(self), ResultBar(self)
        self.hands = Input(self)
        self.keys = CanvasKeys(self, self.hands)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TabletTracking)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.set_surround("dark")
        self._connect()

    def _connect(self) -> None:
        for changed in (self.camera.changed, self.brushChanged):
            changed.connect(self.hands.show_cursor)
        self.toolChanged.connect(self.hands.let_go)
        self.camera.zoomChanged.connect(self.zoomChanged)
        self.camera.visibleBoxChanged.connect(self.visibleBoxChanged)
        self.stage.said.connect(self.say)
        self.stage.asked.connect(self.wantProposal)
        self.stage.held.connect(self.hold)
        self.stage.stroking.connect(self.strokeMoved)
        self.stage.stroked.connect(self.strokeFinished)
        self.stage.suggested.connect(lambda: self.suggestionsChanged.emit(len(self.stage.suggestions)))
        self.hands.cursorMoved.connect(self.cursorMoved)
        self.hands.previewSpotWanted.connect(self.previewSpotWanted)
        self.hands.regionMenuWanted.connect(self.regionMenuWanted)
        self._legend.closed.connect(lambda: self.set_legend(False))
        self._empty.openWanted.connect(self.openWanted)
        self._empty.sampleWanted.connect(self.sampleWanted)

    def set_document(self, document: Document) -> None:
        """Show this one; once."""
        self.stage.document = document
        document.pictureChanged.connect(self._picture_changed)
        document.sceneChanged.connect(self._scene_changed)
        document.opening.connect(self._empty.set_opening)
        document.opened.connect(lambda: self._empty.set_opening(""))
        document.openFailed.connect(lambda *_: self._empty.set_opening(""))
        self._picture_changed()
        self._scene_changed(None, document.scene)

    def set_target(self, size: Size | None, scale: float = 4.0) -> TargetView | None:
        """A new target without tiles over the source; None takes the old one away."""
        if self._target and self._target is not self._lent:
            self._target.close()
        self.partial.hide()
        self.result_bar.hide()
        self.show_alone(False)
        self._target = TargetView(size, scale) if size else None
        self.stack.set_target(self._target)
        self.update()
        return self._target

    def add_target_tile(self, box: Box, rgb: bytes | np.ndarray) -> None:
        """A finished tile: RGB rows of a box of target pixels; without a target it is not for us."""
        if self._target is None or self.stack.target is None:
            return
        pixels = np.frombuffer(rgb, np.uint8) if isinstance(rgb, (bytes, bytearray, memoryview)) else rgb
        self._target.write(box, pixels.reshape(box.height, box.width, 3))
        source_box = _shrunk(box, self._target.scale)
        self.stack.target.forget(self.camera.view, source_box)
        self._redraw(self.stage.canvas_rect(source_box))

    def clear_target(self) -> None:
        """Only the source again."""
        self.set_target(None)

    @property
    def target(self) -> TargetView | None:
        """What is shown over the source."""
        return self._target

    def show_alone(self, alone: bool) -> None:
        """Whether the picture is looked at without regions, hatches and outlines over it."""
        if alone != self.stage.alone:
            self.stage.alone = alone
            self.tool.leave()
            self._furnish()
            self.overlayChanged.emit(self.overlay)
            self.update()

    def tell_partial(self, done: int, total: int) -> None:
        """Say that the target shown is part of one: so many tiles of so many. Another target takes it away."""
        self.partial.tell(done, total)

    def lend_target(self) -> TargetView | None:
        """What is shown over the source, for a thread to read; it stays readable until it is taken back."""
        self._lent = self._target
        return self._lent

    def take_back_target(self, target: TargetView) -> None:
        """It is read; one that is not shown any more goes."""
        if self._lent is target:
            self._lent = None
        if target is not self._target:
            target.close()

    def set_preview(self, box: Box, rgb: np.ndarray) -> None:
        """Show (h, w, 3) uint8, any number of times as fine, over a box of source pixels."""
        self.stack.set_preview((box, rgb))
        self.update()

    def clear_preview(self) -> None:
        """Without it."""
        self.stack.set_preview(None)
        self.update()

    def pending(self, near: Box) -> Scene | None:
        """The scene as it would be if the stroke under way ended now, right within a box; None without a stroke."""
        return self.tool.pending(near)

    def set_added_map(self, values: np.ndarray | None) -> None:
        """Show what was added, (H, W) of the source's size, uint8 or [0, 1]; None takes it away."""
        self.stack.set_added(values, self.scene.size if self.scene else None)
        self._furnish()
        self.update()

    def offer(self, points: Any, box: Any, lane: str, proposals: Iterable[Any]) -> None:
        """The answer to `wantProposal` with the same points, box and lane."""
        scene = self.scene
        if scene:
            found = [proposal_from(each, scene.size) for each in proposals]
            self.tools["objects"].answer(points, box, lane, found)

    def proposal_failed(self, points: Any, box: Any, lane: str, text: str) -> None:
        """It could not be answered; in words."""
        self.tools["objects"].refused(points, box, lane, text)

    def hold_hand(self, held: bool) -> None:
        """The hand, as long as Space is down."""
        self.hands.hold_hand(held)

    # Inside

    def _picture_changed(self) -> None:
        source = self.source
        self.hands.let_go()
        for tool in self.tools.values():
            tool.cancel()
        self.stage.suggestions = ()
        self.set_target(None)
        self.stack.set_source(source)
        self._empty.setVisible(source is None)
        if source:
            self.camera.set_picture(source.size)
        self._furnish()
        self.update()

    def _scene_changed(self, old: Scene | None, new: Scene | None) -> None:
        """Draw again where the two differ."""
        self.stack.set_scene(new)
        self._learn_priority(old, new)
        if old is None or new is None or old.size != new.size:
            self.stack.overlay.clear()
        else:
            self.stack.overlay.refresh(self.camera.view, changed_box(old, new))
        self._furnish()
        self.hands.show_cursor()
        self._run_tick()
        self.update()

    def _learn_priority(self, old: Scene | None, new: Scene | None) -> None:
        """The next region is born with the priority that was last given to one; 0 would do nothing."""
        known = {each.id: each.priority for each in old.regions} if old else {}
        region = new.region if new else None
        if region and region.priority and known.get(region.id, region.priority) != region.priority:
            self.stage.new_priority = region.priority

    def event(self, event: QEvent) -> bool:
        """Keys, then mouse, pen and touch, as soon as there is somebody to answer."""
        keys = self.__dict__.get("keys")
        if keys is not None and self.scene is not None and (keys.take(event) or self.hands.take(event)):
            return True
        return super().event(event)


def changed_box(old: Scene, new: Scene) -> Box:
    """The source pixels where the regions of two scenes of one picture are drawn differently."""
    before, after = ({id(region): region for region in scene.regions} for scene in (old, new))
    box = Box(0, 0, 0, 0)
    for region in [before[key] for key in before.keys() - after.keys()] + [
        after[key] for key in after.keys() - before.keys()
    ]:
        box = box.union(region.mask.box)
    moved = [r.id for r in old.regions] != [r.id for r in new.regions] and before.keys() == after.keys()
    return Box.of(new.size) if moved else box


def _shrunk(box: Box, scale: float) -> Box:
    """The source pixels under a box of target pixels."""
    edges = (box.x / scale, box.y / scale), (box.right / scale, box.bottom / scale)
    (left, top), (right, bottom) = edges
    return Box.between(int(left), int(top), -int(-right // 1), -int(-bottom // 1))
