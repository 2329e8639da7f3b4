"""The Krita and GIMP of this user, and our menu in them. Reads and writes files: work for a background thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import engine_location
from core.errors import OutputError
from core.plugins.install import (
    enable,
    install,
    installed_version,
    is_enabled,
    krita_runs,
    places,
    remove,
    this_user,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.plugins.install import HostFolder, User


@dataclass(frozen=True)
class Editor:
    """One program that was found. `version` is the plug-in's, None where it is not installed.

    `enabled` says whether the program will load it; GIMP loads all that it finds.
    """

    place: HostFolder
    version: str | None
    enabled: bool

    @property
    def boxed(self) -> bool:
        """Whether it lives in a sandbox that cannot start the engine."""
        return self.place.kind != "system"


def look(user: User | None = None) -> tuple[Editor, ...]:
    """Every editor, Krita first."""
    return tuple(map(editor_state, places(user or this_user())))


def add(place: HostFolder, version: str, runs: Callable[[], bool] = krita_runs) -> Editor:
    """Write the plug-in and have it loaded, unless Krita is open, which would undo that. OutputError if it fails."""
    try:
        engine_location.record_command()
    except OSError as error:
        raise OutputError(
            f"The engine's folder cannot be written: {error.strerror or error}.", "Check its permissions."
        ) from error
    install(place, version)
    if place.settings is not None and not is_enabled(place.settings) and not runs():
        enable(place.settings)
    return editor_state(place)


def take_out(place: HostFolder) -> Editor:
    """Remove the plug-in. OutputError where that fails."""
    remove(place)
    return editor_state(place)


def editor_state(place: HostFolder) -> Editor:
    """How one of them stands now."""
    version = installed_version(place)
    on = version is not None and (place.settings is None or is_enabled(place.settings))
    return Editor(place, version, on)
