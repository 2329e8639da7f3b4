"""Opening a file as a libvips image, and saying in a sentence why it cannot be opened."""

from __future__ import annotations

import importlib
import os
import re
import stat
import struct
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import pyvips
from PIL import Image

from core.errors import InputError
from core.geometry import Size
from core.image.cicp import named_profile
from core.image.colour import CHANNELS, Profile, fallback_cmyk, is_srgb, profile_from
from core.image.containers import EOI, lacks_end, read_extras
from core.image.formats import (
    BY_OPENCV,
    BY_PILLOW,
    FORMATS,
    RAW,
    Format,
    UnsupportedFormat,
    format_named,
    sniff,
    unsupported_format,
)
from core.image.metadata import gather_metadata, with_exif
from core.image.picture import Carried, Depth, Kind, Picture, fill_hidden
from core.image.planes import Planes, planes_for, strips, turn_planes
from core.image.tiff import exif_in_tiff, extra_samples, iptc_in_tiff, is_raw_tiff
from core.image.vips import field, quiet_vips, set_blob, vips_image, vips_name
from core.image.xmp import merge_packets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.geometry import Box


PIXEL_LIMIT = 2_000_000_000
MOST_AT_ONCE_PIXELS = 200_000_000
_PLAUSIBLE_PIXELS = 16_000_000


@dataclass(frozen=True)
class OpenFile:
    """A header that has been read; `image` decodes from top to bottom, once, not yet turned.

    `left_out` are sentences on pages that are not taken, `notices` on what else is worth saying.
    """

    path: Path
    image: pyvips.Image
    format: Format
    orientation: int
    left_out: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def stored(self) -> Size:
        """Width and height before turning."""
        return Size(self.image.width, self.image.height)

    @property
    def size(self) -> Size:
        """Width and height as seen."""
        stored = self.stored
        return Size(stored.height, stored.width) if self.orientation >= 5 else stored


def open_header(
    path: Path, pixel_limit: int = PIXEL_LIMIT, *, salvage: bool = False, page: int | None = None
) -> OpenFile:
    """Read the header. InputError where the file is missing, damaged, lying, too large or unknown.

    With `salvage` a file that is cut short decodes all the same, plain where nothing is there. `page` is one of its
    pages or frames, from 0; None is the first.
    """
    quiet_vips()
    chosen = _format_of(path)
    with decoding(path):
        image = _opened(path, chosen, pixel_limit, "none" if salvage else "error")
        if page and chosen.pages:
            image = pyvips.Operation.call(
                chosen.loader, vips_name(path), access="sequential", fail_on="error", page=page
            )
        pages = field(image, "n-pages", 1)
        turn = field(image, "orientation", 1)
    _check_size(path, image, chosen, pixel_limit)
    left_out = (f"It has {pages} pages; the first is taken.",) if pages > 1 and page is None else ()
    notices = (NO_END,) if chosen.name == "jpeg" and not salvage and lacks_end(path) else ()
    return OpenFile(path, image, chosen, turn if turn in range(1, 9) else 1, left_out, notices)


def page_count(path: Path) -> int:
    """How many pages or frames can be taken one by one. InputError as for `open_header`."""
    source = open_header(path)
    return int(field(source.image, "n-pages", 1)) if source.format.pages else 1


NO_END = "The file lacks its last bytes, but all rows are there."


def _opened(path: Path, chosen: Format, pixel_limit: int, fail_on: str) -> pyvips.Image:
    if chosen.loader in (BY_PILLOW, BY_OPENCV):
        return _by_other_library(path, chosen, pixel_limit)
    if chosen.name == "tiff" and is_raw_tiff(path):
        raise _not_read(path, RAW)
    if chosen.name == "jpeg" and fail_on == "error" and lacks_end(path):
        # It is whole all the same where only the mark of its end is missing; anything else is a warning then.
        whole = path.read_bytes() + bytes([0xFF, EOI])
        return pyvips.Image.jpegload_buffer(whole, access="sequential", fail_on="warning")
    return pyvips.Operation.call(chosen.loader, vips_name(path), access="sequential", fail_on=fail_on)


