"""What is written into a target besides pixels: the record and the honest label."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.cli.sources import STDIO
from core.cli.version import program_version
from core.engine.record import Record, Saving
from core.image.formats import format_for
from core.image.io import SaveOptions, strips
from core.image.metadata import JPEG_SEGMENT_BYTES
from core.image.xmp import packet
from core.regions.priority import priority_map, region_weight, semantic_weight
from core.regions.project import Source, hash_of, source_of
from core.regions.region_set import RegionSet

if TYPE_CHECKING:
    from pathlib import Path

    from core.engine.outcome import Outcome
    from core.geometry import Size
    from core.image.picture import Carried
    from core.request import UpscaleRequest

MASKS_LEFT_OUT = (
    "A JPEG has no room for the masks in the record: to run it --again, name the regions, or write a PNG."
)


@dataclass(frozen=True)
class Deed:
    """One finished run: what was asked of which file, and what came of it. `file` is where a stdin's bytes lie."""

    source: Path
    file: Path
    target: Path
    size: Size
    regions: RegionSet | None
    request: UpscaleRequest
    outcome: Outcome


def record_of(deed: Deed, options: SaveOptions) -> Record:
    """Everything that it takes to run it again."""
    saving = Saving(options.suffix, options.depth, options.quality)
    regions = RegionSet(deed.size) if deed.regions is None else deed.regions
    return Record(program_version(), _source(deed), regions, deed.request, saving, deed.outcome)


def with_record(
    options: SaveOptions, record: Record, carried: Carried
) -> tuple[SaveOptions, tuple[str, ...]]:
    """The options with the record, and a sentence where its masks had to stay out."""
    whole = replace(options, record=record.to_json())
    jpeg = format_for(options.suffix).name == "jpeg"
    if not jpeg or len(packet(carried.xmp, whole) or b"") <= JPEG_SEGMENT_BYTES:
        return whole, ()
    return replace(options, record=record.to_json(with_masks=False)), (MASKS_LEFT_OUT,)


def invention_allowed(regions: RegionSet | None, size: Size, detail: float) -> bool:
    """Whether the semantic weight is above 0 anywhere."""
    regions = RegionSet(size) if regions is None else regions
    values = [region_weight(region, detail) for region in regions if region.visible]
    if max([semantic_weight(regions.rest, detail), *values]) == 0:
        return False
    return any(bool(priority_map(regions, detail, strip).any()) for strip in strips(size))


def _source(deed: Deed) -> Source:
    if deed.source == STDIO:
        return Source("", hash_of(deed.file), deed.file.stat().st_size)
    if deed.target == STDIO:
        return Source(deed.source.name, hash_of(deed.source), deed.source.stat().st_size)
    return source_of(deed.source.absolute(), deed.target.absolute())
