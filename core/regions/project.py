"""The project: everything that a user decided about one picture, as a frozen value."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from core.errors import InputError, UsageError
from core.geometry import Size
from core.regions.region import DEFAULT_FEATHER_PX, Region, RegionSet
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.regions.mask import Mask


SUFFIX = ".suproj"

_ABSOLUTE = re.compile(r"[\\/]|[A-Za-z]:")
_SHA256 = re.compile(r"([0-9a-f]{64})?")


@dataclass(frozen=True)
class ProjectSource:
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
    source: ProjectSource = ProjectSource()
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


def source_of(picture: Path | str, project_path: Path | str) -> ProjectSource:
    """What to write about a picture file into a project at this path; InputError where it cannot be read."""
    file = Path(picture)
    digest = hash_of(file)
    return ProjectSource(_relative(file, Path(project_path).parent), digest, file.stat().st_size)


def source_path(project: Project, project_path: Path | str) -> Path:
    """Where the picture should lie; it may have been moved or changed since (compare `hash_of`)."""
    return Path(project_path).parent / project.source.path


# Reading JSON that someone else may have written: each value is asked for by its type.

Value = TypeVar("Value")

DEPTH_LIMIT = 64
REQUIRED: Any = object()

_ADVICE = "Open an older copy of the project, or mend this one with a text editor."


def damaged_project(message: str) -> InputError:
    """The error for a project that cannot be what it says."""
    return InputError(message, _ADVICE)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _is_too_deep(value: object) -> bool:
    """Whether lists and objects are nested deeper than the limit, without recursion of our own."""
    level = [value]
    for _ in range(DEPTH_LIMIT):
        inner = [list(item.values()) if isinstance(item, dict) else item for item in level]
        level = [child for item in inner if isinstance(item, list) for child in item]
    return bool(level)


def parse_json(data: bytes, name: str) -> object:
    """The value in UTF-8 JSON; InputError where it is broken, nested too deeply or holds NaN or infinity."""
    try:
        value = json.loads(data.decode("utf-8-sig"), parse_float=_finite, parse_constant=_finite)
    except (ValueError, RecursionError) as error:
        raise damaged_project(f"{name} is not readable JSON.") from error
    if _is_too_deep(value):
        raise damaged_project(f"{name} is nested too deeply.")
    return value


class ProjectKeys:
    """A JSON object while it is read: known keys are taken out one by one, what is left is unknown and kept.

    `where` names the object in errors. Every method takes a key and what to give where it is absent (nothing:
    InputError), and raises InputError for a value of another type.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise damaged_project(f"{where} is not an object.")
        self.left: dict[str, Any] = dict(value)
        self.where = where

    def _take(self, key: str, absent: object) -> object:
        if key not in self.left and absent is REQUIRED:
            raise damaged_project(f"{self.where} has no {key!r}.")
        return self.left.pop(key, absent)

    def _wrong(self, key: str, wanted: str) -> InputError:
        return damaged_project(f"{key!r} in {self.where} is not {wanted}.")

    def _typed(self, key: str, kind: type[Value], wanted: str, absent: object) -> Value:
        value = self._take(key, absent)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self._wrong(key, wanted)
        return value

    def text(self, key: str, absent: str = REQUIRED) -> str:
        """A string that can be written as UTF-8."""
        value = self._typed(key, str, "a text", absent)
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise self._wrong(key, "a readable text")
        return value

    def whole(self, key: str, absent: int = REQUIRED) -> int:
        """A whole number."""
        return self._typed(key, int, "a whole number", absent)

    def flag(self, key: str, absent: bool = REQUIRED) -> bool:
        """True or false."""
        return self._typed(key, bool, "true or false", absent)

    def number(self, key: str, absent: float = REQUIRED) -> float:
        """A finite number."""
        value = self._take(key, absent)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "a number")
        try:
            return float(value)
        except OverflowError as error:
            raise self._wrong(key, "a number in reach") from error

    def array(self, key: str) -> list[Any]:
        """A list; none is an empty one."""
        return self._typed(key, list, "a list", [])

    def inner(self, key: str, absent: object = REQUIRED) -> ProjectKeys:
        """An object inside this one."""
        return ProjectKeys(self._take(key, absent), f"{key!r} in {self.where}")

    def is_null(self, key: str) -> bool:
        """Whether the key is absent or null; then it is taken out."""
        if self.left.get(key) is not None:
            return False
        self.left.pop(key, None)
        return True


# project.json: from a project to plain values and back (resources/schemas/suproj-1.schema.json).

VERSION = 1

# From each older version to the next: how to change the plain values.
_MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


class RegionEntry(NamedTuple):
    """A region of project.json whose mask is still to be read from the file `mask_name`."""

    order: int
    mask_name: str
    build: Callable[[Mask], Region]


def mask_name(identity: str) -> str:
    """Where the mask of a region lies in the zip."""
    return f"masks/{identity}.png"


