"""The window's link to the engine: every method returns at once, every answer is a signal."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from core.errors import SemanticUpscaleError
from plugin.bridge import BridgeError, EngineGone, EngineMismatch, connect
from ui.engine.connection import EngineConnection, EngineListener, whole_sentence, words_of
from ui.engine.files import FileWork
from ui.engine.order import order_of, within_spot
from ui.engine.questions import PreviewSpot, Questions, SpotWork
from ui.engine.runs import Runs
from ui.threads import ToUiThread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from core.geometry import Box
    from plugin.bridge import Bridge, Hello, JobHandle, PictureRef
    from ui.engine.order import UpscaleOrder
    from ui.model.document import Document
    from ui.model.scene import Scene
    from ui.output import SaveChoice


ASK_AGAIN_MS = 3000
OFF, STARTING, READY, TROUBLE = "off", "starting", "ready", "trouble"
START_WAIT_S = 120.0  # a machine that is busy, or reads the program from a slow disk for the first time


def _connect_window(on_wait: Callable[[], None]) -> Bridge:
    return connect("window", on_wait=on_wait, wait_s=START_WAIT_S)


class EngineLink(QObject):
    """One for the window. `connect` finds or starts an engine and gives a bridge; tests give a fake's.

    | signal | arguments |
    | --- | --- |
    | stateChanged | off, starting, ready or trouble; a sentence to show |
    | helloChanged | version, device, log, capabilities … of each engine that answers |
    | workingChanged | "everything" or "suggest" is being looked for, or no more: `working(lane)` |
    | proposals | lane (hover, click, everything, suggest), list of `plugin.bridge.Proposal` |
    | answered, refused | points, box, lane of `propose`, and the list / why there is none |
    | prepared | whether the picture is ready for clicks |
    | previewReady | source box, (h, w, 3) uint8 target pixels, `Spot` with lane, order and seconds |
    | jobChanged | a new `JobView`; `queueChanged` when runs moved or were forgotten |
    | tileReady | job, target box, RGB bytes |
    | jobDone, jobFailed | job, result / job, message, advice |
    | estimateReady, estimateFailed | clean-up 0 … 1 that the source seems to need / why it is not known |
    | addedReady | what was added: job, regions of name and share, width, height, map |
    | modelsReady, downloadChanged | the catalog / model, done, total, message ("" while all is well) |
    | saved, saveFailed | job, path / job, message, advice |
    | said | one quiet line |
    """

    stateChanged = Signal(str, str)  # noqa: N815  (Qt's manner)
    helloChanged = Signal(dict)  # noqa: N815
    proposals = Signal(str, list)
    workingChanged = Signal(str)  # noqa: N815
    answered = Signal(object, object, str, list)
    refused = Signal(object, object, str, str)
    prepared = Signal(bool)
    previewReady = Signal(object, object, object)  # noqa: N815
    jobChanged = Signal(object)  # noqa: N815
    queueChanged = Signal()  # noqa: N815
    tileReady = Signal(object, object, object)  # noqa: N815
    jobDone = Signal(object, object)  # noqa: N815
    jobFailed = Signal(object, str, str)  # noqa: N815
    estimateReady = Signal(float)  # noqa: N815
    estimateFailed = Signal(str)  # noqa: N815
    addedReady = Signal(dict)  # noqa: N815
    modelsReady = Signal(list)  # noqa: N815
    downloadChanged = Signal(str, int, int, str)  # noqa: N815
    saved = Signal(object, str)
    saveFailed = Signal(object, str, str)  # noqa: N815
    said = Signal(str)

    def __init__(self, connect: Callable[..., Any] = _connect_window, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state, self._text = OFF, self.tr("Engine is off.")
        self._document: Document | None = None
        self._picture = 0
        self._expected: PictureRef | None = None
        self._hello: dict[str, Any] = {}
        self._closed = False
        self._working: set[str] = set()
        self._relay = ToUiThread(self)
        self.desk = EngineConnection(connect, _Heard(self, self._relay))
        self.runs = Runs(self.desk, self._relay, self)
        self._asks = Questions(self.desk, self._relay, self._fault)
        self.files = FileWork(self.desk, self._relay, self._asks, self.runs, self)
        self._forward()

    @property
    def state(self) -> tuple[str, str]:
        """The last of `stateChanged`."""
        return self._state, self._text

    @property
    def hello(self) -> dict[str, Any]:
        """The last of `helloChanged`; empty before."""
        return self._hello

    # the engine itself

    def start(self) -> None:
        """Find the engine, or start it."""
        self._asks.put("engine", lambda: self.desk.bridge() and None)

    def greet(self) -> None:
        """Ask the engine anew what it can do: it may have been given a model."""
        self._ask_device()

    def stop(self) -> None:
        """Ask the engine to stop; the next wish starts it again."""
        self._asks.put("engine", self.desk.leave)
        self._asks.put("engine", partial(self._relay.later, self._left))

    def close(self, wait_s: float = 0.0) -> None:
        """The window closes: stop the run at hand and let go of all threads, waiting so long at most."""
        self._closed = True
        self._relay.close()
        self.runs.close()
        self._asks.close()
        if wait_s:
            self.runs.join(wait_s)
            self._asks.join(wait_s)

    # the picture

    def attach(self, document: Document) -> None:
        """Work for this document; its picture is posted once, and again when it changes or the engine is new."""
        if self._document is not None:
            self._document.pictureChanged.disconnect(self._picture_changed)
        self._document = document
        document.pictureChanged.connect(self._picture_changed)
        self._picture_changed()

    def propose(
        self,
        points: Sequence[Sequence[float]],
        box: Box | None = None,
        lane: str = "click",
        memory: str | None = None,
    ) -> None:
        """What lies under points (x, y, 1 include or 0 exclude) or in a box; lane "hover" or "click".

        `memory` is that of the answer which the points correct.
        """
        corners = (box.x, box.y, box.width, box.height) if box is not None else None
        marks = [(math.floor(x), math.floor(y), int(inside)) for x, y, inside in points]
        waits = lane if lane == "hover" else None
        self._about(
            lane,
            lambda bridge, known: bridge.propose(known, marks, corners, lane=waits, memory=memory),
            lambda job, _: job.proposals(),
            partial(self._proposed, points, box, lane),
            partial(self.refused.emit, points, box, lane),
        )

    def everything(self) -> None:
        """Every object, as proposals on the lane "everything"."""
        self._segment("everything", lambda bridge, known: bridge.everything(known))

    def suggest(self) -> None:
        """Priorities for faces, text and more, as proposals on the lane "suggest"."""
        self._segment("suggest", lambda bridge, known: bridge.suggest(known))

    def prepare(self) -> None:
        """Get the picture ready for clicks."""
        self._about(
            "warm",
            lambda bridge, known: bridge.prepare(known),
            lambda _, result: result,
            lambda _: self.prepared.emit(True),
            lambda _: self.prepared.emit(False),
        )

    def estimate(self) -> None:
        """How much clean-up the source seems to need."""
        self._about(
            "estimate",
            lambda bridge, known: bridge.estimate(known),
            lambda _, result: float(result["clean_up"]),
            self.estimateReady.emit,
            self.estimateFailed.emit,
        )

    def preview(self, box: Box, lane: str = "live", scene: Scene | None = None) -> None:
        """Redo a box of the source, as a scene says that is not the document's yet where one is given.

        On "live" it is cut to its middle 128 px, and only the newest is waited for.
        """
        order = self._order(scene=scene)
        if order is None:
            return
        spot = within_spot(box, order.picture.size) if lane == "live" else box
        if not spot.empty:
            work = SpotWork(order, spot, lane)
            self._asks.ask(lane, order.picture, work.ask, work.read, self._spot)

    # runs

    def run(self, *, first: bool = False, options: dict[str, Any] | None = None) -> int | None:
        """Upscale the document as it stands; the run's number, None where there is no picture."""
        order = self._order(options)
        return None if order is None else self.runs.add(order, first=first)

    def cancel(self, job: int) -> None:
        """Stop a run, or take it out of the queue."""
        self.runs.cancel(job)

    def pause(self) -> None:
        """Hold back the runs that have not begun."""
        self.runs.pause()

    def resume(self) -> None:
        """Go on with them."""
        self.runs.resume()

    def look(self, job: int) -> None:
        """Send the target of an ended run again by `tileReady`, from top to bottom."""
        self.files.look(job)

    def added(self, job: int) -> None:
        """What the run made up, by `addedReady`."""
        self.files.added(job)

    def save(self, job: int, path: str, options: SaveChoice | None = None) -> None:
        """Write the target under this name, or a free one like it."""
        self.files.save(job, path, options)

    def models(self) -> None:
        """The catalog, by `modelsReady`."""
        self.files.models()

    def download(self, model: str, accept_licence: bool = False) -> None:
        """Fetch a model, told by `downloadChanged`."""
        self.files.download(model, accept_licence)

    def talk(
        self,
        lane: str,
        call: Callable[[Bridge], Any],
        answer: Callable[[Any], object],
        failed: Callable[[str], object],
    ) -> None:
        """Any other call of the bridge, on a lane of its own; one of the two is told here when it ends."""

        def work() -> None:
            try:
                given = self.desk.ask(call)
            except (BridgeError, SemanticUpscaleError) as error:
                self._relay.later(partial(failed, whole_sentence(error)))
            else:
                self._relay.later(partial(answer, given))

        self._asks.put(lane, work)

    def expect(self, posted: PictureRef) -> None:
        """The engine has the picture that will be opened next, under this name; a host handed it over."""
        self._expected = posted

    @property
    def picture_key(self) -> str:
        """What the open picture is called among the runs; no two pictures of a window share one."""
        return f"picture {self._picture}"

    def shows(self, job: int) -> bool:
        """Whether a run is of the picture that is open."""
        return self.runs.order(job).picture.key == self.picture_key

    # inside

    def _forward(self) -> None:
        runs, files = self.runs, self.files
        pairs = (
            (runs.changed, self.jobChanged),
            (runs.tile, self.tileReady),
            (runs.done, self.jobDone),
            (runs.failed, self.jobFailed),
            (runs.ordered, self.queueChanged),
            (files.tile, self.tileReady),
            (files.addedReady, self.addedReady),
            (files.modelsReady, self.modelsReady),
            (files.downloadChanged, self.downloadChanged),
            (files.saved, runs.mark_saved),
            (files.saved, self.saved),
            (files.saveFailed, self.saveFailed),
        )
        for one, other in pairs:
            one.connect(other)

    def _order(
        self, options: dict[str, Any] | None = None, scene: Scene | None = None
    ) -> UpscaleOrder | None:
        if self._document is None:
            return None
        return order_of(self._document, self.picture_key, options, scene)

    def _segment(self, lane: str, ask: Callable[..., JobHandle]) -> None:
        if lane in self._working or self._document is None or self._document.scene is None:
            return  # once at a time: a second wish would only wait for the same answer
        self._set_working(lane, on=True)

        def came(found: list[Any]) -> None:
            self._set_working(lane, on=False)
            self.proposals.emit(lane, found)

        failed = partial(self._set_working, lane, on=False)
        self._about(lane, ask, lambda job, _: job.proposals(), came, lambda _: failed())

    def working(self, lane: str) -> bool:
        """Whether "everything" or "suggest" is being looked for."""
        return lane in self._working

    def _set_working(self, lane: str, *, on: bool) -> None:
        (self._working.add if on else self._working.discard)(lane)
        self.workingChanged.emit(lane)

    def _about(self, lane: str, ask: Any, read: Any, answer: Any, refused: Any = None) -> None:
        order = self._order()
        if order is not None:
            self._asks.ask(lane, order.picture, ask, read, answer, refused=refused)

    def _proposed(self, points: Any, box: Box | None, lane: str, found: list[Any]) -> None:
        self.answered.emit(points, box, lane, found)
        self.proposals.emit(lane, found)

    def _picture_changed(self) -> None:
        self._picture += 1
        if self._expected is not None:  # before anything is asked about it, or it would be sent once more
            self.desk.know(self.picture_key, self._expected)
            self._expected = None
        for lane in tuple(self._working):
            self._set_working(lane, on=False)
        self._asks.clear()
        order = self._order()
        if order is not None and self._state != OFF:
            self.estimate()

    def _spot(self, spot: PreviewSpot) -> None:
        self.previewReady.emit(spot.box, spot.pixels, spot)

    def _fault(self, error: Exception) -> None:
        if isinstance(error, EngineGone):
            return
        if not isinstance(error, EngineMismatch) or self._state != TROUBLE:
            self.said.emit(whole_sentence(error))

    def _set(self, state: str, text: str) -> None:
        if (state, text) != (self._state, self._text):
            self._state, self._text = state, text
            self.stateChanged.emit(state, text)

    def _starting(self) -> None:
        self._set(STARTING, self.tr("Starting the engine (first time after start, about 8 s)…"))

    def _greeted(self, hello: Hello) -> None:
        self._show_hello(hello)
        if self._document is not None:
            self.estimate()

    def _show_hello(self, hello: Hello) -> None:
        known = ("protocol", "version", "pid", "log", "device", "capabilities")
        self._hello = {name: getattr(hello, name) for name in known}
        self.helloChanged.emit(self._hello)
        device = self.tr("Engine is ready: {device}").format(device=hello.device)
        self._set(READY, device if hello.device else self.tr("Engine is ready."))
        if not hello.device:  # it knows once it has loaded its libraries
            QTimer.singleShot(ASK_AGAIN_MS, self, self._ask_device)

    def _ask_device(self) -> None:
        if self._state == READY and not self._closed:
            again = partial(self.desk.ask, lambda bridge: bridge.hello())
            self._asks.put("engine", lambda: self._relay.later(partial(self._greeted_again, again())))

    def _greeted_again(self, hello: Hello) -> None:
        if self._state == READY:
            self._show_hello(hello)

    def _troubled(self, error: BridgeError) -> None:
        self._set(TROUBLE, whole_sentence(error))

    def _lost(self) -> None:
        self.runs.engine_lost()
        self._set(TROUBLE, " ".join(words_of(EngineGone())))
        QTimer.singleShot(0, self, self.start)

    def _left(self) -> None:
        self.runs.engine_lost()
        self._set(OFF, self.tr("Engine is off."))


class _Heard(EngineListener):
    """What the desk says on its threads, carried to the link's."""

    def __init__(self, link: EngineLink, relay: ToUiThread) -> None:
        self._link, self._relay = link, relay

    def starting(self, *seen: Any) -> None:
        if self._link._closed:  # noqa: SLF001
            raise BridgeError("The window was closed.")
        if seen:
            self._relay.later(self._link._starting)  # noqa: SLF001

    def greeted(self, hello: Hello) -> None:
        self._relay.later(partial(self._link._greeted, hello))  # noqa: SLF001

    def trouble(self, error: BridgeError) -> None:
        self._relay.later(partial(self._link._troubled, error))  # noqa: SLF001

    def lost(self) -> None:
        self._relay.later(self._link._lost)  # noqa: SLF001
