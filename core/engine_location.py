"""How this program's engine is started: written down for plug-ins, whose Python is not ours."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import sys
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any

from core import folders
from core.errors import ProtocolError
from core.files import hold_lock, make_own_folder, remove_tree
from plugin.bridge.errors import BridgeError, EngineGone
from plugin.bridge.saving import read_small
from plugin.bridge.transport import HttpTransport

if TYPE_CHECKING:
    from pathlib import Path


def engine_command() -> tuple[list[str], str | None]:
    """The words that start an engine of this program, and the folder to start in, None where that does not matter.

    Only for our own process: inside a host, `sys.executable` is the host's.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, "serve"], None
    return [sys.executable, "-m", "core.cli", "serve"], str(folders.program())


def record_command() -> Path:
    """Write `command.json` for this program, if it says anything else; its path. OSError as it comes."""
    path = folders.engine() / "command.json"
    command, cwd = engine_command()
    text = json.dumps({"command": command, "cwd": cwd}, indent=1) + "\n"
    if not (path.is_file() and path.read_text("utf-8", "replace") == text):
        private_folder(path.parent)
        write_private(path, text)
    return path


def private_folder(folder: Path) -> None:
    """Make a folder that only the user can enter; take others' rights away where it is there."""
    folder.mkdir(0o700, parents=True, exist_ok=True)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def private_stream(path: Path) -> IO[bytes]:
    """A file that only the user can read, emptied, to be written."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb")


def write_private(path: Path, text: str) -> None:
    """A small file that only the user can read, seen whole or not at all."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(6)}.part")
    try:
        with os.fdopen(
            os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


# Where the engine says how it is reached: one engine per user, held by a lock that dies with its process.

PROTOCOL = 1
FILE_LIMIT_BYTES = 1 << 16


@dataclass(frozen=True)
class EngineInfo:
    """What `engine.json` says; the token is a secret and is never printed."""

    protocol: int
    version: str
    pid: int
    started: float
    address: str
    token: str = field(repr=False)


def read_engine_info() -> EngineInfo | None:
    """What an engine has written down, dead or alive; None where there is nothing that can be read."""
    try:
        return EngineInfo(**read_small(_file(), FILE_LIMIT_BYTES))
    except TypeError:
        return None


def scratch() -> Path:
    """Where pictures and results lie while the engine runs: in the cache, which engines of other homes may share."""
    home = hashlib.sha256(str(folders.engine()).encode()).hexdigest()[:12]
    return folders.cache() / "engine" / home


class EngineLock:
    """The right to be the user's engine. Made by `taken`; given back by `leave`, or by the end of the process."""

    def __init__(self, lock: IO[bytes]) -> None:
        self._lock = lock
        _discard(_file())
        for part in folders.engine().glob("*.part"):
            _discard(part)
        remove_tree(scratch())
        make_own_folder(scratch())

    def write(self, told: EngineInfo) -> None:
        """Tell the user's programs where the engine is."""
        write_private(_file(), json.dumps(asdict(told)) + "\n")

    def leave(self) -> None:
        """Take everything away again."""
        _discard(_file())
        remove_tree(scratch())
        self._lock.close()


def take_lock() -> EngineLock | None:
    """The place, cleaned of what a dead engine left; None where a living engine has it. OSError as it comes."""
    private_folder(folders.engine())
    lock = os.fdopen(os.open(folders.engine() / "engine.lock", os.O_CREAT | os.O_RDWR, 0o600), "r+b")
    try:
        hold_lock(lock)
    except BlockingIOError:
        lock.close()
        return None
    return EngineLock(lock)


def _file() -> Path:
    return folders.engine() / "engine.json"


def _discard(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


# The few calls that the shell makes to a running engine. Programs use `plugin.bridge`.

PATIENCE_S = 10.0


def call(told: EngineInfo, method: str, path: str) -> Any:
    """The JSON of the answer; None where nobody is there, or somebody else. ProtocolError where it says no."""
    try:
        line = HttpTransport(told.address, told.token, "shell", PATIENCE_S)
        return line.ask(method, path) or {}
    except (EngineGone, ValueError):
        return None
    except BridgeError as error:
        raise ProtocolError(f"The engine on {told.address} says no: {error}", "Start it again.") from error
