"""The one road of a request: window, Krita, GIMP and shell all come through `upscale`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from core.engine.device import choose_device, memory_budget_bytes
from core.engine.machine import peak_bytes
from core.engine.methods.registry import precision_for
from core.engine.record import Outcome
from core.engine.runner import SMALLEST_TILE_PX, Runner
from core.engine.tile import SCALE, TileWork
from core.errors import UsageError
from core.geometry import Box, Size
from core.image.tensor import to_batch
from core.progress import Reporter, silent
from core.regions.region import RegionSet
from core.tiling import TileRange, tile_for_budget

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.engine.device import DeviceChoice
    from core.engine.methods.base import Method
    from core.engine.methods.registry import MethodRegistry
    from core.image.picture import Picture
    from core.image.write import EncodeTarget, FileEncoder
    from core.request import UpscaleRequest
    from core.tiling import Strip


# How much clean-up a source calls for, from a few patches all over it.

PATCH_PX = 64
GRID = 5
LEAST_PX = 16
JPEG_BLOCK_PX = 8


def patches(size: Size) -> Iterator[Box]:
    """Up to 25 boxes all over the picture, each beginning where a block of a JPEG begins: there blocks show best."""
    width, height = min(PATCH_PX, size.width), min(PATCH_PX, size.height)
    rows, columns = _starts(size.height - height), _starts(size.width - width)
    return (Box(x, y, width, height) for y in rows for x in columns)


def _starts(last: int) -> list[int]:
    spread = np.linspace(0, last, GRID).astype(int) // JPEG_BLOCK_PX * JPEG_BLOCK_PX
    return np.unique(spread).tolist()


# The gauge names how dirty a source is, which is the clean-up of least error. People want a little more: noise and
# blocks that stay are seen before a tenth of a decibel is missed (docs/model.md, "Tried").
THOROUGH = 1.3


def estimate_clean_up(picture: Picture, method: Method, device: str) -> float:
    """0 … 1, rounded to hundredths; 0 where the method cannot tell or the picture is too small to judge."""
    if min(picture.size.width, picture.size.height) < LEAST_PX:
        return 0.0
    batch = torch.cat([to_batch(picture.colour.read(box)) for box in patches(picture.size)])
    with torch.inference_mode():
        dirt = method.dirt(batch.to(device))
    return 0.0 if dirt is None else round(min(1.0, THOROUGH * dirt), 2)


ENCODED_ROWS = 128  # rows turned into file values at a time: bounds what colour conversion takes
CPU_BUDGET_BYTES = 1000 * 2**20  # more makes a CPU no faster, and the machine is the user's
LARGEST_TILE_PX = {"cpu": 512}


@dataclass(frozen=True)
class UpscaleResult:
    """The target ×4 in final values, not yet in a file (close it), and how it came about."""

    target: EncodeTarget
    outcome: Outcome


@dataclass(frozen=True)
class Resources:
    """What a run works with: models, the way into final values, and a folder for what does not fit into memory."""

    shelf: MethodRegistry
    encoder: FileEncoder
    scratch: Path | None = None


def upscale(
    picture: Picture,
    regions: RegionSet | None,
    request: UpscaleRequest,
    desk: Resources,
    report: Reporter = silent,
) -> UpscaleResult:
    """Enlarge the picture ×4. Equal picture, regions and request give equal pixels on the same device.

    `regions` None means Balanced everywhere. The reporter hears each finished tile and may raise Cancelled; then no
    target is left. Raises UsageError where the regions belong to a picture of another size, DeviceError,
    CheckpointError, OutOfMemoryError, OutputError.
    """
    regions = _matching(regions, picture.size)
    choice = choose_device(request.device, precision_for(request))
    torch.set_num_threads(choice.threads)
    method = desk.shelf.get(request.method, choice)
    _check_steps(request, method)
    clean_up = (
        estimate_clean_up(picture, method, choice.device) if request.clean_up is None else request.clean_up
    )
    work = TileWork(
        picture,
        regions,
        request.detail,
        request.seed,
        clean_up,
        method,
        choice,
        request.steps,
        request.seamless,
    )
    runner = Runner(work, tile_for(picture.size, request, choice, method), desk.shelf, report)
    target = desk.encoder.blank(picture.size.scaled(SCALE), desk.scratch)
    try:
        runner.run(lambda strip: _write(target, desk.encoder, strip))
    except BaseException:
        target.close()
        raise
    return UpscaleResult(target, _outcome(runner))


def _matching(regions: RegionSet | None, size: Size) -> RegionSet:
    if regions is not None and regions.size != size:
        raise UsageError(
            f"The regions were made for a picture of {regions.size}, this one is {size}.",
            "Take the project that belongs to this picture.",
        )
    return RegionSet(size) if regions is None else regions  # an empty set is false, and has a rest


def _check_steps(request: UpscaleRequest, method: Method) -> None:
    most = method.needs.most_steps
    if request.steps is not None and request.steps > most:
        raise UsageError(
            f"{method.name} takes at most {most} step{'s' * (most > 1)}, not {request.steps}.",
            "Ask for fewer steps, or leave them to the method.",
        )


def tile_for(size: Size, request: UpscaleRequest, choice: DeviceChoice, method: Method) -> Size:
    """The tile asked for, or the best that the memory holds."""
    if request.tile_px:
        return Size(request.tile_px, request.tile_height_px or request.tile_px)
    budget = memory_budget_bytes(choice, request.memory_bytes)
    if choice.device == "cpu" and request.memory_bytes is None:
        budget = min(budget, CPU_BUDGET_BYTES)
    largest = LARGEST_TILE_PX.get(choice.device, 1024)
    sides = TileRange(SMALLEST_TILE_PX, largest, max(32, method.needs.multiple), method.needs.overlap_px)
    return tile_for_budget(size, budget, method.needs.cost, sides)


def _write(target: EncodeTarget, encoder: FileEncoder, strip: Strip) -> None:
    for start in range(0, len(strip.rows), ENCODED_ROWS):
        rows = strip.rows[start : start + ENCODED_ROWS]
        alpha = rows[..., 3:] if rows.shape[2] == 4 else None
        y = strip.y + start
        target.planes.write(y, encoder.encode(rows[..., :3], alpha, y))


def _outcome(runner: Runner) -> Outcome:
    work = runner.work
    return Outcome(
        method=work.method.name,
        checkpoint=work.method.checkpoint,
        sha256=work.method.sha256,
        clean_up=work.clean_up,
        device=work.choice.name,
        precision=work.choice.precision,
        tile=runner.tile,
        tiles=runner.tiles,
        elapsed_s=round(runner.elapsed_s, 3),
        peak_bytes=peak_bytes(work.choice.device),
        notes=tuple(runner.notes),
        licence=work.method.licence,
        lr_psnr=round(runner.lr_psnr, 2),
    )
