"""The worker that does the real work: each kind of job by its function."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from core.checkpoints.catalog import entry, find
from core.checkpoints.download import Terms, get
from core.engine.jobs.added import added_job
from core.engine.jobs.bench import Bench
from core.engine.jobs.body import download_of
from core.engine.jobs.finding import everything_job, prepare_job, propose_job, suggest_job
from core.engine.jobs.pixels import preview_job, upscale_job
from core.engine.tilework import Work, upscale_tile
from core.geometry import Box
from core.image.io import picture_from_array
from core.progress import Progress
from core.regions.region_set import RegionSet
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from core.engine.jobs.task import Line, Task

WARM_PX = 152  # a preview of 128 px with its context


class EngineWorker:
    """A `core.engine.jobs.task.Worker` over the engine."""

    def __init__(self, scratch: Path) -> None:
        self._bench = Bench(scratch)

    def prepare(self) -> dict[str, Any]:
        """Load the bundled model, and run it once: the first run of a network is a slow one."""
        method, choice = self._bench.method(UpscaleRequest())
        picture = picture_from_array(np.full((WARM_PX, WARM_PX, 3), 0.5, np.float32))
        work = Work(picture, RegionSet(picture.size), 0.0, 0, 0.0, method, choice)
        upscale_tile(work, Box.of(picture.size))
        return self.status()

    def do(self, task: Task, line: Line) -> dict[str, Any]:
        """See `Worker.do`."""
        return KINDS[task.kind](self._bench, task, line)

    def status(self) -> dict[str, Any]:
        """See `Worker.status`."""
        return self._bench.status()

    def forget(self, picture_id: str) -> None:
        """See `Worker.forget`."""
        self._bench.forget(picture_id)


def estimate_job(bench: Bench, task: Task, line: Line) -> dict[str, Any]:
    """How much clean-up the picture calls for."""
    line.check()
    source = task.picture or {}
    with bench.pictures.lend(source) as picture:
        method, choice = bench.method(UpscaleRequest())
        return {"clean_up": bench.clean_up(source["id"], picture, method, choice.device)}


def download_job(bench: Bench, task: Task, line: Line) -> dict[str, Any]:
    """Weights from their authors, into the models folder."""
    del bench
    name, accepted = download_of(task.body)
    row, began = entry(name), time.monotonic()

    def hear(progress: Progress) -> None:
        elapsed_s = progress.elapsed_s or time.monotonic() - began
        line(Progress(progress.stage, progress.done, progress.total, elapsed_s))

    get(row, Terms(accept_licence=accepted), hear)
    return {"model": name, "path": str(find(row))}


KINDS: Mapping[str, Callable[[Bench, Task, Line], dict[str, Any]]] = {
    "upscale": upscale_job,
    "preview": preview_job,
    "added": added_job,
    "propose": propose_job,
    "everything": everything_job,
    "suggest": suggest_job,
    "prepare": prepare_job,
    "estimate": estimate_job,
    "download": download_job,
}