def _by_other_library(path: Path, chosen: Format, pixel_limit: int) -> pyvips.Image:
    """Pillow and OpenCV decode at once, so the size is looked at first."""
    if chosen.package:
        _need_package(path, chosen)
    try:
        with Image.open(path) as opened:
            size = Size(*opened.size)
            if size.area > min(pixel_limit, MOST_AT_ONCE_PIXELS):
                raise InputError(
                    f"“{path.name}” has {size} pixels, too many for {chosen.name.upper()} here.",
                    "Save it as TIFF or PNG, which are read in pieces.",
                )
            pixels = _by_opencv(path) if chosen.loader == BY_OPENCV else _by_pillow(opened)
            cmyk = opened.mode == "CMYK"
            told = {name: opened.info.get(key) for name, key in _TOLD.items()}
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise InputError(
            f"“{path.name}” is damaged, or of a kind of {chosen.name.upper()} that is not read here ({error}).",
            "Save it as PNG or TIFF in the program that it comes from.",
        ) from error
    deep = pixels.dtype == np.uint16
    space = {1: "b-w", 2: "b-w"}.get(pixels.shape[2], "rgb16" if deep else "srgb")
    image = vips_image(pixels, "cmyk" if cmyk else "grey16" if deep and pixels.shape[2] < 3 else space).copy()
    for name, data in told.items():
        if data:
            set_blob(image, name, data.encode() if isinstance(data, str) else data)
    return image


_TOLD = {
    "icc-profile-data": "icc_profile",
    "exif-data": "exif",
    "xmp-data": "xmp",
}  # libvips' words, Pillow's


def _need_package(path: Path, chosen: Format) -> None:
    """Give Pillow what it needs to read a format; InputError where that is not installed."""
    try:
        package = importlib.import_module(chosen.package)
    except ImportError as error:
        raise InputError(
            f"“{path.name}” is not supported here: {chosen.name.upper()} needs a package that is not installed.",
            f'Install it: pip install "semantic-upscale[{chosen.name}]". Or save the picture as PNG or TIFF.',
        ) from error
    register = getattr(package, "register_heif_opener", None)
    if register:
        register()


def _by_pillow(opened: Image.Image) -> np.ndarray:
    """(h, w, bands) uint8; palettes become colours."""
    if opened.mode in ("P", "PA"):
        opened = opened.convert("RGBA" if "transparency" in opened.info else "RGB")
    elif opened.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        opened = opened.convert("L" if opened.mode == "1" else "RGB")
    return np.atleast_3d(np.asarray(opened))


def _by_opencv(path: Path) -> np.ndarray:
    """(h, w, bands) uint8 or uint16, as stored; ValueError where it cannot be decoded."""
    pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise ValueError("no picture in it")
    pixels = np.atleast_3d(pixels)
    return np.ascontiguousarray(pixels[..., ::-1] if pixels.shape[2] == 3 else pixels)


def _not_read(path: Path, kind: UnsupportedFormat) -> InputError:
    preview = ""
    if kind is RAW:
        with suppress(OSError, SyntaxError, ValueError), Image.open(path) as opened:
            preview = f"; what others would enlarge is its preview of {opened.width}×{opened.height} pixels"
    return InputError(f"“{path.name}” is not supported: {kind.name}{preview}.", kind.advice)


