"""The one door between bytes and images: everything that callers need, by one name."""

from __future__ import annotations

from pathlib import Path

from core.errors import InputError
from core.image.formats import SaveOptions, check_format, default_suffix
from core.image.masks import read_grey_png, read_mask, write_grey_png
from core.image.picture import Carried, Picture, picture_from_array
from core.image.planes import MemoryPlanes, Planes, ScratchPlanes, planes_for, strips
from core.image.read import PIXEL_LIMIT, ReadOptions, open_header, open_picture, read_xmp
from core.image.write import EncodeTarget, FileEncoder, Layout, Saved, free_name, save_picture
from core.image.xmp import record_in, source_in

__all__ = [
    "PIXEL_LIMIT",
    "Carried",
    "EncodeTarget",
    "FileEncoder",
    "Layout",
    "MemoryPlanes",
    "Picture",
    "Planes",
    "ReadOptions",
    "SaveOptions",
    "Saved",
    "ScratchPlanes",
    "check_format",
    "default_suffix",
    "free_name",
    "open_picture",
    "picture_from_array",
    "planes_for",
    "read_grey_png",
    "read_mask",
    "read_record",
    "read_source_hash",
    "save_picture",
    "strips",
    "write_grey_png",
]


def read_record(path: str | Path) -> str | None:
    """The JSON that a run left in its target, or None; InputError where the file is no readable picture."""
    xmp = read_xmp(open_header(Path(path)))
    return record_in(xmp) if xmp else None


def read_source_hash(path: str | Path) -> str | None:
    """The SHA-256 of the source that this file is a target of; None where it is no target of ours, or no picture."""
    try:
        xmp = read_xmp(open_header(Path(path)))
    except InputError:
        return None
    return source_in(xmp) if xmp else None
