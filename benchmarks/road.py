"""Where the time of a tile goes, as a share of the network's. Bar: the whole road at most 1.5 × the network.

The bar is held by CPU time, which a busy machine does not distort.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from common.engine import Bench, bench, precisions
from common.tell import tell
from common.timing import by_cpu, interleaved

from core.engine.methods.base import TileInput
from core.engine.tile import SCALE, consistent, noise_batch, upscale_tile, weight_batch
from core.image.io import FileEncoder, SaveOptions, save_picture
from core.image.tensor import from_batch, to_batch
from core.metrics.tables import Column, Table
from core.tiling import StripBlender, plan_tiles

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from core.geometry import Size

REPETITIONS = 7
CPU_REPETITIONS = 3
BAR = 1.5
NETWORK, WHOLE = "network", "whole tile (crop … picture)"


def works(at: Bench, folder: Path) -> dict[str, Callable[[], object]]:
    """The steps of the road in their order, each fed with what the one before gave."""
    work, box = at.work, at.box
    dtype = getattr(torch, work.choice.precision)
    place = lambda batch: batch.to(dtype, memory_format=torch.channels_last)  # noqa: E731
    crop = lambda: place(to_batch(at.picture.colour.read(box)))  # noqa: E731
    weight = lambda: place(weight_batch(work.regions, work.detail, box))  # noqa: E731
    noise = lambda: place(noise_batch(work.regions, work.seed, box))  # noqa: E731
    tile = TileInput(crop(), weight(), noise(), 0.0)
    estimates = work.method.estimate(tile)
    kept = consistent(estimates, tile.source, 0.0)
    pixels = from_batch(kept)
    return {
        "crop": crop,
        "priority map": weight,
        "noise": noise,
        NETWORK: lambda: work.method.estimate(tile),
        "consistency": lambda: consistent(estimates, tile.source, 0.0),
        "tensor to picture": lambda: from_batch(kept),
        "blend": lambda: blended(box.size, pixels),
        "encode": lambda: FileEncoder(at.picture.carried, SaveOptions(".png")).encode(pixels),
        "save PNG": lambda: saved(at, pixels, ".png", folder),
        "save JPEG": lambda: saved(at, pixels, ".jpg", folder),
        WHOLE: lambda: upscale_tile(work, box),
    }


def blended(size: Size, pixels: np.ndarray) -> object:
    """One tile through the blender, which is the least it can do."""
    plan = plan_tiles(size, size, 0)
    return StripBlender(plan, SCALE, 3).add(plan.tiles[0], pixels)


def saved(at: Bench, pixels: np.ndarray, suffix: str, folder: Path) -> object:
    """Encode and write a file."""
    options = SaveOptions(suffix, on_exists="overwrite")
    encoder = FileEncoder(at.picture.carried, options)
    target = encoder.blank(at.picture.size.scaled(SCALE))
    target.planes.write(0, encoder.encode(pixels))
    return save_picture(target, folder / f"target{suffix}", options, at.picture.carried)


def main() -> None:
    """Time, print, write."""
    table = Table(
        "The road of a tile of 256×256, Inventive everywhere, 2 threads",
        (
            Column("least", "ms", "lower", 1),
            Column("median", "ms", "lower", 1),
            Column("least / network's", "×", "lower"),
            Column("CPU time of one thread / network's", "×", "lower"),
            Column(f"CPU ≤ {BAR:g}"),
        ),
    )
    with torch.inference_mode(), tempfile.TemporaryDirectory() as folder:
        for precision in precisions():
            made = works(bench(precision, 2.0), Path(folder))
            times, cpu = interleaved(made, REPETITIONS), by_cpu(made, CPU_REPETITIONS)
            network, alone = times[NETWORK].least, cpu[NETWORK].least
            for name, time in times.items():
                share, share_cpu = time.least / network, cpu[name].least / alone
                cleared = share_cpu <= BAR if name == WHOLE else None
                cells = (1e3 * time.least, 1e3 * time.median, share, share_cpu, cleared)
                table = table.with_row(f"{precision} · {name}", *cells)
    tell("road", table, bar=BAR)


if __name__ == "__main__":
    main()
