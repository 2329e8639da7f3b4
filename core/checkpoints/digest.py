"""The SHA-256 of a file, read in pieces."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from core.errors import CheckpointError

if TYPE_CHECKING:
    from pathlib import Path

PIECE_BYTES = 1 << 20


def sha256_of(path: Path) -> str:
    """64 lower-case hexadecimal digits. CheckpointError if the file cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                digest.update(piece)
    except OSError as error:
        raise CheckpointError(
            f"{path} cannot be read: {error.strerror}.", "Check the path and its permissions."
        ) from error
    return digest.hexdigest()


def check_sha256(path: Path, expected: str) -> None:
    """CheckpointError if the file is another one than the catalog knows."""
    found = sha256_of(path)
    if found != expected.lower():
        raise CheckpointError(
            f"{path} is another file than expected: its SHA-256 begins {found[:12]}, not {expected[:12]}.",
            "It was damaged or replaced; install the program or the model again.",
        )
