"""What files say besides pixels: taken from the source, given to the target."""

from __future__ import annotations

import io
import re
import struct
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyvips
from PIL import Image

from core.geometry import Size
from core.image.containers import segment_of
from core.image.formats import format_for
from core.image.picture import Carried
from core.image.vips import blob, set_blob
from core.image.xmp import Becomes, packet

if TYPE_CHECKING:
    from core.image.formats import SaveOptions


_BLOBS = {"icc": "icc-profile-data", "exif": "exif-data", "xmp": "xmp-data", "iptc": "iptc-data"}
_DROPPED = ("exif-ifd0-Orientation", "exif-ifd1-")  # turned already; a thumbnail of the source
_SOFTWARE = "exif-ifd0-Software"
_UNKNOWN_DPI = (72.0, 72.0)
JPEG_SEGMENT_BYTES = 65_000


def gather_metadata(image: pyvips.Image) -> Carried:
    """Everything but format, colours and depth."""
    blobs: dict[str, Any] = {key: blob(image, name) for key, name in _BLOBS.items()}
    named = {name: _text(image, name) for name in image.get_fields() if name.startswith("exif-ifd")}
    texts = {name: text for name, text in named.items() if text is not None}
    blobs["exif"] = without_thumbnail(blobs["exif"])
    fields = tuple((name, text) for name, text in texts.items() if not name.startswith(_DROPPED))
    return Carried(fields=fields, dpi=_dpi(image, texts), **blobs)


def _text(image: pyvips.Image, name: str) -> str | None:
    """A field's text; None where a damaged file has put no text there."""
    try:
        return str(image.get(name))
    except UnicodeDecodeError:
        return None


def attach_metadata(
    image: pyvips.Image, carried: Carried, icc: bytes | None, options: SaveOptions
) -> pyvips.Image:
    """The image with what libvips writes, upright; a JPEG's XMP and all IPTC are `core.image.containers`' matter."""
    across, down = carried.dpi or _UNKNOWN_DPI
    image = image.copy(xres=across / 25.4, yres=down / 25.4)
    blobs = {"icc": icc, "exif": carried.exif, "xmp": target_xmp(carried, options, size_of(image))}
    if format_for(options.suffix).name == "jpeg":
        blobs |= {"xmp": None, "iptc": segment_of(carried.iptc) if carried.iptc else None}
    for key, data in blobs.items():
        if data:
            set_blob(image, _BLOBS[key], data)
    for name, text in _fields(carried, options):
        image.set_type(pyvips.GValue.gstr_type, name, text)
    image.set_type(pyvips.GValue.gstr_type, "resolution-unit", "in")
    image.set_type(pyvips.GValue.gint_type, "orientation", 1)
    return image


def target_xmp(carried: Carried, options: SaveOptions, size: Size) -> bytes | None:
    """The packet of a target of this size."""
    return packet(carried.xmp, options, Becomes(carried.orientation, size))


def size_of(image: pyvips.Image) -> Size:
    """Width and height."""
    return Size(image.width, image.height)


def without_thumbnail(exif: bytes | None) -> bytes | None:
    """An EXIF block whose first directory names no second one: that is a small picture of the source."""
    if not exif or not exif.startswith(_EXIF_MARK):
        return exif
    order = {b"II": "<", b"MM": ">"}.get(exif[6:8])
    try:
        at = 6 + struct.unpack_from(f"{order}L", exif, 10)[0]
        end = at + 2 + 12 * struct.unpack_from(f"{order}H", exif, at)[0]
    except struct.error:
        return exif
    return exif[:end] + bytes(4) + exif[end + 4 :] if end + 4 <= len(exif) else exif


def with_exif(exif: bytes) -> pyvips.Image:
    """One pixel that carries an EXIF block, taken apart by libvips."""
    file = io.BytesIO()
    Image.new("L", (1, 1)).save(file, "JPEG", exif=exif)
    return pyvips.Image.jpegload_buffer(file.getvalue())


def _fields(carried: Carried, options: SaveOptions) -> list[tuple[str, str]]:
    """The source's texts; the program's name where there is a block of the camera's that does not name another."""
    fields = [field for field in carried.fields if "Resolution" not in field[0]]
    if carried.has_exif and options.software and all(name != _SOFTWARE for name, _ in fields):
        fields.append((_SOFTWARE, options.software))
    return fields


def _dpi(image: pyvips.Image, texts: dict[str, str]) -> tuple[float, float] | None:
    """Libvips says 1 pixel per mm where it knows nothing; some of its readers do not look into EXIF."""
    if abs(image.xres - 1) > 1e-9 or abs(image.yres - 1) > 1e-9:
        return image.xres * 25.4, image.yres * 25.4
    centimetres = texts.get("exif-ifd0-ResolutionUnit", "").startswith("3")
    across, down = (_rational(texts.get(f"exif-ifd0-{axis}Resolution", "")) for axis in "XY")
    factor = 2.54 if centimetres else 1.0
    return (across * factor, down * factor) if across and down else None


def _rational(text: str) -> float:
    found = re.match(r"(\d+)/([1-9]\d*)", text)
    return float(Fraction(int(found[1]), int(found[2]))) if found else 0.0


# What a picture says about people: taken out of what the target gives back, where the user wants that.

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
    return replace(carried, exif=None, xmp=None, iptc=None, fields=(), comments=(), texts=())


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
