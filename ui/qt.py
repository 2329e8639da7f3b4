"""The one door between numpy and QImage. Every answer owns its pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QColorSpace, QImage, QImageWriter

from core.errors import OutputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FORMATS = {3: QImage.Format.Format_RGB888, 4: QImage.Format.Format_RGBA8888}


def image_from_array(array: NDArray[np.uint8]) -> QImage:
    """A picture of (H, W, 3) RGB or (H, W, 4) straight RGBA, 8 bits."""
    pixels = np.ascontiguousarray(array, np.uint8)
    height, width, bands = pixels.shape
    return QImage(pixels.data, width, height, width * bands, _FORMATS[bands]).copy()


def image_from_argb(array: NDArray[np.uint32]) -> QImage:
    """A picture of (H, W) premultiplied 0xAARRGGBB words."""
    pixels = np.ascontiguousarray(array, np.uint32)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied).copy()


def argb_canvas(width: int, height: int) -> tuple[QImage, NDArray[np.uint32]]:
    """A clear premultiplied picture, and its (height, width) words: writing there changes the picture.

    The words live only as long as the picture does.
    """
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    words = np.frombuffer(image.bits(), np.uint32).reshape(height, image.bytesPerLine() // 4)
    return image, words[:, :width]


def array_from_image(image: QImage) -> NDArray[np.uint8]:
    """(H, W, 4) uint8 straight RGBA of any picture."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    return rows[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4).copy()


def array16_from_image(image: QImage) -> NDArray[np.uint16]:
    """(H, W, 4) uint16 straight RGBA of any picture, so that a deep one loses nothing."""
    plain = image.convertToFormat(QImage.Format.Format_RGBA64)
    rows = np.frombuffer(plain.constBits(), np.uint16).reshape(plain.height(), plain.bytesPerLine() // 2)
    return rows[:, : 4 * plain.width()].reshape(plain.height(), plain.width(), 4).copy()


def image_from_mask(mask: NDArray[np.bool_], colour: QColor) -> QImage:
    """The colour where a (H, W) mask is set, nothing elsewhere."""
    word = premultiply(colour)
    return image_from_argb(np.where(mask, np.uint32(word), np.uint32(0)))


def premultiply(colour: QColor) -> int:
    """The 0xAARRGGBB word of a colour, as `image_from_argb` takes it."""
    alpha = colour.alpha()
    red, green, blue = (round(part * alpha / 255) for part in (colour.red(), colour.green(), colour.blue()))
    return alpha << 24 | red << 16 | green << 8 | blue


def png_bytes(array: NDArray[np.uint8] | NDArray[np.uint16], icc: bytes | None = None) -> bytes:
    """(H, W, 3|4) straight RGB(A) of 8 or 16 bits as a PNG of the same depth; OutputError where Qt cannot."""
    deep = array.dtype == np.uint16
    image = _image64(array) if deep else image_from_array(np.asarray(array, np.uint8))
    if icc:
        image.setColorSpace(QColorSpace.fromIccProfile(QByteArray(icc)))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise OutputError("The picture could not be packed as PNG.", "Save it from its own program.")
    return bytes(buffer.data().data())


def _image64(array: NDArray[np.generic]) -> QImage:
    """The same for 16 bits, which Qt keeps with an alpha only."""
    height, width, bands = array.shape
    pixels = np.full((height, width, 4), 65535, np.uint16)
    pixels[..., :bands] = array
    kind = QImage.Format.Format_RGBA64 if bands == 4 else QImage.Format.Format_RGBX64
    return QImage(pixels.data, width, height, 8 * width, kind).copy()


def image_from_bgra(array: NDArray[np.uint8], opaque: bool) -> QImage:
    """(H, W, 4) premultiplied BGRA, the order that screens like best; `opaque` says that alpha is not looked at."""
    pixels = np.ascontiguousarray(array, np.uint8)
    height, width = pixels.shape[:2]
    kind = QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, kind).copy()
