"""The worker's process as the queue sees it."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import psutil

import core
from core.engine.jobs.wire import Sender, received

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.engine.jobs.wire import Message

LEAVE_S = 5.0
# Threads that wait for each other in a loop take the time of the program that the user paints in; beside busy
# processes they made a preview three times as slow. And glibc gives the memory of every tensor back to the system at
# once and asks for it again, which made one slower by a twelfth: up to so many bytes stay here.
USUAL = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "MALLOC_MMAP_THRESHOLD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(128 << 20),
}


class WorkerProcess:
    """Started at once; `hear` gets its messages and `lost` tells its end, both from a thread of this object.

    On Linux it dies with the thread that made it, so that must be one that lives as long as the queue.
    """

    def __init__(
        self,
        work: str,
        folder: Path,
        hear: Callable[[WorkerProcess, Message], None],
        lost: Callable[[WorkerProcess], None],
    ) -> None:
        self.status: dict[str, Any] = {}
        self.scratch = Path(tempfile.mkdtemp(prefix="worker-", dir=folder))
        self._process = subprocess.Popen(  # noqa: S603  (our own program)
            [sys.executable, "-m", "core.engine.jobs.worker", work, str(self.scratch), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**USUAL, **os.environ, "PYTHONPATH": _path_of_house()},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._stdin = cast("BinaryIO", self._process.stdin)
        self._stdout = cast("BinaryIO", self._process.stdout)
        self._sender = Sender(self._stdin)
        self._hear, self._lost = hear, lost
        self._listening = threading.Thread(target=self._listen, name="jobs-worker", daemon=True)
        self._listening.start()

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    @property
    def memory_bytes(self) -> int:
        """What it takes now; 0 once it is gone."""
        try:
            return psutil.Process(self.pid).memory_info().rss
        except psutil.Error:
            return 0

    @property
    def end(self) -> str:
        """How it ended, in words."""
        code = self._process.poll()
        if code is None:
            return "it stopped talking"
        if code < 0:
            with contextlib.suppress(ValueError):
                name = signal.Signals(-code).name
                return "it was killed, perhaps for want of memory" if name == "SIGKILL" else f"by {name}"
        return f"with code {code}"

    def send(self, message: Message) -> None:
        """Send what it can still hear; if it is gone, `lost` will tell."""
        with contextlib.suppress(OSError, ValueError):
            self._sender.send(message)

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def leave(self, wait_s: float = LEAVE_S) -> None:
        """Ask it to end, and see to it that it does."""
        with contextlib.suppress(OSError, ValueError):
            self._stdin.close()
        try:
            self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self.kill()
        if threading.current_thread() is not self._listening:
            self._listening.join(wait_s)

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for message in received(self._stdout):
                self._hear(self, message)
        try:
            self._process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        with contextlib.suppress(OSError, ValueError):
            self._stdin.close()
        self._stdout.close()
        shutil.rmtree(self.scratch, ignore_errors=True)
        self._lost(self)


def _path_of_house() -> str:
    """PYTHONPATH by which the worker finds this very program, wherever it was started."""
    house = str(Path(str(core.__file__)).parents[1])
    return os.pathsep.join([house, *filter(None, [os.environ.get("PYTHONPATH")])])
