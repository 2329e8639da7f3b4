"""Where a target goes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.sources import STDIO, Found, in_folders, stem_for
from core.errors import OutputError, UsageError
from core.image.formats import default_suffix, format_for, format_named

if TYPE_CHECKING:
    from core.cli.wishes import Wishes


def check_output(wishes: Wishes) -> None:
    """UsageError where -o, --format and --name do not go together; OutputError for an ending that is not written."""
    if wishes.output == STDIO and in_folders(wishes):
        raise UsageError("Stdout takes one picture, and several were named.", "Give -o a folder.")
    if wishes.output and wishes.output != STDIO and not is_folder(wishes):
        _check_file(wishes.output, wishes.suffix, several=in_folders(wishes))
    _check_template(wishes)


def check_added(wishes: Wishes) -> None:
    """UsageError where --added names no PNG, or several pictures would share it."""
    if wishes.added and wishes.added.suffix.lower() != ".png":
        raise UsageError(f"--added writes a PNG, not “{wishes.added}”.", "Give a name that ends in .png.")
    if wishes.added and wishes.added == wishes.output:
        raise UsageError("--added and -o name the same file.", "Give them different names.")
    if wishes.added and in_folders(wishes):
        raise UsageError("--added shows one picture, and several were named.", "Name one picture.")


def is_folder(wishes: Wishes) -> bool:
    """Whether -o names a folder: it is one, ends like one, or has no ending that would make it a file."""
    path = wishes.output
    if path is None or path == STDIO:
        return False
    return wishes.into_folder or path.is_dir() or (not path.suffix and not path.is_file())


def suffix_of(path: Path, source_format: str, wishes: Wishes) -> str:
    """The target's ending: of -o, of --format, else the source's own where such files are written."""
    if wishes.output and wishes.output != STDIO and not is_folder(wishes):
        return wishes.output.suffix
    if wishes.suffix:
        return wishes.suffix
    own = path.suffix if path != STDIO else ""
    return (
        own
        if own.lower() in format_named(source_format).suffixes and _written(own)
        else default_suffix(source_format)
    )


def target_for(found: Found, suffix: str, scale: float, wishes: Wishes) -> Path:
    """The name the target is to have; "-" for stdout. Nothing is looked up or made."""
    if wishes.output == STDIO or (found.path == STDIO and not wishes.output):
        return STDIO
    if wishes.output and not is_folder(wishes):
        return wishes.output
    folder = wishes.output / found.below if wishes.output else found.path.parent
    stem = "stdin" if found.path == STDIO else found.path.stem
    return folder / (stem_for(stem, wishes, scale) + suffix)


def ready_folder(target: Path, source: Path, overwrite: bool) -> None:
    """Make the target's folder. OutputError where that fails, or where the target would replace its source."""
    if overwrite and target.exists() and source.exists() and target.samefile(source):
        raise OutputError(f"The target would replace its source “{source}”.", "Choose another -o or --name.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder “{target.parent}” cannot be made: {error.strerror}.", "Choose another folder."
        ) from error
    if not os.access(target.parent, os.W_OK):
        raise OutputError(f"You may not write into “{target.parent}”.", "Choose another folder by -o.")


def _check_file(output: Path, suffix: str | None, *, several: bool) -> None:
    if several:
        raise UsageError(f"“{output}” is one file, and several pictures were named.", "Give -o a folder.")
    if format_for(output).name != (format_for(suffix).name if suffix else format_for(output).name):
        raise UsageError(f"“{output}” and --format {suffix} do not agree.", "Leave one of them out.")


def _check_template(wishes: Wishes) -> None:
    try:
        name = stem_for("photo", wishes, 4)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise UsageError(
            f"--name {wishes.name!r} is no template.", "Use {name} and {scale} in it."
        ) from error
    if not name or Path(name).name != name:
        raise UsageError(f"--name {wishes.name!r} makes no file name.", "Folders go into -o.")


def _written(suffix: str) -> bool:
    try:
        return bool(format_for(suffix))
    except OutputError:
        return False
