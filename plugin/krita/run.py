"""The road of one request on Krita's side: read, let the engine work, write, in steps that never hold the window up."""

from __future__ import annotations

import time
import traceback
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Callable

from krita import Krita

from ..bridge.errors import JobCancelled
from ..bridge.host import engine_words
from .engine_calls import BackgroundWorker, Broke, HostOrder, JobFinished, Note, Rows, Sized, Went, upscaling
from .qt import QtCore
from .source import Chosen, TakenSource, take
from .targets import TargetPlan, order_for, target_for
from .translation import mark, tr
from .words import duration_words

if TYPE_CHECKING:
    from collections.abc import Generator

    from ..bridge.host import HostRequest


TICK_MS = 15
AT_ONCE_S = 0.012
CLOSED = mark("The document was closed, so the work was stopped.")
READY = mark("The result is ready.")
STOPPED = mark("Stopped. Nothing was changed.")
LIVE = ("busy", "ready")


@dataclass(frozen=True)
class Standing:
    """Where the work is: `kind` is idle, busy, ready, done, failed or cancelled; `done` of `total` where known."""

    kind: str = "idle"
    words: str = ""
    advice: str = ""
    done: int = 0
    total: int = 0
    notes: tuple[str, ...] = ()
    report: str = ""


class UpscaleRun:
    """One request. `start` begins, `cancel` ends it; `told` hears every `Standing` on Krita's own thread.

    With `review` a result that would change the document waits, ready, for `agree`.
    """

    def __init__(
        self,
        chosen: Chosen,
        wish: HostRequest,
        told: Callable[[Standing], None],
        errand: Callable[..., Any] = upscaling,
        *,
        review: bool = False,
    ) -> None:
        self.chosen, self.wish, self.told, self.errand = chosen, wish, told, errand
        self.agreed = not review or wish.result == "document"
        self.standing = Standing("busy", mark("Reading the picture…"), notes=chosen.notes)
        self.worker: BackgroundWorker | None = None
        self.target: Any = None
        self.inside, self.enough = False, ""
        self.steps = self._walk()
        self.timer = QtCore.QTimer()
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self.tick)

    def start(self) -> UpscaleRun:
        """Begin; comes back at once."""
        self.told(self.standing)
        self.timer.start()
        return self

    def cancel(self, words: str = STOPPED) -> None:
        """End it at once. The document is as it was."""
        if self.inside:  # Krita lets events through while it shows a document: end after this step
            self.enough = words
        elif self.standing.kind in LIVE:
            self._end(Standing("cancelled", words, notes=self.standing.notes))

    def agree(self) -> None:
        """The result that is ready may go into the document."""
        self.agreed = True

    def looks(self, most: tuple[int, int]) -> tuple[Any, Any]:
        """Images of the middle of a result that is ready, at most so large: what it was made of, and itself."""
        return self.target.looks(most)

    def tick(self) -> None:
        """A few short steps. Nothing may escape: Krita would show a window of its own."""
        if self.standing.kind not in LIVE or self.inside:
            return
        try:
            self._some_steps()
        except StopIteration:
            self._end(self.standing)
        except JobCancelled as error:
            self._end(Standing("cancelled", engine_words(error)[0], notes=self.standing.notes))
        except Exception as error:  # noqa: BLE001  (the one net)
            happened, advice = engine_words(error)
            report = "".join(traceback.format_exception(type(error), error, error.__traceback__))
            self._end(Standing("failed", happened, advice, notes=self.standing.notes, report=report))

    def _some_steps(self) -> None:
        if self.chosen.document not in Krita.instance().documents():
            self.cancel(CLOSED)
            return
        if self.enough:
            self.cancel(self.enough)
            return
        self.inside = True
        try:
            self._step()
        finally:
            self.inside = False

    def _step(self) -> None:
        until = time.perf_counter() + AT_ONCE_S
        while time.perf_counter() < until:
            if next(self.steps) is WAIT:
                return

    def _end(self, standing: Standing) -> None:
        """Stop everything, take back what is not finished, tell."""
        self.timer.stop()
        if self.worker is not None:
            self.worker.stop.ask()
        if standing.kind != "done" and self.target is not None:
            self.target.discard()
        self.steps.close()
        self.target = self.worker = None
        self._say(standing)

    def _say(self, standing: Standing) -> None:
        self.standing = standing
        self.told(standing)

    def _walk(self) -> Generator[object, None, None]:
        taken = yield from take(self.chosen, self.wish)
        order = self._order(taken)
        self.worker = worker = BackgroundWorker(lambda stop: self.errand(order, stop)).start()
        result = yield from self._results(worker, taken, order)
        if not self.agreed:
            yield from self._reviewed()
        words = yield from self._finished()
        self.worker = None
        notes = (*self.standing.notes, *result.get("notes", ()))
        self.standing = replace(self.standing, kind="done", words=words, notes=tuple(dict.fromkeys(notes)))

    def _reviewed(self) -> Generator[object, None, None]:
        self._say(replace(self.standing, kind="ready", words=READY))
        while not self.agreed:
            yield WAIT

    def _order(self, taken: TakenSource) -> HostOrder:
        return HostOrder(
            taken.planes,
            regions=taken.regions,
            rest=self.wish.rest,
            title=self.chosen.name,
            **order_for(taken, self.wish),
        )

    def _results(
        self, worker: BackgroundWorker, taken: TakenSource, order: HostOrder
    ) -> Generator[object, None, dict]:
        """Every message until the last; gives what the engine says about its job."""
        while True:
            message = worker.next()
            if message is None:
                yield WAIT
            elif isinstance(message, JobFinished):
                return message.result
            elif isinstance(message, Broke):
                raise message.error
            elif isinstance(message, Sized):
                plan = TargetPlan(taken, self.wish, (message.width, message.height))
                self.target = target_for(plan, order)
                yield None
            elif isinstance(message, Rows):
                self.target.rows(message)
                yield None
            else:
                self._heard(message)

    def _heard(self, message: Note | Went) -> None:
        if isinstance(message, Went):
            left = (
                tr("{time} left", time=duration_words(message.left_s))
                if message.left_s
                else tr("estimating the time…")
            )
            words = tr("Tile {done} of {total} · {left}", done=message.done, total=message.total, left=left)
            self._say(replace(self.standing, words=words, done=message.done, total=message.total))
        elif message.warn:
            self._say(replace(self.standing, notes=(*self.standing.notes, message.words)))
        else:
            self._say(replace(self.standing, words=message.words))

    def _finished(self) -> Generator[object, None, str]:
        """The target's last steps, one a tick."""
        steps = self.target.finish()
        while True:
            try:
                next(steps)
            except StopIteration as end:
                return end.value
            yield WAIT


WAIT = object()
