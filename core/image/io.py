"""The one door between bytes and images: everything that callers need, by one name."""

from __future__ import annotations

from pathlib import Path

from core.errors import InputError
from core.image.formats import SaveOptions, check_format, default_suffix
from core.image.masks import read_grey_png, read_mask, write_grey_png
from core.image.metadata import record_in, source_in
from core.image.picture import Carried, Picture, picture_from_array
from core.image.planes import MemoryPlanes, Planes, ScratchPlanes, planes_for, strips
from core.image.read import PIXEL_LIMIT, decoding, open_header, open_picture
from core.image.vips import blob
from core.image.write import EncodeTarget, FileEncoder, Layout, Saved, free_name, save_picture

__all__ = [
    "PIXEL_LIMIT",
    "Carried",
    "EncodeTarget",
    "FileEncoder",
    "Layout",
    "MemoryPlanes",
    "Picture",
    "Planes",
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
    path = Path(path)
    image = open_header(path).image
    with decoding(path):
        xmp = blob(image, "xmp-data")
        return record_in(xmp) if xmp else None


def read_source_hash(path: str | Path) -> str | None:
    """The SHA-256 of the source that this file is a target of; None where it is no target of ours, or no picture."""
    path = Path(path)
    try:
        image = open_header(path).image
        with decoding(path):
            xmp = blob(image, "xmp-data")
    except InputError:
        return None
    return source_in(xmp) if xmp else None
