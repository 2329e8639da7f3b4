"""The one door between GIMP's pixels and bytes.

A colour picture with a profile of its own travels in that profile, and the profile with it; without one, and when
grey, it travels as sRGB. Only encodings that babl surely knows are named here: an unknown name would end the process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..bridge import PixelPlanes
from .libraries import Babl, Gegl

ENCODINGS = {"GREY": "Y'", "GREYA": "Y'A", "RGB": "R'G'B'", "RGBA": "R'G'B'A"}
DEPTHS = {"u8": "u8", "u16": "u16", "f32": "float"}
EIGHT_BITS = range(
    150, 200
)  # Gimp.Precision counts in steps of 50: 8-bit linear 100, non-linear 150, perceptual 175
WHOLE_NUMBERS = 500  # from here on half, float and double
STRIP_ROWS = 512
OPAQUE = {"u8": b"\xff", "u16": b"\xff\xff", "f32": b"\x00\x00\x80\x3f"}


@dataclass(frozen=True)
class Encoding:
    """How a drawable's pixels travel: `mode` and `depth` as in Planes, `format` babl's name, `icc` None for sRGB."""

    mode: str
    depth: str
    format: str
    icc: bytes | None = None


def depth_of(precision: int) -> str:
    """The depth that loses nothing of `Gimp.Precision`; 8-bit linear needs 16 once it is sRGB-encoded."""
    if precision in EIGHT_BITS:
        return "u8"
    return "u16" if precision < WHOLE_NUMBERS else "f32"


def encoding_of(drawable: Any, image: Any, alpha: bool | None = None) -> Encoding:
    """How this drawable travels; `alpha` False leaves its alpha behind."""
    with_alpha = drawable.has_alpha() if alpha is None else alpha
    mode = ("GREY" if drawable.is_gray() else "RGB") + "A" * with_alpha
    depth = depth_of(int(image.get_precision()))
    plain = f"{ENCODINGS[mode]} {DEPTHS[depth]}"
    profile = image.get_color_profile()
    if profile is None or not drawable.is_rgb() or drawable.is_indexed():
        return Encoding(mode, depth, plain)
    space = Babl.format_get_space(drawable.get_format())
    named = Babl.get_name(Babl.format_with_space(plain, space))
    return Encoding(mode, depth, named, bytes(profile.get_icc_profile()))


def read(drawable: Any, image: Any, box: tuple) -> PixelPlanes:
    """The pixels of a box (x, y, width, height, in the drawable's own pixels); alpha that hides nothing is left out."""
    planes = _read(drawable, image, box, None)
    if planes.mode.endswith("A") and is_opaque(planes.data, planes.mode, planes.depth):
        return _read(drawable, image, box, False)
    return planes


def _read(drawable: Any, image: Any, box: tuple, alpha: bool | None) -> PixelPlanes:
    encoding = encoding_of(drawable, image, alpha)
    data = drawable.get_buffer().get(Gegl.Rectangle.new(*box), 1.0, encoding.format, Gegl.AbyssPolicy.NONE)
    dpi = image.get_resolution()[-1]
    return PixelPlanes(box[2], box[3], encoding.mode, encoding.depth, data, encoding.icc, 0, dpi)


def alpha_bytes(data: bytes, mode: str, depth: str) -> list:
    """The bytes of alpha alone, one list item for each byte of a value."""
    size = len(OPAQUE[depth])
    step = size * (4 if mode == "RGBA" else 2)
    return [data[step - size + at :: step] for at in range(size)]


def is_opaque(data: bytes, mode: str, depth: str) -> bool:
    """Whether alpha hides nothing."""
    columns = zip(alpha_bytes(data, mode, depth), OPAQUE[depth])
    return all(column.count(value) == len(column) for column, value in columns)


def is_empty(planes: PixelPlanes) -> bool:
    """Whether nothing at all is to be seen."""
    if not planes.mode.endswith("A"):
        return False
    return not any(column.strip(b"\x00") for column in alpha_bytes(planes.data, planes.mode, planes.depth))


def read_mask(drawable: Any, box: tuple) -> bytes:
    """Channel or selection as it was written, 0 … 255, in a box of the image's pixels; outside of it nothing is chosen.

    8-bit channels are gamma-encoded, deeper ones and the selection are linear: read as they are, 128 stays 128.
    """
    gamma = Babl.get_name(drawable.get_format()).startswith("Y'")
    rectangle = Gegl.Rectangle.new(*box)
    return drawable.get_buffer().get(rectangle, 1.0, "Y' u8" if gamma else "Y u8", Gegl.AbyssPolicy.NONE)


def write_mask(drawable: Any, width: int, height: int, data: bytes) -> None:
    """What `read_mask` read of a selection, into a grey layer of an 8-bit linear image."""
    buffer = drawable.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, width, height), "Y u8", data)
    buffer.flush()


def copy_all(drawable: Any, to: Any) -> None:
    """All pixels of a drawable into another of the same size."""
    whole = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    buffer = to.get_buffer()
    drawable.get_buffer().copy(whole, Gegl.AbyssPolicy.NONE, buffer, whole)
    buffer.flush()


class Sheet:
    """Pixels in memory of the plug-in alone, so that nothing is left where it is killed."""

    def __init__(self, planes: PixelPlanes, source: Any, image: Any, size: tuple) -> None:
        """Encoded as `planes`, which were read from `source` of `image`; `size` is width and height."""
        self.width, self.height = size
        self.mode, self.depth = planes.mode, planes.depth
        self.format = encoding_of(source, image, planes.mode.endswith("A")).format
        self.buffer = Gegl.Buffer.new(self.format, 0, 0, self.width, self.height)

    def write(self, y: int, rows: int, data: bytes) -> None:
        """Whole rows from `y` on."""
        self.buffer.set(Gegl.Rectangle.new(0, y, self.width, rows), self.format, data)

    def shrunk(self, box: tuple, share: float) -> bytes:
        """A box (x, y, width, height) of what it is at this share (below 1) of its size, each pixel a mean."""
        return self.buffer.get(Gegl.Rectangle.new(*box), share, self.format, Gegl.AbyssPolicy.CLAMP)

    def copy_to(self, buffer: Any, box: tuple, at: tuple) -> None:
        """Its box (x, y, width, height) to (x, y) of a drawable's buffer, which takes care of the precision."""
        x, y, width, height = box
        for row in range(0, height, STRIP_ROWS):
            rows = min(STRIP_ROWS, height - row)
            piece = Gegl.Rectangle.new(x, y + row, width, rows)
            into = Gegl.Rectangle.new(at[0], at[1] + row, width, rows)
            self.buffer.copy(piece, Gegl.AbyssPolicy.NONE, buffer, into)
        buffer.flush()


class TargetDrawable(Sheet):
    """The target on its way."""

    def __init__(self, planes: PixelPlanes, source: Any, image: Any, size: tuple) -> None:
        super().__init__(planes, source, image, size)
        self.record: dict[str, Any] = {}  # how it came about, as the engine tells
        self.original: Sheet | None = None  # what a new image holds below it
