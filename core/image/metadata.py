"""What files say besides pixels: taken from the source, given to the target."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, unescape

import pyvips
from PIL import Image

from core.image.picture import Carried
from core.image.vips import blob, set_blob

if TYPE_CHECKING:
    from core.image.formats import SaveOptions


# The XMP packet: the source's own, with this program's words added in the namespace `su:`.

NAMESPACE = "https://semantic-upscale.github.io/ns/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
_OURS = re.compile(
    rf'<rdf:Description\b[^>]*"{re.escape(NAMESPACE)}"[^>]*>.*?</rdf:Description>\s*', re.DOTALL
)
_RECORD = re.compile(r"<su:record>(.*?)</su:record>", re.DOTALL)
_SOURCE = re.compile(r"<su:source>([0-9a-f]{64})</su:source>")
_RECORDED_SOURCE = re.compile(r'"source":\{[^{}]*"sha256":"([0-9a-f]{64})"')
_TURNED = re.compile(r"(tiff:Orientation(?:=[\"']|>))\d")
_EMPTY = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}"></rdf:RDF></x:xmpmeta>'


def packet(xmp: bytes | None, options: SaveOptions) -> bytes | None:
    """The source's packet, upright, with record, software and label; None where there is nothing to say."""
    said = _said(options)
    text = _usable(xmp)
    if text is None and not said:
        return None
    text = _TURNED.sub(r"\g<1>1", _OURS.sub("", text or _EMPTY))
    before, end, after = text.rpartition("</rdf:RDF>")
    return (before + said + end + re.sub(r"\s{64,}", "\n", after)).encode()


def record_in(xmp: bytes) -> str | None:
    """The record that `packet` put in, or None."""
    found = _RECORD.search(xmp.decode("utf-8", "replace"))
    return unescape(found[1]) if found else None


def source_in(xmp: bytes) -> str | None:
    """The SHA-256 of the source that `packet` put in, or that a record of 0.1.0 holds; None where there is none."""
    found = _SOURCE.search(xmp.decode("utf-8", "replace"))
    found = found or _RECORDED_SOURCE.search(record_in(xmp) or "")
    return found[1] if found else None


def _usable(xmp: bytes | None) -> str | None:
    """The packet as text if something can be put into it."""
    text = (xmp or b"").rstrip(b"\0").decode("utf-8", "replace")
    return text if "</rdf:RDF>" in text else None


def _said(options: SaveOptions) -> str:
    """Our own description, or nothing."""
    parts = []
    if options.source_sha256:
        parts.append(f"<su:source>{options.source_sha256}</su:source>")
    if options.software and (options.record or options.invented):
        parts.append(f"<su:software>{escape(options.software)}</su:software>")
    if options.record:
        parts.append(f"<su:record>{escape(options.record)}</su:record>")
    if options.invented:
        parts.append(f"<Iptc4xmpExt:DigitalSourceType>{_SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>")
    names = f'xmlns:rdf="{_RDF}" xmlns:su="{NAMESPACE}" xmlns:Iptc4xmpExt="{_IPTC}"'
    return f'<rdf:Description rdf:about="" {names}>{"".join(parts)}</rdf:Description>' if parts else ""


_BLOBS = {"icc": "icc-profile-data", "exif": "exif-data", "xmp": "xmp-data", "iptc": "iptc-data"}
_DROPPED = ("exif-ifd0-Orientation", "exif-ifd1-")  # turned already; a thumbnail of the source
_SOFTWARE = "exif-ifd0-Software"
_UNKNOWN_DPI = (72.0, 72.0)
JPEG_SEGMENT_BYTES = 65_000


def gather_metadata(image: pyvips.Image) -> Carried:
    """Everything but format, colours and depth."""
    blobs: dict[str, Any] = {key: blob(image, name) for key, name in _BLOBS.items()}
    texts = {
        name: str(image.get(name))
        for name in image.get_fields()
        if name.startswith(("exif-ifd", "png-comment-"))
    }
    fields = tuple((name, text) for name, text in texts.items() if not name.startswith(_DROPPED))
    return Carried(fields=fields, dpi=_dpi(image, texts), **blobs)


def attach_metadata(
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
