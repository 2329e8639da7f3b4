"""The project: everything that a user decided about one picture, as a frozen value."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InputError, UsageError
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.regions.region_set import RegionSet

SUFFIX = ".suproj"

_ABSOLUTE = re.compile(r"[\\/]|[A-Za-z]:")
_SHA256 = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True)
class Source:
    """The picture file that a project is about, as it was then; fields are empty or 0 where not known.

    `path` is relative to the project's folder, with forward slashes; `sha256` is 64 lower-case hex digits.
    Raises UsageError for an absolute path, another hash form or a negative size.
    """

    path: str = ""
    sha256: str = ""
    size_bytes: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if _ABSOLUTE.match(self.path) or "\0" in self.path:
            raise UsageError(
                f"The source path {self.path!r} is not relative.", "Give it from the project on."
            )
        if not _SHA256.fullmatch(self.sha256):
            raise UsageError(
                f"The source's SHA-256 is {self.sha256[:80]!r}.", "Give 64 lower-case hex digits."
            )
        if self.size_bytes < 0:
            raise UsageError(f"The source is said to have {self.size_bytes} bytes.", "Give 0 or more.")


@dataclass(frozen=True)
class ModelRef:
    """The model a project was made with: its id in the catalog and the hash of its file."""

    id: str
    sha256: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Project:
    """What `.suproj` keeps. Mappings hold plain JSON values and are not to be changed in place.

    | field | meaning |
    | --- | --- |
    | regions | the regions, the rest and the pixel size of the source |
    | source | the picture file |
    | scale, detail, clean_up, seed | as in `UpscaleRequest`, and checked like it |
    | settings | further choices of a program, by name |
    | model | None: the default |
    | app_version | the program that wrote it |
    | thumb | PNG of the picture, small; None where there is none |
    | extra, members | unknown keys and unknown files of the zip, kept |
    """

    regions: RegionSet
    source: Source = Source()
    scale: float = 4.0
    detail: float = 0.0
    clean_up: float | None = None
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict, hash=False)
    model: ModelRef | None = None
    app_version: str = ""
    thumb: bytes | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    members: Mapping[str, bytes] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        _ = self.request

    @property
    def request(self) -> UpscaleRequest:
        """What it asks of a run; the method, device and tiles are the caller's."""
        return UpscaleRequest(scale=self.scale, seed=self.seed, detail=self.detail, clean_up=self.clean_up)


def sidecar_of(picture: Path | str) -> Path:
    """Where the project of a picture is looked for: photo.jpg → photo.jpg.suproj."""
    return Path(f"{picture}{SUFFIX}")


def hash_of(picture: Path | str) -> str:
    """SHA-256 of a file as hex digits; InputError where it cannot be read."""
    try:
        with Path(picture).open("rb") as file:
            digest = hashlib.sha256()
            while piece := file.read(2**20):
                digest.update(piece)
    except OSError as error:
        raise InputError(
            f"{picture} cannot be read: {error.strerror or error}.", "Check the path."
        ) from error
    return digest.hexdigest()


def _relative(picture: Path, folder: Path) -> str:
    """The way from the folder to the picture; only its name where there is none (another Windows drive)."""
    try:
        return Path(os.path.relpath(picture, folder)).as_posix()
    except ValueError:
        return picture.name


def source_of(picture: Path | str, project_path: Path | str) -> Source:
    """What to write about a picture file into a project at this path; InputError where it cannot be read."""
    file = Path(picture)
    digest = hash_of(file)
    return Source(_relative(file, Path(project_path).parent), digest, file.stat().st_size)


def source_path(project: Project, project_path: Path | str) -> Path:
    """Where the picture should lie; it may have been moved or changed since (compare `hash_of`)."""
    return Path(project_path).parent / project.source.path
