"""A stream of bytes becomes a file: written beside, then renamed; what exists is never replaced unless told."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


def read_small(path: Path, limit_bytes: int, private: bool = True) -> Any:
    """The JSON of a small file of our own; None where it is missing, damaged or not to be believed: `read_text`."""
    try:
        return json.loads(read_text(path, limit_bytes, private))
    except UNREADABLE:
        return None


UNREADABLE = (OSError, ValueError, RecursionError)  # RecursionError: a hundred thousand brackets


def read_text(path: Path, limit_bytes: int, private: bool = False) -> str:
    """The UTF-8 text of a small file of our own. Never waits, whatever lies there.

    ValueError where it is no regular file, larger than so many bytes, no text, or, if it must be `private`, not the
    user's (or the system's) alone to write. OSError as it comes.
    """
    with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        told = os.fstat(file.fileno())
        if not stat.S_ISREG(told.st_mode):
            raise ValueError("it is no regular file")
        if private and _foreign(told):
            raise ValueError("somebody else can write it")
        data = file.read(limit_bytes + 1)
    if len(data) > limit_bytes:
        raise ValueError(f"it is larger than {limit_bytes} bytes")
    return data.decode("utf-8")


def _foreign(told: os.stat_result) -> bool:
    return os.name == "posix" and (told.st_uid not in (os.getuid(), 0) or bool(told.st_mode & 0o022))


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
