"""Camera data in TIFF, which libvips neither reads nor writes: TIFF 6.0 §2, BigTIFF, and EXIF 2.3 §4.6."""

from __future__ import annotations

import io
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import pyvips

from core.image.containers import iim_of, resources_of
from core.image.vips import vips_name

if TYPE_CHECKING:
    from pathlib import Path

    from core.image.picture import Carried
    from core.image.planes import ScratchPlanes


_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8}
_WORDS = {
    3: 2,
    4: 4,
    5: 4,
    8: 2,
    9: 4,
    10: 4,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
}  # what a change of byte order turns round
_SOFTWARE = 305
# Description, make, model, program, date, artist, copyright; ratings, and what Windows writes (XPTitle … XPSubject).
_DESCRIPTIVE = (270, 271, 272, _SOFTWARE, 306, 315, 33432, 18246, 18249, *range(40091, 40096))
_EXIF, _GPS = 34665, 34853
_STALE = (40962, 40963, 40965)  # width, height, and a pointer to what is not carried
_MOST_ENTRIES, _MOST_BYTES = 4096, 1 << 24


@dataclass(frozen=True)
class TiffForm:
    """How a file spells its directories: byte order "<" or ">", classic or BigTIFF."""

    order: str
    big: bool

    @property
    def head(self) -> str:
        """How a directory's number of entries is packed."""
        return self.order + ("Q" if self.big else "H")

    @property
    def entry(self) -> str:
        """How an entry is packed: tag, type, count, value or offset."""
        return self.order + ("HHQ8s" if self.big else "HHL4s")

    @property
    def offset(self) -> str:
        """How an offset is packed."""
        return self.order + ("Q" if self.big else "L")

    @property
    def start(self) -> int:
        """Where the file says where its first directory is."""
        return 8 if self.big else 4


@dataclass(frozen=True)
class TiffEntry:
    """One tag; `data` is its values, little-endian."""

    tag: int
    kind: int
    count: int
    data: bytes


_LITTLE = TiffForm("<", big=False)


def exif_in_tiff(path: Path) -> bytes | None:
    """The camera's data as an EXIF block, or None where there is none or it is damaged."""
    try:
        with path.open("rb") as file:
            groups = _groups(file)
    except (OSError, struct.error, ValueError, OverflowError):
        return None
    if not any(groups.values()):
        return None
    return b"Exif\0\0" + struct.pack("<2sHL", b"II", 42, 8) + _nested(_LITTLE, [], groups, 8)


_EXTRA_SAMPLES = 338
_DNG_VERSION, _CFA_PATTERN, _PHOTOMETRIC, _CFA = 50706, 33422, 262, 32803


def extra_samples(path: Path) -> tuple[int, ...]:
    """What the channels beside the colours are (TIFF 6.0 §18): 0 data, 1 and 2 alpha; empty where it does not say."""
    try:
        with path.open("rb") as file:
            form = _form(file)
            entries = _entries(file, form, _pointer(file, form, form.start))
    except (OSError, struct.error, ValueError, OverflowError):
        return ()
    return next(
        (struct.unpack(f"<{e.count}H", e.data) for e in entries if (e.tag, e.kind) == (_EXTRA_SAMPLES, 3)), ()
    )


def is_raw_tiff(path: Path) -> bool:
    """Whether the first directory is that of a camera raw (DNG 1.7, tag DNGVersion; TIFF/EP, colour filter array)."""
    try:
        with path.open("rb") as file:
            form = _form(file)
            tags = {entry[0]: entry[3] for entry in _raw(file, form, _pointer(file, form, form.start))}
    except (OSError, struct.error, ValueError, OverflowError):
        return False
    photometric = struct.unpack_from(form.order + "H", tags.get(_PHOTOMETRIC, bytes(2)))[0]
    return _DNG_VERSION in tags or _CFA_PATTERN in tags or photometric == _CFA


_RESOLUTION_UNIT, _X_RESOLUTION, _Y_RESOLUTION, _IPTC, _PHOTOSHOP = 296, 282, 283, 33723, 34377


def iptc_in_tiff(path: Path) -> bytes | None:
    """IPTC and Photoshop's other image resources, as those; None where there are none or the file is damaged."""
    try:
        with path.open("rb") as file:
            form = _form(file)
            entries = _entries(file, form, _pointer(file, form, form.start))
    except (OSError, struct.error, ValueError, OverflowError):
        return None
    held = {entry.tag: entry.data for entry in entries if entry.kind in (1, 4, 7)}
    resources, own = held.get(_PHOTOSHOP, b""), held.get(_IPTC, b"")
    if own and form.order == ">" and any(e.tag == _IPTC and e.kind == 4 for e in entries):
        own = _turned(own, 4)  # bytes that a writer called words were not meant to be turned
    whole = resources if iim_of(resources) or not own else resources_of(own) + resources
    return whole or None


