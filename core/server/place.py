"""Where the engine says how it is reached: one engine per user, held by a lock that dies with its process."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any

from core import folders
from core.launch import private_folder, write_private

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOL = 1
FILE_LIMIT_BYTES = 1 << 16


@dataclass(frozen=True)
class Told:
    """What `engine.json` says; the token is a secret and is never printed."""

    protocol: int
    version: str
    pid: int
    started: float
    address: str
    token: str = field(repr=False)


def written() -> Told | None:
    """What an engine has written down, dead or alive; None where there is nothing that can be read."""
    try:
        with _file().open(encoding="utf-8") as file:
            return Told(**json.loads(file.read(FILE_LIMIT_BYTES)))
    except (OSError, ValueError, TypeError):
        return None


def scratch() -> Path:
    """Where pictures and results lie while the engine runs."""
    return folders.cache() / "engine"


class Place:
    """The right to be the user's engine. Made by `taken`; given back by `leave`, or by the end of the process."""

    def __init__(self, lock: IO[bytes]) -> None:
        self._lock = lock
        _discard(_file())
        for part in folders.engine().glob("*.part"):
            _discard(part)
        shutil.rmtree(scratch(), ignore_errors=True)
        private_folder(scratch())

    def write(self, told: Told) -> None:
        """Tell the user's programs where the engine is."""
        write_private(_file(), json.dumps(asdict(told)) + "\n")

    def leave(self) -> None:
        """Take everything away again."""
        _discard(_file())
        shutil.rmtree(scratch(), ignore_errors=True)
        self._lock.close()


def taken() -> Place | None:
    """The place, cleaned of what a dead engine left; None where a living engine has it. OSError as it comes."""
    private_folder(folders.engine())
    lock = os.fdopen(os.open(folders.engine() / "engine.lock", os.O_CREAT | os.O_RDWR, 0o600), "r+b")
    try:
        _hold(lock)
    except BlockingIOError:
        lock.close()
        return None
    return Place(lock)


def _hold(lock: IO[bytes]) -> None:
    """BlockingIOError where another process holds it."""
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415

        locking: Any = msvcrt
        try:
            locking.locking(lock.fileno(), locking.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
    else:
        import fcntl  # noqa: PLC0415

        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _file() -> Path:
    return folders.engine() / "engine.json"


def _discard(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
