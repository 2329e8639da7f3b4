"""The worker's process: `python -m core.service.worker MODULE:CLASS SCRATCH PARENT`.

Messages come by stdin and go by what was stdout; when stdin ends, so does the process. Each lane has a thread, so that
a preview is made beside a long upscale.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import sys
import threading
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import Cancelled, OutOfMemoryError
from core.service.job import LANES
from core.service.task import JobReporter, Sender, Task, error_values, receive_messages

if TYPE_CHECKING:
    from core.service.task import JobWorker, Message


DEVICE_LOST = 75
BEAT_S = 2.0
_PR_SET_PDEATHSIG = 1
# What drivers say when nothing in this process can compute on the device any more.
_LOST = (
    "illegal memory access",
    "device-side assert",
    "unspecified launch failure",
    "device lost",
    "uncorrectable",
)


def main(arguments: list[str]) -> None:
    """Run until stdin ends."""
    named, scratch, parent = arguments
    _die_with(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to answer
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # what libraries print goes into the log
        module, _, name = named.partition(":")
        worker: JobWorker = getattr(import_module(module), name)(Path(scratch))
        WorkerLoop(worker, Sender(out)).run()
    os._exit(0)  # a thread that computes is not waited for


class WorkerLoop:
    """The lanes of a worker."""

    def __init__(self, worker: JobWorker, sender: Sender) -> None:
        self._worker, self._sender = worker, sender
        self._lanes: dict[str, queue.SimpleQueue[Task]] = {lane: queue.SimpleQueue() for lane in LANES}
        self._cancelled: set[str] = set()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Read messages to their end."""
        threading.Thread(target=self._beat, name="beat", daemon=True).start()
        threading.Thread(target=self._prepare, daemon=True).start()
        for message in receive_messages(sys.stdin.buffer):
            self._hear(message)

    def _beat(self) -> None:
        """Say that this process is not standing still, for as long as somebody listens."""
        with contextlib.suppress(OSError, ValueError):
            while True:
                self._sender.send({"alive": True})
                time.sleep(BEAT_S)

    def _prepare(self) -> None:
        try:
            status = self._worker.prepare()
        except Exception as error:  # noqa: BLE001  (told; jobs will say the same)
            traceback.print_exc()
            status = {"error": error_values(error)}
        self._sender.send({"ready": status})
        for lane in LANES:
            threading.Thread(target=self._work, args=(lane,), daemon=True).start()

    def _hear(self, message: Message) -> None:
        if "do" in message:
            task = Task.read(message["do"])
            self._lanes[task.lane].put(task)
        elif "cancel" in message:
            self._cancelled.add(message["cancel"])
        elif "forget" in message:
            self._worker.forget(message["forget"])
        elif "stop" in message:
            self._stopping.set()

    def _work(self, lane: str) -> None:
        while True:
            task = self._lanes[lane].get()
            line = JobReporter(task, self._sender.send, lambda task=task: self._unwanted(task))
            kind, data = self._done(task, line)
            self._sender.send({"status": self._worker.status()})
            line.tell(kind, data)
            self._cancelled.discard(task.id)
            del task, line, data

    def _unwanted(self, task: Task) -> bool:
        return self._stopping.is_set() or task.id in self._cancelled

    def _done(self, task: Task, line: JobReporter) -> tuple[str, dict]:
        """The last event of a task."""
        try:
            line.check()
            return "done", {"result": self._worker.do(task, line)}
        except Cancelled:
            return "cancelled", {}
        except MemoryError:
            error = OutOfMemoryError("Memory ran out.", "Close other programs and try again.")
            return "failed", {"error": error_values(error)}
        except Exception as error:  # noqa: BLE001  (a job may fail; the worker goes on)
            if any(words in str(error).lower() for words in _LOST):
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(DEVICE_LOST)
            values = error_values(error)
            if values["code"] == "internal":
                traceback.print_exc()
            return "failed", {"error": values}


def _die_with(parent: int) -> None:
    """Linux kills this process when its parent dies; elsewhere the end of stdin must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
