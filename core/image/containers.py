"""What JPEG, PNG and AVIF files hold beside their pixels and libvips passes over or garbles: read, and put back.

JPEG: ITU-T T.81 annex B, JFIF 1.02, XMP part 3 §1.1.3 (extended packets), Photoshop's image resources (APP13). PNG:
third edition §11.3, with ImageMagick's "Raw profile type" for IPTC, which exiftool and others read.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from core.image.picture import Carried


MOST_HEAD_BYTES = 1 << 26
DAMAGED = (OSError, struct.error, ValueError, zlib.error)


class FileBlock(NamedTuple):
    """A JPEG segment (marker, what follows its length) or a PNG chunk (type, data)."""

    kind: bytes
    data: bytes


@dataclass(frozen=True)
class Extras:
    """What a file says that libvips does not tell.

    | field | meaning |
    | --- | --- |
    | comments | of a JPEG |
    | texts | a PNG's text chunks as they stand, without XMP and raw profiles |
    | xmp | a JPEG's packet of more than one segment, whole; None where one segment holds it |
    | iptc | as Photoshop's image resources; None where libvips tells it or there is none |
    | has_density | False: a JPEG or PNG leaves open how many pixels an inch has |
    | cicp | primaries, transfer and matrix by ITU-T H.273; None where it does not say |
    | gamma, chromaticities | of a PNG: gAMA, and cHRM's white, red, green, blue (x, y) |
    | beside | sentences on pictures and frames in the file that are not taken |
    """

    comments: tuple[str, ...] = ()
    texts: tuple[FileBlock, ...] = ()
    xmp: bytes | None = None
    iptc: bytes | None = None
    has_density: bool = True
    cicp: tuple[int, int, int] | None = None
    gamma: float | None = None
    chromaticities: tuple[float, ...] | None = None
    beside: tuple[str, ...] = ()


def read_extras(path: Path, name: str) -> Extras:
    """Of a file whose format has that name; nothing of a damaged one."""
    readers: dict[str, Callable[[Path], Extras]] = {
        "jpeg": _of_jpeg,
        "png": _of_png,
        "avif": _of_avif,
        "heic": _of_avif,
    }
    try:
        return readers[name](path) if name in readers else Extras()
    except DAMAGED:
        return Extras()


def complete(path: Path, name: str, carried: Carried, xmp: list[bytes]) -> None:
    """Put into a finished file what libvips did not; `xmp` are a JPEG's segments. OSError where the disk is full."""
    if name == "jpeg":
        _rewrite(path, lambda file: _jpeg_blocks(file, carried, xmp), b"\xff\xd8", _write_segment)
    elif name == "png":
        _rewrite(path, lambda file: _png_blocks(file, carried), PNG_MARK, _write_chunk)


def _rewrite(
    path: Path,
    head: Callable[[BinaryIO], list[FileBlock]],
    mark: bytes,
    write: Callable[[BinaryIO, FileBlock], None],
) -> None:
    """The file with another head; what comes after its blocks is copied as it stands."""
    beside = path.with_name(path.name + "-2")
    try:
        with path.open("rb") as file, beside.open("xb") as target:
            blocks = head(file)
            target.write(mark)
            for block in blocks:
                write(target, block)
            shutil.copyfileobj(file, target, 1 << 20)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


# JPEG

SOI, SOS, EOI, APP0, APP1, APP2, APP13, COM = 0xD8, 0xDA, 0xD9, 0xE0, 0xE1, 0xE2, 0xED, 0xFE
SEGMENT_BYTES = 65_533
JFIF = b"JFIF\0"
XMP_MARK, LONG_XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
LONG_XMP_PART = 65_400
_LONG_XMP = re.compile(rb"HasExtendedXMP[^0-9A-Fa-f]{1,40}?([0-9A-Fa-f]{32})")
_GAIN_MAP = re.compile(rb"hdrgm:Version|HDRGainMap|hdrgainmap", re.IGNORECASE)


def _segments(file: BinaryIO) -> Iterator[FileBlock]:
    """Of a JPEG, up to the first scan, before which the file then stands."""
    file.seek(2)
    total = 0
    while True:
        at = file.tell()
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            raise ValueError("no segment where one must be")
        if head[1] == 0xFF:  # filling
            file.seek(at + 1)
            continue
        if head[1] == SOS:
            file.seek(at)
            return
        size = int.from_bytes(head[2:], "big") - 2
        total += size
        if size < 0 or total > MOST_HEAD_BYTES:
            raise ValueError("segments that cannot be")
        yield FileBlock(head[1:2], file.read(size))


def _of_jpeg(path: Path) -> Extras:
    with path.open("rb") as file:
        blocks = list(_segments(file))
    return Extras(
        comments=tuple(_text_of(block.data) for block in blocks if block.kind[0] == COM),
        xmp=_long_xmp(blocks),
        has_density=any(
            b.kind[0] == APP0 and b.data.startswith(JFIF) and b.data[7:8] != b"\0" for b in blocks
        ),
        beside=_other_pictures(blocks),
    )


