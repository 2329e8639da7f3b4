"""What is written into a target besides pixels: the record and the honest label. No torch here."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.image.formats import format_for
from core.image.metadata import JPEG_SEGMENT_BYTES
from core.image.planes import strips
from core.image.xmp import packet
from core.regions.priority import priority_map, region_weight, semantic_weight
from core.regions.region_set import RegionSet

if TYPE_CHECKING:
    from core.engine.record import Record
    from core.geometry import Size
    from core.image.formats import SaveOptions
    from core.image.picture import Carried

MASKS_LEFT_OUT = (
    "A JPEG has no room for the masks in the record: to run it --again, name the regions, or write a PNG."
)


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
