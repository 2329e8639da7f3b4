"""From final values to a file: written beside, then renamed, so that no half file is ever seen."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import weakref
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyvips

from core.errors import OutputError
from core.geometry import SCALE
from core.image.colour import CHANNELS, Profile, is_srgb, luma, profile_from
from core.image.containers import complete, long_xmp_name, xmp_segments
from core.image.formats import Format, SaveOptions, check_format, depth_in, format_for
from core.image.losses import losses_of
from core.image.metadata import JPEG_SEGMENT_BYTES, attach_metadata, target_xmp
from core.image.planes import SMALL_PIXELS, MemoryPlanes, Planes, ScratchPlanes, planes_for, strips
from core.image.read import open_header, read_carried, stored_rows
from core.image.tiff import complete_tiff, raw_image
from core.image.vips import quiet_vips, vips_image, vips_name
from core.image.xmp import short_packet

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from core.geometry import Size
    from core.image.picture import Carried, Depth, Kind


_KEEP_EXIF, _KEEP_ALL = 1, 31  # VipsForeignKeep: EXIF, XMP, IPTC, ICC, other
_BIG_TIFF_BYTES = 3 << 30  # the classic format ends at 4 GiB; deflate may grow noise a little
_SPACES: dict[tuple[Kind, Depth], str] = {
    ("grey", 8): "b-w", ("grey", 16): "grey16", ("grey", "float"): "b-w",
    ("rgb", 8): "srgb", ("rgb", 16): "rgb16", ("rgb", "float"): "scrgb",
    ("cmyk", 8): "cmyk", ("cmyk", 16): "cmyk",
}  # fmt: skip


@dataclass(frozen=True)
class Saved:
    """Where the target is, and a sentence on each thing of the source that it does not hold."""

    path: Path
    losses: tuple[str, ...] = ()


def save_picture(
    target: EncodeTarget,
    path: str | Path,
    options: SaveOptions,
    carried: Carried,
    data: Planes | None = None,
) -> Saved:
    """Write the target in the format of `options.suffix`, with everything the source carried.

    `data` are the source's channels of data, for a target of SCALE times its sides; only TIFF takes them.

    Nothing is seen under `path` until the file is whole and on the disk; nothing that exists is touched
    unless `options.on_exists` is "overwrite". OutputError where it cannot be written, or with `options.strict` where
    something of the source would be lost; then nothing is left.
    """
    quiet_vips()
    path = Path(path)
    size = options.resize_to or target.size
    losses = check_format(options.suffix, size, options.depth or carried.depth, carried.has_alpha)
    image = plain_image(target.planes, target.layout)
    image = resized_image(with_data(image, data) if data and _takes_data(options) else image, size)
    image = attach_metadata(image, carried, target.layout.icc, options)
    beside = path.with_name(f".semantic-upscale-{secrets.token_hex(6)}.part")
    try:
        _reserve(beside, path)
        with _writing(path):
            _write(image, beside, target.layout, options, carried)
            _complete(beside, replace(carried, extra=carried.extra if data else ()), options, size)
            _flush(beside)
        losses += losses_of(carried, _read_again(beside), format_for(options.suffix).name)
        check_losses(path, losses + carried.left_out, options)
        return Saved(_publish(beside, path, options), losses)
    finally:
        beside.unlink(missing_ok=True)


def _read_again(path: Path) -> Carried:
    """What the written file tells whoever opens it."""
    written = open_header(path)
    return read_carried(written)


def check_losses(path: Path, losses: tuple[str, ...], options: SaveOptions) -> None:
    """OutputError where the target must lose nothing and would."""
    if options.strict and losses:
        raise OutputError(
            f"“{path.name}” is not written, for something would be lost: {' '.join(losses)}",
            "Take TIFF or PNG, or leave out --strict.",
        )


def free_name(path: str | Path) -> Path:
    """The path itself, or with -2, -3 … before its suffix: the first that nothing has."""
    path = Path(path)
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def _takes_data(options: SaveOptions) -> bool:
    return format_for(options.suffix).name == "tiff"


def with_data(image: pyvips.Image, data: Planes) -> pyvips.Image:
    """The image of a target with channels of data beside its own, enlarged plainly by SCALE (bicubic).

    `data` are shares of the greatest stored value; in a target of floating-point values they stand as they are.
    """
    plain = _image_of(data, "multiband").cast("float").resize(SCALE, kernel="cubic")
    if image.format != "float":
        plain = (plain * {"uchar": 255, "ushort": 65535}[str(image.format)]).rint()
    return image.bandjoin(plain.cast(image.format)).copy(interpretation=image.interpretation)


def plain_image(planes: Planes, layout: Layout) -> pyvips.Image:
    """The planes as an image without metadata, to be read once."""
    return _image_of(planes, _SPACES[layout.kind, layout.depth])


def _image_of(planes: Planes, space: str) -> pyvips.Image:
    if isinstance(planes, MemoryPlanes):
        return vips_image(planes.array, space)
    if not isinstance(planes, ScratchPlanes):
        raise TypeError("what is written lies in memory or in a scratch file")
    return raw_image(planes).copy(interpretation=space)


def resized_image(image: pyvips.Image, size: Size) -> pyvips.Image:
    """Antialiased (Lanczos 3), exactly to size."""
    if (image.width, image.height) == (size.width, size.height):
        return image
    return image.resize(size.width / image.width, vscale=size.height / image.height)


def _complete(path: Path, carried: Carried, options: SaveOptions, size: Size) -> None:
    """What libvips leaves out or garbles, put into the finished file."""
    name = format_for(options.suffix).name
    if name == "tiff":
        complete_tiff(path, carried, options.software)
    elif name == "jpeg":
        complete(path, name, carried, _jpeg_packets(carried, options, size))
    else:
        complete(path, name, carried, [])


def _jpeg_packets(carried: Carried, options: SaveOptions, size: Size) -> list[bytes]:
    """The XMP as a JPEG's segments; too long for one it stands in an extended packet, and a short one names that."""
    whole = target_xmp(carried, options, size)
    if whole is None or len(whole) <= JPEG_SEGMENT_BYTES:
        return xmp_segments(whole) if whole else []
    return xmp_segments(short_packet(replace(options, record=None), long_xmp_name(whole)), whole)


