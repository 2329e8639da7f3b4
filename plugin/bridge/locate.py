"""Where the engine says that it is there, and how one is started: small files that only the user reads.

The folder is that of the password database's home, not of $HOME or $XDG_*, which sandboxed hosts redefine.
SEMANTIC_UPSCALE_HOME moves it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from .client import Bridge, mismatch
from .errors import EngineGone, EngineMismatch, EngineMissing, EngineRefused, EngineUnproven
from .saving import read_small, write_whole
from .transport import PROTOCOL

if TYPE_CHECKING:
    from collections.abc import Sequence


APP_NAME = "semantic-upscale"
FILE_LIMIT_BYTES = 1 << 16


@dataclass(frozen=True)
class Command:
    """How an engine is started: `words` begin with an absolute path, `cwd` None for the engine's own folder."""

    words: tuple[str, ...]
    cwd: str | None = None


@dataclass(frozen=True)
class EngineAddress:
    """What a living engine has written down; `token` is a secret."""

    protocol: int
    pid: int
    address: str
    token: str = field(repr=False)


def engine_folder() -> str:
    """The folder, whether it is there or not."""
    moved = os.environ.get("SEMANTIC_UPSCALE_HOME", "").strip()
    if moved:
        return str(Path(os.path.expanduser(moved)).absolute() / "engine")  # noqa: PTH111  (never raises)
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return str(Path(local) / APP_NAME / "engine")
    inside = "Library/Application Support" if sys.platform == "darwin" else ".local/state"
    return str(_home() / inside / APP_NAME / "engine")


def running() -> EngineAddress | None:
    """What an engine has written down, dead or alive; None where there is nothing that can be read."""
    told = _read("engine.json")
    try:
        return EngineAddress(
            int(told["protocol"]), int(told["pid"]), str(told["address"]), str(told["token"])
        )
    except (KeyError, TypeError, ValueError):
        return None


def recorded_command() -> Command | None:
    """How an engine is started here; None where nobody has written it down."""
    told = _read("command.json")
    words = told.get("command")
    if not (isinstance(words, list) and words and all(isinstance(word, str) for word in words)):
        return None
    cwd = told.get("cwd")
    return Command(tuple(words), cwd if isinstance(cwd, str) else None)


def record_command(command: Sequence[str], cwd: str | None = None) -> None:
    """Write down how an engine is started, for plug-ins whose Python is not ours. OSError as it comes."""
    folder = Path(engine_folder())
    folder.mkdir(0o700, parents=True, exist_ok=True)
    write_whole(folder / "command.json", json.dumps({"command": list(command), "cwd": cwd}, indent=1) + "\n")


def _home() -> Path:
    import pwd  # noqa: PLC0415  (POSIX only)

    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:  # a user without an entry, as in some containers
        return Path.home()


def _read(name: str) -> Any:
    """The JSON object in a file of the folder; an empty one where it is missing, damaged or somebody else's."""
    told = read_small(Path(engine_folder(), name), FILE_LIMIT_BYTES)
    return told if isinstance(told, dict) else {}


# Starting an engine from inside a host: by the recorded command, never by the host's own Python, and detached.

# What a host sets for itself and what would break another program.
DROPPED = (
    "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONEXECUTABLE", "LD_LIBRARY_PATH", "LD_PRELOAD",
    "DYLD_LIBRARY_PATH", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM", "QT_QPA_PLATFORM_PLUGIN_PATH", "GI_TYPELIB_PATH",
)  # fmt: skip
TAIL_BYTES, TAIL_LINES = 8192, 12
SAID = "start.log"


def start_engine() -> subprocess.Popen:
    """Start one and come back at once. EngineMissing, in words, where that cannot be done."""
    command = recorded_command()
    if command is None:
        raise EngineMissing(
            "The engine is not running, and nobody has told this program how to start it.", how_to_help()
        )
    try:
        child = _started(command)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise EngineMissing(
            f"The engine could not be started: “{command.words[0]}”: {reason}.", how_to_help()
        ) from error
    threading.Thread(target=child.wait, name="engine-leaves", daemon=True).start()  # no zombie stays behind
    return child


def child_environment() -> dict[str, str]:
    """This process's without what its host has bent, and with UTF-8."""
    clean = {name: value for name, value in os.environ.items() if name not in DROPPED}
    return {**clean, "PYTHONUTF8": "1"}


def log_tail() -> str:
    """The last lines that an engine said while it started."""
    try:
        with _said().open("rb") as file:
            file.seek(max(0, _said().stat().st_size - TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-TAIL_LINES:])


