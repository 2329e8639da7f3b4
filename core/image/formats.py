"""The formats, what each can hold, and what is said before work starts if it cannot hold the target."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.errors import OutputError

if TYPE_CHECKING:
    from core.geometry import Size
    from core.image.picture import Depth


@dataclass(frozen=True)
class Format:
    """One row of the table. `most_px_per_byte` is what the format can pack at best, None without bound.

    `package` is what Pillow needs beside itself to read it: it comes with the extra that is named like the format.
    `pages`: whether its pages or frames can be taken one by one.
    """

    name: str
    suffixes: tuple[str, ...]
    loader: str
    writable: bool
    depths: tuple[Depth, ...]
    longest_side_px: int
    alpha: bool = True
    cmyk: bool = False
    most_px_per_byte: int | None = None
    package: str = ""
    pages: bool = False


BY_PILLOW, BY_OPENCV = "pillow", "opencv"  # loaders that are not libvips
FORMATS = (
    Format("png", (".png",), "pngload", True, (8, 16), 2**31 - 1, most_px_per_byte=1032 * 8),
    Format(
        "jpeg", (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"), "jpegload", True, (8,), 65500, False, True, 1024
    ),
    Format("webp", (".webp",), "webpload", True, (8,), 16383, pages=True),
    Format("tiff", (".tif", ".tiff"), "tiffload", True, (8, 16, "float"), 2**31 - 1, cmyk=True, pages=True),
    Format("avif", (".avif",), "heifload", True, (8, 16), 16384),
    Format("heic", (".heic", ".heif"), BY_PILLOW, False, (8,), 0, package="pillow_heif"),
    Format("jxl", (".jxl",), BY_PILLOW, False, (8,), 0, package="pillow_jxl"),
    Format("gif", (".gif",), "gifload", False, (8,), 0, pages=True),
    Format("bmp", (".bmp", ".dib"), BY_PILLOW, False, (8,), 0, most_px_per_byte=256),
    Format("tga", (".tga",), BY_PILLOW, False, (8,), 0, most_px_per_byte=256),
    Format("psd", (".psd",), BY_PILLOW, False, (8,), 0),
    Format("ppm", (".ppm", ".pgm", ".pbm", ".pnm"), BY_OPENCV, False, (8, 16), 0, most_px_per_byte=8),
)


@dataclass(frozen=True)
class UnsupportedFormat:
    """A kind of picture that is known by name and cannot be read here; `advice` says what to do with it."""

    name: str
    suffixes: tuple[str, ...]
    advice: str


_DEVELOP = (
    "Develop it in a raw converter and save a 16-bit TIFF; programs that open it here see only its preview."
)
RAW = UnsupportedFormat(
    "camera raw",
    (
        ".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".sr2", ".raf", ".orf", ".rw2", ".pef", ".srw", ".3fr",
        ".erf", ".iiq", ".kdc", ".mef", ".mos", ".mrw", ".rwl", ".x3f",
    ),
    _DEVELOP,
)  # fmt: skip
UNSUPPORTED = (
    RAW,
    UnsupportedFormat("JPEG 2000", (".jp2", ".j2k", ".jpx", ".jpf"), "Save it as PNG or TIFF."),
    UnsupportedFormat("OpenEXR", (".exr",), "Save it as a floating-point TIFF."),
    UnsupportedFormat("Radiance HDR", (".hdr",), "Save it as a floating-point TIFF."),
    UnsupportedFormat("large Photoshop document", (".psb",), "Save it as TIFF."),
    UnsupportedFormat("GIMP document", (".xcf",), "Export it as PNG or TIFF."),
    UnsupportedFormat("Krita document", (".kra",), "Export it as PNG or TIFF."),
    UnsupportedFormat(
        "SVG drawing", (".svg", ".svgz"), "Export it in the size that you want: it has no pixels."
    ),
    UnsupportedFormat("DirectDraw surface", (".dds",), "Save it as PNG."),
    UnsupportedFormat("icon", (".ico", ".icns"), "Save it as PNG."),
)
_BY_NAME = {row.name: row for row in FORMATS}
_BY_SUFFIX = {suffix: row for row in FORMATS for suffix in row.suffixes}
_UNSUPPORTED_BY_SUFFIX = {suffix: row for row in UNSUPPORTED for suffix in row.suffixes}
_MARKS = (
    (rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51", _UNSUPPORTED_BY_SUFFIX[".jp2"]),
    (rb"FUJIFILMCCD-RAW|II\*\x00.{4}CR|....ftypcrx |II(?:U\x00|RO|RS)|\x00MRM|FOVb", RAW),
    (rb"\x76\x2f\x31\x01", _UNSUPPORTED_BY_SUFFIX[".exr"]),
    (rb"8BPS\x00\x02", _UNSUPPORTED_BY_SUFFIX[".psb"]),
    (rb"gimp xcf", _UNSUPPORTED_BY_SUFFIX[".xcf"]),
)
_HEADS = (
    (rb"\xff\xd8\xff", "jpeg"),
    (rb"\xff\x0a|\x00\x00\x00\x0cJXL ", "jxl"),
    (rb"\x89PNG\r\n\x1a\n", "png"),
    (rb"RIFF....WEBP", "webp"),
    (rb"II[*+]\x00|MM\x00[*+]", "tiff"),
    (rb"GIF8", "gif"),
    (rb"BM", "bmp"),
    (rb"8BPS\x00\x01", "psd"),
    (rb"P[1-6]\s", "ppm"),
)


@dataclass(frozen=True)
class SaveOptions:
    """How the target is written.

    | field | meaning | None means |
    | --- | --- | --- |
    | suffix | the format, as ".png" | |
    | quality | 1 … 100 for lossy formats | 95, for AVIF 85 |
    | compression | 0 … 9, how hard PNG, TIFF, WebP and AVIF try to be small | 6, for AVIF 4 |
    | lossless | WebP and AVIF without loss | |
    | depth | 8, 16 or "float" | the source's |
    | on_exists | "number" another name, "error", or "overwrite" | |
    | resize_to | size to reduce the written rows to | as written |
    | record | JSON kept in the file, see `read_record` | none |
    | software | the program's name and version | none |
    | invented | label the file as composed with generated detail | |
    | strict | nothing is written that would lose something of the source | |
    | source_sha256 | whose target the file is, see `read_source_hash` | not said |
    """

    suffix: str = ".png"
    quality: int | None = None
    compression: int | None = None
    lossless: bool = False
    depth: Depth | None = None
    on_exists: Literal["number", "error", "overwrite"] = "number"
    resize_to: Size | None = None
    record: str | None = None
    software: str | None = "Semantic Upscale"
    invented: bool = False
    source_sha256: str | None = None
    strict: bool = False


def format_named(name: str) -> Format:
    """The row of that name; KeyError if there is none."""
    return _BY_NAME[name]


def sniff(head: bytes) -> Format | None:
    """The format by a file's first 32 bytes, whatever its name says."""
    if head[4:8] == b"ftyp":
        return _BY_NAME["avif" if b"avi" in head[8:32] else "heic"]
    return next((_BY_NAME[name] for mark, name in _HEADS if re.match(mark, head, re.DOTALL)), None)


