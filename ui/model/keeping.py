"""Writing a project, by name or by itself: the picture is never touched, the old project survives failure."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

from core import folders
from core.errors import InputError, OutputError
from core.regions.project import SUFFIX
from core.regions.project_file import read_project, write_project
from core.regions.staging import staged
from ui.model.opening import RECOVERY_KEY, file_facts
from ui.model.source import eight_bits
from ui.qt import png_bytes

if TYPE_CHECKING:
    from core.regions.project import Project, Source
    from ui.model.opening import Raw
    from ui.model.scene import Scene
    from ui.model.source import SourceView

THUMB_PX = 256


@dataclass(frozen=True)
class Work:
    """What is to be kept: a snapshot that a worker can write while the user goes on."""

    scene: Scene
    source: SourceView
    path: Path | None
    file: Source
    raw: Raw | None
    project_path: Path | None


@dataclass(frozen=True)
class Kept:
    """Where it was written; `picture` is where the pixels lie now, for those that had no file."""

    project_path: Path
    picture: Path
    file: Source
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


def keep(work: Work, project_path: Path) -> Kept:
    """Write the project, and beside it the picture where it has no file; OutputError where that fails."""
    picture = work.path or _keep_pixels(work.raw, project_path)
    if picture.parent == autosave_folder():
        picture = _moved_beside(picture, project_path)
    file = work.file if work.path else file_facts(picture)
    project = _project(replace(work, file=file), picture, project_path)
    write_project(project, project_path)
    return Kept(project_path, picture, project.source, work.scene)


def autosave_folder() -> Path:
    """Where work is kept by itself."""
    return folders.state() / "autosave"


def autosave_path(key: str) -> Path:
    """The file of one document of this process."""
    return autosave_folder() / f"{os.getpid()}-{key}{SUFFIX}"


def autosave(work: Work, path: Path) -> Path:
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


def _project(work: Work, picture: Path, project_path: Path) -> Project:
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
    with staged(picture) as file:
        file.write(png_bytes(array, raw.icc))


def _sixteen_bits(array: np.ndarray) -> np.ndarray:
    """uint16 as it is, floats [0, 1] to it."""
    if array.dtype == np.uint16:
        return array
    return np.rint(np.clip(array, 0, 1) * 65535).astype(np.uint16)
