"""Where Krita and GIMP look for plug-ins, on this system and in the sandboxes that pack them."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from core.errors import InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


HOSTS = ("krita", "gimp")


@dataclass(frozen=True)
class HostFolder:
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


def places(user: User) -> tuple[HostFolder, ...]:
    """Every Krita and GIMP that this user has started once, or that is installed; Krita first."""
    return (*_krita(user), *_gimp(user))


def _krita(user: User) -> Iterator[HostFolder]:
    data, config, started = _krita_folders(user)
    if started.exists() or config.exists() or (user == this_user() and shutil.which("krita")):
        yield HostFolder("krita", "system", data / "pykrita", config)
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


def _boxed_krita(kind: str, root: Path) -> HostFolder:
    data, config = ("data", "config") if kind == "flatpak" else (".local/share", ".config")
    return HostFolder("krita", kind, root / data / "krita/pykrita", root / config / "kritarc")


def _gimp(user: User) -> Iterator[HostFolder]:
    for kind, root in _gimp_roots(user):
        for folder in sorted(root.glob("3.*"), key=_number) if root.is_dir() else ():
            if folder.is_dir() and folder.name.replace(".", "").isdigit():
                yield HostFolder("gimp", kind, folder / "plug-ins", version=folder.name)


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


# The files of each plug-in, as the host wants to find them: the sources of `plugin/`, with the bridge inside.

SOURCES = Path(__file__).resolve().parents[2] / "plugin"
FOLDERS = {"krita": "semantic_upscale", "gimp": "semantic-upscale"}
KRITA_DESKTOP = "semantic_upscale.desktop"
GIMP_MAIN = "semantic-upscale.py"
VERSION_FILE = "VERSION"


@dataclass(frozen=True)
class File:
    """`path` is below the host's folder of plug-ins, with forward slashes."""

    path: str
    data: bytes
    executable: bool = False


def content(host: str, version: str, sources: Path = SOURCES) -> tuple[File, ...]:
    """Every file of the plug-in. InputError where the program was packed without them."""
    if not (sources / host).is_dir():
        raise InputError(
            f"The {host} plug-in is not in “{sources}”.",
            "Install Semantic Upscale anew; this copy is incomplete.",
        )
    folder = FOLDERS[host]
    files = _content_krita(sources, folder) if host == "krita" else _content_gimp(sources, folder)
    return (*files, File(f"{folder}/{VERSION_FILE}", f"{version}\n".encode()))


def _content_krita(sources: Path, folder: str) -> Iterator[File]:
    """The `.desktop` file outside, `entry.py` as what Krita imports, and the two rooms beside each other in it."""
    yield File(KRITA_DESKTOP, (sources / "krita" / KRITA_DESKTOP).read_bytes())
    yield File(f"{folder}/__init__.py", (sources / "krita/entry.py").read_bytes())
    for name in ("Manual.html", "semantic_upscale.action"):
        yield File(f"{folder}/{name}", (sources / "krita" / name).read_bytes())
    for room in ("krita", "bridge"):
        for name, data in _python(sources / room):
            if (room, name) != ("krita", "entry.py"):
                yield File(f"{folder}/{room}/{name}", data)


def _content_gimp(sources: Path, folder: str) -> Iterator[File]:
    """A folder named like its executable; `plugin.gimp` and `plugin.bridge` beside it."""
    yield File(f"{folder}/{GIMP_MAIN}", (sources / "gimp" / GIMP_MAIN).read_bytes(), executable=True)
    yield File(f"{folder}/plugin/__init__.py", b"")
    for room in ("gimp", "bridge"):
        for name, data in _python(sources / room):
            if name != GIMP_MAIN:
                yield File(f"{folder}/plugin/{room}/{name}", data)


