"""A stream of bytes becomes a file: written beside, then renamed; what exists is never replaced unless told."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import BridgeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMATS = {".jpg": "jpeg", ".jpe": "jpeg", ".jfif": "jpeg", ".tif": "tiff"}
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)


def format_of(path: str) -> str:
    """The format that a name asks for: `png` of `a.PNG`, `jpeg` of `a.jpg`; png where it says nothing."""
    suffix = Path(path).suffix.lower()
    return FORMATS.get(suffix, suffix[1:]) or "png"


def save(pieces: Iterable[bytes], path: str, overwrite: bool = False) -> str:
    """The path used: this one, or with -2, -3 … before its suffix. BridgeError where it cannot be written."""
    wanted = Path(path).absolute()
    beside = wanted.with_name(f".semantic-upscale-{secrets.token_hex(6)}.part")
    with _writing(wanted):
        try:
            _write(pieces, beside)
            return str(_published(beside, wanted, overwrite))
        finally:
            _discard(beside)


def write_whole(path: Path, text: str) -> None:
    """A small file of our own that only the user reads, seen whole or not at all; OSError as it comes."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(6)}.part")
    try:
        with os.fdopen(os.open(beside, NEW, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(path)
    finally:
        _discard(beside)


def free_name(path: Path) -> Path:
    """The path itself, or with -2, -3 … before its suffix: the first that nothing has."""
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def _write(pieces: Iterable[bytes], beside: Path) -> None:
    with os.fdopen(os.open(beside, NEW, 0o666), "wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())


def _published(beside: Path, path: Path, overwrite: bool) -> Path:
    if overwrite:
        beside.replace(path)
        return path
    while True:
        wanted = free_name(path)
        with contextlib.suppress(FileExistsError):  # somebody was faster: take the next
            _claim(beside, wanted)
            return wanted


def _claim(beside: Path, path: Path) -> None:
    """Rename without replacing."""
    if os.name == "nt":
        beside.rename(path)
        return
    try:
        os.link(beside, path)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        os.close(os.open(path, NEW))  # file systems without links
        beside.replace(path)


def _discard(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno == errno.ENOSPC
        raise BridgeError(
            f"“{path}” could not be written: {error.strerror or error}.",
            "Free some space on the disk." if full else "Take another folder or name.",
            "output",
        ) from error
