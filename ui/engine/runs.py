"""The window's queue of runs, and the history of those that ended. One run is with the engine at a time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from core.errors import SemanticUpscaleError
from core.geometry import Box
from plugin.bridge import BridgeError, EngineGone, EngineRefused
from ui.engine.connection import words_of
from ui.engine.order import regions_in
from ui.threads import WorkerThread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from core.geometry import Size
    from plugin.bridge import Bridge, Event, JobHandle
    from ui.engine.connection import EngineConnection
    from ui.engine.order import UpscaleOrder
    from ui.threads import ToUiThread


# What the window shows of a job: a frozen value, made anew whenever something changes.

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
ENDED = (DONE, FAILED, CANCELLED)


@dataclass(frozen=True)
class JobView:
    """A run in the window's queue or history.

    | field | meaning |
    | --- | --- |
    | number | the window's own, 1, 2, …; what `EngineLink` takes and gives as `job` |
    | title | the picture's name |
    | source | its size |
    | options | fields of `core.request.UpscaleRequest` that were asked for |
    | scene | the document's scene at the click, to restore settings and regions |
    | state | waiting, running, done, failed or cancelled |
    | done, total | tiles |
    | left_s | None while it is not known |
    | note | the newest quiet line, such as a step down to smaller tiles |
    | message, advice | why it failed |
    | result | what the engine answered at the end |
    | saved | where the result was written; empty while it was not |
    | given_up | whether the user said that the result need not be saved |
    """

    number: int
    title: str
    source: Size
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    scene: Any = field(default=None, hash=False, compare=False)
    state: str = WAITING
    stage: str = ""
    done: int = 0
    total: int = 0
    elapsed_s: float = 0.0
    left_s: float | None = None
    note: str = ""
    message: str = ""
    advice: str = ""
    result: Mapping[str, Any] | None = field(default=None, hash=False)
    saved: str = ""
    given_up: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED

    @property
    def share(self) -> float:
        """0 … 1: how much of it is done."""
        return self.done / self.total if self.total else float(self.state == DONE)


KEPT_BYTES = 10**9
STRIP_ROWS = 512


class Runs(QObject):
    """Waiting, running and ended runs by number. Every method is for the interface thread and returns at once."""

    changed = Signal(object)
    tile = Signal(object, object, object)
    done = Signal(object, object)
    failed = Signal(object, str, str)
    ordered = Signal()

    def __init__(self, desk: EngineConnection, relay: ToUiThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._relay = desk, relay
        self._lane, self._side = WorkerThread("runs", fault=self._fault), WorkerThread("run-control")
        self._views: dict[int, JobView] = {}
        self._orders: dict[int, UpscaleOrder] = {}
        self._jobs: dict[int, JobHandle] = {}
        self._waiting: list[int] = []
        self._running: int | None = None
        self._paused = False

    # what there is

    @property
    def paused(self) -> bool:
        """Whether runs that wait are held back."""
        return self._paused

    @property
    def running(self) -> int | None:
        """The run that is with the engine."""
        return self._running

    def view(self, number: int) -> JobView:
        """The run as it stands; KeyError where there is none."""
        return self._views[number]

    def waiting(self) -> list[JobView]:
        """What is still to come, next first."""
        return [self._views[number] for number in self._waiting]

    def ended(self) -> list[JobView]:
        """The history, oldest first."""
        return [view for view in self._views.values() if view.ended]

    def unsaved(self, key: str | None = None) -> list[JobView]:
        """Results that would be lost with the window: of each picture the newest, unless it was written or given up.

        With the key of a picture only that one's. Older ones were superseded by the user's own hand.
        """
        newest: dict[str, JobView] = {}
        for view in self.ended():
            if view.state == DONE and view.number in self._jobs:
                newest[self._orders[view.number].picture.key] = view
        asked = newest.values() if key is None else [newest[key]] if key in newest else []
        return [view for view in asked if not view.saved and not view.given_up]

    def order(self, number: int) -> UpscaleOrder:
        """What was asked for."""
        return self._orders[number]

    def job(self, number: int) -> JobHandle | None:
        """The engine's job; None where it never began, or the engine that had it is gone."""
        return self._jobs.get(number)

    # what a user does

    def add(self, order: UpscaleOrder, *, first: bool = False) -> int:
        """Put a run into the queue, at its end or before all that wait; its number."""
        number = max(self._views, default=0) + 1
        self._orders[number] = order
        self._views[number] = JobView(
            number, order.picture.title, order.picture.size, order.options, order.scene
        )
        self._waiting.insert(0 if first else len(self._waiting), number)
        self.changed.emit(self._views[number])
        self._start_next()
        return number

    def retry(self, number: int) -> int:
        """The same run once more, as a new one."""
        return self.add(self._orders[number])

    def cancel(self, number: int) -> None:
        """Take it out of the queue, or stop it after the tile at hand. Shown at once."""
        if number in self._waiting:
            self._waiting.remove(number)
            self._change(number, state=CANCELLED)
        elif number == self._running:
            self._change(number, stage="stopping")
            job = self._jobs.get(number)
            if job is not None:
                self._side.put(partial(_quietly, job.cancel))

    def move(self, number: int, index: int) -> None:
        """Another place among those that wait, 0 being the next."""
        if number in self._waiting:
            self._waiting.remove(number)
            self._waiting.insert(index, number)
            self.ordered.emit()

    def forget(self, number: int) -> None:
        """Let an ended run and its result go."""
        if number in self._views and self._views[number].ended:
            job = self._jobs.pop(number, None)
            del self._views[number], self._orders[number]
            if job is not None:
                self._side.put(partial(_quietly, job.cancel))
            self.ordered.emit()

    def mark_saved(self, number: int, path: str) -> None:
        """Its result lies there now."""
        if number in self._views:
            self._change(number, saved=path)

    def give_up(self, numbers: Iterable[int]) -> None:
        """These results need not be asked about again."""
        for number in numbers:
            self._change(number, given_up=True)

    def pause(self) -> None:
        """Hold back what waits; the run at hand goes on."""
        self._paused = True
        self.ordered.emit()

    def resume(self) -> None:
        """Go on with what waits."""
        self._paused = False
        self.ordered.emit()
        self._start_next()

    def engine_lost(self) -> None:
        """The results lay in an engine that is gone."""
        self._jobs.clear()

    def close(self) -> None:
        """Stop the run at hand and take no more."""
        job = self._jobs.get(self._running) if self._running is not None else None
        if job is not None:
            self._side.put(partial(_quietly, job.cancel))
        self._side.put(self._side.close)
        self._lane.close()

    def join(self, wait_s: float) -> None:
        """Wait for the threads to leave."""
        self._side.join(wait_s)
        self._lane.join(wait_s)

    # one after another

    def _start_next(self) -> None:
        if self._paused or self._running is not None or not self._waiting:
            return
        number = self._running = self._waiting.pop(0)
        self._change(number, state=RUNNING, stage="sending")
        self._lane.put(partial(self._carry_out, number, self._orders[number]))

    def _change(self, number: int, **fields: Any) -> None:
        self._views[number] = replace(self._views[number], **fields)
        self.changed.emit(self._views[number])

    def _began(self, number: int, job: JobHandle) -> None:
        self._jobs[number] = job
        if self._views[number].stage == "stopping":
            self._side.put(partial(_quietly, job.cancel))

    def _finished(self, number: int, **fields: Any) -> None:
        self._running = None
        self._change(number, left_s=None, **fields)

    def _done(self, number: int, result: dict[str, Any]) -> None:
        self._finished(number, state=DONE, result=result, stage="")
        self.done.emit(number, result)
        self._let_old_go()
        self._start_next()

    def _cancelled(self, number: int) -> None:
        self._finished(number, state=CANCELLED, stage="")
        self._start_next()

    def _went_wrong(self, number: int, error: Exception) -> None:
        message, advice = words_of(error)
        self._finished(number, state=FAILED, stage="", message=message, advice=advice)
        if isinstance(error, EngineGone):
            self._paused = bool(self._waiting)
        self.failed.emit(number, message, advice)
        self._start_next()

    def _let_old_go(self) -> None:
        """Results are kept up to a gigabyte, the newest always."""
        held = 0
        for view in reversed(self.ended()):
            result = view.result or {}
            held += 3 * int(result.get("width", 0)) * int(result.get("height", 0))
            job = self._jobs.get(view.number)
            if held > KEPT_BYTES and job is not None and view.number != max(self._jobs):
                del self._jobs[view.number]
                self._side.put(partial(_quietly, job.cancel))

    def _fault(self, error: Exception) -> None:
        self._relay.later(lambda: self._running is not None and self._went_wrong(self._running, error))

    # on the thread of the lane

    def _carry_out(self, number: int, order: UpscaleOrder) -> None:
        try:
            bridge, job = self._desk.about(order.picture, partial(_upscale, order))
            self._relay.later(partial(self._began, number, job))
            self._listen(number, bridge, job)
        except (BridgeError, SemanticUpscaleError, OSError, ValueError) as error:
            self._relay.later(partial(self._went_wrong, number, error))

    def _listen(self, number: int, bridge: Bridge, job: JobHandle) -> None:
        missed = False
        try:
            for event in job.events():
                if event.kind == "tile":
                    missed |= not self._show_tile(number, job, event.data)
                elif event.kind == "done" and missed:
                    for box, rows in strips_of(job, event.data["result"]):
                        self._relay.later(partial(self.tile.emit, number, box, rows))
                self._relay.later(partial(self._heard, number, event))
        except EngineGone:
            self._desk.drop(bridge)
            raise

    def _show_tile(self, number: int, job: JobHandle, data: dict[str, Any]) -> bool:
        """Hand a finished tile on; False where the engine keeps it no more."""
        try:
            pixels = job.tile(data["n"])
        except EngineRefused:
            return False
        self._relay.later(partial(self.tile.emit, number, Box(*data["box"]), pixels))
        return True

    def _heard(self, number: int, event: Event) -> None:
        """On the interface thread: one step of the run at hand."""
        stopping = self._views[number].stage == "stopping"
        if event.kind == "progress" and not stopping:
            known = ("stage", "done", "total", "elapsed_s", "left_s")
            self._change(number, **{name: event.data[name] for name in known if name in event.data})
        elif event.kind == "note":
            self._change(number, note=event.data.get("text", ""))
        elif event.kind == "done":
            self._done(number, event.data["result"])
        elif event.kind == "cancelled":
            self._cancelled(number)
        elif event.kind == "failed":
            told = event.data.get("error") or {}
            self._went_wrong(number, BridgeError(told.get("message", ""), told.get("advice", "")))


def _upscale(order: UpscaleOrder, bridge: Bridge, picture_id: str) -> tuple[Bridge, JobHandle]:
    return bridge, bridge.upscale(
        picture_id, regions_in(order.regions), order.rest, dict(order.options), keep=False
    )


def _quietly(call: Any) -> None:
    """Cancel or forget; an engine that is gone has done so already."""
    try:
        call()
    except BridgeError:
        return


def strips_of(job: JobHandle, result: dict[str, Any]) -> Iterator[tuple[Box, bytes]]:
    """The target of a finished run from top to bottom: boxes of whole rows, and their RGB bytes in sRGB."""
    width, height = int(result["width"]), int(result["height"])
    for y in range(0, height, STRIP_ROWS):
        count = min(STRIP_ROWS, height - y)
        yield Box(0, y, width, count), b"".join(job.rows(y=y, count=count, space="srgb"))