def complete_tiff(path: Path, carried: Carried, software: str | None) -> None:
    """Put camera data, IPTC and the program's name into the first directory of a TIFF, which moves to the end."""
    exif = carried.exif
    groups = _groups(io.BytesIO((exif or b"").removeprefix(b"Exif\0\0"))) if exif else {0: []}
    groups[0] += _iptc_tags(carried.iptc) if carried.iptc else []
    if carried.extra:
        groups[0].append(_shorts(_EXTRA_SAMPLES, [2] * carried.has_alpha + list(carried.extra)))
    if carried.dpi is None:
        groups[0] += [_shorts(_RESOLUTION_UNIT, [1]), *map(_one, (_X_RESOLUTION, _Y_RESOLUTION))]
    if software and all(entry.tag != _SOFTWARE for entry in groups[0]):
        name = software.encode() + b"\0"
        groups[0].append(TiffEntry(_SOFTWARE, 2, len(name), name))
    with path.open("rb+") as file:
        form = _form(file)
        kept = _raw(file, form, _pointer(file, form, form.start))
        if groups.get(_EXIF):
            groups[_EXIF] += _sides(file, form)
        at = (file.seek(0, io.SEEK_END) + 15) // 16 * 16
        file.seek(at)
        file.write(_nested(form, kept, groups, at))
        file.seek(form.start)
        file.write(struct.pack(form.offset, at))


def _sides(file: BinaryIO, form: TiffForm) -> list[TiffEntry]:
    """The picture's own width and height as the camera's PixelXDimension and PixelYDimension."""
    found = {entry.tag: entry.data for entry in _entries(file, form, _pointer(file, form, form.start))}
    sides = ((40962, 256), (40963, 257))
    return [TiffEntry(tag, 4, 1, found[side][:4].ljust(4, b"\0")) for tag, side in sides if side in found]


def _iptc_tags(iptc: bytes) -> list[TiffEntry]:
    own, resources = iim_of(iptc), resources_of(iptc)
    tags = [TiffEntry(_PHOTOSHOP, 1, len(resources), resources)]
    return [TiffEntry(_IPTC, 7, len(own), own), *tags] if own else tags


def _one(tag: int) -> TiffEntry:
    """A resolution that says nothing."""
    return TiffEntry(tag, 5, 1, struct.pack("<LL", 1, 1))


def _groups(file: BinaryIO) -> dict[int, list[TiffEntry]]:
    """Descriptive tags under 0, the camera's under 34665, the place under 34853."""
    form = _form(file)
    first = _entries(file, form, _pointer(file, form, form.start))
    groups = {0: [entry for entry in first if entry.tag in _DESCRIPTIVE]}
    for entry in first:
        if entry.tag in (_EXIF, _GPS):
            found = _entries(file, form, int.from_bytes(entry.data, "little"))
            groups[entry.tag] = [inner for inner in found if inner.tag not in _STALE]
    return groups


def _form(file: BinaryIO) -> TiffForm:
    head = _exactly(file, 0, 4)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    version = struct.unpack((order or "<") + "H", head[2:])[0]
    if order is None or version not in (42, 43):
        raise ValueError("no TIFF header")
    return TiffForm(order, version == 43)


def _pointer(file: BinaryIO, form: TiffForm, at: int) -> int:
    return struct.unpack(form.offset, _exactly(file, at, struct.calcsize(form.offset)))[0]


def _exactly(file: BinaryIO, at: int, count: int) -> bytes:
    file.seek(at)
    data = file.read(count)
    if len(data) != count:
        raise ValueError("the file ends within a directory")
    return data


def _raw(file: BinaryIO, form: TiffForm, at: int) -> list[tuple[int, int, int, bytes]]:
    """Entries with the value field as it stands, offsets and all."""
    width, head = struct.calcsize(form.entry), struct.calcsize(form.head)
    count = struct.unpack(form.head, _exactly(file, at, head))[0]
    if count > _MOST_ENTRIES:
        raise ValueError("too many tags")
    table = _exactly(file, at + head, count * width)
    return [struct.unpack_from(form.entry, table, i * width) for i in range(count)]


def _entries(file: BinaryIO, form: TiffForm, at: int) -> list[TiffEntry]:
    """Entries with their values fetched."""
    entries = []
    for tag, kind, count, field in _raw(file, form, at):
        size = _SIZES.get(kind, 0) * count
        if not 0 < size <= _MOST_BYTES:
            continue
        at_value = struct.unpack(form.offset, field)[0]
        data = field[:size] if size <= len(field) else _exactly(file, at_value, size)
        entries.append(TiffEntry(tag, kind, count, _turned(data, kind) if form.order == ">" else data))
    return entries


