"""A folder of pictures, each with the regions that are to be ramped."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from PIL import Image

from core.errors import InputError
from core.geometry import SCALE, Box, Size
from core.image.io import open_picture, read_mask
from core.metrics.fidelity import shrink
from core.regions.mask import Mask
from core.segment.built_in.segmenter import BuiltInSegmenter
from core.segment.registry import auto_regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".avif")
MASK_SUFFIXES = (".png", ".tif", ".tiff")


def samples_folder() -> Path:
    """The sample pictures that come with the program; InputError where it came without."""
    folder = Path(str(files("resources"))) / "samples"
    if not folder.is_dir():
        raise InputError("The program came without sample pictures.", "Name a folder with --set.")
    return folder


def pictures_in(folder: Path, limit: int | None = None) -> tuple[Path, ...]:
    """The pictures of a folder by name; of more than `limit` as many, evenly chosen.

    InputError where it is no folder, cannot be read or holds no picture.
    """
    try:
        found = sorted(
            path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()
        )
    except OSError as error:
        raise InputError(
            f"“{folder}” is no folder that can be read: {error.strerror}.", "Name a folder of pictures."
        ) from error
    if not found:
        raise InputError(f"“{folder}” holds no picture.", f"Pictures end in {', '.join(SUFFIXES)}.")
    most = min(limit or len(found), len(found))
    return tuple(found[k * len(found) // most] for k in range(most))


def read_colour(path: Path) -> np.ndarray:
    """The picture's colour (H, W, 3) float32 in [0, 1], sRGB-encoded, upright; transparency is left out."""
    with open_picture(path) as picture:
        return np.clip(picture.colour.read(Box.of(picture.size)), 0.0, 1.0)