def how_to_help() -> str:
    """What the user can do."""
    if Path("/.flatpak-info").exists() or "SNAP" in os.environ:
        return (
            "This program lives in a sandbox and can start no other: open Semantic Upscale, then try again."
        )
    return "Open Semantic Upscale once, or run `semantic-upscale serve` in a terminal, then try again."


def _said() -> Path:
    return Path(engine_folder(), SAID)


def _started(command: Command) -> subprocess.Popen:
    _said().parent.mkdir(0o700, parents=True, exist_ok=True)
    flags = os.O_CREAT | os.O_WRONLY | os.O_TRUNC
    with os.fdopen(os.open(_said(), flags, 0o600), "wb") as said:
        return subprocess.Popen(  # noqa: S603  (the words come from a file that only the user writes)
            list(command.words),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            cwd=command.cwd
            or engine_folder(),  # never the host's own: it may be unmounted, or hold a numpy.py
            env=child_environment(),
            close_fds=True,
            **_detached(),
        )


def _detached() -> dict[str, Any]:
    """What lets the child outlive this process, without a window of its own."""
    if os.name == "nt":
        flags = ("CREATE_NO_WINDOW", "CREATE_NEW_PROCESS_GROUP")
        return {"creationflags": sum(getattr(subprocess, flag) for flag in flags)}
    return {"start_new_session": True}


# Finding the engine, or starting it.

HELLO_S = 5.0
LOOK_EVERY_S = 0.05


def find(name: str = "client") -> Bridge | None:
    """A living engine, or None. EngineMismatch where it speaks another version."""
    told = running()
    if told is None:
        return None
    try:
        bridge = Bridge(told.address, told.token, name)
        bridge.hello(HELLO_S)
    except EngineUnproven:
        if _lock_held() and running() == told:  # its engine lives, but it is of before proofs
            raise EngineMismatch(
                "The engine that runs is of another version and cannot show that it is the engine.",
                "Close Semantic Upscale and the programs that use it, then try again.",
            ) from None
        return None
    except (EngineGone, EngineRefused, ValueError):  # dead, or somebody else has its port now
        return None
    if told.protocol != PROTOCOL:
        raise mismatch(told.protocol)
    return bridge


def _lock_held() -> bool:
    """Whether a living process is the user's engine; False where locks cannot be asked here."""
    try:
        import fcntl  # noqa: PLC0415  (POSIX only)

        with Path(engine_folder(), "engine.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (ImportError, OSError):
        return False
    return False


def connect(
    name: str = "client",
    start: bool = True,
    wait_s: float = 20,
    on_wait: Callable[[], None] | None = None,
) -> Bridge:
    """Find an engine, or start one and wait for it; `on_wait` is called about twenty times a second meanwhile.

    EngineMissing, with the reason and its last words, where none comes. What `on_wait` raises ends the waiting.
    """
    bridge = find(name)
    if bridge is not None:
        return bridge
    if not start:
        raise EngineMissing("The engine is not running.", how_to_help())
    return _awaited(start_engine(), name, wait_s, on_wait)


def _awaited(child: subprocess.Popen, name: str, wait_s: float, on_wait: Callable[[], None] | None) -> Bridge:
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        bridge = find(name)
        if bridge is not None:
            return bridge
        if child.poll():  # 0: another engine was faster, and is about to answer
            raise EngineMissing(
                f"The engine ended while it started (exit code {child.returncode}).",
                "Run `semantic-upscale doctor`.",
                log_tail(),
            )
        if on_wait is not None:
            on_wait()
        time.sleep(LOOK_EVERY_S)
    raise EngineMissing(
        f"The engine was started but has not answered within {wait_s:g} seconds.", "Try again.", log_tail()
    )


# Opening the program's window from inside a host, for a picture that was handed over.


def open_window(handoff: str) -> subprocess.Popen:
    """Start the window, detached, beside the engine that the recorded command starts. EngineMissing, in words.

    The process is given so that the host sees where it ends without an answer.
    """
    command = recorded_command()
    if command is None or "serve" not in command.words:
        raise EngineMissing("Nobody has told this program how to open the window.", how_to_help())
    words = [*command.words[: command.words.index("serve")], "gui", "--handoff", handoff]
    try:
        return subprocess.Popen(  # noqa: S603  (the words come from a file that only the user writes)
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=command.cwd or engine_folder(),
            env=child_environment(),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise EngineMissing(f"The window could not be opened: {error}.", how_to_help()) from error