# What libvips says of codings that none of its libraries decodes.
_CODINGS = (
    (re.compile(r"data precision 12"), "12-bit JPEG"),
    (re.compile(r"SOF type 0xc3|process.*0xc3|marker type 0xc3", re.IGNORECASE), "lossless JPEG"),
    (re.compile(r"data precision 16"), "lossless JPEG, 16-bit"),
    (re.compile(r"zstd|scheme 50000", re.IGNORECASE), "TIFF compressed by Zstandard"),
    (re.compile(r"scheme 34(?:887|888|925)|lerc|lzma", re.IGNORECASE), "TIFF compressed by LERC or LZMA"),
    (
        re.compile(r"not been built in: HEVC|(?:unsupported|unimplemented).*codec", re.IGNORECASE),
        "HEIC coded by HEVC",
    ),
)


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Turn libvips' errors into ours."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise InputError(
            f"“{path.name}” is damaged: it names something by no text.", "Take another copy."
        ) from error
    except pyvips.Error as error:
        reason = str(error.detail or error.message).strip().splitlines()
        coding = next((name for said, name in _CODINGS if said.search(" ".join(reason))), None)
        if coding:
            raise InputError(
                f"“{path.name}” is not supported: {coding}.",
                "Save it as PNG, 8-bit JPEG or deflated TIFF in the program that it comes from.",
            ) from error
        raise InputError(
            f"“{path.name}” is damaged or cut short ({reason[-1] if reason else 'no reason given'}).",
            "Open it in another program and save it again, or take another copy.",
        ) from error


def _format_of(path: Path) -> Format:
    head = _head(path)
    if not head:
        raise InputError(f"“{path}” is empty: it has zero bytes.", "Take another copy.")
    chosen = sniff(head)
    strange = unsupported_format(head, path.suffix if chosen is None or chosen.name == "tiff" else "")
    if strange:
        raise _not_read(path, strange)
    if chosen is None and path.suffix.lower() == ".tga":
        return format_named("tga")  # the one format here without a mark of its own
    if chosen is None:
        known = ", ".join(row.name.upper() for row in FORMATS)
        raise InputError(f"“{path.name}” is no picture of a format known here.", f"Known are {known}.")
    return chosen


