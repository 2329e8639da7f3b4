"""From a file to a picture: decoded strip by strip, so that memory does not grow with the source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyvips

from core.errors import InputError
from core.geometry import Size
from core.image.hidden import fill_hidden
from core.image.loading import PIXEL_LIMIT, Opened, decoding, opened
from core.image.metadata import gathered, with_exif
from core.image.oriented import turned
from core.image.picture import Carried, Depth, Kind, Picture
from core.image.planes import Planes, planes_for, strips
from core.image.profile import CHANNELS, Profile, fallback_cmyk, is_srgb, profile_from
from core.image.tiff_exif import exif_in_tiff
from core.image.vips import field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.geometry import Box

_KINDS: dict[str, Kind] = {
    "b-w": "grey", "grey16": "grey", "cmyk": "cmyk",
    "srgb": "rgb", "rgb16": "rgb", "scrgb": "rgb", "rgb": "rgb",
}  # fmt: skip
_DEPTHS: dict[str, Depth] = {"uchar": 8, "ushort": 16, "float": "float", "double": "float"}


@dataclass(frozen=True)
class Decoder:
    """How stored values become colour: `peak` stands for 1; without `profile` they are sRGB already."""

    kind: Kind
    peak: float
    profile: Profile | None
    has_alpha: bool

    def colour(self, stored: np.ndarray) -> np.ndarray:
        """(h, w, bands) as stored → (h, w, 3) float32 sRGB-encoded."""
        device = stored[..., : CHANNELS[self.kind]]
        values = _finite(device.astype(np.float32)) / np.float32(self.peak)
        if self.profile:
            return self.profile.srgb(values)
        return values if values.shape[2] == 3 else np.repeat(values, 3, axis=2)

    def alpha(self, stored: np.ndarray) -> np.ndarray:
        """(h, w, bands) as stored → (h, w, 1) float32 [0, 1]."""
        channel = CHANNELS[self.kind]
        values = stored[..., channel : channel + 1].astype(np.float32)
        return np.clip(_finite(values) / np.float32(self.peak), 0, 1)


def open_picture(
    path: str | Path, scratch_folder: Path | None = None, *, pixel_limit: int = PIXEL_LIMIT
) -> Picture:
    """Read a picture, upright. Up to 16 megapixels it lies in memory, above in `scratch_folder` until closed.

    Values without a profile are taken as sRGB-encoded, floating-point ones too. InputError where the file is
    missing, damaged, unsupported or larger than `pixel_limit`; OutputError where the scratch folder is full.
    """
    path = Path(path)
    source = opened(path, pixel_limit)
    with decoding(path):
        image, kind = _plain(source.image, path)
        carried, notices = _carried(source, image, kind)
    decoder = _decoder(image, carried)
    with decoding(path):
        colour, alpha = _decoded(image, decoder, scratch_folder)
    colour = turned(colour, source.orientation)
    alpha = turned(alpha, source.orientation) if alpha else None
    return Picture(colour.size, colour, alpha, carried, source.notices + notices)


@dataclass(frozen=True)
class Header:
    """What a picture's file says before anything is decoded; `size` is as seen, upright."""

    size: Size
    carried: Carried
    notices: tuple[str, ...]


def read_header(path: str | Path, *, pixel_limit: int = PIXEL_LIMIT) -> Header:
    """InputError as for `open_picture`, but for pixels that turn out to be damaged."""
    path = Path(path)
    source = opened(path, pixel_limit)
    with decoding(path):
        image, kind = _plain(source.image, path)
        carried, notices = _carried(source, image, kind)
    return Header(source.size, carried, source.notices + notices)


def stored_rows(image: pyvips.Image, boxes: Iterator[Box]) -> Iterator[tuple[Box, np.ndarray]]:
    """The stored values (h, w, bands) of boxes from top to bottom."""
    region = pyvips.Region.new(image)
    dtype = {"uchar": np.uint8, "ushort": np.uint16, "float": np.float32}[str(image.format)]
    for box in boxes:
        data = region.fetch(box.x, box.y, box.width, box.height)
        yield box, np.frombuffer(data, dtype).reshape(box.height, box.width, image.bands)


