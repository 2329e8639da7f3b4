"""Files of a run: written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from core.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Beside, then renamed: what was there stays until all of it is on the disk. OutputError where it cannot be."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise OutputError(
            f"“{path}” cannot be written: {error.strerror}.",
            "Make room or take another folder; what was kept before is whole, and the same command goes on from it.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def ready_run_folder(folder: Path) -> None:
    """Make the folder of a run. OutputError where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder “{folder}” cannot be made: {error.strerror}.", "Take another."
        ) from error
