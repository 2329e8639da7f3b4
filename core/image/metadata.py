"""What files say besides pixels: taken from the source, given to the target."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pyvips
from PIL import Image

from core.image.picture import Carried
from core.image.vips import blob, set_blob
from core.image.xmp import packet

if TYPE_CHECKING:
    from core.image.formats import SaveOptions

_BLOBS = {"icc": "icc-profile-data", "exif": "exif-data", "xmp": "xmp-data", "iptc": "iptc-data"}
_DROPPED = ("exif-ifd0-Orientation", "exif-ifd1-")  # turned already; a thumbnail of the source
_SOFTWARE = "exif-ifd0-Software"
_UNKNOWN_DPI = (72.0, 72.0)
JPEG_SEGMENT_BYTES = 65_000


def gathered(image: pyvips.Image) -> Carried:
    """Everything but format, colours and depth."""
    blobs: dict[str, Any] = {key: blob(image, name) for key, name in _BLOBS.items()}
    texts = {
        name: str(image.get(name))
        for name in image.get_fields()
        if name.startswith(("exif-ifd", "png-comment-"))
    }
    fields = tuple((name, text) for name, text in texts.items() if not name.startswith(_DROPPED))
    return Carried(fields=fields, dpi=_dpi(image, texts), **blobs)


def attached(
    image: pyvips.Image, carried: Carried, icc: bytes | None, options: SaveOptions
) -> tuple[pyvips.Image, tuple[str, ...]]:
    """The image with all of it, upright, and sentences on what found no room."""
    xmp, notices = _fitting_xmp(carried, options)
    across, down = carried.dpi or _UNKNOWN_DPI
    image = image.copy(xres=across / 25.4, yres=down / 25.4)
    blobs = {"icc": icc, "exif": carried.exif, "xmp": xmp, "iptc": carried.iptc}
    for key, data in blobs.items():
        if data:
            set_blob(image, _BLOBS[key], data)
    for name, text in _fields(carried, options):
        image.set_type(pyvips.GValue.gstr_type, name, text)
    image.set_type(pyvips.GValue.gstr_type, "resolution-unit", "in")
    image.set_type(pyvips.GValue.gint_type, "orientation", 1)
    return image, notices


def with_exif(exif: bytes) -> pyvips.Image:
    """One pixel that carries an EXIF block, taken apart by libvips."""
    file = io.BytesIO()
    Image.new("L", (1, 1)).save(file, "JPEG", exif=exif)
    return pyvips.Image.jpegload_buffer(file.getvalue())


def _fields(carried: Carried, options: SaveOptions) -> list[tuple[str, str]]:
    """The source's texts; the program's name only where the camera has not put its own."""
    fields = [field for field in carried.fields if "Resolution" not in field[0]]
    if options.software and all(name != _SOFTWARE for name, _ in fields):
        fields.append((_SOFTWARE, options.software))
    return fields


def _fitting_xmp(carried: Carried, options: SaveOptions) -> tuple[bytes | None, tuple[str, ...]]:
    """One packet; JPEG's single segment may force out the source's own, and then the record."""
    xmp = packet(carried.xmp, options)
    if (
        options.suffix.lower() not in (".jpg", ".jpeg", ".jpe", ".jfif")
        or len(xmp or b"") <= JPEG_SEGMENT_BYTES
    ):
        return xmp, ()
    alone = packet(None, options)
    if alone and len(alone) <= JPEG_SEGMENT_BYTES:
        return alone, ("The source's XMP is too long for JPEG and was left out.",)
    without = packet(carried.xmp, replace(options, record=None))
    return without, ("The record of this run is too long for JPEG and was left out.",)


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
