"""How a target is kept: format, name, place. Nothing that exists is ever replaced."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from core.errors import OutputError, UsageError
from core.geometry import Size
from core.image.formats import FORMATS, check_format, default_suffix, format_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.image.picture import Carried, Depth


TEMPLATE = "{name}_x{scale}{ext}"
WRITTEN = tuple(row for row in FORMATS if row.writable)
LOSSY = ("jpeg", "webp", "avif")
# Of the raw pixels a photograph takes as a file; lossy ones at their default quality.
PACKED = {"png": 0.55, "tiff": 0.6, "jpeg": 0.13, "webp": 0.09, "avif": 0.06}
DEPTH_WORDS: Mapping[Any, str] = {8: "u8", 16: "u16", "float": "f32"}
_NAME = re.compile(r"[^\x00-\x1f/\\:*?\"<>|]+")


@dataclass(frozen=True)
class SaveChoice:
    """What the user chose once for all pictures.

    | field | None or empty means |
    | --- | --- |
    | suffix | the source's format; PNG where that cannot be written |
    | depth | the source's |
    | quality | 95, for AVIF 85 |
    | metadata | True: EXIF, XMP, profile and resolution go along |
    | location | False: where it was taken is left out |
    | template | name with {name}, {scale} and {ext} |
    """

    suffix: str = ""
    depth: Depth | None = None
    quality: int | None = None
    metadata: bool = True
    location: bool = True
    template: str = TEMPLATE

    def suffix_for(self, source: Path | str | None, carried: Carried | None = None) -> str:
        """The ending of the target, with its dot."""
        if self.suffix:
            return self.suffix
        own = Path(source).suffix.lower() if source else ""
        if any(own in row.suffixes for row in WRITTEN):
            return own
        return default_suffix(carried.format if carried else "png")

    def for_engine(self) -> dict[str, Any]:
        """The words of the engine's `file` call; what is not said is the engine's own default."""
        told: dict[str, Any] = {"metadata": self.metadata, "location": self.location}
        if self.depth is not None:
            told["depth"] = DEPTH_WORDS[self.depth]
        if self.quality is not None:
            told["quality"] = self.quality
        return told

    def check_before(self, path: str | Path, result: Mapping[str, Any]) -> None:
        """OutputError where the format cannot hold the target, or the disk has no room for it."""
        size = Size(int(result.get("width", 0)), int(result.get("height", 0)))
        check_format(path, size, self.depth or 8)
        check_room(Path(path).parent, file_bytes(size, Path(path).suffix, self.depth or 8))


def target_name(template: str, stem: str, scale: float, suffix: str) -> str:
    """The file's name by a template; UsageError where it makes none that every system takes."""
    try:
        name = template.format(name=stem, scale=f"{scale:g}", ext=suffix)
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        raise UsageError(
            QCoreApplication.translate("save", "“{template}” makes no name.").format(template=template),
            QCoreApplication.translate("save", "Use {name}, {scale} and {ext} in it."),
        ) from error
    if not name.lower().endswith(suffix.lower()):
        name += suffix
    if not _NAME.fullmatch(name) or name.startswith("."):
        raise UsageError(
            QCoreApplication.translate("save", "“{name}” cannot name a file.").format(name=name),
            QCoreApplication.translate("save", 'Leave out / \\ : * ? " < > |'),
        )
    return name


def target_path(source: Path | str, scale: float, choice: SaveChoice, folder: Path | None = None) -> Path:
    """Where the target of a source file goes: beside it unless a folder is given; it may exist already."""
    source = Path(source)
    return (folder or source.parent) / target_name(
        choice.template, source.stem, scale, choice.suffix_for(source)
    )


def file_bytes(target: Size, suffix: str, depth: Depth = 8, has_alpha: bool = False) -> int:
    """About how large the file will be, taken for a photograph."""
    row = format_for(suffix)
    held: Depth = depth if depth in row.depths else row.depths[-1]
    sample = {8: 1, 16: 2, "float": 4}[held]
    bands = 4 if has_alpha and row.alpha else 3
    return int(target.area * bands * sample * PACKED[row.name])


def free_bytes(folder: Path) -> int:
    """Room on the disk of a folder that may not exist yet."""
    there = folder.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    return shutil.disk_usage(there).free


def check_room(folder: Path, needed: int) -> None:
    """OutputError, with numbers, where the disk has less free than is needed."""
    free = free_bytes(folder)
    if needed > free:
        message = QCoreApplication.translate("save", "The result needs {needed} in {folder}, {free} is free.")
        raise OutputError(
            message.format(needed=size_words(needed), folder=folder, free=size_words(free)),
            QCoreApplication.translate("save", "Choose another folder."),
        )


def size_words(count: float) -> str:
    """“36 MB”, “3.2 GB”, “812 kB”: decimal units, two figures."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            value = count / size
            return f"{value:.1f} {unit}" if value < 10 else f"{value:,.0f} {unit}"
    return f"{int(count)} B"
