"""Starting an engine from inside a host: by the recorded command, never by the host's own Python, and detached."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from typing import Any

from .errors import EngineMissing
from .folder import Command, engine_folder, recorded_command

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
            cwd=command.cwd or Path.home(),  # never the host's own, which somebody may want to unmount
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
