"""What was added, from one more run: the compact network tells target and most faithful estimate at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.engine.added import added_by_region
from core.engine.jobs.body import wanted_of
from core.engine.jobs.masks import packed_bytes
from core.engine.jobs.pixels import PREVIEW_TILE_PX, with_context, work_for
from core.engine.tilework import SCALE, Work, upscale_both
from core.metrics.added import Added, invention
from core.progress import Progress
from core.tiling.plan import plan_tiles

if TYPE_CHECKING:
    from core.engine.jobs.bench import Bench
    from core.engine.jobs.task import Line, Task
    from core.geometry import Box


def added_job(bench: Bench, task: Task, line: Line) -> dict[str, Any]:
    """A share for each region, the last for the rest, and a map: those of `core.metrics.added`."""
    with bench.pictures.lend(task.picture or {}) as picture:
        wanted = wanted_of("upscale", task.body, picture.size)
        work, size = work_for(bench, task, picture, wanted), picture.size
        whole = Added(*(np.zeros((size.height, size.width), np.float32) for _ in range(2)))
        plan = plan_tiles(size, PREVIEW_TILE_PX, 0)
        for done, tile in enumerate(plan.tiles):
            line(Progress("what was added", done, len(plan)))
            _gather(work, tile.box, whole)
        rows = [
            {"name": name, "share": round(float(share), 4)}
            for name, share in added_by_region(whole, wanted.regions)
        ]
        levels = packed_bytes(whole.levels.tobytes())
        return {"regions": rows, "width": size.width, "height": size.height, "map": levels}


def _gather(work: Work, box: Box, whole: Added) -> None:
    around = with_context(box, work.picture.size, work.method.needs)
    found = invention(*upscale_both(work, around), SCALE)
    inner = box.moved(-around.x, -around.y).slices
    whole.added[box.slices] = found.added[inner]
    whole.plain[box.slices] = found.plain[inner]
