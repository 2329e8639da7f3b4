"""What a picture gets: the user's words over those of a record, a project or the picture's sidecar."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.engine.record import Record, Saving
from core.errors import InputError, UsageError
from core.geometry import Box, Size
from core.image.io import read_mask
from core.regions.mask import Mask
from core.regions.project import SUFFIX, Project, sidecar_of
from core.regions.region import REST, Region, RegionSet
from core.regions.suproj import read_project

if TYPE_CHECKING:
    from core.cli.options import UpscaleOptions
    from core.image.picture import Picture
    from core.progress import Reporter
    from core.request import UpscaleRequest

AUTO, NOTHING = "auto", "none"
PAINTED = 1.0  # who hands over a mask without a word wants more there
LEAST_TILE_PX = 32


@dataclass(frozen=True)
class RegionRecipe:
    """`regions` are those known before the picture is opened; `words` say where they come from, "" for nowhere."""

    request: UpscaleRequest
    regions: RegionSet | None = None
    saving: Saving = field(default_factory=Saving)
    words: str = ""


def recipe_for(
    source: Path, size: Size, wishes: UpscaleOptions, record: Record | None = None
) -> RegionRecipe:
    """The recipe for a source of this size.

    InputError where a project does not belong to it, UsageError for a value outside its range.
    """
    if record:
        return _repeated(record, wishes)
    path = _project_path(source, wishes.regions)
    if path is None:
        return RegionRecipe(wishes.request())
    project = read_project(path)
    _check_size(project, path, size)
    words = f"regions of {path.name}{_changed(project, source)}"
    return RegionRecipe(wishes.request(project.request), project.regions, words=words)


def regions_for(
    recipe: RegionRecipe, wishes: UpscaleOptions, size: Size, found: RegionSet | None = None
) -> RegionSet | None:
    """All regions of a source of this size: the recipe's or those found in it, masks on top, with the priorities asked.

    None where nothing was said about regions. InputError for a mask of another size or none, UsageError for a name that
    no region has.
    """
    regions = recipe.regions if found is None else found
    if wishes.regions and wishes.regions not in (AUTO, NOTHING) and not wishes.regions.endswith(SUFFIX):
        regions = _masked(RegionSet(size), Path(wishes.regions), PAINTED)
    if regions is None and (wishes.masks or wishes.priorities):
        regions = RegionSet(size)
    if regions is None:
        return None
    for path, priority in wishes.masks:
        regions = _masked(regions, path, priority)
    for name, priority in wishes.priorities:
        regions = _prioritised(regions, name, priority)
    return regions


def find_regions(picture: Picture, report: Reporter) -> RegionSet:
    """What --regions auto finds."""
    from core.segment.registry import auto_regions, segmenter_named  # noqa: PLC0415  (torch)

    return auto_regions(picture.colour.read(Box.of(picture.size)), segmenter_named(), report)


def _project_path(source: Path, regions: str | None) -> Path | None:
    if regions is None:
        sidecar = sidecar_of(source)
        return sidecar if os.path.isfile(sidecar) else None  # noqa: PTH113  (pathlib raises for a long name)
    return Path(regions) if regions.endswith(SUFFIX) else None


def _repeated(record: Record, wishes: UpscaleOptions) -> RegionRecipe:
    """What the record says was done, not only what was asked: clean-up, precision and tiles of that run."""
    if not record.whole and wishes.regions is None:
        raise InputError(
            "The masks of its regions found no room in that target.",
            "Name the project or masks by --regions.",
        )
    done = record.outcome
    base = replace(
        record.request,
        clean_up=done.clean_up,
        precision=done.precision,
        tile_px=max(LEAST_TILE_PX, done.tile.width),
        tile_height_px=max(LEAST_TILE_PX, done.tile.height),
    )
    regions = None if wishes.regions == NOTHING else record.regions
    if wishes.regions and wishes.regions.endswith(SUFFIX):
        regions = read_project(wishes.regions).regions
        _check_match(regions.size, Path(wishes.regions), record.regions.size)
    return RegionRecipe(wishes.request(base), regions, record.saving, "as its record says")


def _check_size(project: Project, path: Path, size: Size) -> None:
    _check_match(project.regions.size, path, size)


def _check_match(regions: Size, path: Path, size: Size) -> None:
    if regions != size:
        raise InputError(
            f"The regions of “{path}” were made for a picture of {regions}, this one is {size}.",
            "Take the project of this picture, or --regions none.",
        )


def _changed(project: Project, source: Path) -> str:
    """A word of warning where the picture is another file than when the regions were drawn."""
    known = project.source.size_bytes
    return ", drawn on another version of the picture" if known and known != source.stat().st_size else ""


def _masked(regions: RegionSet, path: Path, priority: float) -> RegionSet:
    """With one more region on top: where the mask is at least half."""
    mask = Mask.of(read_mask(path, regions.size) >= 0.5)
    return regions.add(Region(regions.fresh_id(), path.stem[:200], mask, priority=priority))


def _prioritised(regions: RegionSet, name: str, priority: float) -> RegionSet:
    """With this priority for "rest", or for every region that answers to the name."""
    if name == REST:
        return regions.with_priority(REST, priority)
    ids = [region.id for region in regions if region.answers_to(name)] or [name]
    for identity in ids:
        regions = regions.with_priority(identity, priority)
    return regions


def check_regions_option(regions: str | None) -> None:
    """UsageError for an empty word."""
    if regions is not None and not regions.strip():
        raise UsageError("--regions names nothing.", "Give a .suproj, a mask, auto or none.")