def _turned(data: bytes, kind: int) -> bytes:
    """The other byte order."""
    width = _WORDS.get(kind, 1)
    return b"".join(data[i : i + width][::-1] for i in range(0, len(data), width))


def _nested(
    form: TiffForm, kept: list[tuple[int, int, int, bytes]], groups: dict[int, list[TiffEntry]], at: int
) -> bytes:
    """A first directory at `at`, with the camera's and the place's behind it."""
    inner = {tag: entries for tag, entries in groups.items() if tag and entries}
    pointers = [TiffEntry(tag, 4, 1, bytes(4)) for tag in inner]
    body = directory(form, kept, groups[0] + pointers, at)
    for index, (tag, entries) in enumerate(inner.items()):
        place = (at + len(body) + 7) // 8 * 8
        pointers[index] = TiffEntry(tag, 4, 1, struct.pack("<L", place))
        body = body.ljust(place - at, b"\0") + directory(form, [], entries, place)
    first = directory(form, kept, groups[0] + pointers, at)
    return first + body[len(first) :]


def directory(
    form: TiffForm, kept: list[tuple[int, int, int, bytes]], entries: list[TiffEntry], at: int
) -> bytes:
    """A directory that lies at `at`: kept entries as they stand, new ones with values behind the table."""
    new = {entry.tag for entry in entries}
    kept = [entry for entry in kept if entry[0] not in new]
    total = len(kept) + len(entries)
    room = struct.calcsize(form.offset)
    values_at = at + struct.calcsize(form.head) + total * struct.calcsize(form.entry) + room
    rows, values = list(kept), b""
    for entry in entries:
        data = _turned(entry.data, entry.kind) if form.order == ">" else entry.data
        if len(data) > room:
            field = struct.pack(form.offset, values_at + len(values))
            values += data + bytes(len(data) % 2)
        else:
            field = data
        rows.append((entry.tag, entry.kind, entry.count, field.ljust(room, b"\0")))
    table = b"".join(struct.pack(form.entry, *row) for row in sorted(rows))
    return struct.pack(form.head, total) + table + struct.pack(form.offset, 0) + values


# A scratch file as a picture that libvips reads from top to bottom: an uncompressed BigTIFF around its pixels.
#
# libvips would map a file of bare pixels into memory as a whole; a TIFF it reads strip by strip.

_STRIP_BYTES = 1 << 20
_FORM = TiffForm("<" if sys.byteorder == "little" else ">", big=True)
_SAMPLE_FORMATS = {"u": 1, "f": 3}


def raw_image(planes: ScratchPlanes) -> pyvips.Image:
    """The pixels of the planes, to be read once; nothing may be written to them afterwards."""
    mark = b"II" if _FORM.order == "<" else b"MM"
    with planes.path.open("rb+") as file:
        at = planes.head_bytes + planes.size.area * planes.pixel_bytes
        at = (at + 15) // 16 * 16
        file.write(mark + struct.pack(_FORM.order + "HHHQ", 43, 8, 0, at))
        file.seek(at, io.SEEK_SET)
        file.write(directory(_FORM, [], _tags(planes), at))
    return pyvips.Image.tiffload(vips_name(planes.path), access="sequential", fail_on="error")


def _tags(planes: ScratchPlanes) -> list[TiffEntry]:
    """TIFF 6.0 §8; colours are said to be grey or RGB, whatever they are."""
    bands, size = planes.bands, planes.size
    row_bytes = size.width * planes.pixel_bytes
    rows = max(1, _STRIP_BYTES // row_bytes)
    starts = range(0, size.height, rows)
    offsets = [planes.head_bytes + y * row_bytes for y in starts]
    counts = [min(rows, size.height - y) * row_bytes for y in starts]
    colours = 3 if bands >= 3 else 1
    tags = [
        _numbers(256, [size.width]), _numbers(257, [size.height]), _numbers(278, [rows]),
        _shorts(258, [8 * planes.dtype.itemsize] * bands), _shorts(259, [1]), _shorts(284, [1]),
        _shorts(262, [2 if colours == 3 else 1]), _shorts(277, [bands]),
        _shorts(339, [_SAMPLE_FORMATS[planes.dtype.kind]] * bands),
        _numbers(273, offsets), _numbers(279, counts),
    ]  # fmt: skip
    return tags if bands == colours else [*tags, _shorts(338, [0] * (bands - colours))]


def _shorts(tag: int, values: list[int]) -> TiffEntry:
    return TiffEntry(tag, 3, len(values), struct.pack(f"<{len(values)}H", *values))


def _numbers(tag: int, values: list[int]) -> TiffEntry:
    return TiffEntry(tag, 16, len(values), struct.pack(f"<{len(values)}Q", *values))
