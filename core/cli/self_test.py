"""What the doctor looks at, one finding after the other."""

from __future__ import annotations

import math
import os
import platform
import sys
import time
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING

import numpy as np
import torch

from core import folders
from core.checkpoints.catalog import catalog, find_file
from core.cli.paths import scratch_folder
from core.cli.version import program_version
from core.diffusion.consistency import shrink
from core.display import missing_packages, wants_xcb
from core.engine.device import choose_device, memory_budget_bytes
from core.engine.machine import free_memory_bytes, survey
from core.engine.methods.registry import MethodRegistry
from core.engine.upscale import Resources, upscale
from core.errors import SelfTestError, SemanticUpscaleError
from core.files import check_sha256
from core.geometry import Box, Size
from core.image.formats import FORMATS, format_named
from core.image.io import FileEncoder, SaveOptions, open_picture, picture_from_array, save_picture
from core.image.picture import Carried
from core.image.tensor import from_batch, to_batch
from core.regions.region import RegionSet
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


# A tiny run whose result is known in every way that matters.

SIZE = Size(40, 32)
LEAST_PSNR_DB = 40.0  # the target has 8 bits; a model that does not fit is 10 dB below
INVENTIVE, FAITHFUL = 2.0, -2.0


def self_test() -> str:
    """Upscale a drawn picture: the same twice, finite, and shrunk back its source. SelfTestError where it is not."""
    picture, shelf, began = _drawn(), MethodRegistry(), time.monotonic()
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
    encoder = FileEncoder(picture.carried, options)
    try:
        with open_picture(
            _saved(encoder, picture.colour.read(Box.of(SIZE)), folder / f"test{suffix}", options)
        ) as back:
            return "" if back.size == SIZE else "it came back with another size"
    except SemanticUpscaleError as error:
        return str(error)


def _saved(encoder: FileEncoder, pixels: np.ndarray, path: Path, options: SaveOptions) -> Path:
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


def _run(image: np.ndarray, priority: float, shelf: MethodRegistry) -> np.ndarray:
    """The target, (4H, 4W, 3) float32 in [0, 1] from 8 bits."""
    picture = picture_from_array(image)
    desk = Resources(shelf, FileEncoder(picture.carried, SaveOptions()))
    result = upscale(picture, RegionSet(SIZE, rest=priority), UpscaleRequest(clean_up=0.0), desk)
    pixels = result.target.planes.read(Box.of(result.target.size))
    return pixels.astype(np.float32) / 255


def _psnr_db(one: np.ndarray, other: np.ndarray) -> float:
    error = float(np.mean((one - other) ** 2))
    return 10 * math.log10(1 / max(error, 1e-12))


LITTLE_MEMORY_BYTES = 2 << 30
NEEDED_FORMATS = ("png", "jpeg", "tiff")
FOLDERS: tuple[tuple[str, Callable[[], Path]], ...] = (
    ("settings", folders.config),
    ("models", folders.models),
    ("cache", folders.cache),
    ("state", folders.state),
    ("log", folders.log),
)


@dataclass(frozen=True)
class Finding:
    """One line of the doctor: `ok` None where there is nothing to pass or fail; `hint` says what to do, or nothing."""

    name: str
    value: str
    ok: bool | None = None
    hint: str = ""


def examination() -> Iterator[Finding]:
    """Every finding; an error of ours becomes one that failed."""
    yield Finding("program", f"Semantic Upscale {program_version()}")
    yield Finding(
        "python", f"{platform.python_version()} on {platform.platform()}", sys.version_info >= (3, 10)
    )
    yield Finding("torch", f"{torch.__version__}{_accelerator()}")
    for part in (_devices, _choice, _memory, _formats, _folders, _models, _window, _self_test):
        yield from _failing_softly(part)


