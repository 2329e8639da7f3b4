"""The files of each plug-in, as the host wants to find them: the sources of `plugin/`, with the bridge inside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    files = _krita(sources, folder) if host == "krita" else _gimp(sources, folder)
    return (*files, File(f"{folder}/{VERSION_FILE}", f"{version}\n".encode()))


def _krita(sources: Path, folder: str) -> Iterator[File]:
    """The `.desktop` file outside, `entry.py` as what Krita imports, and the two rooms beside each other in it."""
    yield File(KRITA_DESKTOP, (sources / "krita" / KRITA_DESKTOP).read_bytes())
    yield File(f"{folder}/__init__.py", (sources / "krita/entry.py").read_bytes())
    for name in ("Manual.html", "semantic_upscale.action"):
        yield File(f"{folder}/{name}", (sources / "krita" / name).read_bytes())
    for room in ("krita", "bridge"):
        for name, data in _python(sources / room):
            if (room, name) != ("krita", "entry.py"):
                yield File(f"{folder}/{room}/{name}", data)


def _gimp(sources: Path, folder: str) -> Iterator[File]:
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
