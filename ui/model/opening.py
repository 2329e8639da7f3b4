"""Reading a picture, pixels or a project in a worker: everything is whole before the document changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import InputError
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.project import Source, hash_of, source_path
from core.regions.project_file import read_project
from core.regions.region_set import RegionSet
from ui.model.scene import Scene
from ui.model.source import SourceView, source_of_array, source_of_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.regions.project import Project

    Check = Callable[[], None]

RECOVERY_KEY = "recovery"


NO_FILE = Source()


@dataclass(frozen=True)
class Raw:
    """Pixels that have no file: (H, W, 3|4) straight RGB(A), uint8, uint16 or float32, and their profile."""

    array: np.ndarray
    title: str
    icc: bytes | None = None


@dataclass(frozen=True)
class Opened:
    """All that a document needs to show a picture; `path` and `raw` say where the pixels come from."""

    source: SourceView
    scene: Scene
    path: Path | None = None
    file: Source = NO_FILE
    raw: Raw | None = None
    project_path: Path | None = None
    recovered: bool = False


@dataclass(frozen=True)
class Missing:
    """A project whose picture is not where it was."""

    project: Project
    project_path: Path


@dataclass(frozen=True)
class Differs:
    """A project whose picture has changed since."""

    project: Project
    project_path: Path
    picture_path: Path


def open_picture_file(path: Path, check: Check) -> Opened:
    """A picture with a fresh scene."""
    view = source_of_file(path, check)
    return Opened(view, Scene.of(view.size), path, file_facts(path))


def open_raw(raw: Raw, regions: RegionSet | None, check: Check) -> Opened:
    """Pixels from the clipboard or a host; InputError where the regions are of another size."""
    view = source_of_array(raw.array, raw.title, raw.icc, check)
    scene = Scene.of(view.size)
    if regions is not None and regions.size != view.size:
        raise InputError(
            f"The regions are of a picture of {regions.size}, this one has {view.size}.", "Send it again."
        )
    return Opened(view, scene if regions is None else scene.with_regions(regions), raw=raw)


def open_project_file(project_path: Path, check: Check) -> Opened | Missing | Differs:
    """A project with its picture, or the question that must be answered first."""
    project = read_project(project_path)
    kept = project.extra.get(RECOVERY_KEY)
    picture = Path(str(kept.get("picture") or "")) if isinstance(kept, dict) else Path()
    if picture == Path():
        picture = source_path(project, project_path)
    if not picture.is_file():
        return Missing(project, project_path)
    return open_with(project, project_path, picture, check)


def open_with(project: Project, project_path: Path, picture: Path, check: Check) -> Opened | Differs:
    """A project with this picture, or Differs where it is not the one it was made for."""
    if project.source.sha256 and hash_of(picture) != project.source.sha256:
        return Differs(project, project_path, picture)
    return open_anyway(project, project_path, picture, check)


def open_anyway(project: Project, project_path: Path, picture: Path, check: Check) -> Opened:
    """A project with this picture, whatever it holds; regions are scaled where its size is another."""
    view = source_of_file(picture, check)
    kept = project.extra.get(RECOVERY_KEY)
    plain = replace(project, extra={k: v for k, v in project.extra.items() if k != RECOVERY_KEY})
    scene = Scene.from_project(replace(plain, regions=fitted(project.regions, view.size)))
    if isinstance(kept, dict):
        saved_at = kept.get("project")
        place = Path(str(saved_at)) if saved_at else None
        return Opened(view, scene, picture, file_facts(picture), project_path=place, recovered=True)
    return Opened(view, scene, picture, file_facts(picture), project_path=project_path)


def fitted(regions: RegionSet, size: Size) -> RegionSet:
    """The regions stretched to a picture of another size; themselves where it is the same."""
    if regions.size == size:
        return regions
    across, down = size.width / regions.size.width, size.height / regions.size.height
    scaled = tuple(replace(r, mask=_stretched(r.mask, across, down, size)) for r in regions)
    return RegionSet(size, scaled, regions.rest, regions.extra)


def _stretched(mask: Mask, across: float, down: float, size: Size) -> Mask:
    box = mask.box
    left, top = round(box.x * across), round(box.y * down)
    wide, high = max(1, round(box.width * across)), max(1, round(box.height * down))
    if mask.empty:
        return mask
    grown = cv2.resize(mask.pixels.view(np.uint8), (wide, high), interpolation=cv2.INTER_NEAREST)
    return Mask(Box(left, top, wide, high), grown.astype(bool)).within(size)


def file_facts(path: Path) -> Source:
    """Hash and bytes of a picture file; the way to it depends on where the project will lie."""
    return Source("", hash_of(path), path.stat().st_size)
