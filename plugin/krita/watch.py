"""Whether the engine is there: asked in a thread, told on Krita's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from ..bridge import connect, find
from ..bridge.host import engine_words
from .engine_calls import CLIENT, BackgroundWorker, Broke, JobFinished
from .qt import QtCore
from .state import tell
from .translation import mark, tr

if TYPE_CHECKING:
    from collections.abc import Generator

    from .engine_calls import Stop

TICK_MS = 60
EVERY_MS = 3000


@dataclass(frozen=True)
class EngineState:
    """`kind` is running, starting, stopped or problem; `words` say it with the sign that goes with it."""

    kind: str
    words: str
    log: str = ""


UNKNOWN = EngineState("stopped", mark("○ Engine: not asked yet"))
STOPPED = EngineState("stopped", mark("○ Engine: off. It starts by itself when it is needed."))
STARTING = EngineState("starting", mark("◐ Engine: starting…"))


def looking(stop: Stop) -> Generator[Any, None, None]:
    """Ask whether one is there."""
    del stop
    bridge = find(CLIENT)
    yield JobFinished({"state": STOPPED if bridge is None else _running(bridge)})


def starting(stop: Stop) -> Generator[Any, None, None]:
    """Start one where none is there."""
    yield JobFinished({"state": _running(connect(CLIENT, on_wait=stop.check))})


def stopping(stop: Stop) -> Generator[Any, None, None]:
    """Let it leave."""
    del stop
    bridge = find(CLIENT)
    if bridge is not None:
        bridge.stop()
    yield JobFinished({"state": STOPPED})


def _running(bridge: Any) -> EngineState:
    hello, status = bridge.hello(), bridge.status()
    waiting = len(status.get("queue", ()))
    queue = tr(" · {waiting} in the queue", waiting=waiting) if waiting else ""
    return EngineState("running", tr("● Engine: running · {device}", device=hello.device) + queue, hello.log)


class EngineWatch:
    """Asks now and then while somebody listens; `state` is the last answer."""

    def __init__(self) -> None:
        self.state, self.worker = UNKNOWN, None
        self.listeners: list[Callable[[EngineState], None]] = []
        self.timer = QtCore.QTimer()
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self.tick)
        self.often = QtCore.QTimer()
        self.often.setInterval(EVERY_MS)
        self.often.timeout.connect(self.look)

    def listen(self, listener: Callable[[EngineState], None]) -> None:
        """Hear of every answer from now on; asking goes on until nobody listens."""
        self.listeners.append(listener)
        self.often.start()
        self.look()

    def leave(self, listener: Callable[[EngineState], None]) -> None:
        """Hear no more."""
        self.listeners = [one for one in self.listeners if one != listener]
        if not self.listeners:
            self.often.stop()

    def look(self) -> None:
        """Ask, unless an answer is still awaited."""
        if self.worker is None:
            self._do(looking)

    def start_engine(self) -> None:
        """Start one."""
        self._tell(STARTING)
        self._do(starting)

    def stop_engine(self) -> None:
        """Let it leave after the tile at work."""
        self._do(stopping)

    def _do(self, errand: Callable[[Stop], Generator[Any, None, None]]) -> None:
        self.worker = BackgroundWorker(errand).start()
        self.timer.start()

    def tick(self) -> None:
        """An answer, if there is one."""
        message = None if self.worker is None else self.worker.next()
        if isinstance(message, (JobFinished, Broke)):
            self.worker = None
            self.timer.stop()
            self._tell(
                message.result["state"] if isinstance(message, JobFinished) else _problem(message.error)
            )

    def _tell(self, state: EngineState) -> None:
        self.state = state
        tell(self.listeners, state)


def _problem(error: BaseException) -> EngineState:
    happened, advice = engine_words(error)
    return EngineState("problem", tr("▲ Engine: {words}", words=f"{tr(happened)} {tr(advice)}".strip()))
