"""`.suproj`: a project as a zip of mimetype, project.json, masks/<id>.png and thumb.png."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError, OutputError, UsageError
from core.regions.archive import BROKEN, Archive, add_file, check_directory, is_safe
from core.regions.keys import damaged, parse_json
from core.regions.mask_png import check_picture_size, decode_mask, encode_mask, longest_png_bytes
from core.regions.project_json import mask_name, project_from, project_values
from core.regions.staging import staged

if TYPE_CHECKING:
    from core.geometry import Size
    from core.regions.project import Project
    from core.regions.project_json import RegionEntry
    from core.regions.region import Region

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
        raise damaged("It is a zip, but no project.")
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
        raise damaged(f"{name} cannot be opened. It is damaged: {error}.") from error


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
    with staged(Path(path)) as file, zipfile.ZipFile(file, "w") as opened:
        _write(opened, project, data)
