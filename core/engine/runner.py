"""All tiles of a run, with less memory each time it runs out."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from core.engine.device import choose_device
from core.engine.tile import SCALE, TileWork, upscale_measured
from core.errors import OutOfMemoryError
from core.geometry import Size
from core.progress import FinishedTile, Progress, Reporter
from core.tiling import Strip, StripBlender, halve_tile, plan_tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.engine.methods.registry import MethodRegistry

SMALLEST_TILE_PX = 64
MOST_DB = 120.0  # beyond it float32 has no more to say


class Runner:
    """One run through all tiles; afterwards `work`, `tile`, `tiles` and `notes` say how it went."""

    def __init__(self, work: TileWork, tile: Size, shelf: MethodRegistry, report: Reporter) -> None:
        self.work, self.tile, self.tiles = work, tile, 0
        self.notes: list[str] = []
        self._shelf, self._report = shelf, report
        self._finished_rows, self._began = 0, time.monotonic()
        self._squares, self._seen_px = 0.0, 0

    @property
    def elapsed_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    @property
    def lr_psnr(self) -> float:
        """How near the target, shrunk back, is to the source, over all tiles made: dB, −MOST_DB … MOST_DB."""
        mean = self._squares / max(1, self._seen_px)
        least, most = (10.0 ** (side * MOST_DB / 10.0) for side in (-1, 1))
        return -10.0 * math.log10(min(max(mean, least), most) if math.isfinite(mean) else most)

    def run(self, sink: Callable[[Strip], None]) -> None:
        """Give every row of the target to the sink, in order, once.

        When memory runs out the tile is halved and the run goes on below the rows it has given out; at the smallest
        tile it moves to the CPU. Raises OutOfMemoryError at the very bottom, and what the reporter raises.
        """
        while not self._attempt(sink):
            self._step_down()

    def _attempt(self, sink: Callable[[Strip], None]) -> bool:
        """False where memory ran out on the way."""
        try:
            for strip in self._strips():
                sink(strip)
                self._finished_rows = strip.y + len(strip.rows)
                del strip  # a band of the target: let go before the next one grows
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error):
                raise
            return False
        return True

    def _strips(self) -> Iterator[Strip]:
        """The rows not yet given out, from the top."""
        needs, size = self.work.method.needs, self.work.picture.size
        first = max(0, self._finished_rows // SCALE - needs.overlap_px)
        plan = plan_tiles(Size(size.width, size.height - first), self.tile, needs.overlap_px, needs.multiple)
        bands = 3 + (self.work.picture.alpha is not None)
        if needs.seconds_per_px is not None:
            expected_s = needs.seconds_per_px * plan.tile.area * len(plan)
            self._report(Progress("upscale", 0, len(plan), self.elapsed_s, expected_s=expected_s))
        blender = StripBlender(plan, SCALE, bands, margin_px=needs.margin_px)
        for done, tile in enumerate(plan.tiles, 1):
            box = tile.box.moved(0, first)
            pixels, error = upscale_measured(self.work, box)
            self.tiles += 1
            self._squares, self._seen_px = (
                self._squares + error * box.size.area,
                self._seen_px + box.size.area,
            )
            yield from self._fresh(blender.add(tile, pixels), first)
            finished = FinishedTile(box.scaled(SCALE), pixels[..., :3])
            self._report(Progress("upscale", done, len(plan), self.elapsed_s, finished))

    def _fresh(self, strips: list[Strip], first: int) -> Iterator[Strip]:
        """Strips of a plan that begins at source row `first`, in target rows, less what was given out before."""
        while strips:
            strip = strips.pop(0)
            yield from _below(self._finished_rows, Strip(strip.y + first * SCALE, strip.rows))

    def _step_down(self) -> None:
        """Halve the tile; at the bottom, leave the device for the CPU. OutOfMemoryError where nothing is left."""
        smaller = halve_tile(self.tile, SMALLEST_TILE_PX)
        if smaller:
            self.tile = smaller
            self.notes.append(f"Memory ran out: went on with tiles of {smaller}.")
            return
        if self.work.choice.device == "cpu":
            raise OutOfMemoryError(
                f"Memory ran out even with tiles of {self.tile} on the CPU.",
                "Close other programs and try again.",
            )
        choice = choose_device("cpu")
        method = self._shelf.get(self.work.method.name, choice)
        self.work = replace(self.work, choice=choice, method=method)
        self.notes.append("Memory of the device ran out at the smallest tile: went on on the CPU.")


def _below(finished_rows: int, strip: Strip) -> Iterator[Strip]:
    """What of a strip was not given out before memory ran out."""
    known = max(0, finished_rows - strip.y)
    if known < len(strip.rows):
        yield Strip(strip.y + known, strip.rows[known:])


def out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out. Torch names it on GPUs; on CPUs its allocator only says so in words."""
    words = str(error).lower()
    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or any(
        phrase in words
        for phrase in ("out of memory", "not enough memory", "can't allocate memory", "alloc_cpu")
    )