def mask_files(folder: Path, name: str) -> tuple[Path, ...]:
    """NAME.png, NAME_*.png and NAME-*.png of a masks folder, by name; InputError where it cannot be read."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in MASK_SUFFIXES)
    except OSError as error:
        raise InputError(
            f"“{folder}” is no folder that can be read: {error.strerror}.", "Name a folder of masks."
        ) from error
    return tuple(
        path for path in found if path.stem == name or path.stem.startswith((f"{name}_", f"{name}-"))
    )


# Which regions of a picture are ramped: those of a masks folder, else those the built-in segmenter finds.

LEAST_SHARE = 0.015
MOST_SHARE = 0.5
PLAIN_SHARE = 0.9


def masks_of(values: np.ndarray) -> tuple[np.ndarray, ...]:
    """Regions of a mask picture (H, W) [0, 1] as bool arrays.

    Nine tenths of black and white make one region, the white; anything else is a label map, one region a value.
    """
    plain = np.mean((values <= 0.02) | (values >= 0.98))
    levels = np.unique(values)
    if len(levels) <= 2 or (plain >= PLAIN_SHARE and levels[-1] >= 0.98):
        return (values >= (levels[0] + levels[-1]) / 2,) if len(levels) > 1 else ()
    return tuple(values == level for level in levels)


def on_source(mask: np.ndarray, size: Size) -> np.ndarray:
    """A mask drawn on the source, or on a picture `k` times as large (each source pixel asks its middle).

    (h, w) bool; InputError where it fits neither.
    """
    height, width = mask.shape
    step = max(1, round(width / size.width))
    taken = mask[step // 2 :: step, step // 2 :: step][: size.height, : size.width]
    if taken.shape != (size.height, size.width):
        raise InputError(
            f"A mask of {width}×{height} does not fit a source of {size}.",
            "Draw masks on the pictures of the set.",
        )
    return taken


def from_files(files: Sequence[Path], drawn_on: Size, size: Size) -> tuple[Mask, ...]:
    """The regions of mask files as masks of the source.

    `drawn_on` is the size of the picture in the set. Of several label maps of one picture the first counts: they are
    several people's answers. InputError where a file does not fit.
    """
    found: list[np.ndarray] = []
    for file in files:
        regions = masks_of(read_mask(file, drawn_on))
        found += regions
        if len(regions) > 1:
            break
    return tuple(Mask.of(on_source(region, size)) for region in found)


def from_segmenter(source: np.ndarray) -> tuple[Mask, ...]:
    """Objects that the built-in segmenter sees in a source (h, w, 3)."""
    return tuple(region.mask for region in auto_regions(source, BuiltInSegmenter()))


def worth_ramping(masks: Iterable[Mask], size: Size, count: int) -> tuple[Mask, ...]:
    """The `count` largest that are neither specks nor most of the picture; its middle where there is none."""
    fit = [mask for mask in masks if LEAST_SHARE <= mask.area / size.area <= MOST_SHARE]
    middle = Mask.filled(Box.of(size).grown(-max(1, min(size.width, size.height) // 4)))
    return tuple(sorted(fit, key=lambda mask: -mask.area)[:count]) or ((middle,) if not middle.empty else ())


# Bytes of pictures that never become files of their own: what JPEG leaves of one, and those inside a report.

PAGE_JPEG_QUALITY = 85


def levels(picture: np.ndarray) -> np.ndarray:
    """(H, W, 3) [0, 1] as the 256 levels of an 8-bit file."""
    return np.rint(np.clip(picture, 0.0, 1.0) * 255.0).astype(np.uint8)


def jpeg_bytes(picture: np.ndarray, quality: int) -> bytes:
    """A baseline JPEG with halved chroma, as cameras and web pages make them."""
    file = io.BytesIO()
    Image.fromarray(levels(picture)).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    return file.getvalue()


def through_jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    """(H, W, 3) float32 [0, 1] → what an 8-bit JPEG of that quality gives back."""
    with Image.open(io.BytesIO(jpeg_bytes(picture, quality))) as image:
        return np.asarray(image, np.float32) / np.float32(255.0)


def data_uri(picture: np.ndarray) -> str:
    """A picture (H, W, 3) [0, 1] as a `data:` address: JPEG of high quality with full chroma."""
    file = io.BytesIO()
    Image.fromarray(levels(picture)).save(file, "JPEG", quality=PAGE_JPEG_QUALITY, subsampling="4:4:4")
    return "data:image/jpeg;base64," + base64.b64encode(file.getvalue()).decode("ascii")


# How a source is made of a picture.
#
# | protocol | source | clean-up |
# | --- | --- | --- |
# | bicubic | antialiased bicubic ÷4 | 0 |
# | degraded | `MIXED`: Gaussian blur → antialiased bicubic ÷4 → Gaussian noise → JPEG | estimated |
# | dirty | as degraded, but each picture in turn by another of the four `KINDS` | estimated |
# | none | the picture itself; there is no reference | estimated |
#
# Sources are rounded to 8 bits, as files are.

NOISE_SEED = 2505


class Degradation(NamedTuple):
    """Blur (σ in target pixels), noise (σ on 0 … 255), quality of the JPEG."""

    blur_px: float
    noise: float
    quality: int


MIXED = Degradation(1.2, 4.0, 75)
KINDS = (MIXED, Degradation(0.6, 12.0, 92), Degradation(0.8, 1.0, 35), Degradation(2.4, 2.0, 85))
"""A little of all, noise, blocks, blur."""


class Protocol(str, Enum):
    """See the table above."""

    BICUBIC = "bicubic"
    DEGRADED = "degraded"
    DIRTY = "dirty"
    NONE = "none"

    @property
    def clean_up(self) -> float | None:
        """What the request asks for; None lets the engine estimate."""
        return 0.0 if self is Protocol.BICUBIC else None


@dataclass(frozen=True)
class TestPair:
    """A source (h, w, 3) and, where there is one, its reference (4h, 4w, 3); float32 [0, 1]."""

    source: np.ndarray
    reference: np.ndarray | None


def crop_to_scale(picture: np.ndarray) -> np.ndarray:
    """Without the last rows and columns that a scale of 4 leaves over; InputError below 4×4."""
    height, width = (side // SCALE * SCALE for side in picture.shape[:2])
    if not height or not width:
        raise InputError("A picture is too small to be shrunk by 4.", "Take pictures of 4×4 px or more.")
    return picture[:height, :width]


def round_to_8_bits(picture: np.ndarray) -> np.ndarray:
    """As an 8-bit file would hold it, float32."""
    return levels(picture).astype(np.float32) / np.float32(255.0)


def shrunk_source(reference: np.ndarray) -> np.ndarray:
    """Antialiased bicubic ÷4, not rounded."""
    return shrink(reference, reference.shape[0] // SCALE, reference.shape[1] // SCALE)


def degraded_source(reference: np.ndarray, dirt: Degradation = MIXED, seed: int = NOISE_SEED) -> np.ndarray:
    """Blur, shrink, noise, JPEG; the same seed gives the same noise."""
    soft = cv2.GaussianBlur(reference, (0, 0), dirt.blur_px, borderType=cv2.BORDER_REFLECT_101)
    small = shrunk_source(soft)
    noise = np.random.default_rng(seed).standard_normal(small.shape)
    return through_jpeg(small + noise * dirt.noise / 255.0, dirt.quality)


def pair_of(picture: np.ndarray, protocol: Protocol, index: int = 0) -> TestPair:
    """Source and reference of a picture (H, W, 3) in [0, 1], the one at `index` in its set."""
    if protocol is Protocol.NONE:
        return TestPair(round_to_8_bits(picture), None)
    reference = crop_to_scale(picture)
    if protocol is Protocol.BICUBIC:
        return TestPair(round_to_8_bits(shrunk_source(reference)), reference)
    dirt = KINDS[index % len(KINDS)] if protocol is Protocol.DIRTY else MIXED
    return TestPair(round_to_8_bits(degraded_source(reference, dirt)), reference)
