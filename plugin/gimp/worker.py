"""Long work in a thread, while the progress bar moves. libgimp is called from the main thread only.

GIMP cancels by killing this process. Then the line to the engine breaks, and the engine stops the job.
"""

from __future__ import annotations

import queue
import threading
import time
from typing import Any, Callable

from .libraries import Gimp, GLib

TICK_MS = 20
BUSY_S = 0.05  # longest stay in one tick, so that GIMP's window hears from us
PIECES_AHEAD = 8


class MessageQueue:
    """From the thread to the main loop; a full line makes the thread wait."""

    def __init__(self) -> None:
        self._queue: queue.Queue = queue.Queue(PIECES_AHEAD)

    def say(self, text: str) -> None:
        """What is being done now."""
        self._queue.put(("say", text))

    def reach(self, fraction: float) -> None:
        """How far it is: 0 … 1; negative: nobody knows."""
        self._queue.put(("reach", fraction))

    def give(self, *piece: Any) -> None:
        """Something for `receive`, which runs in the main thread."""
        self._queue.put(("give", piece))

    def end(self, result: Any = None, error: BaseException | None = None) -> None:
        """The last word."""
        self._queue.put(("end", (result, error)))

    def waiting(self) -> Any:
        """The next word, or None."""
        try:
            return self._queue.get_nowait()
        except queue.Empty:
            return None


def run(
    errand: Callable[[MessageQueue], Any],
    receive: Callable[..., None] | None = None,
    meanwhile: Callable[[], bool] | None = None,
) -> Any:
    """What `errand(line)` returns from its thread, or raises. `receive` hears what it gives.

    `meanwhile` is called in the main thread whenever there is nothing to hear, until it says False.
    """
    line, loop, ended = MessageQueue(), GLib.MainLoop(), []
    show = {"say": Gimp.progress_set_text, "reach": _reach, "give": receive, "idle": _idle(meanwhile)}

    def tick() -> bool:
        until = time.monotonic() + BUSY_S
        while time.monotonic() < until:
            word = line.waiting()
            if word is None:
                _heard(show, ("idle", None), ended)
                return True
            if word[0] == "end":
                ended.append(word[1])
                loop.quit()
                return False
            _heard(show, word, ended)
        return True

    thread = threading.Thread(target=_carry, args=(errand, line), name="errand", daemon=True)
    GLib.timeout_add(TICK_MS, tick)
    thread.start()
    loop.run()
    failed = [error for _, error in ended if error is not None]
    if failed:
        raise failed[0]
    return ended[-1][0]


def _idle(meanwhile: Callable[[], bool] | None) -> Callable[[Any], None]:
    """What calls it until it says False, or breaks."""
    left = [meanwhile] if meanwhile else []

    def once(_: Any) -> None:
        work = left.pop() if left else None
        if work is not None and work():
            left.append(work)

    return once


def _heard(show: dict, word: tuple, ended: list) -> None:
    """Show one word. An exception inside GLib's callback would be printed and lost: keep it."""
    kind, value = word
    try:
        show[kind](*value) if kind == "give" else show[kind](value)
    except Exception as error:  # noqa: BLE001
        ended.append((None, error))


def _reach(fraction: float) -> None:
    if fraction < 0:
        Gimp.progress_pulse()
    else:
        Gimp.progress_update(min(1.0, fraction))


def _carry(errand: Callable[[MessageQueue], Any], line: MessageQueue) -> None:
    try:
        line.end(errand(line))
    except BaseException as error:  # noqa: BLE001
        line.end(error=error)
