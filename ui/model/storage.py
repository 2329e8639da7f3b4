"""Writing a project, by name or by itself: the picture is never touched, the old project survives failure."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import psutil

from core import folders
from core.errors import InputError, OutputError
from core.files import write_atomically
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.project import SUFFIX, ProjectSource, hash_of, source_path
from core.regions.region import RegionSet
from core.regions.suproj import read_project, write_project
from ui.model.pixels import SourceView, eight_bits, source_of_array, source_of_file
from ui.model.scene import Scene
from ui.qt import png_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.regions.project import Project

    Check = Callable[[], None]


# Reading a picture, pixels or a project in a worker: everything is whole before the document changes.

RECOVERY_KEY = "recovery"


NO_FILE = ProjectSource()


@dataclass(frozen=True)
class Raw:
    """Pixels that have no file: (H, W, 3|4) straight RGB(A), uint8, uint16 or float32, and their profile."""

    array: np.ndarray
    title: str
    icc: bytes | None = None


@dataclass(frozen=True)
class OpenedDocument:
    """All that a document needs to show a picture; `path` and `raw` say where the pixels come from."""

    source: SourceView
    scene: Scene
    path: Path | None = None
    file: ProjectSource = NO_FILE
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


def open_picture_file(path: Path, check: Check) -> OpenedDocument:
    """A picture with a fresh scene."""
    view = source_of_file(path, check)
    return OpenedDocument(view, Scene.of(view.size), path, file_facts(path))


def open_raw(raw: Raw, regions: RegionSet | None, check: Check) -> OpenedDocument:
    """Pixels from the clipboard or a host; InputError where the regions are of another size."""
    view = source_of_array(raw.array, raw.title, raw.icc, check)
    scene = Scene.of(view.size)
    if regions is not None and regions.size != view.size:
        raise InputError(
            f"The regions are of a picture of {regions.size}, this one has {view.size}.", "Send it again."
        )
    return OpenedDocument(view, scene if regions is None else scene.with_regions(regions), raw=raw)


def open_project_file(project_path: Path, check: Check) -> OpenedDocument | Missing | Differs:
    """A project with its picture, or the question that must be answered first."""
    project = read_project(project_path)
    kept = project.extra.get(RECOVERY_KEY)
    picture = Path(str(kept.get("picture") or "")) if isinstance(kept, dict) else Path()
    if picture == Path():
        picture = source_path(project, project_path)
    if not picture.is_file():
        return Missing(project, project_path)
    return open_with(project, project_path, picture, check)


def open_with(project: Project, project_path: Path, picture: Path, check: Check) -> OpenedDocument | Differs:
    """A project with this picture, or Differs where it is not the one it was made for."""
    if project.source.sha256 and hash_of(picture) != project.source.sha256:
        return Differs(project, project_path, picture)
    return open_anyway(project, project_path, picture, check)


def open_anyway(project: Project, project_path: Path, picture: Path, check: Check) -> OpenedDocument:
    """A project with this picture, whatever it holds; regions are scaled where its size is another."""
    view = source_of_file(picture, check)
    kept = project.extra.get(RECOVERY_KEY)
    plain = replace(project, extra={k: v for k, v in project.extra.items() if k != RECOVERY_KEY})
    scene = Scene.from_project(replace(plain, regions=fit_regions(project.regions, view.size)))
    if isinstance(kept, dict):
        saved_at = kept.get("project")
        place = Path(str(saved_at)) if saved_at else None
        return OpenedDocument(view, scene, picture, file_facts(picture), project_path=place, recovered=True)
    return OpenedDocument(view, scene, picture, file_facts(picture), project_path=project_path)


def fit_regions(regions: RegionSet, size: Size) -> RegionSet:
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


def file_facts(path: Path) -> ProjectSource:
    """Hash and bytes of a picture file; the way to it depends on where the project will lie."""
    return ProjectSource("", hash_of(path), path.stat().st_size)


THUMB_PX = 256


@dataclass(frozen=True)
class DocumentSnapshot:
    """What is to be kept: a snapshot that a worker can write while the user goes on."""

    scene: Scene
    source: SourceView
    path: Path | None
    file: ProjectSource
    raw: Raw | None
    project_path: Path | None


@dataclass(frozen=True)
class StoredDocument:
    """Where it was written; `picture` is where the pixels lie now, for those that had no file."""

    project_path: Path
    picture: Path
    file: ProjectSource
    scene: Scene


@dataclass(frozen=True)
class Recovered:
    """Work that a crash left behind. `when` is in seconds since 1970."""

    title: str
    when: float
    path: Path


def version() -> str:
    """Of this program; "0" where it runs without being installed."""
    try:
        return metadata.version("semantic-upscale")
    except metadata.PackageNotFoundError:
        return "0"


def keep(work: DocumentSnapshot, project_path: Path) -> StoredDocument:
    """Write the project, and beside it the picture where it has no file; OutputError where that fails."""
    picture = work.path or _keep_pixels(work.raw, project_path)
    if picture.parent == autosave_folder():
        picture = _moved_beside(picture, project_path)
    file = work.file if work.path else file_facts(picture)
    project = _project(replace(work, file=file), picture, project_path)
    write_project(project, project_path)
    return StoredDocument(project_path, picture, project.source, work.scene)


def autosave_folder() -> Path:
    """Where work is kept by itself."""
    return folders.state() / "autosave"


def autosave_path(key: str) -> Path:
    """The file of one document of this process."""
    return autosave_folder() / f"{os.getpid()}-{key}{SUFFIX}"


def autosave(work: DocumentSnapshot, path: Path) -> Path:
    """Write the project where `recovery` finds it after a crash; OutputError where that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path.parent} cannot be made: {error.strerror}.", "Check the disk.") from error
    picture = work.path or _autosaved_pixels(work.raw, path)
    project = _project(work, picture, path)
    kept: dict[str, Any] = {"title": work.source.title, "picture": str(Path(picture).absolute())}
    if work.project_path:
        kept["project"] = str(work.project_path.absolute())
    write_project(replace(project, extra={**project.extra, RECOVERY_KEY: kept}), path)
    return path