def _head(path: Path) -> bytes:
    """The first bytes; the name decides nothing."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError(f"“{path}” is a folder, not a picture.", "Name a file in it.")
        if not stat.S_ISREG(mode):
            raise InputError(f"“{path}” is not a file.", "Name a picture file.")
        with path.open("rb") as file:
            return file.read(32)
    except FileNotFoundError as error:
        raise InputError(f"There is no file “{path}”.", "Check the name and the folder.") from error
    except PermissionError as error:
        raise InputError(f"“{path}” may not be read.", "Give yourself permission to read it.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"“{path}” cannot be read: {error}.") from error


def _check_size(path: Path, image: pyvips.Image, chosen: Format, pixel_limit: int) -> None:
    """Before anything is decoded, so that a lying header costs nothing."""
    size = Size(image.width, image.height)
    if size.area > pixel_limit:
        raise InputError(
            f"“{path.name}” says it has {size} pixels; {pixel_limit / 1e6:,.0f} megapixels are allowed.",
            "If that is right, raise the limit; if not, the file is damaged.",
        )
    most = (chosen.most_px_per_byte or size.area) * os.path.getsize(path)  # noqa: PTH202
    if size.area > max(_PLAUSIBLE_PIXELS, most):
        raise InputError(
            f"“{path.name}” says it has {size} pixels, more than its bytes can hold: it is damaged.",
            "Take another copy.",
        )


# From a file to a picture: decoded strip by strip, so that memory does not grow with the source.

_KINDS: dict[str, Kind] = {
    "b-w": "grey", "grey16": "grey", "cmyk": "cmyk",
    "srgb": "rgb", "rgb16": "rgb", "scrgb": "rgb", "rgb": "rgb",
}  # fmt: skip
OTHER_SPACES = ("lab", "labs", "labq", "lch", "xyz", "yxy", "hsv")
_DEPTHS: dict[str, Depth] = {"uchar": 8, "ushort": 16, "float": "float", "double": "float"}


@dataclass(frozen=True)
class FileDecoder:
    """How stored values become colour: `peak` stands for 1; without `profile` they are sRGB already.

    Values that are not finite become `largest`.
    """

    kind: Kind
    peak: float
    profile: Profile | None
    has_alpha: bool
    largest: float = float(np.finfo(np.float32).max)

    def colour(self, stored: np.ndarray) -> np.ndarray:
        """(h, w, bands) as stored → (h, w, 3) float32 sRGB-encoded."""
        device = stored[..., : CHANNELS[self.kind]]
        values = self._finite(device.astype(np.float32)) / np.float32(self.peak)
        if self.profile:
            return self.profile.srgb(values)
        return values if values.shape[2] == 3 else np.repeat(values, 3, axis=2)

    @property
    def device_bands(self) -> int:
        """Colours, and alpha."""
        return CHANNELS[self.kind] + self.has_alpha

    def alpha(self, stored: np.ndarray) -> np.ndarray:
        """(h, w, bands) as stored → (h, w, 1) float32 [0, 1]."""
        channel = CHANNELS[self.kind]
        return np.clip(self._share(stored[..., channel : channel + 1]), 0, 1)

    def inks(self, stored: np.ndarray) -> np.ndarray:
        """(h, w, bands) as stored → (h, w, 4) float32 [0, 1]."""
        return np.clip(self._share(stored[..., :4]), 0, 1)

    def data(self, stored: np.ndarray) -> np.ndarray:
        """(h, w, bands) as stored → (h, w, n) float32, what is neither colour nor alpha."""
        return self._share(stored[..., self.device_bands :])

    def _share(self, values: np.ndarray) -> np.ndarray:
        return self._finite(values.astype(np.float32)) / np.float32(self.peak)

    def _finite(self, values: np.ndarray) -> np.ndarray:
        most = self.largest
        return np.nan_to_num(values, copy=False, nan=most, posinf=most, neginf=most)


@dataclass(frozen=True)
class ReadOptions:
    """How a picture is read.

    | field | meaning |
    | --- | --- |
    | pixel_limit | larger ones are refused |
    | salvage | of a file that is cut short, what is there |
    | page | one of its pages or frames, from 0; None the first, the others being called left out |
    | keep_hidden | colour under zero alpha stays as it is: it is data, as in the textures of games |
    """

    pixel_limit: int = PIXEL_LIMIT
    salvage: bool = False
    keep_hidden: bool = False
    page: int | None = None


def open_picture(
    path: str | Path, scratch_folder: Path | None = None, how: ReadOptions | None = None
) -> Picture:
    """Read a picture, upright. Up to 16 megapixels it lies in memory, above in `scratch_folder` until closed.

    Values without a profile are taken as sRGB-encoded, floating-point ones too. InputError where the file is
    missing, damaged, unsupported or too large; OutputError where the scratch folder is full.
    """
    path, how = Path(path), how or ReadOptions()
    try:
        return _read(path, scratch_folder, replace(how, salvage=False))
    except InputError:
        if not how.salvage:
            raise
        picture = _read(path, scratch_folder, how)
        share = rows_there(picture.colour)
        if not share:
            picture.close()
            raise
    told = f"The file is cut short: {share:.0%} of its rows are there, the rest is plain."
    carried = replace(picture.carried, left_out=(*picture.carried.left_out, told))
    return replace(picture, carried=carried, notices=(*picture.notices, told))


def rows_there(colour: Planes) -> float:
    """The share of rows above the one colour in which a decoder leaves what it has not."""
    height, last = colour.size.height, None
    for strip in reversed(list(strips(colour.size))):
        rows = colour.read(strip)
        last = rows[-1, -1] if last is None else last
        there = np.flatnonzero((rows != last).any((1, 2)))
        if len(there):
            return (strip.y + int(there[-1]) + 1) / height
    return 0.0


def _read(path: Path, folder: Path | None, how: ReadOptions) -> Picture:
    source = open_header(path, how.pixel_limit, salvage=how.salvage, page=how.page)
    with decoding(path):
        image, kind = _plain(source.image, path)
        carried, notices = _carried(source, image, kind)
    decoder = _decoder(image, carried)
    if carried.depth == "float":
        decoder, repaired = _bounded(decoder, open_header(path, how.pixel_limit, page=how.page).image, path)
        notices += repaired
    with decoding(path):
        parts = _decoded(image, decoder, folder, how.keep_hidden)
    turn = partial(turn_planes, orientation=source.orientation)
    colour, alpha, inks, data = turn(parts.colour), *(part and turn(part) for part in parts[1:])
    told = carried.left_out + source.notices + notices
    return Picture(colour.size, colour, alpha, carried, told, inks, data)


@dataclass(frozen=True)
class Header:
    """What a picture's file says before anything is decoded; `size` is as seen, upright."""

    size: Size
    carried: Carried
    notices: tuple[str, ...]


