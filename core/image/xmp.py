"""The XMP packet of a target: the source's own, upright and of the new size, with this program's words in `su:`.

XMP (ISO 16684-1); the regions of faces by the Metadata Working Group's guidelines 2.0 §5.9 and by Microsoft's
People Tags. What is not understood stays as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.dom import minidom
from xml.parsers.expat import ExpatError
from xml.sax.saxutils import escape, unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.geometry import Size
    from core.image.formats import SaveOptions


NAMESPACE = "https://semantic-upscale.github.io/ns/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_NOTE = "http://ns.adobe.com/xmp/note/"
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
_OURS = re.compile(
    rf'<rdf:Description\b[^>]*"{re.escape(NAMESPACE)}"[^>]*>.*?</rdf:Description>\s*', re.DOTALL
)
_RECORD = re.compile(r"<su:record>(.*?)</su:record>", re.DOTALL)
_SOURCE = re.compile(r"<su:source>([0-9a-f]{64})</su:source>")
_RECORDED_SOURCE = re.compile(r'"source":\{[^{}]*"sha256":"([0-9a-f]{64})"')
_EMPTY = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}"></rdf:RDF></x:xmpmeta>'


def packet(xmp: bytes | None, options: SaveOptions, becomes: Becomes | None = None) -> bytes | None:
    """The source's packet, true of the target, with record, software and label; None where nothing is to say."""
    said = _said(options)
    text = _usable(xmp)
    if text is None and not said:
        return None
    text = follow_picture(_OURS.sub("", text or _EMPTY), becomes)
    before, end, after = text.rpartition("</rdf:RDF>")
    return (before + said + end + re.sub(r"\s{64,}", "\n", after)).encode()


def short_packet(options: SaveOptions, long: str) -> bytes:
    """This program's words, and the name (MD5) of the extended packet that holds everything."""
    said = (
        f'<rdf:Description rdf:about="" xmlns:xmpNote="{_NOTE}" xmpNote:HasExtendedXMP="{long}"/>'
        if long
        else ""
    )
    return _EMPTY.replace("</rdf:RDF>", said + _said(options) + "</rdf:RDF>").encode()


def record_in(xmp: bytes) -> str | None:
    """The record that `packet` put in, or None."""
    found = _RECORD.search(xmp.decode("utf-8", "replace"))
    return unescape(found[1]) if found else None


def source_in(xmp: bytes) -> str | None:
    """The SHA-256 of the source that `packet` put in, or that a record of 0.1.0 holds; None where there is none."""
    found = _SOURCE.search(xmp.decode("utf-8", "replace"))
    found = found or _RECORDED_SOURCE.search(record_in(xmp) or "")
    return found[1] if found else None


def merge_packets(standard: bytes | None, extended: bytes) -> bytes:
    """A JPEG's standard packet with the descriptions of its extended one, which it then no longer names."""
    whole = extended.decode("utf-8", "replace")
    inner = re.search(r"<rdf:RDF\b[^>]*>(.*)</rdf:RDF>", whole, re.DOTALL)
    text = re.sub(r"\s*xmpNote:HasExtendedXMP=(\"[^\"]*\"|'[^']*')", "", _usable(standard) or _EMPTY)
    if inner is None or _foreign_names(whole):
        return extended
    return text.replace("</rdf:RDF>", inner[1] + "</rdf:RDF>").encode()


def _foreign_names(text: str) -> bool:
    """Whether names are declared where `merge_packets` would lose them: on the outer elements of a packet."""
    outer = "".join(re.findall(r"<(?:x:xmpmeta|rdf:RDF)\b[^>]*>", text))
    return bool(set(re.findall(r"xmlns:(\w+)=", outer)) - {"x", "rdf"})


def _usable(xmp: bytes | None) -> str | None:
    """The packet as text if something can be put into it."""
    text = (xmp or b"").rstrip(b"\0").decode("utf-8", "replace")
    return text if "</rdf:RDF>" in text else None


def _said(options: SaveOptions) -> str:
    """Our own description, or nothing."""
    parts = []
    if options.source_sha256:
        parts.append(f"<su:source>{options.source_sha256}</su:source>")
    if options.software:
        parts.append(f"<su:software>{escape(options.software)}</su:software>")
    if options.record:
        parts.append(f"<su:record>{escape(options.record)}</su:record>")
    if options.invented:
        parts.append(f"<Iptc4xmpExt:DigitalSourceType>{_SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>")
    names = f'xmlns:rdf="{_RDF}" xmlns:su="{NAMESPACE}" xmlns:Iptc4xmpExt="{_IPTC}"'
    return f'<rdf:Description rdf:about="" {names}>{"".join(parts)}</rdf:Description>' if parts else ""


# What of a packet follows the picture: its size, its turn, and where faces are.

