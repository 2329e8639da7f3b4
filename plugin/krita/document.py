"""The door between Krita's pixels and bytes, for Krita's own thread and in short steps."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Callable

from krita import InfoObject, Krita

from .pixels import ALSO_SRGB, SRGB, Space, bands, mean_floats, sample_row
from .qt import QtCore, QtGui
from .translation import mark
from .words import Unfit

if TYPE_CHECKING:
    from collections.abc import Iterator

    import krita


MASKS = (
    "transparencymask",
    "filtermask",
    "transformmask",
    "selectionmask",
    "colorizemask",
    "localselectionmask",
)
PAINTED = ("paintlayer",)
SIGHT = Space("RGBA", "U8", SRGB)


def space_of(thing: krita.Document | krita.Node) -> Space:
    """The colour space of a document or layer."""
    return Space(thing.colorModel(), thing.colorDepth(), thing.colorProfile())


def pixels_of(node: krita.Node) -> Callable[..., Any]:
    """How the node's pixels are read: what it shows, its masks applied; a group, vector or fill has no others."""
    plain = node.type() in PAINTED and not any(child.type() in MASKS for child in node.childNodes())
    return node.pixelData if plain else node.projectionPixelData


def read_band(read: Callable[..., Any], box: tuple[int, int, int, int], space: Space) -> bytes:
    """Rows as Krita has them. Unfit where it gives none, as for a layer that was just removed."""
    data = bytes(read(*box))
    if len(data) != box[2] * box[3] * space.pixel_bytes:
        raise Unfit(
            mark("Krita gave no pixels for this layer."), mark("Choose a paint layer, or the whole picture.")
        )
    return data


def read_all(
    document: krita.Document, read: Callable[..., Any], box: tuple[int, int, int, int], space: Space
) -> Iterator[bytes | bytearray]:
    """The pixels of a box in the order of the engine, band by band: short steps for Krita's own thread."""
    left, top, width, height = box
    for y, rows in bands(height, width * space.pixel_bytes):
        data = read_band(read, (left, top + y, width, rows), space)
        yield convert_rows(document, data, (width, rows), space, space.travel)


def convert_rows(
    document: krita.Document, data: bytes | bytearray, size: tuple[int, int], before: Space, after: Space
) -> bytes | bytearray:
    """Rows in another colour space, by Krita's own conversion on a layer that never joins the document."""
    if before == after:
        return data
    node = document.createNode("conversion", "paintlayer")
    into(node, before)
    write_rows(node, data, (0, 0, *size), before)
    into(node, after)
    return read_band(node.pixelData, (0, 0, *size), after)


def into(node: krita.Node, space: Space) -> None:
    """Change the layer's colour space where it is another one."""
    if space_of(node) != space:
        node.setColorSpace(space.model, space.depth, space.profile)


def write_rows(
    node: krita.Node, data: bytes | bytearray, box: tuple[int, int, int, int], space: Space
) -> None:
    """Write rows; ValueError where they do not fit, which older Kritas would silently ignore."""
    if len(data) != box[2] * box[3] * space.pixel_bytes:
        raise ValueError(f"{len(data)} bytes are no {box[2]}×{box[3]} pixels of {space.model} {space.depth}")
    node.setPixelData(QtCore.QByteArray(data), *box)


def image_of(data: bytes | bytearray, size: tuple[int, int]) -> Any:
    """Rows of SIGHT as an image of Qt's own memory."""
    form = QtGui.QImage.Format.Format_ARGB32  # blue first on the machines that Krita runs on
    return QtGui.QImage(bytes(data), *size, size[0] * 4, form).copy()


