"""Where the engine says that it is there, and how one is started: small files that only the user reads.

The folder is that of the password database's home, not of $HOME or $XDG_*, which sandboxed hosts redefine.
SEMANTIC_UPSCALE_HOME moves it.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .saving import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

APP_NAME = "semantic-upscale"
FILE_LIMIT_BYTES = 1 << 16


@dataclass(frozen=True)
class Command:
    """How an engine is started: `words` begin with an absolute path, `cwd` None for anywhere."""

    words: tuple[str, ...]
    cwd: str | None = None


@dataclass(frozen=True)
class Running:
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


def running() -> Running | None:
    """What an engine has written down, dead or alive; None where there is nothing that can be read."""
    told = _read("engine.json")
    try:
        return Running(int(told["protocol"]), int(told["pid"]), str(told["address"]), str(told["token"]))
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
    """The JSON object in a file of the folder; an empty one where it is missing or damaged."""
    try:
        with Path(engine_folder(), name).open(encoding="utf-8") as file:
            told = json.loads(file.read(FILE_LIMIT_BYTES))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
