"""What was added to a target: a second, wholly faithful run beside the first, and the difference in detail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from core.engine.tile import SCALE
from core.engine.upscale import Resources, upscale
from core.image.colour import CHANNELS
from core.metrics.detail import added_detail_between
from core.progress import Reporter, silent
from core.regions.priority import region_labels

if TYPE_CHECKING:
    from core.engine.record import Outcome
    from core.image.picture import Picture
    from core.image.write import EncodeTarget
    from core.metrics.detail import Added, Reader
    from core.regions.region import RegionSet
    from core.request import UpscaleRequest

MOST_FAITHFUL = -4.0  # added to every priority, it takes even Inventive to W = 0
REST = "rest"
SMALLEST_ASKED_PX = 32  # a request takes no smaller tile, a small picture has one


@dataclass(frozen=True)
class FinishedTarget:
    """A finished run: its target (still open), and how it was made."""

    target: EncodeTarget
    regions: RegionSet | None
    request: UpscaleRequest
    outcome: Outcome


def faithful_request(request: UpscaleRequest, outcome: Outcome) -> UpscaleRequest:
    """The same run with nothing to invent: same clean-up, same tiles."""
    width, height = (max(SMALLEST_ASKED_PX, side) for side in (outcome.tile.width, outcome.tile.height))
    return replace(
        request,
        detail=MOST_FAITHFUL,
        clean_up=outcome.clean_up,
        tile_px=width,
        tile_height_px=height,
    )


def what_was_added(
    picture: Picture, run: FinishedTarget, desk: Resources, report: Reporter = silent
) -> Added:
    """Compare a finished target with the most faithful one of the same picture; takes a second run.

    `desk.encoder` must be the one that made the target. Errors are those of `upscale`; the reporter
    may raise Cancelled.
    """
    plain = upscale(picture, run.regions, faithful_request(run.request, run.outcome), desk, report)
    try:
        return added_detail_between(_reader(run.target), _reader(plain.target), picture.size, SCALE)
    finally:
        plain.target.close()


def added_by_region(added: Added, regions: RegionSet | None) -> tuple[tuple[str, float], ...]:
    """(name, share 0 … 1 of the finest detail that was invented): visible regions that own a pixel, then the rest."""
    if regions is None:
        return ((REST, added.share()),)
    labels = region_labels(regions)
    named = [(index, region.name or region.id) for index, region in enumerate(regions) if region.visible]
    return tuple(
        (name, added.share(labels == index))
        for index, name in (*named, (-1, REST))
        if bool((labels == index).any())
    )


def _reader(target: EncodeTarget) -> Reader:
    """Its colours without alpha, white is 1."""
    layout, planes = target.layout, target.planes
    white = np.float32(1.0 if layout.depth == "float" else np.iinfo(layout.dtype).max)
    return lambda box: planes.read(box)[..., : CHANNELS[layout.kind]].astype(np.float32) / white