def _with_extra(known: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """The known keys, then the unknown ones."""
    return {**known, **{key: value for key, value in extra.items() if key not in known}}


def _region_values(region: Region, order: int) -> dict[str, Any]:
    known = {
        "id": region.id,
        "name": region.name,
        "priority": region.priority,
        "feather": region.feather_px,
        "locked": region.locked,
        "visible": region.visible,
        "order": order,
        "prompts": list(region.prompts),
        "seed": region.seed,
        "mask": mask_name(region.id),
    }
    return _with_extra(known, region.extra)


def _source_values(source: ProjectSource, size: Size) -> dict[str, Any]:
    known = {
        "path": source.path,
        "sha256": source.sha256,
        "size_bytes": source.size_bytes,
        "width": size.width,
        "height": size.height,
    }
    return _with_extra(known, source.extra)


def _model_values(model: ModelRef | None) -> dict[str, Any] | None:
    return None if model is None else _with_extra({"id": model.id, "hash": model.sha256}, model.extra)


def project_values(project: Project) -> dict[str, Any]:
    """What project.json holds."""
    regions = project.regions
    known = {
        "version": VERSION,
        "app_version": project.app_version,
        "source": _source_values(project.source, regions.size),
        "scale": project.scale,
        "detail": project.detail,
        "clean_up": project.clean_up,
        "seed": project.seed,
        "rest": _with_extra({"priority": regions.rest}, regions.extra),
        "regions": [_region_values(region, order) for order, region in enumerate(regions)],
        "settings": dict(project.settings),
        "model": _model_values(project.model),
    }
    return _with_extra(known, project.extra)


def _region_entry(value: object, place: int) -> RegionEntry:
    """One of `regions`; the place in the list stands in for a missing order."""
    keys = ProjectKeys(value, f"region {place + 1} of project.json")
    identity, name = keys.text("id"), keys.text("name", "")
    keys.where = f"region {(name or identity)[:80]!r} of project.json"
    order, mask = keys.whole("order", place), keys.text("mask", mask_name(identity))
    known: dict[str, Any] = {
        "priority": keys.number("priority", 0.0),
        "feather_px": keys.number("feather", DEFAULT_FEATHER_PX),
        "locked": keys.flag("locked", False),
        "visible": keys.flag("visible", True),
        "prompts": tuple(
            ProjectKeys(prompt, f"a prompt of {keys.where}").left for prompt in keys.array("prompts")
        ),
        "seed": None if keys.is_null("seed") else keys.whole("seed"),
    }
    extra = keys.left
    return RegionEntry(order, mask, lambda pixels: Region(identity, name, pixels, extra=extra, **known))


def region_entries(values: list[Any]) -> list[RegionEntry]:
    """The entries of `regions`, the upper one first."""
    entries = [_region_entry(value, place) for place, value in enumerate(values)]
    return sorted(entries, key=lambda entry: entry.order)


def _source(keys: ProjectKeys) -> tuple[ProjectSource, Size]:
    size = Size(keys.whole("width"), keys.whole("height"))
    known = keys.text("path", ""), keys.text("sha256", ""), keys.whole("size_bytes", 0)
    return ProjectSource(*known, extra=keys.left), size


def _model(keys: ProjectKeys) -> ModelRef | None:
    if keys.is_null("model"):
        return None
    inner = keys.inner("model")
    return ModelRef(inner.text("id"), inner.text("hash", ""), extra=inner.left)


def migrate(values: dict[str, Any], name: str) -> dict[str, Any]:
    """The values in today's form; InputError for a version that is newer or was never known."""
    version = ProjectKeys(values, name).whole("version")
    if version > VERSION:
        raise InputError(
            f"{name} has version {version}; this program reads up to version {VERSION}.",
            "Update Semantic Upscale, then open it again.",
        )
    while version < VERSION:
        if version not in _MIGRATIONS:
            raise damaged_project(f"{name} has version {version}, which never was.")
        values, version = _MIGRATIONS[version](values), version + 1
    return values


class OpenProject(NamedTuple):
    """project.json when read: a project still without regions, and their entries."""

    project: Project
    entries: list[RegionEntry]


def project_from(values: object, name: str = "project.json") -> OpenProject:
    """The project in plain values of any known version.

    Raises InputError for a missing key or a wrong type, and UsageError for a value outside its range.
    """
    keys = ProjectKeys(migrate(ProjectKeys(values, name).left, name), name)
    keys.whole("version")
    source, size = _source(keys.inner("source"))
    rest = keys.inner("rest", {})
    empty = RegionSet(size, (), rest.number("priority", 0.0), rest.left)
    entries = region_entries(keys.array("regions"))
    known: dict[str, Any] = {
        "scale": keys.number("scale", 4.0),
        "detail": keys.number("detail", 0.0),
        "clean_up": None if keys.is_null("clean_up") else keys.number("clean_up"),
        "seed": keys.whole("seed", 0),
        "settings": keys.inner("settings", {}).left,
        "model": _model(keys),
        "app_version": keys.text("app_version", ""),
    }
    return OpenProject(Project(empty, source, extra=keys.left, **known), entries)
