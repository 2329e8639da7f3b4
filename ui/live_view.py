"""Between picture and engine: what the canvas wants to know, and what it shows of the answers."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from core.geometry import Box, Size
from core.regions.region import FEATHER_LIMIT_PX
from ui.engine.client import READY
from ui.engine.order import around_spot, spot_around, within_spot
from ui.engine.questions import Pace
from ui.engine.runs import CANCELLED, DONE, FAILED, RUNNING

if TYPE_CHECKING:
    from PySide6.QtCore import QPoint

    from ui.engine.runs import JobView
    from ui.model.scene import Scene
    from ui.parts import Parts


SPOT_PX = 256
PREPARE_AFTER_MS = 1000
WHOLE_AFTER_MS = 250
STRIP_PIXELS = 1 << 17
OFF, PREPARING, PREPARED = "off", "preparing", "ready"


class LiveView(QObject):
    """One for a window. `objectsChanged` says how far Find objects is: off, preparing or ready."""

    objectsChanged = Signal(str)  # noqa: N815  (Qt's manner)
    resultChanged = Signal()  # noqa: N815

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._parts = parts
        self.objects = OFF
        self.shown: int | None = None
        self._added_for: int | None = None
        self._brushed: tuple[float, float] | None = None
        self._pace = Pace()
        self._strips: deque[tuple[Box, np.ndarray]] = deque()
        self._pour = QTimer(self, singleShot=True, interval=0)
        self._pour.timeout.connect(self._pour_strip)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._preview_quickly)
        self._rest = QTimer(self, singleShot=True, interval=WHOLE_AFTER_MS)
        self._rest.timeout.connect(self._preview_more)
        self._idle = QTimer(self, singleShot=True, interval=PREPARE_AFTER_MS)
        self._idle.timeout.connect(self.prepare)
        self._connect()

    # what the user asks

    def prepare(self) -> None:
        """Get the picture ready for clicks, unless it is, or the engine is at a run."""
        link = self._parts.link
        if self._parts.document.scene is None or self.objects != OFF or link.state[0] != READY:
            return
        if link.runs.running is None:
            self._set_objects(PREPARING)
            link.prepare()

    def spot(self, at: QPoint | None = None) -> None:
        """Preview the square around a source point; the middle of what is in sight where none is given."""
        scene = self._parts.document.scene
        if scene is None:
            return
        seen = self._parts.canvas.visible_box
        x, y = (at.x(), at.y()) if at else (seen.x + seen.width / 2, seen.y + seen.height / 2)
        self._parts.link.preview(spot_around(x, y, scene.size, SPOT_PX), "spot")

    def show_added(self, on: bool) -> None:
        """What the shown result made up, over the picture; or away with it."""
        if not on or self.shown is None:
            self._parts.canvas.set_added_map(None)
            return
        self._added_for = self.shown
        self._parts.link.added(self.shown)

    def look(self, number: int) -> None:
        """Show the target of an ended run again."""
        view = self._parts.link.runs.view(number)
        if view.result and self._of_this_picture(number):
            self._begin(number, Size(int(view.result["width"]), int(view.result["height"])), view)
            self._parts.link.look(number)

    def result(self) -> int | None:
        """The number of the shown run, if it is done and all of it can be seen."""
        target = self._parts.canvas.target
        if self.shown is None or target is None or self._strips or target.done_share < 1:
            return None
        return self.shown if self._parts.link.runs.view(self.shown).state == DONE else None

    def forget(self) -> None:
        """Take preview, target and map away."""
        self.shown = None
        self._strips.clear()
        self._parts.canvas.clear_target()
        self._parts.canvas.clear_preview()
        self.resultChanged.emit()

    # inside

    def _connect(self) -> None:
        canvas, link, document = self._parts.canvas, self._parts.link, self._parts.document
        canvas.wantProposal.connect(link.propose)
        canvas.allObjectsWanted.connect(link.everything)
        canvas.previewSpotWanted.connect(self.spot)
        canvas.strokeMoved.connect(self._stroke_moved)
        canvas.toolChanged.connect(lambda name: self.prepare() if name == "objects" else None)
        link.answered.connect(canvas.offer)
        link.refused.connect(canvas.proposal_failed)
        link.prepared.connect(self._prepared)
        link.previewReady.connect(self._previewed)
        link.jobChanged.connect(self._job_changed)
        link.tileReady.connect(self._tile)
        link.addedReady.connect(self._added)
        link.stateChanged.connect(self._engine_changed)
        document.pictureChanged.connect(self._picture_changed)
        document.sceneChanged.connect(self._scene_changed)

    def _scene_changed(self, old: Scene | None, new: Scene | None) -> None:
        """A preview follows every change of regions and dials, where there is an engine to make it."""
        if old is None or new is None:
            return
        same = old.regions == new.regions and old.request() == new.request()
        if not same and self._follows():
            self._soon.start()

    def _stroke_moved(self, box: Box) -> None:
        """The preview follows the brush, too."""
        scene = self._parts.document.scene
        if scene is None or not self._follows():
            return
        self._brushed = box.x + box.width / 2, box.y + box.height / 2
        self._soon.start()

    def _follows(self) -> bool:
        return bool(self._parts.settings["work.live_preview"]) and self._parts.link.state[0] == READY

    def _preview_quickly(self) -> None:
        """A spot that follows the hand; once the hand rests, as much of it as a preview may show."""
        self._preview(self._pace.quick_px)
        self._rest.start()

    def _preview_more(self) -> None:
        if self._pace.quick_px < self._pace.rested_px:
            self._preview(self._pace.rested_px)

    def _preview(self, side_px: int) -> None:
        scene, seen = self._parts.document.scene, self._parts.canvas.visible_box
        if scene is None or not self._follows():
            return
        spot = self._live_spot(scene, seen, side_px)
        pending = self._parts.canvas.pending(around_spot(spot, FEATHER_LIMIT_PX))
        self._parts.link.preview(spot, "live", pending)

    def _live_spot(self, scene: Scene, seen: Box, side_px: int) -> Box:
        """Around the brush; else in the middle of the selected region, where it is in sight; else of all that is."""
        own = scene.region.mask.box if scene.region else seen
        if self._brushed is not None:
            spot = spot_around(*self._brushed, scene.size, side_px).intersect(seen)
            of_region = self._parts.canvas.stage.working or not own.intersect(spot).empty
            if of_region and not spot.empty:
                return spot
        box = seen if own.intersect(seen).empty else own.intersect(seen)
        return within_spot(box, scene.size, side_px)

    def _previewed(self, box: Box, pixels: np.ndarray, spot: Any) -> None:
        if spot.lane == "live":
            self._pace.heard(spot)
        self._parts.canvas.set_preview(box, pixels)

    def _picture_changed(self) -> None:
        self.forget()
        self._brushed = None
        self._set_objects(OFF)
        self._idle.start()

    def _engine_changed(self, state: str, text: str) -> None:
        del text
        self._set_objects(OFF)
        if state == READY:
            self._idle.start()

    def _prepared(self, ready: bool) -> None:
        self._set_objects(PREPARED if ready else OFF)

    def _set_objects(self, state: str) -> None:
        self.objects = state
        self.objectsChanged.emit(state)

    def _of_this_picture(self, number: int) -> bool:
        return self._parts.link.shows(number)

    def _job_changed(self, view: JobView) -> None:
        if view.state == RUNNING and self.shown != view.number and self._of_this_picture(view.number):
            scale = float(view.options.get("scale", 4.0))
            self._begin(view.number, view.source.enlarged(scale), view)
        elif view.state in (CANCELLED, FAILED) and view.number == self.shown:
            self._show_part(view)
        if view.ended:
            self._idle.start()
            self.resultChanged.emit()

    def _show_part(self, view: JobView) -> None:
        """A run that was stopped: the tiles that are done stay, and it is said that they are not all."""
        if view.done:
            self._parts.canvas.tell_partial(view.done, view.total)
        else:
            self.forget()

    def _begin(self, number: int, size: Size, view: JobView) -> None:
        """A new target over the picture, filled as tiles come."""
        self.shown = number
        self._strips.clear()
        self._parts.canvas.clear_preview()
        self._parts.canvas.set_added_map(None)
        self._parts.canvas.set_target(size, size.width / view.source.width)
        self.resultChanged.emit()

    def _tile(self, number: int, box: Box, rgb: Any) -> None:
        """A large tile is poured in strips, so that the window answers in between."""
        if number != self.shown:
            return
        rows = np.frombuffer(rgb, np.uint8).reshape(box.height, box.width, 3)
        count = max(1, STRIP_PIXELS // box.width)
        for y in range(0, box.height, count):
            strip = rows[y : y + count]
            self._strips.append((Box(box.x, box.y + y, box.width, strip.shape[0]), strip))
        self._pour.start()

    def _pour_strip(self) -> None:
        if self._strips:
            self._parts.canvas.add_target_tile(*self._strips.popleft())
        if self._strips:
            self._pour.start()
        else:
            self.resultChanged.emit()

    def _added(self, told: dict[str, Any]) -> None:
        if told.get("job") == self._added_for == self.shown:
            values = np.frombuffer(told["map"], np.uint8).reshape(int(told["height"]), int(told["width"]))
            self._parts.canvas.set_added_map(values)
