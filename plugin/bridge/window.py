"""Opening the program's window from inside a host, for a picture that was handed over."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .errors import EngineMissing
from .folder import recorded_command
from .start import child_environment, how_to_help


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
            cwd=command.cwd or Path.home(),
            env=child_environment(),
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise EngineMissing(f"The window could not be opened: {error}.", how_to_help()) from error
