"""The one road of a request: window, Krita, GIMP and shell all come through `upscale`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from core.engine.device import choose_device, memory_budget_bytes
from core.engine.estimate import estimate_clean_up
from core.engine.memory import peak_bytes
from core.engine.outcome import Outcome
from core.engine.runner import SMALLEST_TILE_PX, Runner
from core.engine.tilework import SCALE, Work
from core.errors import UsageError
from core.geometry import Size
from core.progress import Reporter, silent
from core.regions.region_set import RegionSet
from core.tiling.budget import TileRange, tile_for_budget

if TYPE_CHECKING:
    from pathlib import Path

    from core.engine.device import DeviceChoice
    from core.engine.method import Method
    from core.engine.shelf import Shelf
    from core.image.encoding import Encoder, Target
    from core.image.picture import Picture
    from core.request import UpscaleRequest
    from core.tiling.blend import Strip

ENCODED_ROWS = 128  # rows turned into file values at a time: bounds what colour conversion takes
CPU_BUDGET_BYTES = 1000 * 2**20  # more makes a CPU no faster, and the machine is the user's
LARGEST_TILE_PX = {"cpu": 512}


@dataclass(frozen=True)
class UpscaleResult:
    """The target ×4 in final values, not yet in a file (close it), and how it came about."""

    target: Target
    outcome: Outcome


@dataclass(frozen=True)
class Desk:
    """What a run works with: models, the way into final values, and a folder for what does not fit into memory."""

    shelf: Shelf
    encoder: Encoder
    scratch: Path | None = None


def upscale(
    picture: Picture,
    regions: RegionSet | None,
    request: UpscaleRequest,
    desk: Desk,
    report: Reporter = silent,
) -> UpscaleResult:
    """Enlarge the picture ×4. Equal picture, regions and request give equal pixels on the same device.

    `regions` None means Balanced everywhere. The reporter hears each finished tile and may raise Cancelled; then no
    target is left. Raises UsageError where the regions belong to a picture of another size, DeviceError,
    CheckpointError, OutOfMemoryError, OutputError.
    """
    regions = _matching(regions, picture.size)
    choice = choose_device(request.device, request.precision)
    torch.set_num_threads(choice.threads)
    method = desk.shelf.lend(request.method, choice)
    _check_steps(request, method)
    clean_up = (
        estimate_clean_up(picture, method, choice.device) if request.clean_up is None else request.clean_up
    )
    work = Work(picture, regions, request.detail, request.seed, clean_up, method, choice, request.steps)
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


def _write(target: Target, encoder: Encoder, strip: Strip) -> None:
    for start in range(0, len(strip.rows), ENCODED_ROWS):
        rows = strip.rows[start : start + ENCODED_ROWS]
        alpha = rows[..., 3:] if rows.shape[2] == 4 else None
        target.planes.write(strip.y + start, encoder.encode(rows[..., :3], alpha))


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
