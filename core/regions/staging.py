"""A file is written beside its place and moved there when whole, so that the old one survives a failure."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import IO, TYPE_CHECKING

from core.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


def _flush_folder(folder: Path) -> None:
    """Make the rename last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _publish(beside: Path, path: Path) -> None:
    beside.replace(path)
    _flush_folder(path.parent)


@contextlib.contextmanager
def staged(path: Path) -> Iterator[IO[bytes]]:
    """A new file to write and read; at the end of the block it takes the place of `path`.

    Whatever ends the block early, `path` stays as it was and no other file is left. OSError becomes
    OutputError. A link stays a link: the file it points to is replaced.
    """
    place = Path(os.path.realpath(path))
    beside = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with beside.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _publish(beside, place)
    except OSError as error:
        raise OutputError(
            f"{path} could not be written: {error.strerror or error}.",
            "Free some space, or choose a folder you may write to; the old file is unchanged.",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
