"""Upscales, previews and what was added: the jobs that make pixels."""

from __future__ import annotations

import shutil
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from core.engine.runner import SMALLEST_TILE_PX, out_of_memory
from core.engine.tile import SCALE, TileWork, upscale_tile
from core.engine.upscale import Resources, tile_for, upscale
from core.errors import OutOfMemoryError, OutputError
from core.geometry import Box, Size
from core.image.io import FileEncoder
from core.image.write import KeepingEncoder, kept_target, write_resized
from core.service.protocol import wanted_of
from core.service.result import kept_options
from core.service.task import target_file
from core.tiling import halve_tile, plan_tiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from core.engine.methods.base import TileNeeds
    from core.engine.upscale import UpscaleResult
    from core.image.picture import Picture
    from core.request import UpscaleRequest
    from core.service.protocol import Wanted
    from core.service.task import JobReporter, Task
    from core.service.workspace import Workspace


PREVIEW_TILE_PX = 256


def upscale_job(bench: Workspace, task: Task, line: JobReporter) -> dict[str, Any]:
    """The whole target, in a file."""
    with bench.pictures.get(task.picture or {}) as picture:
        wanted = wanted_of(task.kind, task.body, picture.size)
        request = _gentler(bench, picture.size, wanted.request) if task.attempt else wanted.request
        final = picture.size.enlarged(request.scale)
        path, options = target_file(task.folder), kept_options(wanted.depth)
        whole = final == picture.size.scaled(SCALE)
        encoder = (
            KeepingEncoder(picture.carried, options, path) if whole else FileEncoder(picture.carried, options)
        )
        _check_space(final, encoder, task.folder)
        result = upscale(
            picture, wanted.regions, request, Resources(bench.shelf, encoder, bench.scratch), line
        )
        with result.target.planes:
            if not whole:
                _shrink(result, kept_target(path, final, encoder.layout))
        return _said(result, final, picture, line)


def _said(result: UpscaleResult, final: Size, picture: Picture, line: JobReporter) -> dict[str, Any]:
    outcome = result.outcome
    for note in outcome.notes:
        line.note(note)
    return {
        "width": final.width,
        "height": final.height,
        "method": outcome.method,
        "checkpoint": outcome.checkpoint,
        "clean_up": outcome.clean_up,
        "device": outcome.device,
        "precision": outcome.precision,
        "tile": [outcome.tile.width, outcome.tile.height],
        "tiles": outcome.tiles,
        "seconds": outcome.elapsed_s,
        "peak_bytes": outcome.peak_bytes,
        "lr_psnr": outcome.lr_psnr,
        "notes": [*picture.notices, *outcome.notes],
        "_outcome": asdict(outcome),
    }


def _shrink(result: UpscaleResult, into: Any) -> None:
    with into.planes:
        write_resized(result.target, into)


def _gentler(bench: Workspace, size: Size, request: UpscaleRequest) -> UpscaleRequest:
    """What to ask after a worker died: the CPU where it was on another device, else half the tile."""
    method, choice = bench.method(request)
    if choice.device != "cpu":
        return replace(request, device="cpu", precision="auto")
    tile = tile_for(size, request, choice, method)
    smaller = halve_tile(tile, SMALLEST_TILE_PX) or tile
    least = max(
        32, method.needs.overlap_px + 2 * method.needs.multiple
    )  # what the method's overlap leaves room for
    return replace(request, tile_px=max(least, smaller.width), tile_height_px=max(least, smaller.height))


def _check_space(size: Size, encoder: FileEncoder, folder: Path) -> None:
    needed = size.area * encoder.layout.bands * encoder.layout.dtype.itemsize
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise OutputError(
            f"The disk of “{folder}” has {free / 1e6:,.0f} MB free; about {needed / 1e6:,.0f} MB are needed.",
            "Free some space, or let SEMANTIC_UPSCALE_CACHE name a folder on a larger disk.",
        )


def preview_job(bench: Workspace, task: Task, line: JobReporter) -> dict[str, Any]:
    """The pixels of a box as the whole run would make them."""
    with bench.pictures.get(task.picture or {}) as picture:
        wanted = wanted_of(task.kind, task.body, picture.size)
        work = work_for(bench, task, picture, wanted)
        box, side = wanted.box or Box.of(picture.size), PREVIEW_TILE_PX >> task.attempt
        encoder = KeepingEncoder(picture.carried, kept_options(wanted.depth), target_file(task.folder))
        pixels = _pixels(work, box, side, line)
        target = encoder.blank(box.size.scaled(SCALE))
        with target.planes:
            target.planes.write(
                0, encoder.encode(pixels[..., :3], pixels[..., 3:] if pixels.shape[2] == 4 else None)
            )
        return {
            "width": target.size.width,
            "height": target.size.height,
            "method": work.method.name,
            "clean_up": work.clean_up,
            "device": work.choice.name,
        }


def work_for(bench: Workspace, task: Task, picture: Picture, wanted: Wanted) -> TileWork:
    """Everything that tiles of this picture need."""
    request = wanted.request
    if task.attempt and bench.choice(request.device, request.precision).device != "cpu":
        request = replace(request, device="cpu", precision="auto")
    method, choice = bench.method(request)
    clean_up = request.clean_up
    if clean_up is None:
        clean_up = bench.clean_up((task.picture or {})["id"], picture, method, choice.device)
    told = (
        wanted.regions,
        request.detail,
        request.seed,
        clean_up,
        method,
        choice,
        request.steps,
        request.seamless,
    )
    return TileWork(picture, *told)


def _pixels(work: TileWork, box: Box, side: int, line: JobReporter) -> np.ndarray:
    """(4h, 4w, 3 or 4) float32 of a box, in pieces of up to `side` source pixels, smaller when memory runs out."""
    bands = 3 + (work.picture.alpha is not None)
    pixels = np.empty((SCALE * box.height, SCALE * box.width, bands), np.float32)
    try:
        for piece, made in pieces(work, box, side, line):
            pixels[piece.moved(-box.x, -box.y).scaled(SCALE).slices] = made
    except (MemoryError, RuntimeError) as error:
        if not out_of_memory(error):
            raise
        if side <= SMALLEST_TILE_PX:
            raise OutOfMemoryError("Memory ran out.", "Close other programs and try again.") from error
        return _pixels(work, box, side // 2, line)
    return pixels


def pieces(work: TileWork, box: Box, side: int, line: JobReporter) -> Iterator[tuple[Box, np.ndarray]]:
    """A box cut into pieces without overlap, each computed with the context that it needs."""
    for tile in plan_tiles(box.size, side, 0).tiles:
        line.check()
        piece = tile.box.moved(box.x, box.y)
        around = with_context(piece, work.picture.size, work.method.needs)
        made = upscale_tile(work, around)
        yield piece, made[piece.moved(-around.x, -around.y).scaled(SCALE).slices]


def with_context(box: Box, size: Size, needs: TileNeeds) -> Box:
    """The box with what decides about its pixels around it: as far as tiles of the whole run have a say.

    It begins at a multiple of what the network folds, where the whole picture's grid begins too.
    """
    wide = box.grown(needs.overlap_px - needs.margin_px)
    left, top = (max(0, edge) // needs.multiple * needs.multiple for edge in (wide.x, wide.y))
    return Box.between(left, top, min(wide.right, size.width), min(wide.bottom, size.height))