def _write(image: pyvips.Image, path: Path, layout: Layout, options: SaveOptions, carried: Carried) -> None:
    name, file = format_for(options.suffix).name, vips_name(path)
    keep = _KEEP_ALL if carried.has_exif else _KEEP_ALL & ~_KEEP_EXIF  # libvips would make up a block
    level = 6 if options.compression is None else options.compression
    if name == "png":
        image.pngsave(file, keep=keep, compression=level)
    elif name == "jpeg":
        small = image.width * image.height <= SMALL_PIXELS  # better codes take the whole picture in memory
        image.jpegsave(file, Q=options.quality or 95, subsample_mode="off", optimize_coding=small, keep=keep)
    elif name == "webp":
        quality, effort = options.quality or 95, level * 2 // 3  # it ends at 6
        image.webpsave(
            file,
            Q=quality,
            lossless=options.lossless,
            exact=True,
            smart_subsample=True,
            keep=keep,
            effort=effort,
        )
    elif name == "avif":
        kinds = {"compression": "av1", "subsample_mode": "off", "bitdepth": 12 if layout.depth == 16 else 8}
        kinds |= {"effort": 4 if options.compression is None else level}
        image.heifsave(file, Q=options.quality or 85, lossless=options.lossless, keep=keep, **kinds)
    else:
        _write_tiff(image, path, layout, level)


def _write_tiff(image: pyvips.Image, path: Path, layout: Layout, level: int) -> None:
    row_bytes = image.width * layout.bands * layout.dtype.itemsize
    predictor = "float" if layout.depth == "float" else "horizontal"
    image.tiffsave(
        vips_name(path),
        tile=True,
        tile_width=256,
        tile_height=256,
        compression="deflate" if level else "none",
        level=level,
        predictor=predictor,
        bigtiff=row_bytes * image.height > _BIG_TIFF_BYTES,
    )


@contextlib.contextmanager
def _writing(path: Path):  # noqa: ANN202  (a generator of nothing)
    try:
        yield
    except (pyvips.Error, OSError) as error:
        reason = str(getattr(error, "detail", "") or error).strip().splitlines()
        raise OutputError(
            f"“{path}” could not be written ({reason[-1] if reason else 'no reason given'}).",
            "See whether the disk is full, and take another folder if it is.",
        ) from error


def _reserve(beside: Path, path: Path) -> None:
    """Make the temporary file, with the rights that new files have here."""
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except OSError as error:
        raise OutputError(
            f"The folder of “{path}” cannot be written: {error.strerror}.", "Take another folder."
        ) from error


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _publish(beside: Path, path: Path, options: SaveOptions) -> Path:
    """Give the finished file its name; another one is tried where somebody was faster."""
    with _writing(path):
        if options.on_exists == "overwrite":
            os.replace(beside, path)  # noqa: PTH105
            return path
        while True:
            wanted = free_name(path) if options.on_exists == "number" else path
            try:
                _claim(beside, wanted)
            except FileExistsError as error:
                if options.on_exists == "error":
                    raise OutputError(
                        f"“{path}” exists already.", "Take another name, or allow it."
                    ) from error
            else:
                return wanted


def _claim(beside: Path, path: Path) -> None:
    """Rename without replacing; FileExistsError where the name is taken."""
    if os.name == "nt":
        beside.rename(path)
        return
    try:
        os.link(beside, path)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))  # file systems without links
        os.replace(beside, path)  # noqa: PTH105


# From the engine's sRGB back to the values that go into the file, strip by strip.

_DTYPES: dict[Depth, type] = {8: np.uint8, 16: np.uint16, "float": np.float32}


@dataclass(frozen=True)
class Layout:
    """What the file's pixels are: colours, then alpha. `icc` is attached; `steps` is the value of white."""

    kind: Kind
    depth: Depth
    has_alpha: bool
    icc: bytes | None
    steps: int

    @property
    def bands(self) -> int:
        """Values per pixel."""
        return CHANNELS[self.kind] + self.has_alpha

    @property
    def dtype(self) -> np.dtype:
        """uint8, uint16 or float32."""
        return np.dtype(_DTYPES[self.depth])


