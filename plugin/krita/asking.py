"""A question to the engine that changes nothing: asked in short steps, answered once, dropped by the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from ..bridge.host import engine_words
from .errands import Finished, Said
from .qt import QtCore
from .worker import Broke, Worker

if TYPE_CHECKING:
    from collections.abc import Generator

    from .errands import Stop

TICK_MS = 20


class Asking:
    """Runs one walk at a time on Krita's thread; `told(words, advice)` hears what is going on."""

    def __init__(self, told: Callable[[str, str], None]) -> None:
        self.told = told
        self.worker: Worker | None = None
        self.steps: Any = None
        self.timer = QtCore.QTimer()
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self.tick)

    def begin(self, steps: Generator[None, None, None]) -> None:
        """Walk these steps instead of those before."""
        self.stop()
        self.steps = steps
        self.timer.start()

    def stop(self) -> None:
        """Drop what is going on."""
        self.timer.stop()
        if self.worker is not None:
            self.worker.stop.ask()
        self.worker = None
        if self.steps is not None:
            self.steps.close()

    def tick(self) -> None:
        """One step; whatever goes wrong is told."""
        try:
            next(self.steps)
        except StopIteration:
            self.timer.stop()
        except Exception as error:  # noqa: BLE001  (the one net)
            self.stop()
            self.told(*engine_words(error))

    def answered(
        self, errand: Callable[[Stop], Generator[Any, None, None]]
    ) -> Generator[None, None, dict[str, Any]]:
        """Let a thread ask; its answer."""
        self.worker = worker = Worker(errand).start()
        while True:
            message = worker.next()
            if message is None:
                yield None
            elif isinstance(message, Broke):
                raise message.error
            elif isinstance(message, Finished):
                self.worker = None
                return message.result
            elif isinstance(message, Said):
                self.told(message.words, "")
