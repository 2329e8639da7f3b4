"""The formats, what each can hold, and what is said before work starts if it cannot hold the target."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.errors import OutputError

if TYPE_CHECKING:
    from core.geometry import Size
    from core.image.picture import Depth


@dataclass(frozen=True)
class Format:
    """One row of the table. `most_px_per_byte` is what the format can pack at best, None without bound."""

    name: str
    suffixes: tuple[str, ...]
    loader: str
    writable: bool
    depths: tuple[Depth, ...]
    longest_side_px: int
    alpha: bool = True
    cmyk: bool = False
    most_px_per_byte: int | None = None


FORMATS = (
    Format("png", (".png",), "pngload", True, (8, 16), 2**31 - 1, most_px_per_byte=1032 * 8),
    Format("jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"), "jpegload", True, (8,), 65500, False, True, 1024),
    Format("webp", (".webp",), "webpload", True, (8,), 16383),
    Format("tiff", (".tif", ".tiff"), "tiffload", True, (8, 16, "float"), 2**31 - 1, cmyk=True),
    Format("avif", (".avif",), "heifload", True, (8, 16), 16384),
    Format("heic", (".heic", ".heif"), "heifload", False, (8, 16), 0),
    Format("gif", (".gif",), "gifload", False, (8,), 0),
)
_BY_NAME = {row.name: row for row in FORMATS}
_BY_SUFFIX = {suffix: row for row in FORMATS for suffix in row.suffixes}
_TIFF_HEADS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True)
class SaveOptions:
    """How the target is written.

    | field | meaning | None means |
    | --- | --- | --- |
    | suffix | the format, as ".png" | |
    | quality | 1 … 100 for lossy formats | 95, for AVIF 85 |
    | lossless | WebP and AVIF without loss | |
    | depth | 8, 16 or "float" | the source's |
    | on_exists | "number" another name, "error", or "overwrite" | |
    | resize_to | size to reduce the written rows to | as written |
    | record | JSON kept in the file, see `read_record` | none |
    | software | the program's name and version | none |
    | invented | label the file as composed with generated detail | |
    """

    suffix: str = ".png"
    quality: int | None = None
    lossless: bool = False
    depth: Depth | None = None
    on_exists: Literal["number", "error", "overwrite"] = "number"
    resize_to: Size | None = None
    record: str | None = None
    software: str | None = "Semantic Upscale"
    invented: bool = False


def format_named(name: str) -> Format:
    """The row of that name; KeyError if there is none."""
    return _BY_NAME[name]


def sniff(head: bytes) -> Format | None:
    """The format by a file's first 32 bytes, whatever its name says."""
    if head.startswith(b"\xff\xd8\xff"):
        return _BY_NAME["jpeg"]
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _BY_NAME["png"]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _BY_NAME["webp"]
    if head[4:8] == b"ftyp":
        return _BY_NAME["avif" if b"avi" in head[8:32] else "heic"]
    if head.startswith(_TIFF_HEADS):
        return _BY_NAME["tiff"]
    return _BY_NAME["gif"] if head.startswith(b"GIF8") else None


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
