"""Runs that were under way when the window closed, kept for its next start as projects that know their picture."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core import folders
from core.errors import InputError, OutputError
from core.regions.project import SUFFIX
from core.regions.suproj import read_project, write_project
from ui.engine.order import PictureIn, UpscaleOrder
from ui.model.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Sequence


KEY = "run"


def folder() -> Path:
    """Where they wait."""
    return folders.state() / "later"


def can_wait(orders: Sequence[UpscaleOrder]) -> bool:
    """Whether all of them can be found again: pixels without a file cannot."""
    return bool(orders) and all(order.picture.path and order.scene is not None for order in orders)


def keep(orders: Sequence[UpscaleOrder]) -> None:
    """Write them, the next one first. OutputError where that fails."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder()} cannot be made: {error.strerror}.", "Check the disk.") from error
    for number, order in enumerate(orders):
        project = order.scene.to_project()
        told = {"picture": str(Path(order.picture.path or "").absolute()), "options": dict(order.options)}
        path = folder() / f"{number:04}-{os.getpid()}{SUFFIX}"
        write_project(replace(project, extra={**project.extra, KEY: told}), path)


def waiting_runs() -> list[Path]:
    """What waits, the next one first."""
    return sorted(folder().glob(f"*{SUFFIX}")) if folder().is_dir() else []


def read(path: Path) -> UpscaleOrder:
    """A run as it was asked for. InputError where file or picture are gone or damaged."""
    project = read_project(path)
    told = project.extra.get(KEY)
    if not isinstance(told, dict) or not isinstance(told.get("options"), dict):
        raise InputError(f"“{path}” holds no run.", "Open its picture, and upscale it again.")
    picture = Path(str(told.get("picture", "")))
    if not picture.is_file():
        raise InputError(f"“{picture}” is not there any more.", "Bring it back, or upscale another.")
    extra = {name: value for name, value in project.extra.items() if name != KEY}
    scene = Scene.from_project(replace(project, extra=extra))
    asked = PictureIn(f"later {path.name} {picture}", picture.name, scene.size, str(picture))
    return UpscaleOrder(asked, scene.regions, told["options"], scene)


def take_all() -> tuple[list[UpscaleOrder], list[str]]:
    """Read what waits, and let the files go; with what cannot be read, in words."""
    found = [_tried(path) for path in waiting_runs()]
    forget()
    return [each for each in found if isinstance(each, UpscaleOrder)], [
        each for each in found if isinstance(each, str)
    ]


def _tried(path: Path) -> UpscaleOrder | str:
    try:
        return read(path)
    except InputError as error:
        return str(error)


def forget() -> None:
    """Let them go."""
    for path in waiting_runs():
        path.unlink(missing_ok=True)