def _text_of(data: bytes) -> str:
    """UTF-8 where it is that, else Latin-1, without the zero that some writers append."""
    try:
        return data.rstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        return data.rstrip(b"\0").decode("latin-1")


def _long_xmp(blocks: Iterable[FileBlock]) -> bytes | None:
    """The extended packet that the standard one names, whole; None where there is none or a part is missing."""
    ours = [block.data for block in blocks if block.kind[0] == APP1]
    standard = next((data for data in ours if data.startswith(XMP_MARK)), b"")
    named = _LONG_XMP.search(standard)
    if named is None:
        return None
    parts = {}
    for data in (data[len(LONG_XMP_MARK) :] for data in ours if data.startswith(LONG_XMP_MARK)):
        identity, (size, at) = data[:32], struct.unpack_from(">LL", data, 32)
        if identity.upper() == named[1].upper():
            parts[at] = data[40:], size
    whole = b"".join(data for _, (data, _) in sorted(parts.items()))
    return whole if parts and all(size == len(whole) for _, size in parts.values()) else None


def _other_pictures(blocks: Iterable[FileBlock]) -> tuple[str, ...]:
    """A gain map (ISO 21496-1, Ultra HDR, Apple) or the further pictures of CIPA's multi-picture format."""
    blocks = list(blocks)
    packets = [b.data for b in blocks if b.kind[0] in (APP1, APP2)]
    if any(_GAIN_MAP.search(data) or data.startswith(b"urn:iso:std:iso:ts:21496:-1\0") for data in packets):
        return ("The gain map for HDR screens is left out.",)
    if any(data.startswith(b"MPF\0") for data in packets):
        return ("The file holds further pictures (MPO); the first is taken.",)
    return ()


def _jpeg_blocks(file: BinaryIO, carried: Carried, xmp: list[bytes]) -> list[FileBlock]:
    """What libvips wrote, its density taken back where the source has none, with comments and an XMP of any length."""
    blocks = [_without_density(block) if carried.dpi is None else block for block in _segments(file)]
    first = 1 if blocks and blocks[0].kind[0] == APP0 else 0
    added = [FileBlock(bytes([APP1]), part) for part in xmp]
    added += [FileBlock(bytes([COM]), text.encode()[:SEGMENT_BYTES]) for text in carried.comments]
    after = first + sum(1 for block in blocks if block.kind[0] == APP1 and block.data.startswith(b"Exif"))
    return blocks[:after] + added + blocks[after:]


def _without_density(block: FileBlock) -> FileBlock:
    """JFIF's unit 0 and 1:1: it does not say."""
    if block.kind[0] != APP0 or not block.data.startswith(JFIF):
        return block
    return block._replace(data=block.data[:7] + b"\0\0\1\0\1" + block.data[12:])


def long_xmp_name(extended: bytes) -> str:
    """What the short packet calls the extended one: its MD5."""
    return hashlib.md5(extended, usedforsecurity=False).hexdigest().upper()


def xmp_segments(standard: bytes, extended: bytes | None = None) -> list[bytes]:
    """A packet as a JPEG's segment, and with an extended one the parts of that."""
    if extended is None:
        return [XMP_MARK + standard]
    name = long_xmp_name(extended).encode()
    return [XMP_MARK + standard] + [
        LONG_XMP_MARK + name + struct.pack(">LL", len(extended), at) + extended[at : at + LONG_XMP_PART]
        for at in range(0, len(extended), LONG_XMP_PART)
    ]


def _write_segment(file: BinaryIO, block: FileBlock) -> None:
    file.write(b"\xff" + block.kind + struct.pack(">H", len(block.data) + 2) + block.data)


