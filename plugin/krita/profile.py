"""The bytes of a profile, of which Krita's scripts only tell the name."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from krita import InfoObject, Krita

from .pixels import ALSO_SRGB, Space
from .qt import QtCore

if TYPE_CHECKING:
    import krita

SIGNATURE = b"\x89PNG\r\n\x1a\n"
OPTIONS = {
    "alpha": True, "compression": 1, "forceSRGB": False, "saveSRGBProfile": True, "indexed": False,
    "interlaced": False, "storeMetaData": False, "HDR": False, "transparencyFillcolor": [255, 255, 255],
}  # fmt: skip
FOLDERS = ("color/icc", "color/icc/krita")


def profile_bytes(document: krita.Document, space: Space) -> bytes | None:
    """The profile of pixels that travel; None for sRGB, which the engine takes for granted.

    It is looked for among Krita's files; one that came inside a picture is had by letting Krita save a single pixel.
    """
    if space.model == "RGBA" and space.profile in ALSO_SRGB:
        return None
    return _in_files(space.profile) or _in_a_pixel(document, space)


def _in_files(name: str) -> bytes | None:
    if Path(name).name != name or not name.endswith((".icc", ".icm")):
        return None
    for root in (Krita.instance().getAppDataLocation(), *_shared()):
        for folder in FOLDERS:
            path = Path(root) / folder / name
            if path.is_file():
                return path.read_bytes()
    return None


def _shared() -> list[str]:
    folders = os.environ.get("XDG_DATA_DIRS", "") or "/usr/local/share:/usr/share"
    return [one for one in folders.split(os.pathsep) if one]


def _in_a_pixel(document: krita.Document, space: Space) -> bytes | None:
    node = document.createNode("profile", "paintlayer")
    node.setColorSpace(space.model, "U16" if space.depth == "F32" else space.depth, space.profile)
    options = InfoObject()
    for name, value in OPTIONS.items():
        options.setProperty(name, value)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "profile.png"
        was = Krita.instance().batchmode()
        Krita.instance().setBatchmode(True)
        try:
            node.save(str(path), 72.0, 72.0, options, QtCore.QRect(0, 0, 1, 1))
        finally:
            Krita.instance().setBatchmode(was)
        return embedded(path.read_bytes()) if path.is_file() else None


def embedded(png: bytes) -> bytes | None:
    """The profile inside a PNG file, None where there is none."""
    at = len(SIGNATURE)
    while at + 8 <= len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        if kind == b"iCCP":
            body = png[at + 8 : at + 8 + length]
            return zlib.decompress(body[body.index(b"\0") + 2 :])
        at += 12 + length
    return None
