"""The record of a run: everything that it takes to run it again, as JSON that is kept in the target."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from core.engine.outcome import Outcome
from core.engine.record_masks import mask_from, mask_values
from core.errors import InputError, UsageError
from core.geometry import Size
from core.regions.keys import Keys, parse_json
from core.regions.project import Source
from core.regions.region import Region
from core.regions.region_set import RegionSet
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from core.image.picture import Depth

VERSION = 1
AGAIN = "Take another copy of the picture, or give the options yourself."
WHOLE = {"seed", "tile_px", "tile_height_px", "memory_bytes", "steps"}
TEXTS = {"method", "device", "precision"}


@dataclass(frozen=True)
class Saving:
    """How the target was written: as in `SaveOptions`."""

    suffix: str = ".png"
    depth: Depth | None = None
    quality: int | None = None


@dataclass(frozen=True)
class Record:
    """One run.

    | field | meaning |
    | --- | --- |
    | program | version of the program |
    | source | the picture file; its path counts from the target's folder |
    | regions | all of them, with the size of the source |
    | request | what was asked |
    | saving | how the target was written |
    | outcome | how it went; its `clean_up`, `precision` and `tile` repeat it exactly |
    | whole | False: the masks found no room in the target, and `regions` is without them |
    """

    program: str
    source: Source
    regions: RegionSet
    request: UpscaleRequest
    saving: Saving
    outcome: Outcome
    whole: bool = True

    def to_json(self, with_masks: bool = True) -> str:
        """One line of ASCII; without masks much shorter, and then no longer whole."""
        return json.dumps(_values(self, with_masks), separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Record:
        """The record in a text of `to_json`; InputError where it is damaged or of a newer version."""
        try:
            return _record(Keys(parse_json(text.encode(errors="replace"), "The record"), "the record"))
        except (InputError, UsageError) as error:
            raise InputError(f"The record cannot be used. {error}", AGAIN) from error


def _values(record: Record, with_masks: bool) -> dict[str, Any]:
    source, size = record.source, record.regions.size
    return {
        "record": VERSION,
        "program": record.program,
        "source": {
            "path": source.path,
            "sha256": source.sha256,
            "size_bytes": source.size_bytes,
            "width": size.width,
            "height": size.height,
        },
        "rest": record.regions.rest,
        "regions": [_region_values(region, with_masks) for region in record.regions],
        "whole": record.whole and (with_masks or not record.regions.regions),
        "request": asdict(record.request),
        "saving": asdict(record.saving),
        "outcome": _outcome_values(record.outcome),
    }


def _region_values(region: Region, with_mask: bool) -> dict[str, Any]:
    return {
        "id": region.id,
        "name": region.name,
        "priority": region.priority,
        "feather": region.feather_px,
        "locked": region.locked,
        "visible": region.visible,
        "seed": region.seed,
        "mask": mask_values(region.mask) if with_mask else None,
    }


def _outcome_values(outcome: Outcome) -> dict[str, Any]:
    return {**asdict(outcome), "tile": [outcome.tile.width, outcome.tile.height]}


def _record(keys: Keys) -> Record:
    version = keys.whole("record")
    if version != VERSION:
        raise InputError(f"It has version {version}; this program reads version {VERSION}.")
    inner = keys.inner("source")
    size = Size(inner.whole("width"), inner.whole("height"))
    values = keys.array("regions")
    regions = tuple(_region(Keys(value, "a region of the record"), size) for value in values)
    return Record(
        program=keys.text("program"),
        source=Source(inner.text("path"), inner.text("sha256"), inner.whole("size_bytes")),
        regions=RegionSet(size, tuple(region for region in regions if region), keys.number("rest")),
        request=_request(keys.inner("request")),
        saving=_saving(keys.inner("saving")),
        outcome=_outcome(keys.inner("outcome")),
        whole=keys.flag("whole") and None not in regions,
    )


def _region(keys: Keys, size: Size) -> Region | None:
    """None where the mask was left out."""
    if keys.is_null("mask"):
        return None
    return Region(
        keys.text("id"),
        keys.text("name"),
        mask_from(keys.inner("mask"), size),
        priority=keys.number("priority"),
        feather_px=keys.number("feather"),
        locked=keys.flag("locked"),
        visible=keys.flag("visible"),
        seed=None if keys.is_null("seed") else keys.whole("seed"),
    )


def _request(keys: Keys) -> UpscaleRequest:
    names = [field.name for field in fields(UpscaleRequest)]
    values = {name: _typed(keys, name) for name in names if not keys.is_null(name)}
    return UpscaleRequest(**values)


def _typed(keys: Keys, name: str) -> Any:
    if name in TEXTS:
        return keys.text(name)
    return keys.whole(name) if name in WHOLE else keys.number(name)


def _saving(keys: Keys) -> Saving:
    quality = None if keys.is_null("quality") else keys.whole("quality")
    return Saving(keys.text("suffix"), _depth(keys), quality)


def _depth(keys: Keys) -> Literal[8, 16, "float"] | None:
    value = keys.left.get("depth")
    if value in (8, 16, "float", None):
        return value
    raise InputError(f"It names a depth of {str(value)[:40]!r}.")


def _outcome(keys: Keys) -> Outcome:
    tile = keys.array("tile")
    if len(tile) != 2 or not all(type(side) is int and side > 0 for side in tile):
        raise InputError("Its tile is no size.")
    return Outcome(
        method=keys.text("method"),
        checkpoint=keys.text("checkpoint"),
        sha256=keys.text("sha256"),
        clean_up=keys.number("clean_up"),
        device=keys.text("device"),
        precision=keys.text("precision"),
        tile=Size(*tile),
        tiles=keys.whole("tiles"),
        elapsed_s=keys.number("elapsed_s"),
        peak_bytes=keys.whole("peak_bytes"),
        notes=tuple(str(note) for note in keys.array("notes")),
        licence=keys.text("licence", ""),
        lr_psnr=keys.number("lr_psnr", 0.0),
    )