def recovery() -> list[Recovered]:
    """What processes that are gone left behind, newest first; a file that cannot be read is not offered."""
    found = [_recovered(path) for path in _leftovers()]
    return sorted((item for item in found if item), key=lambda item: -item.when)


def forget(path: Path) -> None:
    """Delete an autosaved project; pixels kept beside it stay, for they may be open."""
    path.unlink(missing_ok=True)


def discard(path: Path) -> None:
    """Delete an autosaved project and the pixels kept beside it."""
    forget(path)
    _pixels_beside(path).unlink(missing_ok=True)


def _leftovers() -> list[Path]:
    folder = autosave_folder()
    files = folder.glob(f"*{SUFFIX}") if folder.is_dir() else ()
    return [path for path in files if not _alive(path)]


def _alive(path: Path) -> bool:
    """Whether the process that wrote it still runs."""
    owner = path.name.partition("-")[0]
    if not owner.isdecimal() or not psutil.pid_exists(int(owner)):
        return False
    try:
        return psutil.Process(int(owner)).create_time() <= path.stat().st_mtime
    except (psutil.Error, OSError):
        return False


def _recovered(path: Path) -> Recovered | None:
    try:
        kept = read_project(path).extra.get(RECOVERY_KEY)
    except InputError:
        return None
    title = kept.get("title") if isinstance(kept, dict) else None
    return Recovered(str(title or path.stem), path.stat().st_mtime, path)


def _project(work: DocumentSnapshot, picture: Path, project_path: Path) -> Project:
    """What to write, with the way to the picture and a small view of it."""
    try:
        way = Path(os.path.relpath(picture, project_path.parent)).as_posix()
    except ValueError:  # another Windows drive
        way = picture.name
    file = replace(work.file, path=way, extra=work.scene.project.source.extra)
    thumb = png_bytes(work.source.thumb(THUMB_PX))
    return replace(work.scene.to_project(), source=file, thumb=thumb, app_version=version())


def _keep_pixels(raw: Raw | None, project_path: Path) -> Path:
    """Pixels without a file, as a PNG beside the project that nothing had yet."""
    from core.image.io import free_name  # noqa: PLC0415  (libvips would cost the window's start 0.2 s)

    picture = free_name(project_path.with_suffix(".png"))
    _write_pixels(raw, picture)
    return picture


def _moved_beside(picture: Path, project_path: Path) -> Path:
    """Recovered pixels leave the autosave folder for good."""
    from core.image.io import free_name  # noqa: PLC0415  (as above)

    place = free_name(project_path.with_suffix(picture.suffix))
    try:
        return Path(shutil.move(picture, place))
    except OSError as error:
        raise OutputError(f"{place} could not be written: {error.strerror}.", "Free some space.") from error


def _pixels_beside(path: Path) -> Path:
    return path.with_suffix(".png")


def _autosaved_pixels(raw: Raw | None, path: Path) -> Path:
    """The same beside an autosaved project, written once."""
    picture = _pixels_beside(path)
    if not picture.exists():
        _write_pixels(raw, picture)
    return picture


def _write_pixels(raw: Raw | None, picture: Path) -> None:
    if raw is None:
        raise OutputError("The picture has no pixels to keep.")
    deep = raw.array.dtype != np.uint8
    array = _sixteen_bits(raw.array) if deep else eight_bits(raw.array)
    with write_atomically(picture) as file:
        file.write(png_bytes(array, raw.icc))


def _sixteen_bits(array: np.ndarray) -> np.ndarray:
    """uint16 as it is, floats [0, 1] to it."""
    if array.dtype == np.uint16:
        return array
    return np.rint(np.clip(array, 0, 1) * 65535).astype(np.uint16)
