"""What a picture says about people: taken out of what the target gives back, where the user wants that."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from core.image.picture import Carried

_GPS_DIRECTORY = 0x8825
_GPS_FIELD = re.compile(r"exif-ifd3-|exif-ifd\d-GPS")
_EXIF_MARK = b"Exif\0\0"
# Attributes and elements of XMP that say where: EXIF's, IPTC's and Photoshop's.
_PLACES = (
    r"(?:exif:GPS\w+|photoshop:(?:City|State|Country)|Iptc4xmpCore:(?:Location|CountryCode)"
    r"|Iptc4xmpExt:Location(?:Created|Shown))"
)
_XMP_ELEMENT = re.compile(rf"<({_PLACES})\b[^>]*?(?:/>|>.*?</\1>)".encode(), re.DOTALL)
_XMP_ATTRIBUTE = re.compile(rf"\s{_PLACES}=(?:\"[^\"]*\"|'[^']*')".encode())


def without_metadata(carried: Carried) -> Carried:
    """Without EXIF, XMP, IPTC and comments; profile and resolution stay, for they say how it looks."""
    return replace(carried, exif=None, xmp=None, iptc=None, fields=())


def without_location(carried: Carried) -> Carried:
    """Without where it was taken. IPTC's old block goes whole: its places have no one form."""
    fields = tuple(field for field in carried.fields if not _GPS_FIELD.match(field[0]))
    xmp = _XMP_ATTRIBUTE.sub(b"", _XMP_ELEMENT.sub(b"", carried.xmp)) if carried.xmp else None
    return replace(carried, exif=_exif_without_gps(carried.exif), xmp=xmp, iptc=None, fields=fields)


def _exif_without_gps(exif: bytes | None) -> bytes | None:
    if not exif:
        return None
    tags = Image.Exif()
    try:
        tags.load(exif)
        if _GPS_DIRECTORY not in tags:
            return exif
        del tags[_GPS_DIRECTORY]
        return _EXIF_MARK + tags.tobytes().removeprefix(_EXIF_MARK)
    except (SyntaxError, ValueError, KeyError, OSError):
        return None  # nobody can say what is in it
