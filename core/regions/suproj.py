"""`.suproj`: a project as a zip of mimetype, project.json, masks/<id>.png and thumb.png."""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from core.errors import InputError, OutputError, UsageError
from core.files import write_atomically
from core.regions.mask_png import check_picture_size, decode_mask, encode_mask, longest_png_bytes
from core.regions.project import damaged_project, mask_name, parse_json, project_from, project_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.geometry import Size
    from core.regions.project import Project, RegionEntry
    from core.regions.region import Region


# A zip that may be hostile: every size is bounded before it is unpacked, every name is harmless.

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
        raise damaged_project("It is cut short, or no project at all.")
    *_, count, directory_bytes, _start, comment_bytes = _END.unpack(tail[-_END.size :])
    if comment_bytes or tail.startswith(b"PK\6\7"):
        raise damaged_project("It is a zip of a kind that no project has.")
    if count > MEMBER_LIMIT or directory_bytes > _DIRECTORY_LIMIT_BYTES:
        raise damaged_project(f"It lists {count} files in {directory_bytes} bytes.")


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
            raise damaged_project("It holds two files of one name.")

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def read(self, name: str, limit_bytes: int) -> bytes:
        """The file's bytes; InputError where it is missing, longer than the limit, or packed unusually."""
        if name not in self._infos:
            raise damaged_project(f"{name} is missing in it.")
        info = self._infos[name]
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged_project(f"{name} in it is packed in a way that no project uses.")
        with self._zip.open(info) as file:
            data = file.read(limit_bytes + 1)
        if len(data) > limit_bytes:
            raise damaged_project(f"{name} in it is longer than {limit_bytes} bytes.")
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


MIME_TYPE = b"application/x-semantic-upscale-project"
JSON_LIMIT_BYTES = 16 * 2**20
THUMB_LIMIT_BYTES = 16 * 2**20
OTHERS_LIMIT_BYTES = 256 * 2**20
OTHERS_LIMIT = 4096

_MIME_NAME, _JSON_NAME, _THUMB_NAME = "mimetype", "project.json", "thumb.png"


def _read_region(archive: Archive, entry: RegionEntry, size: Size) -> Region:
    """A region with its mask."""
    data = archive.read(entry.mask_name, longest_png_bytes(size))
    return entry.build(decode_mask(data, size, f"{entry.mask_name} in it"))


def _read(archive: Archive) -> Project:
    """The project in an open archive; UsageError where a value is outside its range."""
    if _MIME_NAME not in archive or archive.read(_MIME_NAME, 256).strip() != MIME_TYPE:
        raise damaged_project("It is a zip, but no project.")
    project, entries = project_from(parse_json(archive.read(_JSON_NAME, JSON_LIMIT_BYTES), _JSON_NAME))
    size = project.regions.size
    check_picture_size(size)
    regions = tuple(_read_region(archive, entry, size) for entry in entries)
    thumb = archive.read(_THUMB_NAME, THUMB_LIMIT_BYTES) if _THUMB_NAME in archive else None
    known = {_MIME_NAME, _JSON_NAME, _THUMB_NAME, *(entry.mask_name for entry in entries)}
    others = archive.read_others(known, OTHERS_LIMIT_BYTES)
    return replace(project, regions=replace(project.regions, regions=regions), thumb=thumb, members=others)


def read_project(path: Path | str) -> Project:
    """The project in a file, complete and checked.

    Raises InputError, naming the file and what is wrong in it, for anything that is not a whole project of a
    known version.
    """
    name = Path(path).name
    try:
        with Path(path).open("rb") as file:
            check_directory(file)
            with zipfile.ZipFile(file) as opened:
                return _read(Archive(opened))
    except (InputError, UsageError) as error:
        raise InputError(f"{name} cannot be opened. {error}", error.advice) from error
    except OSError as error:
        raise InputError(f"{name} cannot be read: {error.strerror or error}.", "Check the path.") from error
    except BROKEN as error:
        raise damaged_project(f"{name} cannot be opened. It is damaged: {error}.") from error


def _json_bytes(project: Project) -> bytes:
    """project.json; OutputError where a mapping holds something that JSON has no word for."""
    try:
        text = json.dumps(project_values(project), indent=1, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise OutputError(f"The project holds a value that cannot be kept: {error}.") from error
    return text.encode("ascii")


def _check_kept(data: bytes, project: Project) -> None:
    """OutputError where a reader would refuse the file."""
    unsafe = [name for name in project.members if not is_safe(name)]
    if unsafe:
        raise OutputError(f"No file in a project may be named {unsafe[0][:80]!r}.", "Take a plain name.")
    others = sum(len(member) for member in project.members.values())
    longest = [(data, JSON_LIMIT_BYTES), (project.thumb or b"", THUMB_LIMIT_BYTES)]
    too_many = others > OTHERS_LIMIT_BYTES or len(project.members) > OTHERS_LIMIT
    if too_many or any(len(part) > limit for part, limit in longest):
        raise OutputError("The project is too large to keep.", "Take fewer regions, prompts or added files.")


def _write(opened: zipfile.ZipFile, project: Project, data: bytes) -> None:
    """Every file of the zip, the mimetype first and not packed."""
    add_file(opened, _MIME_NAME, MIME_TYPE, packed=False)
    add_file(opened, _JSON_NAME, data, packed=True)
    for region in project.regions:
        png = encode_mask(region.mask, project.regions.size)
        add_file(opened, mask_name(region.id), png, packed=False)
    if project.thumb is not None:
        add_file(opened, _THUMB_NAME, project.thumb, packed=False)
    written = set(opened.namelist())
    for name in sorted(set(project.members) - written):
        add_file(opened, name, project.members[name], packed=True)


def write_project(project: Project, path: Path | str) -> None:
    """Write the project; equal projects give equal bytes. The old file survives any failure.

    Raises OutputError where it cannot be written, and UsageError for a picture too large to keep masks of.
    """
    check_picture_size(project.regions.size)
    data = _json_bytes(project)
    _check_kept(data, project)
    with write_atomically(Path(path)) as file, zipfile.ZipFile(file, "w") as opened:
        _write(opened, project, data)
