"""A zip that may be hostile: every size is bounded before it is unpacked, every name is harmless."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from core.errors import InputError
from core.regions.keys import damaged

if TYPE_CHECKING:
    from collections.abc import Iterable

MEMBER_LIMIT = 10_000

_DIRECTORY_LIMIT_BYTES = 4 * 2**20
_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4s16x")
_UNSAFE = re.compile(r"(^|/)\.{1,2}(/|$)|^/|//|[\\:\x00-\x1f]")

# What the standard library raises for a zip that is not what it says.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


def check_directory(file: IO[bytes]) -> None:
    """InputError unless the zip ends in a plain directory of bounded size (APPNOTE 6.3.10, §4.3.16).

    A comment or the 64-bit form is refused too: no project has them, and they would hide the true size.
    """
    length = file.seek(0, 2)
    file.seek(max(0, length - _END.size - _LOCATOR.size))
    tail = file.read()
    if len(tail) < _END.size or tail[-_END.size :][:4] != b"PK\5\6":
        raise damaged("It is cut short, or no project at all.")
    *_, count, directory_bytes, _start, comment_bytes = _END.unpack(tail[-_END.size :])
    if comment_bytes or tail.startswith(b"PK\6\7"):
        raise damaged("It is a zip of a kind that no project has.")
    if count > MEMBER_LIMIT or directory_bytes > _DIRECTORY_LIMIT_BYTES:
        raise damaged(f"It lists {count} files in {directory_bytes} bytes.")


def is_safe(name: str) -> bool:
    """False for a name that could lead out of a folder, or that not every system allows."""
    return bool(name) and not _UNSAFE.search(name)


def _check_name(name: str) -> None:
    if not is_safe(name):
        raise InputError(f"It holds a file named {name[:80]!r}.", "Such a name may do harm; do not trust it.")


class Archive:
    """The files of an open zip by name. Raises InputError for a name that is unsafe or there twice."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self._zip = opened
        names = opened.namelist()
        for info in opened.infolist():
            _check_name(info.orig_filename)
        self._infos = {info.filename: info for info in opened.infolist() if not info.is_dir()}
        if len(set(names)) < len(names):
            raise damaged("It holds two files of one name.")

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str, limit_bytes: int) -> bytes:
        """The file's bytes; InputError where it is missing, longer than the limit, or packed unusually."""
        if name not in self._infos:
            raise damaged(f"{name} is missing in it.")
        info = self._infos[name]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged(f"{name} in it is packed in a way that no project uses.")
        with self._zip.open(info) as file:
            data = file.read(limit_bytes + 1)
        if len(data) > limit_bytes:
            raise damaged(f"{name} in it is longer than {limit_bytes} bytes.")
        return data

    def read_others(self, known: Iterable[str], limit_bytes: int) -> dict[str, bytes]:
        """All files but the known ones; InputError where together they are longer than the limit."""
        others: dict[str, bytes] = {}
        for name in sorted(set(self._infos).difference(known)):
            others[name] = self.read(name, limit_bytes)
            limit_bytes -= len(others[name])
        return others


def add_file(opened: zipfile.ZipFile, name: str, data: bytes, *, packed: bool) -> None:
    """Write one file without date or machine, so that equal projects are equal files."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    opened.writestr(info, data)
