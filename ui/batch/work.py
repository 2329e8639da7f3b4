"""One picture of a batch, from file to file. Blocks: it belongs on a background thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.errors import Cancelled
from core.regions.project import sidecar_of
from core.regions.project_file import read_project
from core.regions.region_set import RegionSet
from plugin.bridge import EngineGone, JobFailed
from ui.batch.plan import DONE, SKIPPED, regions_by_rule
from ui.engine.order import PictureIn, regions_in
from ui.model.proposal import proposed
from ui.save import check_room, file_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from plugin.bridge import Bridge, Job
    from ui.batch.plan import BatchItem, BatchOptions
    from ui.engine.desk import Desk


@dataclass(frozen=True)
class Hand:
    """What the work on one picture may use: the engine, a place to tell progress, and whether to stop."""

    desk: Desk
    told: Callable[[int, int], None]
    stopped: Callable[[], bool]


def do_item(item: BatchItem, options: BatchOptions, hand: Hand, seconds: list[float]) -> BatchItem:
    """The item as it ended: done or skipped. Raises what went wrong; Cancelled where it was stopped.

    `seconds` gets what the engine needed for a megapixel of target.
    """
    target = options.target_of(item)
    if options.skip_existing and target.exists():
        return replace(item, state=SKIPPED, text="", target=target)
    if item.size is None:
        raise ValueError("the size of the picture is looked up before it is worked on")
    target.parent.mkdir(parents=True, exist_ok=True)
    check_room(
        target.parent, file_bytes(options.target_size(item.size), target.suffix, options.choice.depth or 8)
    )
    picture = PictureIn(f"batch {item.path}", item.path.name, item.size, str(item.path))
    regions = _regions(item, options, hand, picture)
    bridge, job = hand.desk.about(
        picture, lambda bridge, known: (bridge, _upscale(bridge, known, regions, options))
    )
    result = _followed(bridge, job, hand)
    used = job.save(str(target), **options.choice.for_engine())
    seconds.append(float(result["seconds"]) / max(1e-6, result["width"] * result["height"] / 1e6))
    job.cancel()
    return replace(item, state=DONE, text="", target=target.__class__(used))


def _upscale(bridge: Bridge, known: str, regions: RegionSet, options: BatchOptions) -> Job:
    asked = {"scale": options.scale, "detail": options.detail}
    return bridge.upscale(known, regions_in(regions), regions.rest, asked)


def _regions(item: BatchItem, options: BatchOptions, hand: Hand, picture: PictureIn) -> RegionSet:
    """Those saved beside the picture, else by rule."""
    rules, size = options.rules, picture.size
    sidecar = sidecar_of(item.path)
    if rules.beside and sidecar.is_file():
        kept = read_project(sidecar).regions
        if kept.size == size:
            return kept
    if not rules.needs_look:
        return RegionSet(size, rest=rules.rest)
    job = hand.desk.about(picture, lambda bridge, known: bridge.suggest(known))
    job.wait()
    return regions_by_rule([proposed(each, size) for each in job.proposals()], size, rules)


def _followed(bridge: Bridge, job: Job, hand: Hand) -> dict[str, Any]:
    """The result, once it is there."""
    try:
        for event in job.events():
            if hand.stopped():
                job.cancel()
                raise Cancelled("The batch was stopped.")
            if event.kind == "progress":
                hand.told(int(event.data["done"]), int(event.data["total"]))
            elif event.kind == "failed":
                error = event.data.get("error") or {}
                raise JobFailed(error.get("message", ""), error.get("advice", ""), error.get("code", ""))
            elif event.kind == "done":
                return event.data["result"]
    except EngineGone:
        hand.desk.drop(bridge)
        raise
    raise Cancelled("The batch was stopped.")
