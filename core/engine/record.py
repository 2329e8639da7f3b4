"""The record of a run: everything that it takes to run it again, as JSON that is kept in the target."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import asdict, dataclass, fields
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from core.errors import InputError, UsageError
from core.folders import APP_NAME
from core.geometry import Box, Size
from core.image.planes import strips
from core.regions.mask import Mask
from core.regions.mask_png import AREA_LIMIT_PX
from core.regions.priority import priority_map, region_weight, semantic_weight
from core.regions.project import ProjectKeys, ProjectSource, parse_json
from core.regions.region import Region, RegionSet
from core.request import UpscaleRequest

if TYPE_CHECKING:
    from core.image.picture import Depth


# Masks as short texts: the bits of the crop, each row XORed with the one above, deflated, in base64.


def mask_values(mask: Mask) -> dict[str, Any]:
    """`box` as [x, y, width, height] in source pixels, and `bits`: rows padded to whole bytes, high bit first."""
    box, rows = mask.box, np.packbits(mask.pixels, axis=1)
    rows[1:] ^= rows[:-1].copy()  # outlines change little from row to row
    bits = base64.b64encode(zlib.compress(rows.tobytes(), 9)).decode("ascii")
    return {"box": [box.x, box.y, box.width, box.height], "bits": bits}


def mask_from(keys: ProjectKeys, size: Size) -> Mask:
    """The mask of a picture of this size. InputError where the values are none."""
    box = _box(keys.array("box"), size)
    width_bytes = (box.width + 7) // 8
    rows = _inflated(keys.text("bits"), box.height * width_bytes).reshape(box.height, width_bytes)
    pixels = np.unpackbits(np.bitwise_xor.accumulate(rows, axis=0), axis=1, count=box.width)
    return Mask(box, pixels.astype(np.bool_))


def _box(values: list[Any], size: Size) -> Box:
    """The box, if it lies in the picture and is no larger than a mask may be."""
    if len(values) == 4 and all(type(value) is int for value in values):
        box = Box(*values)
        inside = box.intersect(Box.of(size)) == box
        if inside and box.size.area <= AREA_LIMIT_PX and min(box.width, box.height) >= 0:
            return box
    raise InputError(f"A mask in the record has the box {str(values)[:80]}, outside its picture of {size}.")


def _inflated(text: str, count: int) -> np.ndarray:
    """Exactly so many bytes; a text that unpacks to more is not unpacked."""
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(base64.b64decode(text, validate=True), count + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise InputError("A mask in the record is damaged.") from error
    if len(data) != count:
        raise InputError("A mask in the record is damaged.")
    return np.frombuffer(data, np.uint8)


# What a run came to, for its record. No torch here, so that records are read at once.


@dataclass(frozen=True)
class Outcome:
    """How a run went, for the record: what was chosen where the request left it open, and what it took.

    `licence` is that of the weights: a target made by non-commercial ones says so. `lr_psnr` (dB, RGB) says how near
    the ×4 target, shrunk back, is to the source; 0: it was not measured.
    """

    method: str
    checkpoint: str
    sha256: str
    clean_up: float
    device: str
    precision: str
    tile: Size
    tiles: int
    elapsed_s: float
    peak_bytes: int
    notes: tuple[str, ...]
    licence: str = ""
    lr_psnr: float = 0.0


VERSION = 1
AGAIN = "Take another copy of the picture, or give the options yourself."
WHOLE = {"seed", "tile_px", "tile_height_px", "memory_bytes", "steps"}
TEXTS = {"method", "device", "precision"}
FLAGS = {"seamless"}


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
    | whole | False: in a JPEG of version 0.1.0 the masks found no room, and `regions` is without them |
    """

    program: str
    source: ProjectSource
    regions: RegionSet
    request: UpscaleRequest
    saving: Saving
    outcome: Outcome
    whole: bool = True

    def to_json(self) -> str:
        """One line of ASCII."""
        return json.dumps(_values(self), separators=(",", ":"), allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Record:
        """The record in a text of `to_json`; InputError where it is damaged or of a newer version."""
        try:
            return _record(ProjectKeys(parse_json(text.encode(errors="replace"), "The record"), "the record"))
        except (InputError, UsageError) as error:
            raise InputError(f"The record cannot be used. {error}", AGAIN) from error


def _values(record: Record) -> dict[str, Any]:
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
        "regions": [_region_values(region) for region in record.regions],
        "whole": record.whole,
        "request": asdict(record.request),
        "saving": asdict(record.saving),
        "outcome": _outcome_values(record.outcome),
    }


def _region_values(region: Region) -> dict[str, Any]:
    return {
        "id": region.id,
        "name": region.name,
        "priority": region.priority,
        "feather": region.feather_px,
        "locked": region.locked,
        "visible": region.visible,
        "seed": region.seed,
        "mask": mask_values(region.mask),
    }


def _outcome_values(outcome: Outcome) -> dict[str, Any]:
    return {**asdict(outcome), "tile": [outcome.tile.width, outcome.tile.height]}


def _record(keys: ProjectKeys) -> Record:
    version = keys.whole("record")
    if version != VERSION:
        raise InputError(f"It has version {version}; this program reads version {VERSION}.")
    inner = keys.inner("source")
    size = Size(inner.whole("width"), inner.whole("height"))
    values = keys.array("regions")
    regions = tuple(_region(ProjectKeys(value, "a region of the record"), size) for value in values)
    return Record(
        program=keys.text("program"),
        source=ProjectSource(inner.text("path"), inner.text("sha256"), inner.whole("size_bytes")),
        regions=RegionSet(size, tuple(region for region in regions if region), keys.number("rest")),
        request=_request(keys.inner("request")),
        saving=_saving(keys.inner("saving")),
        outcome=_outcome(keys.inner("outcome")),
        whole=keys.flag("whole") and None not in regions,
    )


def _region(keys: ProjectKeys, size: Size) -> Region | None:
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


def _request(keys: ProjectKeys) -> UpscaleRequest:
    names = [field.name for field in fields(UpscaleRequest)]
    values = {name: _typed(keys, name) for name in names if not keys.is_null(name)}
    return UpscaleRequest(**values)


def _typed(keys: ProjectKeys, name: str) -> Any:
    if name in TEXTS:
        return keys.text(name)
    if name in FLAGS:
        return keys.flag(name)
    return keys.whole(name) if name in WHOLE else keys.number(name)


def _saving(keys: ProjectKeys) -> Saving:
    quality = None if keys.is_null("quality") else keys.whole("quality")
    return Saving(keys.text("suffix"), _depth(keys), quality)


def _depth(keys: ProjectKeys) -> Literal[8, 16, "float"] | None:
    value = keys.left.get("depth")
    if value in (8, 16, "float", None):
        return value
    raise InputError(f"It names a depth of {str(value)[:40]!r}.")


def _outcome(keys: ProjectKeys) -> Outcome:
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


# The honest label. No torch here.


def invention_allowed(regions: RegionSet | None, size: Size, detail: float) -> bool:
    """Whether the semantic weight is above 0 anywhere."""
    regions = RegionSet(size) if regions is None else regions
    values = [region_weight(region, detail) for region in regions if region.visible]
    if max([semantic_weight(regions.rest, detail), *values]) == 0:
        return False
    return any(bool(priority_map(regions, detail, strip).any()) for strip in strips(size))


# Which program this is.


def program_version() -> str:
    """The version that was installed; "unknown" where the program was only copied."""
    try:
        return metadata.version(APP_NAME)
    except metadata.PackageNotFoundError:
        return "unknown"