def _plain(image: pyvips.Image, path: Path) -> tuple[pyvips.Image, Kind]:
    """Grey, RGB or CMYK in 8 bits, 16 bits or float, whatever the file had."""
    if image.format not in _DEPTHS:
        raise InputError(f"“{path.name}” has pixels of type “{image.format}”.", "Save it with 8 or 16 bits.")
    if image.interpretation in ("lab", "labs", "labq", "lch", "xyz", "yxy", "hsv"):
        image = image.colourspace("srgb" if image.format == "uchar" else "rgb16")
    guess: Kind = "rgb" if image.bands >= 3 else "grey"
    kind = _KINDS.get(str(image.interpretation), guess)
    if image.bands < CHANNELS[kind]:
        raise InputError(f"“{path.name}” has {image.bands} channels, too few for its colours.")
    return (image.cast("float") if image.format == "double" else image), kind


def _carried(source: Opened, image: pyvips.Image, kind: Kind) -> tuple[Carried, tuple[str, ...]]:
    """What is given back, and what is not understood."""
    notices = []
    channels = CHANNELS[kind]
    if image.bands > channels + 1:
        notices.append(f"{image.bands - channels - 1} extra channels are left out.")
    carried = replace(
        _gathered(source),
        format=source.format.name,
        kind=kind,
        depth=_DEPTHS[str(image.format)],
        has_alpha=image.bands > channels,
    )
    if carried.icc and profile_from(carried.icc, kind) is None:
        notices.append("The colour profile does not fit the picture and is left out.")
        carried = replace(carried, icc=None)
    return carried, tuple(notices)


def _gathered(source: Opened) -> Carried:
    """Metadata as libvips tells them, and in TIFF the camera's too."""
    carried = gathered(source.image)
    exif = exif_in_tiff(source.path) if source.format.name == "tiff" else None
    if exif is None:
        return carried
    described = gathered(with_exif(exif))
    return replace(carried, exif=described.exif, fields=carried.fields + described.fields)


def _decoder(image: pyvips.Image, carried: Carried) -> Decoder:
    profile = profile_from(carried.icc, carried.kind) if carried.icc else None
    if profile is None and carried.kind == "cmyk":
        profile = fallback_cmyk()
    if profile and is_srgb(profile, carried.kind):
        profile = None
    return Decoder(carried.kind, _peak(image, carried.depth), profile, carried.has_alpha)


def _peak(image: pyvips.Image, depth: Depth) -> float:
    """The stored value of white; 10- and 12-bit AVIF comes in the upper bits of 16."""
    if depth == "float":
        return 1.0
    bits = field(image, "bits-per-sample", depth)
    return float((1 << depth) - (1 << (depth - bits))) if 8 < bits < depth else float((1 << depth) - 1)


def _decoded(image: pyvips.Image, decoder: Decoder, folder: Path | None) -> tuple[Planes, Planes | None]:
    """Colour and alpha as stored, not yet turned; nothing is left behind where decoding fails."""
    size = Size(image.width, image.height)
    colour = planes_for(size, 3, np.float32, folder)
    alpha = planes_for(size, 1, np.float32, folder) if decoder.has_alpha else None
    try:
        for box, stored in stored_rows(image, strips(size)):
            colour.write(box.y, decoder.colour(stored))
            if alpha:
                alpha.write(box.y, decoder.alpha(stored))
        if alpha:
            fill_hidden(colour, alpha)
    except BaseException:
        colour.close()
        if alpha:
            alpha.close()
        raise
    return colour, alpha


def _finite(values: np.ndarray) -> np.ndarray:
    return np.nan_to_num(values, copy=False)
