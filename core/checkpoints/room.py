"""Whether a folder can be written to, and has room."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from core.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

MARGIN_BYTES = 64 << 20


def check_room(folder: Path, needed_bytes: int) -> None:
    """OutputError unless the disk that the folder is, or will be, on has this much room and a margin."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free, wanted = shutil.disk_usage(there).free, needed_bytes + MARGIN_BYTES
    if free < wanted:
        raise OutputError(
            f"The disk of {folder} has {free / 1e6:.0f} MB free; {wanted / 1e6:.0f} MB are needed.",
            "Make room there, or let SEMANTIC_UPSCALE_MODELS name a folder on another disk.",
        )


def make_folder(folder: Path) -> None:
    """The folder and those above it. OutputError if it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be made: {error}.", "Check its permissions."
        ) from error