def read_header(path: str | Path, *, pixel_limit: int = PIXEL_LIMIT) -> Header:
    """InputError as for `open_picture`, but for pixels that turn out to be damaged."""
    path = Path(path)
    source = open_header(path, pixel_limit)
    with decoding(path):
        image, kind = _plain(source.image, path)
        carried, notices = _carried(source, image, kind)
    return Header(source.size, carried, carried.left_out + source.notices + notices)


def stored_rows(image: pyvips.Image, boxes: Iterator[Box]) -> Iterator[tuple[Box, np.ndarray]]:
    """The stored values (h, w, bands) of boxes from top to bottom."""
    region = pyvips.Region.new(image)
    dtype = {"uchar": np.uint8, "ushort": np.uint16, "float": np.float32}[str(image.format)]
    for box in boxes:
        data = region.fetch(box.x, box.y, box.width, box.height)
        yield box, np.frombuffer(data, dtype).reshape(box.height, box.width, image.bands)


def _plain(image: pyvips.Image, path: Path) -> tuple[pyvips.Image, Kind]:
    """Grey, RGB or CMYK in 8 bits, 16 bits or float, whatever the file had."""
    if image.interpretation in OTHER_SPACES:
        image = image.colourspace("srgb" if image.format == "uchar" else "rgb16")
    if image.format not in _DEPTHS:
        raise InputError(f"“{path.name}” has pixels of type “{image.format}”.", "Save it with 8 or 16 bits.")
    guess: Kind = "rgb" if image.bands >= 3 else "grey"
    kind = _KINDS.get(str(image.interpretation), guess)
    if image.bands < CHANNELS[kind]:
        raise InputError(f"“{path.name}” has {image.bands} channels, too few for its colours.")
    return (image.cast("float") if image.format == "double" else image), kind


def read_carried(source: OpenFile) -> Carried:
    """What a file whose header was read brings along. InputError where it is damaged, or its colours are HDR."""
    with decoding(source.path):
        image, kind = _plain(source.image, source.path)
        return _carried(source, image, kind)[0]


def _carried(source: OpenFile, image: pyvips.Image, kind: Kind) -> tuple[Carried, tuple[str, ...]]:
    """What is given back, and what is not understood."""
    channels = CHANNELS[kind]
    has_alpha = image.bands > channels and not _is_data(source)
    data = image.bands - channels - has_alpha
    carried = _gathered(source, kind)
    if data:
        named = extra_samples(source.path)[has_alpha:] if source.format.name == "tiff" else ()
        carried = replace(carried, extra=(*named, *[0] * data)[:data])
    if source.image.interpretation in OTHER_SPACES:
        carried = replace(
            carried, left_out=(*carried.left_out, "The colours are given back as RGB, not as Lab.")
        )
    carried = replace(
        carried,
        format=source.format.name,
        kind=kind,
        depth=_DEPTHS[str(image.format)],
        has_alpha=has_alpha,
    )
    if carried.icc and profile_from(carried.icc, kind) is None:
        return replace(carried, icc=None), ("The colour profile does not fit the picture and is left out.",)
    return carried, ()


def _is_data(source: OpenFile) -> bool:
    """Whether a TIFF says that its first channel beside the colours is no alpha: a selection, a spot plate."""
    return source.format.name == "tiff" and extra_samples(source.path)[:1] == (0,)


def _gathered(source: OpenFile, kind: Kind = "rgb") -> Carried:
    """Metadata as libvips tells them, and what it does not tell. InputError where the colours are HDR."""
    carried = replace(gather_metadata(source.image), orientation=source.orientation, left_out=source.left_out)
    if source.format.name == "tiff":
        return _with_tiff(carried, source.path)
    extras = read_extras(source.path, source.format.name)
    known = extras.has_density or any("Resolution" in name for name, _ in carried.fields)
    return replace(
        carried,
        dpi=carried.dpi if known else None,
        comments=extras.comments,
        texts=extras.texts,
        xmp=merge_packets(carried.xmp, extras.xmp) if extras.xmp else carried.xmp,
        iptc=extras.iptc or carried.iptc,
        icc=carried.icc or named_profile(extras, kind, source.path),
        left_out=carried.left_out + extras.beside,
    )