def _python(room: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(room.rglob("*.py")):
        yield path.relative_to(room).as_posix(), path.read_bytes()


# Putting a plug-in into a host's folder, and taking it out again: written beside, then swapped.

ADVICE = "Close the program that uses it, check the folder's permissions, then try again."


def installed_version(place: HostFolder) -> str | None:
    """The version that lies there; None where none does."""
    try:
        return (place.folder / FOLDERS[place.host] / VERSION_FILE).read_text("utf-8").strip()
    except OSError:
        return None


def install(place: HostFolder, version: str) -> None:
    """Write the plug-in, whatever older one lies there. OutputError, with nothing changed, where that fails."""
    files = content(place.host, version)
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".semantic-upscale-", dir=place.folder) as scratch:
            for file in files:
                _write(Path(scratch), file)
            _swap(Path(scratch), place)
    except OSError as error:
        raise OutputError(
            f"The plug-in could not be written into “{place.folder}”: {error.strerror or error}.", ADVICE
        ) from error


def remove(place: HostFolder) -> bool:
    """Take it out; False where it was not there. OutputError where that fails."""
    folder = place.folder / FOLDERS[place.host]
    if not folder.is_dir():
        return False
    try:
        shutil.rmtree(folder)
        if place.host == "krita":
            (place.folder / KRITA_DESKTOP).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"The plug-in could not be taken out of “{place.folder}”: {error.strerror or error}.", ADVICE
        ) from error
    return True


def _write(root: Path, file: File) -> None:
    path = root / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.data)
    path.chmod(0o755 if file.executable else 0o644)


def _swap(scratch: Path, place: HostFolder) -> None:
    """The new folder in the place of the old one, which comes back where that fails."""
    name = FOLDERS[place.host]
    folder, old = place.folder / name, scratch / "old"
    if folder.exists():
        folder.rename(old)
    try:
        (scratch / name).rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    if place.host == "krita":
        (scratch / KRITA_DESKTOP).replace(place.folder / KRITA_DESKTOP)


# Krita loads only the plug-ins that its settings name; they may be written only while it is closed.

KEY = f"enable_{FOLDERS['krita']}"
SECTION = "[python]"
LINE = re.compile(rf"(?m)^{KEY}=.*$")


def krita_runs() -> bool:
    """Whether any Krita is open, which would write its own settings over ours when it ends."""
    names = (process.info["name"] or "" for process in psutil.process_iter(["name"]))
    return any(name.casefold().removesuffix(".exe") in ("krita", "krita.bin") for name in names)


def is_enabled(settings: Path) -> bool:
    """Whether Krita will load the plug-in at its next start."""
    try:
        text = settings.read_text("utf-8", "surrogateescape")
    except OSError:
        return False
    return f"{KEY}=true" in _section(text).splitlines()


def enable(settings: Path) -> None:
    """Name the plug-in in Krita's settings; everything else in them stays. OutputError where that fails."""
    try:
        text = settings.read_text("utf-8", "surrogateescape") if settings.exists() else ""
        settings.parent.mkdir(parents=True, exist_ok=True)
        beside = settings.with_name(f".{settings.name}.semantic-upscale")
        beside.write_text(enable_in_settings(text), "utf-8", "surrogateescape")
        beside.replace(settings)
    except OSError as error:
        raise OutputError(
            f"Krita's settings “{settings}” could not be written: {error.strerror or error}.",
            "Tick Semantic Upscale in Krita: Settings ▸ Configure Krita ▸ Python Plugin Manager.",
        ) from error


def enable_in_settings(text: str) -> str:
    """The settings with the plug-in switched on."""
    section = _section(text)
    if not section:
        return f"{text.rstrip()}\n\n{SECTION}\n{KEY}=true\n".lstrip()
    changed = LINE.sub(f"{KEY}=true", section)
    if changed == section and f"{KEY}=true" not in section.splitlines():
        changed = section.replace(SECTION, f"{SECTION}\n{KEY}=true", 1)
    return text.replace(section, changed, 1)


def _section(text: str) -> str:
    """`[python]` and what belongs to it; empty where there is none."""
    found = re.search(r"(?ms)^\[python\]\s*$.*?(?=^\[|\Z)", text)
    return found.group() if found else ""