def small_image(document: krita.Document, size: tuple[int, int]) -> Any:
    """The document in small. Krita's own thumbnail of 4 MP holds its window up for seconds; a few rows do not."""
    width, height = document.width(), document.height()
    wide, high = (min(full, side) for full, side in zip((width, height), size))
    space, places = space_of(document), [(2 * x + 1) * width // (2 * wide) for x in range(wide)]
    lines = ((2 * y + 1) * height // (2 * high) for y in range(high))
    rows = (read_band(document.pixelData, (0, y, width, 1), space) for y in lines)
    data = b"".join(sample_row(row, places, space.pixel_bytes) for row in rows)
    image = image_of(convert_rows(document, data, (wide, high), space, SIGHT), (wide, high))
    keep, smooth = (
        QtCore.Qt.AspectRatioMode.IgnoreAspectRatio,
        QtCore.Qt.TransformationMode.SmoothTransformation,
    )
    return image.scaled(*size, keep, smooth)


def shrink_blocks(data: bytes, size: tuple[int, int], space: Space, factor: int = 4) -> bytes:
    """Whole blocks of `factor`² pixels averaged, in the order of the engine. For worker threads."""
    width, height = size
    if space.depth == "F32":  # Qt 5 has no image of floats, and would cut what is brighter than white
        return mean_floats(data, size, 4 if space.model == "RGBA" else 2, factor)
    if space.model == "GRAYA":
        return _shrunk_grey(data, size, space, factor)
    form = QtGui.QImage.Format.Format_RGBA8888 if space.depth == "U8" else QtGui.QImage.Format.Format_RGBA64
    image = QtGui.QImage(data, width, height, width * space.pixel_bytes, form)
    keep, smooth = (
        QtCore.Qt.AspectRatioMode.IgnoreAspectRatio,
        QtCore.Qt.TransformationMode.SmoothTransformation,
    )
    small = image.scaled(width // factor, height // factor, keep, smooth).convertToFormat(form)
    return _rows_of(small, width // factor * space.pixel_bytes)


def _shrunk_grey(data: bytes, size: tuple[int, int], space: Space, factor: int) -> bytes:
    """Through red, green and blue that are all the same grey."""
    step, one = space.pixel_bytes, space.pixel_bytes // 2
    wide = bytearray(len(data) * 2)
    for byte in range(step):
        for place in (byte,) if byte < one else ():
            for channel in range(3):
                wide[channel * one + place :: step * 2] = data[byte::step]
        if byte >= one:
            wide[2 * one + byte :: step * 2] = data[byte::step]
    small = shrink_blocks(bytes(wide), size, Space("RGBA", space.depth, space.profile), factor)
    grey = bytearray(len(small) // 2)
    for byte in range(step):
        grey[byte::step] = small[byte if byte < one else 2 * one + byte :: step * 2]
    return bytes(grey)


def stretch_mask(mask: bytes, size: tuple[int, int], target: tuple[int, int]) -> bytes:
    """A mask of one byte a pixel at another size, softly."""
    if size == target:
        return mask
    image = QtGui.QImage(mask, *size, size[0], QtGui.QImage.Format.Format_Grayscale8)
    keep, smooth = (
        QtCore.Qt.AspectRatioMode.IgnoreAspectRatio,
        QtCore.Qt.TransformationMode.SmoothTransformation,
    )
    grey = image.scaled(*target, keep, smooth).convertToFormat(QtGui.QImage.Format.Format_Grayscale8)
    return _rows_of(grey, target[0])


def _rows_of(image: Any, row_bytes: int) -> bytes:
    """The bytes of an image without what Qt adds at the end of a row."""
    bits = image.constBits()
    if hasattr(bits, "setsize"):
        bits.setsize(image.bytesPerLine() * image.height())
    data, stride = bytes(bits), image.bytesPerLine()
    return (
        data
        if stride == row_bytes
        else b"".join(data[y : y + row_bytes] for y in range(0, len(data), stride))
    )


# The bytes of a profile, of which Krita's scripts only tell the name.

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
        return embedded_profile(path.read_bytes()) if path.is_file() else None


def embedded_profile(png: bytes) -> bytes | None:
    """The profile inside a PNG file, None where there is none."""
    at = len(SIGNATURE)
    while at + 8 <= len(png):
        length, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        if kind == b"iCCP":
            body = png[at + 8 : at + 8 + length]
            return zlib.decompress(body[body.index(b"\0") + 2 :])
        at += 12 + length
    return None