def read_xmp(source: OpenFile) -> bytes | None:
    """The XMP packet, whole; None where there is none. InputError where the file is damaged."""
    with decoding(source.path):
        standard = gather_metadata(source.image).xmp
    extended = read_extras(source.path, source.format.name).xmp
    return merge_packets(standard, extended) if extended else standard


def _with_tiff(carried: Carried, path: Path) -> Carried:
    """With IPTC whole, and the camera's data."""
    carried = replace(carried, iptc=iptc_in_tiff(path) or carried.iptc)
    exif = exif_in_tiff(path)
    if exif is None:
        return carried
    described = gather_metadata(with_exif(exif))
    return replace(carried, exif=described.exif, fields=carried.fields + described.fields)


def _decoder(image: pyvips.Image, carried: Carried) -> FileDecoder:
    profile = profile_from(carried.icc, carried.kind) if carried.icc else None
    if profile is None and carried.kind == "cmyk":
        profile = fallback_cmyk()
    if profile and is_srgb(profile, carried.kind):
        profile = None
    return FileDecoder(carried.kind, _peak(image, carried.depth), profile, carried.has_alpha)


def _peak(image: pyvips.Image, depth: Depth) -> float:
    """The stored value of white; 10- and 12-bit AVIF comes in the upper bits of 16."""
    if depth == "float":
        return 1.0
    bits = field(image, "bits-per-sample", depth)
    return float((1 << depth) - (1 << (depth - bits))) if 8 < bits < depth else float((1 << depth) - 1)


class DecodedPlanes(NamedTuple):
    """What is decoded of a file, as stored, not yet turned; see `Picture`."""

    colour: Planes
    alpha: Planes | None
    inks: Planes | None
    data: Planes | None


def _decoded(
    image: pyvips.Image, decoder: FileDecoder, folder: Path | None, keep_hidden: bool
) -> DecodedPlanes:
    """All that the decoder finds; nothing is left behind where decoding fails."""
    size = Size(image.width, image.height)
    bands = (int(decoder.has_alpha), 4 if decoder.kind == "cmyk" else 0, image.bands - decoder.device_bands)
    others = (planes_for(size, count, np.float32, folder) if count else None for count in bands)
    parts = DecodedPlanes(planes_for(size, 3, np.float32, folder), *others)
    decoders = (decoder.colour, decoder.alpha, decoder.inks, decoder.data)
    try:
        for box, stored in stored_rows(image, strips(size)):
            for part, decode in zip(parts, decoders, strict=True):
                if part:
                    part.write(box.y, decode(stored))
        if parts.alpha and not keep_hidden:
            fill_hidden(parts.colour, parts.alpha)
    except BaseException:
        for part in filter(None, parts):
            part.close()
        raise
    return parts


def _bounded(decoder: FileDecoder, image: pyvips.Image, path: Path) -> tuple[FileDecoder, tuple[str, ...]]:
    """The decoder, told the picture's largest finite value, and how many are not; InputError where none is finite."""
    largest, bad = -np.inf, 0
    with decoding(path):
        for _, stored in stored_rows(image.cast("float"), strips(Size(image.width, image.height))):
            finite = np.isfinite(stored)
            bad += int(stored.size - np.count_nonzero(finite))
            largest = max(largest, float(stored.max(where=finite, initial=-np.inf)))
    if not bad:
        return decoder, ()
    if not np.isfinite(largest):
        raise InputError(
            f"“{path.name}” holds not one finite value.", "Save it again from where it was made."
        )
    told = f"{bad} {'value was' if bad == 1 else 'values were'} not finite: taken as {largest:g}, the largest that is."
    return replace(decoder, largest=largest), (told,)
