"""What is written into a target besides pixels: the record and the honest label."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.cli.sources import STDIO
from core.cli.version import program_version
from core.engine.note import MASKS_LEFT_OUT, invention_allowed, with_record
from core.engine.record import Record, Saving
from core.regions.project import Source, hash_of, source_of
from core.regions.region_set import RegionSet

if TYPE_CHECKING:
    from pathlib import Path

    from core.engine.outcome import Outcome
    from core.geometry import Size
    from core.image.io import SaveOptions
    from core.request import UpscaleRequest

__all__ = ["MASKS_LEFT_OUT", "Deed", "invention_allowed", "record_of", "with_record"]


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


def _source(deed: Deed) -> Source:
    if deed.source == STDIO:
        return Source("", hash_of(deed.file), deed.file.stat().st_size)
    if deed.target == STDIO:
        return Source(deed.source.name, hash_of(deed.source), deed.source.stat().st_size)
    return source_of(deed.source.absolute(), deed.target.absolute())
