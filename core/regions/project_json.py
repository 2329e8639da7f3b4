"""project.json: from a project to plain values and back (resources/schemas/suproj-1.schema.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from core.errors import InputError
from core.geometry import Size
from core.regions.keys import Keys, damaged
from core.regions.project import ModelRef, Project, Source
from core.regions.region import DEFAULT_FEATHER_PX, Region
from core.regions.region_set import RegionSet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.regions.mask import Mask

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


def _source_values(source: Source, size: Size) -> dict[str, Any]:
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
    keys = Keys(value, f"region {place + 1} of project.json")
    identity, name = keys.text("id"), keys.text("name", "")
    keys.where = f"region {(name or identity)[:80]!r} of project.json"
    order, mask = keys.whole("order", place), keys.text("mask", mask_name(identity))
    known: dict[str, Any] = {
        "priority": keys.number("priority", 0.0),
        "feather_px": keys.number("feather", DEFAULT_FEATHER_PX),
        "locked": keys.flag("locked", False),
        "visible": keys.flag("visible", True),
        "prompts": tuple(Keys(prompt, f"a prompt of {keys.where}").left for prompt in keys.array("prompts")),
        "seed": None if keys.is_null("seed") else keys.whole("seed"),
    }
    extra = keys.left
    return RegionEntry(order, mask, lambda pixels: Region(identity, name, pixels, extra=extra, **known))


def region_entries(values: list[Any]) -> list[RegionEntry]:
    """The entries of `regions`, the upper one first."""
    entries = [_region_entry(value, place) for place, value in enumerate(values)]
    return sorted(entries, key=lambda entry: entry.order)


def _source(keys: Keys) -> tuple[Source, Size]:
    size = Size(keys.whole("width"), keys.whole("height"))
    known = keys.text("path", ""), keys.text("sha256", ""), keys.whole("size_bytes", 0)
    return Source(*known, extra=keys.left), size


def _model(keys: Keys) -> ModelRef | None:
    if keys.is_null("model"):
        return None
    inner = keys.inner("model")
    return ModelRef(inner.text("id"), inner.text("hash", ""), extra=inner.left)


def migrated(values: dict[str, Any], name: str) -> dict[str, Any]:
    """The values in today's form; InputError for a version that is newer or was never known."""
    version = Keys(values, name).whole("version")
    if version > VERSION:
        raise InputError(
            f"{name} has version {version}; this program reads up to version {VERSION}.",
            "Update Semantic Upscale, then open it again.",
        )
    while version < VERSION:
        if version not in _MIGRATIONS:
            raise damaged(f"{name} has version {version}, which never was.")
        values, version = _MIGRATIONS[version](values), version + 1
    return values


class Opened(NamedTuple):
    """project.json when read: a project still without regions, and their entries."""

    project: Project
    entries: list[RegionEntry]


def project_from(values: object, name: str = "project.json") -> Opened:
    """The project in plain values of any known version.

    Raises InputError for a missing key or a wrong type, and UsageError for a value outside its range.
    """
    keys = Keys(migrated(Keys(values, name).left, name), name)
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
    return Opened(Project(empty, source, extra=keys.left, **known), entries)
