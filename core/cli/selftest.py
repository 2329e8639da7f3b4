"""A tiny run whose result is known in every way that matters."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from core.diffusion.consistency import shrink
from core.engine.shelf import Shelf
from core.engine.upscale import Desk, upscale
from core.errors import SelfTestError, SemanticUpscaleError
from core.geometry import Box, Size
from core.image.formats import format_named
from core.image.io import Encoder, SaveOptions, open_picture, picture_from_array, save_picture
from core.image.picture import Carried
from core.image.tensor import from_batch, to_batch
from core.regions.region_set import RegionSet
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from pathlib import Path

SIZE = Size(40, 32)
LEAST_PSNR_DB = 40.0  # the target has 8 bits; a model that does not fit is 10 dB below
INVENTIVE, FAITHFUL = 2.0, -2.0


def self_test() -> str:
    """Upscale a drawn picture: the same twice, finite, and shrunk back its source. SelfTestError where it is not."""
    picture, shelf, began = _drawn(), Shelf(), time.monotonic()
    once, twice = (_run(picture, INVENTIVE, shelf) for _ in range(2))
    if not np.array_equal(once, twice):
        raise SelfTestError(
            "Two equal runs gave different pixels.", "Update the driver of the device, or use --device cpu."
        )
    faithful = _run(picture, FAITHFUL, shelf)
    if not (np.isfinite(once).all() and np.isfinite(faithful).all()):
        raise SelfTestError("The target holds values that are no numbers.", "Try --precision float32.")
    likeness = _psnr_db(from_batch(shrink(to_batch(faithful))), picture)
    if likeness < LEAST_PSNR_DB:
        raise SelfTestError(
            f"Shrunk back, the target is not its source ({likeness:.1f} dB).", "Try --device cpu."
        )
    seconds = time.monotonic() - began
    return f"same pixels twice, shrunk back {likeness:.1f} dB from the source, {seconds:.1f} s"


def format_works(name: str, folder: Path) -> str:
    """Write and read a picture in this format; "" where it comes back, else why not."""
    suffix = format_named(name).suffixes[0]
    picture = picture_from_array(_drawn())
    options = SaveOptions(suffix=suffix, on_exists="overwrite")
    encoder = Encoder(picture.carried, options)
    try:
        with open_picture(
            _saved(encoder, picture.colour.read(Box.of(SIZE)), folder / f"test{suffix}", options)
        ) as back:
            return "" if back.size == SIZE else "it came back with another size"
    except SemanticUpscaleError as error:
        return str(error)


def _saved(encoder: Encoder, pixels: np.ndarray, path: Path, options: SaveOptions) -> Path:
    target = encoder.blank(SIZE)
    target.planes.write(0, encoder.encode(pixels))
    return save_picture(target, path, options, Carried()).path


def _drawn() -> np.ndarray:
    """(H, W, 3) float32: waves, an edge and a dot, away from black and white."""
    y, x = np.mgrid[: SIZE.height, : SIZE.width].astype(np.float32)
    waves = np.stack([np.sin(x / 3), np.cos(y / 4), np.sin((x + y) / 5)], axis=2)
    image = 0.5 + 0.2 * waves + 0.1 * (x > 25)[..., None]
    image[8:11, 8:11] = 0.8
    return image.astype(np.float32)


def _run(image: np.ndarray, priority: float, shelf: Shelf) -> np.ndarray:
    """The target, (4H, 4W, 3) float32 in [0, 1] from 8 bits."""
    picture = picture_from_array(image)
    desk = Desk(shelf, Encoder(picture.carried, SaveOptions()))
    result = upscale(picture, RegionSet(SIZE, rest=priority), UpscaleRequest(clean_up=0.0), desk)
    pixels = result.target.planes.read(Box.of(result.target.size))
    return pixels.astype(np.float32) / 255


def _psnr_db(one: np.ndarray, other: np.ndarray) -> float:
    error = float(np.mean((one - other) ** 2))
    return 10 * math.log10(1 / max(error, 1e-12))
