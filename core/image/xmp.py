"""The XMP packet: the source's own, with this program's words added in the namespace `su:`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, unescape

if TYPE_CHECKING:
    from core.image.formats import SaveOptions

NAMESPACE = "https://semantic-upscale.github.io/ns/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
_OURS = re.compile(
    rf'<rdf:Description\b[^>]*"{re.escape(NAMESPACE)}"[^>]*>.*?</rdf:Description>\s*', re.DOTALL
)
_RECORD = re.compile(r"<su:record>(.*?)</su:record>", re.DOTALL)
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


def _usable(xmp: bytes | None) -> str | None:
    """The packet as text if something can be put into it."""
    text = (xmp or b"").rstrip(b"\0").decode("utf-8", "replace")
    return text if "</rdf:RDF>" in text else None


def _said(options: SaveOptions) -> str:
    """Our own description, or nothing."""
    parts = []
    if options.software and (options.record or options.invented):
        parts.append(f"<su:software>{escape(options.software)}</su:software>")
    if options.record:
        parts.append(f"<su:record>{escape(options.record)}</su:record>")
    if options.invented:
        parts.append(f"<Iptc4xmpExt:DigitalSourceType>{_SOURCE_TYPE}</Iptc4xmpExt:DigitalSourceType>")
    names = f'xmlns:rdf="{_RDF}" xmlns:su="{NAMESPACE}" xmlns:Iptc4xmpExt="{_IPTC}"'
    return f'<rdf:Description rdf:about="" {names}>{"".join(parts)}</rdf:Description>' if parts else ""
