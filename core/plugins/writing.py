"""Putting a plug-in into a host's folder, and taking it out again: written beside, then swapped."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import OutputError
from core.plugins.content import FOLDERS, KRITA_DESKTOP, VERSION_FILE, content

if TYPE_CHECKING:
    from core.plugins.content import File
    from core.plugins.places import Place

ADVICE = "Close the program that uses it, check the folder's permissions, then try again."


def installed(place: Place) -> str | None:
    """The version that lies there; None where none does."""
    try:
        return (place.folder / FOLDERS[place.host] / VERSION_FILE).read_text("utf-8").strip()
    except OSError:
        return None


def install(place: Place, version: str) -> None:
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


def remove(place: Place) -> bool:
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


def _swap(scratch: Path, place: Place) -> None:
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
