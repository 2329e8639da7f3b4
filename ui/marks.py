"""The small signs of style sheets: ticks, arrows, crosses.

A style sheet can only name a file, so each theme's signs are drawn as SVG in its colours and registered with Qt as
resources, in the format that `rcc` writes (version 1, big-endian).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from PySide6.QtCore import qRegisterResourceData

if TYPE_CHECKING:
    from collections.abc import Mapping

DRAWINGS = {
    "tick": "M3.6 8.4 6.7 11.6 12.4 4.8",
    "dash": "M4 8 H12",
    "down": "M4 6.2 8 10.2 12 6.2",
    "up": "M4 9.8 8 5.8 12 9.8",
    "right": "M6.2 4 10.2 8 6.2 12",
    "cross": "M4 4 12 12 M12 4 4 12",
    "float": "M3.5 6 H10 V12.5 H3.5 Z M6 6 V3.5 H12.5 V10 H10",
}
_FOLDER, _FILE = 2, 0
_KEPT: dict[str, tuple[bytes, bytes, bytes]] = {}


def mark(name: str, colour: str) -> bytes:
    """One sign as SVG, 16 × 16, of lines in one colour."""
    pen = f'fill="none" stroke="{colour}" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">'
        f'<path d="{DRAWINGS[name]}" {pen}/></svg>'
    ).encode()


def register(folder: str, colours: Mapping[str, str]) -> dict[str, str]:
    """Every sign in every colour of `colours` by name: {"tick_on": ":/folder/tick_on.svg"}. Once for each folder."""
    files = {
        f"{name}_{kind}.svg": mark(name, colour) for name in DRAWINGS for kind, colour in colours.items()
    }
    if folder not in _KEPT:
        _KEPT[folder] = pack_folder(folder, files)  # Qt reads them where they lie
        tree, names, data = _KEPT[folder]
        qRegisterResourceData(1, tree, names, data)
    return {file.removesuffix(".svg"): f":/{folder}/{file}" for file in files}


def pack_folder(folder: str, files: Mapping[str, bytes]) -> tuple[bytes, bytes, bytes]:
    """Tree, names and data of one folder of files. Qt looks names up by their hash, so they are sorted by it."""
    ordered = sorted(files, key=name_hash)
    names, places = _names([folder, *ordered])
    data, starts = _data([files[name] for name in ordered])
    tree = struct.pack(">IHII", 0, _FOLDER, 1, 1)
    tree += struct.pack(">IHII", places[folder], _FOLDER, len(ordered), 2)
    for name, start in zip(ordered, starts, strict=True):
        tree += struct.pack(">IHHHI", places[name], _FILE, 0, 1, start)
    return tree, names, data


def name_hash(text: str) -> int:
    """Qt's hash of a resource's name (`qt_hash`)."""
    found = 0
    for unit in text.encode("ascii"):
        found = (found << 4) + unit
        found ^= (found & 0xF0000000) >> 23
        found &= 0x0FFFFFFF
    return found


def _names(texts: list[str]) -> tuple[bytes, dict[str, int]]:
    whole, places = b"", {}
    for text in texts:
        places[text] = len(whole)
        whole += struct.pack(">HI", len(text), name_hash(text)) + text.encode("utf-16-be")
    return whole, places


def _data(parts: list[bytes]) -> tuple[bytes, list[int]]:
    whole, starts = b"", []
    for part in parts:
        starts.append(len(whole))
        whole += struct.pack(">I", len(part)) + part
    return whole, starts
