"""Where Krita and GIMP look for plug-ins, on this system and in the sandboxes that pack them."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOSTS = ("krita", "gimp")


@dataclass(frozen=True)
class Place:
    """One folder of plug-ins. `kind` is "system", "flatpak" or "snap"; `settings` is Krita's kritarc, None for GIMP."""

    host: str
    kind: str
    folder: Path
    settings: Path | None = None
    version: str = ""

    @property
    def title(self) -> str:
        """As in "GIMP 3.0 (flatpak)"."""
        name = "Krita" if self.host == "krita" else f"GIMP {self.version}"
        return name if self.kind == "system" else f"{name} ({self.kind})"


@dataclass(frozen=True)
class User:
    """Whose folders: the system's name as in `sys.platform`, the home, and the environment."""

    system: str
    home: Path
    environment: Mapping[str, str]

    def moved(self, variable: str, usual: str) -> Path:
        """The folder that a variable names, if it is absolute, else the usual one below the home."""
        told = self.environment.get(variable, "")
        return Path(told) if Path(told).is_absolute() else self.home / usual


def this_user() -> User:
    """Who runs the program."""
    return User(sys.platform, Path.home(), os.environ)


def places(user: User) -> tuple[Place, ...]:
    """Every Krita and GIMP that this user has started once, or that is installed; Krita first."""
    return (*_krita(user), *_gimp(user))


def _krita(user: User) -> Iterator[Place]:
    data, config, started = _krita_folders(user)
    if started.exists() or config.exists() or (user == this_user() and shutil.which("krita")):
        yield Place("krita", "system", data / "pykrita", config)
    for kind, root in (("flatpak", ".var/app/org.kde.krita"), ("snap", "snap/krita/current")):
        if (user.home / root).is_dir():
            yield _boxed_krita(kind, user.home / root)


def _krita_folders(user: User) -> tuple[Path, Path, Path]:
    """(its data, its kritarc, what exists once it was started)."""
    if user.system == "win32":
        data = user.moved("APPDATA", "AppData/Roaming") / "krita"
        return data, user.moved("LOCALAPPDATA", "AppData/Local") / "kritarc", data
    if user.system == "darwin":
        data = user.home / "Library/Application Support/krita"
        return data, user.home / "Library/Preferences/kritarc", data
    data = user.moved("XDG_DATA_HOME", ".local/share") / "krita"
    return data, user.moved("XDG_CONFIG_HOME", ".config") / "kritarc", data


def _boxed_krita(kind: str, root: Path) -> Place:
    data, config = ("data", "config") if kind == "flatpak" else (".local/share", ".config")
    return Place("krita", kind, root / data / "krita/pykrita", root / config / "kritarc")


def _gimp(user: User) -> Iterator[Place]:
    for kind, root in _gimp_roots(user):
        for folder in sorted(root.glob("3.*"), key=_number) if root.is_dir() else ():
            if folder.is_dir() and folder.name.replace(".", "").isdigit():
                yield Place("gimp", kind, folder / "plug-ins", version=folder.name)


def _gimp_roots(user: User) -> Iterator[tuple[str, Path]]:
    """Folders that hold one folder for each version."""
    if user.system == "win32":
        yield "system", user.moved("APPDATA", "AppData/Roaming") / "GIMP"
    elif user.system == "darwin":
        yield "system", user.home / "Library/Application Support/GIMP"
    else:
        yield "system", user.moved("XDG_CONFIG_HOME", ".config") / "GIMP"
        yield "flatpak", user.home / ".var/app/org.gimp.GIMP/config/GIMP"
        yield "snap", user.home / "snap/gimp/current/.config/GIMP"


def _number(folder: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in folder.name.split(".") if part.isdigit())
