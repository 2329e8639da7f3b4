"""The ledger of loss: what a source brought, against what its target holds when it is read again.

The only place that compares the two; whoever writes a target says each of these sentences once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.image.containers import iim_of, keyword, resources_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.image.picture import Carried

_MOST_NAMED = 4
# What is set anew on purpose, or only says how a file is laid out.
_SET_ANEW = (
    "Orientation", "PixelXDimension", "PixelYDimension", "ImageWidth", "ImageLength", "Software", "YCbCrPositioning",
    "YCbCrSubSampling", "XResolution", "YResolution", "ResolutionUnit", "BitsPerSample", "Compression", "StripOffsets",
    "SamplesPerPixel", "RowsPerStrip", "StripByteCounts", "PlanarConfiguration", "PhotometricInterpretation",
    "ComponentsConfiguration", "ExifVersion", "FlashPixVersion", "FlashpixVersion", "NewSubfileType", "Predictor",
    "ExtraSamples", "SampleFormat", "TileWidth", "TileLength", "PageNumber",
)  # fmt: skip


def losses_of(source: Carried, target: Carried, name: str) -> tuple[str, ...]:
    """A sentence for each thing that the target, a file of the format `name`, does not hold."""
    return tuple(_told(source, target, name.upper()))


def _told(source: Carried, target: Carried, name: str) -> Iterator[str]:
    yield from _colours(source, target, name)
    yield from _words(source, target, name)
    if source.dpi and not target.dpi:
        yield f"{name} does not say how many pixels an inch has ({source.dpi[0]:.0f})."


def _colours(source: Carried, target: Carried, name: str) -> Iterator[str]:
    if source.kind == "cmyk" and target.kind != "cmyk":
        yield f"{name} keeps no CMYK here: the colours are RGB."
    if source.extra and target.extra != source.extra:
        yield f"{name} has no place for {_counted(len(source.extra), 'channel', 'channels')} of data."
    if source.icc and source.kind == target.kind and target.icc != source.icc:
        yield f"{name} does not keep the colour profile."


def _words(source: Carried, target: Carried, name: str) -> Iterator[str]:
    missing = _entries(source) - _entries(target)
    if missing:
        yield f"{name} does not keep {_counted(len(missing), 'entry', 'entries')} of EXIF: {_named(missing)}."
    if source.xmp and not target.xmp:
        yield f"{name} does not keep XMP."
    if source.iptc and iim_of(source.iptc) != iim_of(target.iptc or b""):
        yield f"{name} has no place for IPTC."
    elif source.iptc and resources_of(source.iptc) != resources_of(target.iptc or b""):
        yield f"{name} has no place for Photoshop's image resources."
    comments = [text for text in source.comments if text not in _texts(target)]
    if comments:
        yield f"{name} has no place for {_counted(len(comments), 'comment', 'comments')}."
    texts = {keyword(block).decode("latin-1") for block in source.texts if block not in target.texts}
    if texts:
        yield f"{name} has no place for {_counted(len(texts), 'text', 'texts')}: {_named(texts)}."


def _entries(carried: Carried) -> set[str]:
    names = {field.rpartition("-")[2] for field, _ in carried.fields}
    return {name for name in names if name not in _SET_ANEW and not name.startswith("0x")}


def _texts(carried: Carried) -> str:
    """All that stands in comments and texts."""
    return "\n".join([*carried.comments, *(data.decode("utf-8", "replace") for _, data in carried.texts)])


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _named(names: set[str]) -> str:
    shown = sorted(names)
    return ", ".join(shown[:_MOST_NAMED]) + (" …" if len(shown) > _MOST_NAMED else "")