@dataclass(frozen=True)
class EncodeTarget:
    """Final values, ready for the file: `planes` has `layout.bands` bands of `layout.dtype`."""

    planes: Planes
    layout: Layout

    @property
    def size(self) -> Size:
        """Width and height in pixels."""
        return self.planes.size

    def close(self) -> None:
        """Delete what lies in files."""
        self.planes.close()


class FileEncoder:
    """Turns strips of the engine's colour into the file's values, and says what they are (`layout`).

    Grey sources give grey targets, CMYK with a profile gives CMYK where the format can, a profiled
    source comes back in its own profile. OutputError where the suffix names no format.
    """

    def __init__(self, carried: Carried, options: SaveOptions) -> None:
        self.layout = _layout(carried, format_for(options.suffix), options)
        self._profile = _profile(self.layout)

    def encode(self, colour: np.ndarray, alpha: np.ndarray | None = None, y: int = 0) -> np.ndarray:
        """(h, w, 3) float32 sRGB-encoded and (h, w) or (h, w, 1) float32 [0, 1] → (h, w, bands) final values.

        `y` is the row of the target at which they begin. Integers are rounded half to even. Alpha that the format
        cannot hold is laid on white; missing alpha that it has is opaque.
        """
        del y  # every row is encoded alike here
        opacity = np.ones((*colour.shape[:2], 1), np.float32) if alpha is None else np.atleast_3d(alpha)
        if not self.layout.has_alpha and alpha is not None:
            colour = colour * opacity + (1 - opacity)
        values = self._device(colour)
        if self.layout.has_alpha:
            values = np.concatenate([values, np.clip(opacity, 0, 1)], axis=2)
        return self._quantised(values)

    def blank(self, size: Size, folder: Path | None = None) -> EncodeTarget:
        """An empty target to write rows into; above 16 megapixels it lies in a scratch file of `folder`."""
        return EncodeTarget(planes_for(size, self.layout.bands, self.layout.dtype, folder), self.layout)

    def _device(self, colour: np.ndarray) -> np.ndarray:
        if self._profile:
            return self._profile.device(colour)
        return luma(colour) if self.layout.kind == "grey" else colour

    def _quantised(self, values: np.ndarray) -> np.ndarray:
        if self.layout.depth == "float":
            return values.astype(np.float32)
        steps = np.rint(np.clip(values, 0, 1) * np.float32(self.layout.steps))
        shift = 4 if self.layout.steps == 4095 else 0
        return steps.astype(self.layout.dtype) << shift


def _layout(carried: Carried, chosen: Format, options: SaveOptions) -> Layout:
    depth = depth_in(chosen, options.depth or carried.depth)
    kind = carried.kind
    if kind == "cmyk" and (carried.icc is None or not chosen.cmyk or depth == "float"):
        kind = "rgb"
    icc = carried.icc if kind == carried.kind else None
    alpha = carried.has_alpha and chosen.alpha
    return Layout(kind, depth, alpha, icc, _steps(chosen, depth))


def _profile(layout: Layout) -> Profile | None:
    """None where the values are sRGB already."""
    profile = profile_from(layout.icc, layout.kind) if layout.icc else None
    return None if profile is None or is_srgb(profile, layout.kind) else profile


def _steps(chosen: Format, depth: Depth) -> int:
    """White: AVIF keeps the upper 12 bits of 16."""
    if chosen.name == "avif" and depth == 16:
        return 4095
    return 65535 if depth == 16 else 255


# A target in a file of its own that other processes read: final values, row after row.


class KeptPlanes(ScratchPlanes):
    """Scratch planes under a name that was given; the file stays when they are closed.

    OSError where it cannot be opened.
    """

    def __init__(self, size: Size, bands: int, dtype: DTypeLike, path: Path) -> None:
        Planes.__init__(self, size, bands, dtype)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        self.path = path
        self._discard = weakref.finalize(self, os.close, self._fd)


class KeepingEncoder(FileEncoder):
    """An encoder whose target lies in the file `path`."""

    def __init__(self, carried: Carried, options: SaveOptions, path: Path) -> None:
        super().__init__(carried, options)
        self._path = path

    def blank(self, size: Size, folder: Path | None = None) -> EncodeTarget:
        """An empty target in the file, whatever its size."""
        del folder
        return kept_target(self._path, size, self.layout)


def kept_target(path: Path, size: Size, layout: Layout) -> EncodeTarget:
    """The target in the file, as it is; an empty one where there is none."""
    return EncodeTarget(KeptPlanes(size, layout.bands, layout.dtype, path), layout)


def write_resized(target: EncodeTarget, into: EncodeTarget) -> None:
    """Fill `into` with the target at another size, as `save_picture` would (antialiased, Lanczos 3)."""
    image = resized_image(plain_image(target.planes, target.layout), into.size)
    for box, rows in stored_rows(image, strips(into.size)):
        into.planes.write(box.y, rows)
