"""One job on the worker's side: what is to be done, and the line on which it tells how far it is."""

from __future__ import annotations

import json
import re
import struct
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from core.errors import Cancelled, SemanticUpscaleError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

    from core.progress import FinishedTile, Progress


LEAST_PAUSE_S = 0.05  # between two reports of progress


@dataclass(frozen=True)
class Task:
    """A job as the worker gets it.

    `picture` is `Shelved.for_worker()`, `folder` takes what the job makes, `attempt` is 1 after a worker died of it,
    and tiles are numbered from `first_tile` on.
    """

    id: str
    kind: str
    lane: str
    body: Mapping[str, Any]
    picture: Mapping[str, Any] | None
    folder: Path
    attempt: int = 0
    first_tile: int = 0

    @classmethod
    def read(cls, values: Message) -> Task:
        """From the wire."""
        return cls(**{**values, "folder": Path(values["folder"])})


class JobWorker(Protocol):
    """Whoever does the tasks: made once for a process, then asked by one thread for each lane."""

    def prepare(self) -> dict[str, Any]:
        """Load what nearly every job needs; says `device`, `precision` and `loaded`."""
        ...

    def do(self, task: Task, line: JobReporter) -> dict[str, Any]:
        """The result of a task; keys that begin with an underscore are for the queue alone."""
        ...

    def status(self) -> dict[str, Any]:
        """As `prepare` says, now."""
        ...

    def forget(self, picture_id: str) -> None:
        """Nobody needs this picture any more."""
        ...


class JobReporter:
    """Tells the queue about one task; a `Reporter` that raises Cancelled once the task is not wanted any more."""

    def __init__(self, task: Task, send: Callable[[Message], None], cancelled: Callable[[], bool]) -> None:
        self._task, self._send, self._cancelled = task, send, cancelled
        self._tiles, self._told_at = task.first_tile, 0.0

    def check(self) -> None:
        """Cancelled where nobody wants this any more."""
        if self._cancelled():
            raise Cancelled("The job was cancelled.")

    def tell(self, kind: str, data: Mapping[str, Any]) -> None:
        """Send an event."""
        self._send({"id": self._task.id, "event": kind, "data": data})

    def note(self, text: str) -> None:
        """Send a sentence for the user."""
        self.tell("note", {"text": text})

    def __call__(self, progress: Progress) -> None:
        """See `core.progress.Reporter`."""
        self.check()
        if progress.tile is not None:
            self._tell_tile(progress.tile)
        now, left_s = time.monotonic(), progress.left_s
        if progress.tile is None and progress.done < progress.total and now - self._told_at < LEAST_PAUSE_S:
            return
        self._told_at = now
        self.tell(
            "progress",
            {
                "done": progress.done,
                "total": progress.total,
                "elapsed_s": round(progress.elapsed_s, 3),
                "left_s": None if left_s is None else round(left_s, 3),
                "stage": progress.stage,
            },
        )

    def _tell_tile(self, tile: FinishedTile) -> None:
        number, box = self._tiles, tile.box
        self._tiles += 1
        pixels = np.rint(tile.pixels.clip(0, 1) * np.float32(255)).astype(np.uint8)
        tile_file(self._task.folder, number).write_bytes(pixels.tobytes())
        self.tell("tile", {"n": number, "box": [box.x, box.y, box.width, box.height]})


def target_file(folder: Path) -> Path:
    """Where the pixels lie that a job made: those of `core.image.write`."""
    return folder / "target"


def tile_file(folder: Path, number: int) -> Path:
    """Where the RGB bytes of a finished tile lie."""
    return folder / f"tile-{number}.rgb"


def error_values(error: Exception) -> dict[str, str]:
    """`InputError` as {"code": "input", …}; what is none of ours is "internal"."""
    if not isinstance(error, SemanticUpscaleError):
        advice = "Look into the log, and tell us."
        return {"code": "internal", "message": f"{type(error).__name__}: {error}", "advice": advice}
    name = type(error).__name__.removesuffix("Error")
    code = re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
    return {"code": code, "message": str(error), "advice": error.advice}


# Messages between queue and worker: each is 4 bytes of length, big-endian, and that much JSON.

_LENGTH = struct.Struct(">I")
Message = dict[str, Any]


class Sender:
    """Writes whole messages, whichever thread they come from."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._lock = stream, threading.Lock()

    def send(self, message: Message) -> None:
        """OSError or ValueError where nobody reads any more."""
        data = json.dumps(message, separators=(",", ":")).encode()
        with self._lock:
            self._stream.write(_LENGTH.pack(len(data)) + data)
            self._stream.flush()


def receive_messages(stream: BinaryIO) -> Iterator[Message]:
    """Every message until the other side is gone."""
    while True:
        head = stream.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            return
        (length,) = _LENGTH.unpack(head)
        data = stream.read(length)
        if len(data) < length:
            return
        yield json.loads(data)
