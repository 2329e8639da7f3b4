"""Proposals: clicks, everything, suggestions, and encoding ahead of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.engine.jobs.body import BUILT_IN, prompt_of, segmenter_of
from core.engine.jobs.masks import packed_mask
from core.geometry import Box
from core.segment.auto import auto_regions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.engine.jobs.bench import Bench
    from core.engine.jobs.task import Line, Task
    from core.regions.mask import Mask
    from core.segment.interface import Proposal


def propose_job(bench: Bench, task: Task, line: Line) -> dict[str, Any]:
    """What a click or a box means: part, object, whole, or the one best answer."""
    with bench.pictures.lend(task.picture or {}) as picture:
        prompt = prompt_of(task.body, picture.size)
        segmenter = bench.segmenter(segmenter_of(task.body))
        embedding = bench.embedding((task.picture or {})["id"], picture, segmenter)
        line.check()
        return _proposals(segmenter.propose(embedding, prompt))


def everything_job(bench: Bench, task: Task, line: Line) -> dict[str, Any]:
    """Every object, smallest first."""
    with bench.pictures.lend(task.picture or {}) as picture:
        segmenter = bench.segmenter(segmenter_of(task.body))
        embedding = bench.embedding((task.picture or {})["id"], picture, segmenter)
        return _proposals(segmenter.propose_everything(embedding, line))


def suggest_job(bench: Bench, task: Task, line: Line) -> dict[str, Any]:
    """Regions with priorities, as `upscale --regions auto` finds them, the upper one first."""
    with bench.pictures.lend(task.picture or {}) as picture:
        segmenter = bench.segmenter(segmenter_of(task.body, BUILT_IN))
        found = auto_regions(picture.colour.read(Box.of(picture.size)), segmenter, line)
        rows = [_row(region.mask, 1.0, region.name, region.priority) for region in found]
        return {"proposals": rows}


def prepare_job(bench: Bench, task: Task, line: Line) -> dict[str, Any]:
    """Encode now, so that clicks answer at once."""
    with bench.pictures.lend(task.picture or {}) as picture:
        line.check()
        segmenter = bench.segmenter(segmenter_of(task.body))
        bench.embedding((task.picture or {})["id"], picture, segmenter)
        return {"segmenter": segmenter.id}


def _proposals(found: Iterable[Proposal]) -> dict[str, Any]:
    return {"proposals": [_row(offer.mask, offer.score, offer.label, None) for offer in found]}


def _row(mask: Mask, score: float, label: str, priority: float | None) -> dict[str, Any]:
    box = mask.box
    return {
        "box": [box.x, box.y, box.width, box.height],
        "mask": packed_mask(mask),
        "score": round(float(score), 4),
        "label": label,
        "priority": priority,
    }
