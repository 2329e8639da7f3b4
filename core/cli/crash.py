"""What is kept when the program itself is at fault."""

from __future__ import annotations

import os
import platform
import sys
import time
import traceback
from typing import TYPE_CHECKING

from core import folders
from core.cli.version import program_version
from core.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


def write_crash_report(error: BaseException) -> Path | None:
    """A text file in the log folder, which never leaves the machine by itself; None where it cannot be written."""
    try:
        path = folders.log() / f"error-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_report(error), "utf-8", "backslashreplace")
    except (OSError, UsageError):
        return None
    return path


def _report(error: BaseException) -> str:
    lines = (
        f"Semantic Upscale {program_version()}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"Arguments: {sys.argv[1:]}",
        "",
        "".join(traceback.format_exception(error)),
    )
    return "\n".join(lines)