def unsupported_format(head: bytes, suffix: str) -> UnsupportedFormat | None:
    """The kind that a file's first 32 bytes, or else its ending, name and that is not read here."""
    for mark, row in _MARKS:
        if re.match(mark, head, re.DOTALL):
            return row
    return _UNSUPPORTED_BY_SUFFIX.get(suffix.lower())


def format_for(path_or_suffix: str | Path) -> Format:
    """The writable format that the name asks for; OutputError if there is none."""
    text = str(path_or_suffix)
    suffix = (Path(text).suffix or text).lower()
    chosen = _BY_SUFFIX.get(suffix)
    if chosen and chosen.writable:
        return chosen
    known = ", ".join(row.suffixes[0] for row in FORMATS if row.writable)
    raise OutputError(f"Files ending in “{suffix}” cannot be written.", f"Take one of {known}.")


def default_suffix(source_format: str) -> str:
    """The suffix of a target that is to be like its source; .png for formats that are only read."""
    chosen = _BY_NAME.get(source_format)
    return chosen.suffixes[0] if chosen and chosen.writable else ".png"


def depth_in(chosen: Format, depth: Depth) -> Depth:
    """The depth itself if the format has it, else its deepest."""
    return depth if depth in chosen.depths else chosen.depths[-1]


def check_format(
    path_or_suffix: str | Path, target_size: Size, depth: Depth = 8, has_alpha: bool = False
) -> tuple[str, ...]:
    """Sentences on what the format will not keep, to be asked before work starts.

    JPEG has no transparency: the target is laid on white. OutputError where the target does not fit at all.
    """
    chosen = format_for(path_or_suffix)
    name, limit = chosen.name.upper(), chosen.longest_side_px
    if max(target_size.width, target_size.height) > limit:
        raise OutputError(
            f"The target of {target_size} pixels is too large for {name}, which ends at {limit} a side.",
            "Take PNG or TIFF, or a smaller scale.",
        )
    notices = []
    if has_alpha and not chosen.alpha:
        notices.append(f"{name} keeps no transparency: the target is laid on white.")
    if depth not in chosen.depths:
        notices.append(f"{name} does not keep {_words(depth)}: the target has {_words(chosen.depths[-1])}.")
    if name == "AVIF" and depth != 8:
        notices.append("AVIF stores 12 bits per channel.")
    return tuple(notices)


def _words(depth: Depth) -> str:
    return "floating-point values" if depth == "float" else f"{depth} bits per channel"
