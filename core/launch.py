"""How this program's engine is started: written down for plug-ins, whose Python is not ours."""

from __future__ import annotations

import json
import os
import secrets
import sys
import sysconfig
from pathlib import Path
from typing import IO

from core import folders


def engine_command() -> tuple[list[str], str | None]:
    """The words that start an engine of this program, and the folder to start in, None for anywhere.

    Only for our own process: inside a host, `sys.executable` is the host's.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, "serve"], None
    root = Path(__file__).resolve().parents[1]
    installed = root in (Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib"))
    return [sys.executable, "-m", "core.cli", "serve"], None if installed else str(root)


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
