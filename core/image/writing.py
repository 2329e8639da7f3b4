"""From final values to a file: written beside, then renamed, so that no half file is ever seen."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyvips

from core.errors import OutputError
from core.image.formats import SaveOptions, check_format, format_for
from core.image.metadata import attached
from core.image.planes import SMALL_PIXELS, MemoryPlanes, Planes, ScratchPlanes
from core.image.raw_tiff import raw_image
from core.image.tiff_exif import add_exif
from core.image.vips import quiet_vips, vips_image

if TYPE_CHECKING:
    from core.geometry import Size
    from core.image.encoding import Layout, Target
    from core.image.picture import Carried, Depth, Kind

_BIG_TIFF_BYTES = 3 << 30  # the classic format ends at 4 GiB; deflate may grow noise a little
_SPACES: dict[tuple[Kind, Depth], str] = {
    ("grey", 8): "b-w", ("grey", 16): "grey16", ("grey", "float"): "b-w",
    ("rgb", 8): "srgb", ("rgb", 16): "rgb16", ("rgb", "float"): "scrgb",
    ("cmyk", 8): "cmyk", ("cmyk", 16): "cmyk",
}  # fmt: skip


@dataclass(frozen=True)
class Saved:
    """Where the target is, and what it did not keep."""

    path: Path
    notices: tuple[str, ...] = ()


def save_picture(target: Target, path: str | Path, options: SaveOptions, carried: Carried) -> Saved:
    """Write the target in the format of `options.suffix`, with everything the source carried.

    Nothing is seen under `path` until the file is whole and on the disk; nothing that exists is touched
    unless `options.on_exists` is "overwrite". OutputError where it cannot be written; then nothing is left.
    """
    quiet_vips()
    path = Path(path)
    size = options.resize_to or target.size
    notices = check_format(options.suffix, size, options.depth or carried.depth, carried.has_alpha)
    image = resized_image(plain_image(target.planes, target.layout), size)
    image, lost = attached(image, carried, target.layout.icc, options)
    beside = path.with_name(f".semantic-upscale-{secrets.token_hex(6)}.part")
    try:
        _reserve(beside, path)
        with _writing(path):
            _write(image, beside, target.layout, options)
            if format_for(options.suffix).name == "tiff":
                add_exif(beside, carried.exif, options.software)
            _flush(beside)
        return Saved(_publish(beside, path, options), notices + lost)
    finally:
        beside.unlink(missing_ok=True)


def free_name(path: str | Path) -> Path:
    """The path itself, or with -2, -3 … before its suffix: the first that nothing has."""
    path = Path(path)
    number, free = 1, path
    while os.path.lexists(free):
        number += 1
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return free


def plain_image(planes: Planes, layout: Layout) -> pyvips.Image:
    """The planes as an image without metadata, to be read once."""
    space = _SPACES[layout.kind, layout.depth]
    if isinstance(planes, MemoryPlanes):
        return vips_image(planes.array, space)
    if not isinstance(planes, ScratchPlanes):
        raise TypeError("a target lies in memory or in a scratch file")
    return raw_image(planes).copy(interpretation=space)


def resized_image(image: pyvips.Image, size: Size) -> pyvips.Image:
    """Antialiased (Lanczos 3), exactly to size."""
    if (image.width, image.height) == (size.width, size.height):
        return image
    return image.resize(size.width / image.width, vscale=size.height / image.height)


def _write(image: pyvips.Image, path: Path, layout: Layout, options: SaveOptions) -> None:
    name = format_for(options.suffix).name
    if name == "png":
        image.pngsave(str(path))
    elif name == "jpeg":
        small = image.width * image.height <= SMALL_PIXELS  # better codes take the whole picture in memory
        image.jpegsave(str(path), Q=options.quality or 95, subsample_mode="off", optimize_coding=small)
    elif name == "webp":
        quality = options.quality or 95
        image.webpsave(str(path), Q=quality, lossless=options.lossless, exact=True, smart_subsample=True)
    elif name == "avif":
        kinds = {"compression": "av1", "subsample_mode": "off", "bitdepth": 12 if layout.depth == 16 else 8}
        image.heifsave(str(path), Q=options.quality or 85, lossless=options.lossless, **kinds)
    else:
        _write_tiff(image, path, layout)


def _write_tiff(image: pyvips.Image, path: Path, layout: Layout) -> None:
    row_bytes = image.width * layout.bands * layout.dtype.itemsize
    predictor = "float" if layout.depth == "float" else "horizontal"
    image.tiffsave(
        str(path),
        tile=True,
        tile_width=256,
        tile_height=256,
        compression="deflate",
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