def lacks_end(path: Path) -> bool:
    """Whether a JPEG's last marker is missing: so it is where the last bytes of a file were cut off."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - 1024))
        return b"\xff\xd9" not in file.read()


# PNG

PNG_MARK = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_RAW_PROFILE = b"Raw profile type "
_XMP_KEYWORD = b"XML:com.adobe.xmp"
_IPTC_PROFILES = (b"iptc", b"8bim")
_LINE = 36
COMMENT = "Comment"


def _chunks(file: BinaryIO) -> Iterator[FileBlock]:
    """Of a PNG, up to its pixels, before which the file then stands."""
    file.seek(len(PNG_MARK))
    total = 0
    while True:
        at = file.tell()
        size, kind = struct.unpack(">L4s", file.read(8))
        total += size
        if kind in (b"IDAT", b"IEND"):
            file.seek(at)
            return
        if total > MOST_HEAD_BYTES:
            raise ValueError("chunks that cannot be")
        yield FileBlock(kind, file.read(size))
        file.seek(4, 1)


def _of_png(path: Path) -> Extras:
    with path.open("rb") as file:
        blocks = list(_chunks(file))
    held = {block.kind: block.data for block in blocks}
    named = {
        b"sRGB",
        b"iCCP",
    } & held.keys()  # these win over gAMA and cHRM (PNG §11.3.2), and are libvips' matter
    texts = [block for block in blocks if block.kind in _TEXTS]
    frames = struct.unpack_from(">L", held[b"acTL"])[0] if b"acTL" in held else 1
    return Extras(
        texts=tuple(block for block in texts if not keyword(block).startswith((_XMP_KEYWORD, _RAW_PROFILE))),
        iptc=next((data for block in texts if (data := _raw_iptc(block))), None),
        has_density=held.get(b"pHYs", b"")[8:9] == b"\1",
        cicp=tuple(held[b"cICP"][:3]) if len(held.get(b"cICP", b"")) == 4 else None,  # type: ignore[arg-type]
        gamma=struct.unpack(">L", held[b"gAMA"])[0] / 1e5 if b"gAMA" in held and not named else None,
        chromaticities=tuple(v / 1e5 for v in struct.unpack(">8L", held[b"cHRM"]))
        if b"cHRM" in held and not named
        else None,
        beside=(f"The picture moves: the first of {frames} frames is taken.",) if frames > 1 else (),
    )


def keyword(block: tuple[bytes, bytes]) -> bytes:
    """The word under which a text chunk stands."""
    return block[1].partition(b"\0")[0]


def _raw_iptc(block: FileBlock) -> bytes | None:
    """Image resources out of a "Raw profile type iptc": a name, a length, and hexadecimal lines."""
    word, _, rest = block.data.partition(b"\0")
    if block.kind == b"iTXt" or word not in tuple(_RAW_PROFILE + name for name in _IPTC_PROFILES):
        return None
    text = zlib.decompress(rest[1:]) if block.kind == b"zTXt" else rest
    _, _, size, *lines = text.split(b"\n")
    return bytes.fromhex(b"".join(lines).decode("ascii"))[: int(size)]


def _png_blocks(file: BinaryIO, carried: Carried) -> list[FileBlock]:
    """What libvips wrote, its density taken back where the source has none, with texts, comments and IPTC."""
    blocks = [b for b in _chunks(file) if carried.dpi is not None or b.kind != b"pHYs"]
    texts = [
        *(FileBlock(*each) for each in carried.texts),
        *(_comment_chunk(text) for text in carried.comments),
    ]
    if carried.iptc:
        texts.append(_iptc_chunk(resources_of(carried.iptc)))
    return blocks + texts


def _comment_chunk(text: str) -> FileBlock:
    """A comment of a JPEG as a PNG's international text."""
    return FileBlock(b"iTXt", COMMENT.encode() + b"\0\0\0\0\0" + text.encode())


def _iptc_chunk(resources: bytes) -> FileBlock:
    digits = resources.hex().encode()
    lines = b"\n".join(digits[at : at + 2 * _LINE] for at in range(0, len(digits), 2 * _LINE))
    text = b"\niptc\n%8d\n%s\n" % (len(resources), lines)
    return FileBlock(b"zTXt", _RAW_PROFILE + b"iptc\0\0" + zlib.compress(text))


def _write_chunk(file: BinaryIO, block: FileBlock) -> None:
    body = block.kind + block.data
    file.write(struct.pack(">L", len(block.data)) + body + struct.pack(">L", zlib.crc32(body)))


# AVIF and HEIC: a box "colr" of type "nclx" names the colours (ISO 23000-22, ISO 23008-12 §6.5.5).

_NCLX = b"colrnclx"


def _of_avif(path: Path) -> Extras:
    with path.open("rb") as file:
        head = file.read(1 << 16)
    at = head.find(_NCLX)
    if at < 0:
        return Extras()
    primaries, transfer, matrix = struct.unpack_from(">3H", head, at + len(_NCLX))
    return Extras(cicp=(primaries, transfer, matrix))


# IPTC's own block (IIM) stands in JPEG and PNG among Photoshop's image resources, in TIFF also by itself.

_PHOTOSHOP = b"Photoshop 3.0\0"
_IIM = 0x0404


def resources_of(iptc: bytes) -> bytes:
    """Any form of IPTC as image resources: "8BIM", number, name, length, data, padded to even."""
    bare = iptc.removeprefix(_PHOTOSHOP)
    if bare.startswith(b"8BIM") or not bare:
        return bare
    return b"8BIM" + struct.pack(">HHL", _IIM, 0, len(bare)) + bare + bytes(len(bare) % 2)


def segment_of(iptc: bytes) -> bytes:
    """Any form of IPTC as the content of a JPEG's APP13."""
    return _PHOTOSHOP + resources_of(iptc)


def iim_of(iptc: bytes) -> bytes:
    """IPTC's own block out of any form; empty where there is none."""
    resources, at = resources_of(iptc), 0
    while resources[at : at + 4] == b"8BIM" and at + 12 <= len(resources):
        number, name = struct.unpack_from(">HB", resources, at + 4)
        at += 6 + (name + 2) // 2 * 2
        size = struct.unpack_from(">L", resources, at)[0]
        if number == _IIM:
            return resources[at + 4 : at + 4 + size]
        at += 4 + (size + 1) // 2 * 2
    return b""
