"""The worker that does the real work: each kind of job by its function."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from core.checkpoints.adding import add, model_files
from core.checkpoints.catalog import entry, find
from core.checkpoints.download import Terms, get
from core.engine.added import added_by_region
from core.engine.tile import SCALE, TileWork, upscale_both, upscale_tile
from core.geometry import Box
from core.image.io import picture_from_array
from core.metrics.detail import Added, added_detail
from core.progress import Progress
from core.regions.region import RegionSet
from core.request import UpscaleRequest
from core.segment.registry import auto_regions
from core.service.pixels import PREVIEW_TILE_PX, preview_job, upscale_job, with_context, work_for
from core.service.protocol import (
    BUILT_IN,
    download_of,
    memory_text,
    model_file_of,
    packed_bytes,
    packed_mask,
    prompt_of,
    segmenter_of,
    wanted_of,
)
from core.service.workspace import Workspace
from core.tiling import plan_tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from core.regions.mask import Mask
    from core.segment.interface import Proposal
    from core.service.task import JobReporter, Task


# Proposals: clicks, everything, suggestions, and encoding ahead of them.


def propose_job(bench: Workspace, task: Task, line: JobReporter) -> dict[str, Any]:
    """What a click or a box means: part, object, whole, or the one best answer."""
    with bench.pictures.get(task.picture or {}) as picture:
        prompt = prompt_of(task.body, picture.size)
        segmenter = bench.segmenter(segmenter_of(task.body))
        embedding = bench.embedding((task.picture or {})["id"], picture, segmenter)
        line.check()
        return _proposals(segmenter.propose(embedding, prompt))


def everything_job(bench: Workspace, task: Task, line: JobReporter) -> dict[str, Any]:
    """Every object, smallest first."""
    with bench.pictures.get(task.picture or {}) as picture:
        segmenter = bench.segmenter(segmenter_of(task.body))
        embedding = bench.embedding((task.picture or {})["id"], picture, segmenter)
        found = segmenter.propose_everything(embedding, line)
        return {"proposals": [_row(offer.mask, offer.score, offer.label, None) for offer in found]}


def suggest_job(bench: Workspace, task: Task, line: JobReporter) -> dict[str, Any]:
    """Regions with priorities, as `upscale --regions auto` finds them, the upper one first."""
    with bench.pictures.get(task.picture or {}) as picture:
        segmenter = bench.segmenter(segmenter_of(task.body, BUILT_IN))
        found = auto_regions(picture.colour.read(Box.of(picture.size)), segmenter, line)
        rows = [_row(region.mask, 1.0, region.name, region.priority) for region in found]
        return {"proposals": rows}


def prepare_job(bench: Workspace, task: Task, line: JobReporter) -> dict[str, Any]:
    """Encode now, so that clicks answer at once."""
    with bench.pictures.get(task.picture or {}) as picture:
        line.check()
        segmenter = bench.segmenter(segmenter_of(task.body))
        bench.embedding((task.picture or {})["id"], picture, segmenter)
        return {"segmenter": segmenter.id}


def _proposals(found: Iterable[Proposal]) -> dict[str, Any]:
    return {"proposals": [_offered(offer) for offer in found]}


def _offered(offer: Proposal) -> dict[str, Any]:
    row, memory = _row(offer.mask, offer.score, offer.label, None), memory_text(offer.memory)
    return row if memory is None else {**row, "memory": memory}


def _row(mask: Mask, score: float, label: str, priority: float | None) -> dict[str, Any]:
    box = mask.box
    return {
        "box": [box.x, box.y, box.width, box.height],
        "mask": packed_mask(mask),
        "score": round(float(score), 4),
        "label": label,
        "priority": priority,
    }


# What was added, from one more run: the compact network tells target and most faithful estimate at once.


def added_job(bench: Workspace, task: Task, line: JobReporter) -> dict[str, Any]:
    """A share for each region, the last for the rest, and a map: those of `core.metrics.detail`."""
    with bench.pictures.get(task.picture or {}) as picture:
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


def _gather(work: TileWork, box: Box, whole: Added) -> None:
    around = with_context(box, work.picture.size, work.method.needs)
    found = added_detail(*upscale_both(work, around), SCALE)
    inner = box.moved(-around.x, -around.y).slices
    whole.added[box.slices] = found.added[inner]
    whole.plain[box.slices] = found.plain[inner]


WARM_PX = 152  # a preview of 128 px with its context


class EngineWorker:
    """A `core.service.task.Worker` over the engine."""

    def __init__(self, scratch: Path) -> None:
        self._bench = Workspace(scratch)

    def prepare(self) -> dict[str, Any]:
        """Load the bundled model, and run it once: the first run of a network is a slow one."""
        method, choice = self._bench.method(UpscaleRequest())
        picture = picture_from_array(np.full((WARM_PX, WARM_PX, 3), 0.5, np.float32))
        work = TileWork(picture, RegionSet(picture.size), 0.0, 0, 0.0, method, choice)
        upscale_tile(work, Box.of(picture.size))
        return self.status()

    def do(self, task: Task, line: JobReporter) -> dict[str, Any]:
        """See `Worker.do`."""
        return KINDS[task.kind](self._bench, task, line)

    def status(self) -> dict[str, Any]:
        """See `Worker.status`."""
        return self._bench.status()

    def forget(self, picture_id: str) -> None:
        """See `Worker.forget`."""
        self._bench.forget(picture_id)


def estimate_job(bench: Workspace, task: Task, line: JobReporter) -> dict[str, Any]:
    """How much clean-up the picture calls for."""
    line.check()
    source = task.picture or {}
    with bench.pictures.get(source) as picture:
        method, choice = bench.method(UpscaleRequest())
        return {"clean_up": bench.clean_up(source["id"], picture, method, choice.device)}


def download_job(bench: Workspace, task: Task, line: JobReporter) -> dict[str, Any]:
    """Weights from their authors, into the models folder."""
    del bench
    name, accepted = download_of(task.body)
    row, began = entry(name), time.monotonic()

    def hear(progress: Progress) -> None:
        elapsed_s = progress.elapsed_s or time.monotonic() - began
        line(Progress(progress.stage, progress.done, progress.total, elapsed_s))

    get(row, Terms(accept_licence=accepted), hear)
    return {"model": name, "path": str(find(row))}


def add_model_job(bench: Workspace, task: Task, line: JobReporter) -> dict[str, Any]:
    """A model file of the user's, recognised and kept."""
    del bench
    began = time.monotonic()

    def hear(progress: Progress) -> None:
        line(Progress(progress.stage, progress.done, progress.total, time.monotonic() - began))

    added = add(model_files(model_file_of(task.body))[0], hear)
    return {"model": added.row.id, "before": added.before}


KINDS: Mapping[str, Callable[[Workspace, Task, JobReporter], dict[str, Any]]] = {
    "upscale": upscale_job,
    "preview": preview_job,
    "added": added_job,
    "propose": propose_job,
    "everything": everything_job,
    "suggest": suggest_job,
    "prepare": prepare_job,
    "estimate": estimate_job,
    "download": download_job,
    "add_model": add_model_job,
}
