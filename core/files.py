"""A file is written beside its place and moved there when whole, so that the old one survives a failure."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import os
import secrets
import shutil
import stat
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from core.errors import CheckpointError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


LEFT_AFTER_S = 3600.0


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
def write_atomically(path: Path) -> Iterator[IO[bytes]]:
    """A new file to write and read; at the end of the block it takes the place of `path`.

    Whatever ends the block early, `path` stays as it was and no other file is left; what a process that was killed has
    left of an earlier one goes. OSError becomes OutputError. A link stays a link: the file it points to is replaced.
    """
    place = Path(os.path.realpath(path))
    name = f".{place.name[:100]}"
    beside = place.with_name(f"{name}.{secrets.token_hex(4)}.part")
    try:
        _sweep(place.parent, name)
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


def _sweep(folder: Path, name: str) -> None:
    """Remove what is left of writing this file an hour ago or longer: nobody is at it any more."""
    for left in folder.glob(f"{glob.escape(name)}.????????.part"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_AFTER_S:
                left.unlink()


def write_whole(path: Path, data: bytes | str, *, backup: Path | None = None) -> None:
    """A file of known content, with its folder; text as UTF-8. Errors as `write_atomically`.

    What was there before is then `backup`, where one is named; `path` is never missing on the way.
    """
    make_folder(path.parent)
    with write_atomically(path) as file:
        file.write(data.encode() if isinstance(data, str) else data)
        if backup is not None and path.exists():
            with contextlib.suppress(OSError):
                shutil.copyfile(path, backup)


def ready_run_folder(folder: Path) -> None:
    """Make the folder of a run. OutputError where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder “{folder}” cannot be made: {error.strerror}.", "Take another."
        ) from error


# Folders that are all our own, and their end.

MARK = ".semantic-upscale"


def make_own_folder(folder: Path) -> None:
    """Make a folder that only the user enters and that `remove_tree` may delete, with all that is put into it.

    One that is there must be empty or bear our mark: OutputError for any other. OSError as it comes.
    """
    folder.mkdir(0o700, parents=True, exist_ok=True)
    if not _marked(folder) and any(folder.iterdir()):
        raise OutputError(
            f"The folder “{folder}” is needed to work in, and holds what is not this program's.",
            "Move it away, or let SEMANTIC_UPSCALE_CACHE name another folder.",
        )
    if os.name == "posix":
        folder.chmod(0o700)
    (folder / MARK).touch(0o600)


def remove_tree(folder: Path) -> bool:
    """Delete a folder with all that is in it, if it is proven ours; False, with nothing touched, where it is not.

    Proven: it, or a folder above it, bears our mark, belongs to this user, and no link lies on the way. Links inside
    are deleted, never followed. What cannot be deleted stays.
    """
    if ".." in folder.parts or not _proven(folder.absolute()):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return True


def _proven(folder: Path) -> bool:
    for place in (folder, *folder.parents):
        if not _own(place, stat.S_ISDIR):
            return False
        if _own(place / MARK, stat.S_ISREG):
            return True
    return False


def _marked(folder: Path) -> bool:
    return _own(folder, stat.S_ISDIR) and _own(folder / MARK, stat.S_ISREG)


def _own(path: Path, is_kind: Callable[[int], bool]) -> bool:
    """Whether it is there, no link, of this kind and the user's."""
    try:
        told = path.lstat()
    except OSError:
        return False
    return is_kind(told.st_mode) and (os.name != "posix" or told.st_uid == os.getuid())


def hold_lock(file: IO[bytes]) -> None:
    """Lock an open file until it is closed or the process ends. BlockingIOError where another has it."""
    if os.name == "nt":
        import msvcrt  # noqa: PLC0415  (Windows only)

        locking: Any = msvcrt
        try:
            locking.locking(file.fileno(), locking.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
    else:
        import fcntl  # noqa: PLC0415  (POSIX only)

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


# Whether a folder can be written to, and has room.

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


# The SHA-256 of a file, read in pieces.

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