_TIFF, _EXIF = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
_DIMENSIONS = "http://ns.adobe.com/xap/1.0/sType/Dimensions#"
_AREA = "http://ns.adobe.com/xmp/sType/Area#"
_PEOPLE = "http://ns.microsoft.com/photo/1.2/t/Region#"
_FOLLOWING = re.compile("|".join(map(re.escape, (_TIFF, _EXIF, _DIMENSIONS, _AREA, _PEOPLE))))
_WIDTHS = ((_TIFF, "ImageWidth"), (_EXIF, "PixelXDimension"), (_DIMENSIONS, "w"))
_HEIGHTS = ((_TIFF, "ImageLength"), (_TIFF, "ImageHeight"), (_EXIF, "PixelYDimension"), (_DIMENSIONS, "h"))


@dataclass(frozen=True)
class Becomes:
    """What became of the source: how its stored rows were turned (EXIF's orientation 1 … 8), the target's size."""

    orientation: int
    size: Size

    def middle(self, x: float, y: float) -> tuple[float, float]:
        """A place of the stored picture, as shares of its sides, in the upright one (EXIF 2.32, tag 274)."""
        if self.orientation >= 5:
            x, y = y, x
        mirrored = self.orientation in (2, 3, 6, 7)
        flipped = self.orientation in (3, 4, 7, 8)
        return (1 - x if mirrored else x), (1 - y if flipped else y)

    def extent(self, width: float, height: float) -> tuple[float, float]:
        """Sides as shares of the stored picture's, in the upright one."""
        return (height, width) if self.orientation >= 5 else (width, height)


def follow_picture(text: str, becomes: Becomes | None) -> str:
    """A packet that is true of the target; what is no XML, or declares entities, stays as it stands."""
    if becomes is None or "<!" in text or not _FOLLOWING.search(text):
        return text
    try:
        document = minidom.parseString(text.strip().lstrip("\ufeff").encode())  # noqa: S318  (no "<!": no entities)
    except (ExpatError, ValueError):
        return text
    for element in _elements(document):
        _follow(element, becomes)
    return "".join(node.toxml() for node in document.childNodes)


def _elements(node: minidom.Node) -> Iterator[minidom.Element]:
    for child in node.childNodes:
        if isinstance(child, minidom.Element):
            yield child
            yield from _elements(child)


def _follow(element: minidom.Element, becomes: Becomes) -> None:
    """Every property that stands on an element, as attribute or as child."""
    values = _Values(element)
    values.set(_TIFF, "Orientation", "1")
    for names, side in ((_WIDTHS, becomes.size.width), (_HEIGHTS, becomes.size.height)):
        for space, name in names:
            values.set(space, name, str(side))
    _pair(values, _AREA, ("x", "y"), becomes.middle)
    _pair(values, _AREA, ("w", "h"), becomes.extent)
    rectangle = _numbers(values.get(_PEOPLE, "Rectangle"))
    if len(rectangle) == 4:
        values.set(_PEOPLE, "Rectangle", ", ".join(f"{v:.6g}" for v in _turned(rectangle, becomes)))


def _turned(rectangle: list[float], becomes: Becomes) -> tuple[float, ...]:
    """Left, top, width and height as shares, in the upright picture."""
    left, top, width, height = rectangle
    x, y = becomes.middle(left + width / 2, top + height / 2)
    wide, high = becomes.extent(width, height)
    return x - wide / 2, y - high / 2, wide, high


def _pair(
    values: _Values, space: str, names: tuple[str, str], turn: Callable[[float, float], tuple[float, float]]
) -> None:
    found = [_numbers(values.get(space, name)) for name in names]
    if all(len(one) == 1 for one in found):
        for name, value in zip(names, turn(found[0][0], found[1][0]), strict=True):
            values.set(space, name, f"{value:.6g}")


def _numbers(text: str | None) -> list[float]:
    try:
        return [float(part) for part in (text or "").split(",") if part.strip()]
    except ValueError:
        return []


class _Values:
    """The simple properties of an element: attributes, and children that hold nothing but text."""

    def __init__(self, element: minidom.Element) -> None:
        self._element = element

    def get(self, space: str, name: str) -> str | None:
        """The text of one; None where there is none."""
        if self._element.hasAttributeNS(space, name):
            return self._element.getAttributeNS(space, name)
        text = self._text(space, name)
        return None if text is None else text.data

    def set(self, space: str, name: str, text: str) -> None:
        """Another text, where there is one."""
        attribute, held = self._element.getAttributeNodeNS(space, name), self._text(space, name)
        if attribute is not None:
            attribute.value = text
        if held is not None:
            held.data = text

    def _text(self, space: str, name: str) -> minidom.Text | None:
        for child in self._element.childNodes:
            if isinstance(child, minidom.Element) and (child.namespaceURI, child.localName) == (space, name):
                held = child.firstChild
                return held if len(child.childNodes) == 1 and isinstance(held, minidom.Text) else None
        return None