def _failing_softly(part: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from part()
    except SemanticUpscaleError as error:
        yield Finding(part.__name__.strip("_").replace("_", " "), str(error), ok=False, hint=error.advice)


def _accelerator() -> str:
    built_for = torch.version.cuda or torch.version.hip
    return (
        f", built for {'ROCm' if torch.version.hip else 'CUDA'} {built_for}"
        if built_for
        else ", built for the CPU"
    )


def _devices() -> Iterator[Finding]:
    for device in survey():
        native = "bfloat16 is native" if device.native_bfloat16 else "bfloat16 is not native"
        yield Finding(
            f"device {device.device}", f"{device.name}, {_gib(device.free_bytes)} free, {native}", ok=True
        )


def _window() -> Iterator[Finding]:
    """Only where a window would be opened by X11 is a library that it lacks a fault."""
    lacking = missing_packages()
    if lacking:
        hint = f"On Debian and Ubuntu: sudo apt install {' '.join(lacking)}"
        yield Finding("window", "libraries of the screen are missing", False if wants_xcb() else None, hint)
    else:
        yield Finding("window", "the libraries of the screen are there", ok=True)


def _choice() -> Iterator[Finding]:
    choice = choose_device()
    forced = os.environ.get("SEMANTIC_UPSCALE_DEVICE")
    why = f"SEMANTIC_UPSCALE_DEVICE={forced}" if forced else "the first device that computes"
    yield Finding("chosen device", f"{choice.device} ({why}), {choice.threads} threads", ok=True)
    reason = "native there" if choice.precision == "bfloat16" else "bfloat16 is not native there"
    yield Finding("chosen precision", f"{choice.precision} ({reason})", ok=True)


def _memory() -> Iterator[Finding]:
    free, choice = free_memory_bytes(), choose_device()
    hints = []
    if free < LITTLE_MEMORY_BYTES:
        hints.append("Little memory is free: close other programs, or set SEMANTIC_UPSCALE_MEMORY_LIMIT.")
        if sys.platform == "linux":
            hints.append("MALLOC_MMAP_THRESHOLD_=1048576 gives memory back sooner.")
    if choice.device.startswith("cuda") and sys.platform == "win32":
        hints.append(
            "Turn off “CUDA sysmem fallback” in the NVIDIA settings: it makes runs slow instead of smaller."
        )
    if choice.device.startswith("cuda") and choice.free_bytes < LITTLE_MEMORY_BYTES:
        hints.append("PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True wastes less of the GPU's memory.")
    budget = memory_budget_bytes(choice)
    yield Finding("memory", f"{_gib(free)} free; tiles may take {_gib(budget)}", hint=" ".join(hints))


def _formats() -> Iterator[Finding]:
    names = [row.name for row in FORMATS if row.writable]
    with scratch_folder() as scratch:
        broken = {name: reason for name in names if (reason := format_works(name, scratch))}
    value = ", ".join(name for name in names if name not in broken)
    hint = " ".join(f"{name}: {reason}" for name, reason in broken.items())
    version = metadata.version("pyvips")
    needed = not any(name in broken for name in NEEDED_FORMATS)
    yield Finding(f"picture formats (pyvips {version})", value, ok=needed, hint=hint)


def _folders() -> Iterator[Finding]:
    for name, place in FOLDERS:
        folder = place()
        there = next(above for above in (folder, *folder.parents) if above.exists())
        writable = os.access(there, os.W_OK)
        hint = "" if writable else "Let SEMANTIC_UPSCALE_HOME name a folder that you may write to."
        yield Finding(f"{name} folder", f"{folder}", ok=writable, hint=hint)


def _models() -> Iterator[Finding]:
    for row in catalog():
        if row.bundled:
            _, path = find_file(row.id)
            if row.sha256:
                check_sha256(path, row.sha256)
            checked = "hash right" if row.sha256 else "hash not recorded"
            yield Finding(f"model {row.id}", f"{path} ({checked})", ok=True)


def _self_test() -> Iterator[Finding]:
    yield Finding("self-test", self_test(), ok=True)


def _gib(count: int) -> str:
    return f"{count / 2**30:.1f} GiB"
