"""Masks in and out: a black-and-white picture each, one picture of labels, or COCO JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from core.errors import InputError, OutputError
from core.files import write_atomically
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.mask_png import encode_mask
from core.regions.priority import region_labels
from core.regions.shapes import polygon
from plugin.bridge.saving import free_name

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from core.regions.region import RegionSet

LABEL_LIMIT = 255
JSON_LIMIT_BYTES = 256 * 2**20


@dataclass(frozen=True)
class NamedMask:
    """A mask that a file holds; `priority` where the file says one."""

    name: str
    mask: Mask
    priority: float = 0.0


def import_masks(path: Path, size: Size) -> list[NamedMask]:
    """The masks of a file for a picture of this size: COCO JSON, a picture of labels, or one mask.

    InputError where it cannot be read, is of another size, or holds nothing.
    """
    found = (
        _from_coco(_read_json(path), size) if path.suffix.lower() == ".json" else _from_picture(path, size)
    )
    found = [each for each in found if not each.mask.empty]
    if not found:
        raise InputError(
            QCoreApplication.translate("mask_files", "“{name}” holds no mask.").format(name=path.name),
            QCoreApplication.translate("mask_files", "White is inside, black is outside."),
        )
    return found


def export_pngs(regions: RegionSet, folder: Path) -> list[Path]:
    """One PNG for each region, named after it; nothing that exists is replaced."""
    written = []
    for region in regions:
        path = free_name(folder / f"{_harmless(region.title)}.png")
        _write(path, encode_mask(region.mask, regions.size))
        written.append(path)
    return written


def export_labels(regions: RegionSet, path: Path) -> None:
    """One 8-bit grey PNG: 0 for the rest, 1 for the first region of the list, and so on; upper ones win."""
    from core.image.io import write_grey_png  # noqa: PLC0415  (libvips would cost the window's start)

    if len(regions) > LABEL_LIMIT:
        raise OutputError(
            QCoreApplication.translate(
                "mask_files", "{count} regions do not fit into one picture of labels."
            ).format(count=len(regions)),
            QCoreApplication.translate("mask_files", "Export a PNG for each region, or COCO JSON."),
        )
    _write(path, write_grey_png((region_labels(regions) + 1).astype(np.uint8)))


def export_coco(regions: RegionSet, path: Path, picture: str) -> None:
    """COCO JSON (uncompressed run lengths, column after column); the priority is kept beside each."""
    image = {"id": 1, "file_name": picture, "width": regions.size.width, "height": regions.size.height}
    notes = [_annotation(number, region, regions.size) for number, region in enumerate(regions, 1)]
    kinds = [{"id": number, "name": region.title} for number, region in enumerate(regions, 1)]
    whole = {"images": [image], "annotations": notes, "categories": kinds}
    _write(path, json.dumps(whole).encode())


def run_lengths(mask: Mask, size: Size) -> list[int]:
    """Lengths of runs of outside and inside in turn, column after column, outside first."""
    flat = mask.in_box(Box.of(size)).T.ravel()
    edges = [0, *(np.flatnonzero(np.diff(flat.view(np.int8))) + 1).tolist(), flat.size]
    lengths = [end - start for start, end in pairwise(edges)]
    return [0, *lengths] if flat.size and flat[0] else lengths


def from_run_lengths(counts: list[int], size: Size) -> Mask:
    """The mask of such runs; InputError where they do not fill the picture."""
    if any(count < 0 for count in counts) or sum(counts) != size.area:
        raise InputError(
            QCoreApplication.translate("mask_files", "The runs of a mask do not fill the picture."),
            QCoreApplication.translate("mask_files", "Take the right file."),
        )
    inside = np.arange(len(counts)) % 2 == 1
    flat: NDArray[np.bool_] = np.repeat(inside, counts)
    return Mask.of(flat.reshape(size.width, size.height).T)


def _annotation(number: int, region: Any, size: Size) -> dict[str, Any]:
    box = region.mask.box
    return {
        "id": number,
        "image_id": 1,
        "category_id": number,
        "iscrowd": 1,
        "area": region.mask.area,
        "bbox": [box.x, box.y, box.width, box.height],
        "segmentation": {"size": [size.height, size.width], "counts": run_lengths(region.mask, size)},
        "attributes": {"priority": region.priority},
    }


def _from_picture(path: Path, size: Size) -> list[NamedMask]:
    from core.image.io import read_mask  # noqa: PLC0415

    values = read_mask(path, size)
    steps = np.unique(np.rint(values * 255).astype(np.uint8))
    if _are_labels(steps):
        labels = np.rint(values * 255).astype(np.uint8)
        return [NamedMask(f"{path.stem} {step}", Mask.of(labels == step)) for step in steps if step]
    return [NamedMask(path.stem, Mask.of(values >= 0.5))]


def _are_labels(steps: NDArray[np.uint8]) -> bool:
    """Whether the grey values are numbers 0, 1, 2 … rather than brightness."""
    return bool(len(steps) > 1 and steps[0] == 0 and steps[-1] < 128 and steps[-1] <= 2 * len(steps))


def _read_json(path: Path) -> Any:
    try:
        if path.stat().st_size > JSON_LIMIT_BYTES:
            raise InputError(
                QCoreApplication.translate("mask_files", "“{name}” is too large.").format(name=path.name)
            )
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            QCoreApplication.translate("mask_files", "“{name}” is not readable JSON: {reason}.").format(
                name=path.name, reason=error
            )
        ) from error


def _from_coco(whole: Any, size: Size) -> list[NamedMask]:
    try:
        names = {row["id"]: str(row["name"]) for row in whole.get("categories", ())}
        return [_from_note(note, names, size) for note in whole["annotations"]]
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise InputError(
            QCoreApplication.translate(
                "mask_files", "This is no COCO file that can be understood ({reason})."
            ).format(reason=repr(error)),
            QCoreApplication.translate(
                "mask_files", "Compressed masks are not read; export them as polygons or plain runs."
            ),
        ) from error


def _from_note(note: dict[str, Any], names: dict[Any, str], size: Size) -> NamedMask:
    shape = note["segmentation"]
    if isinstance(shape, dict):
        height, width = (int(side) for side in shape["size"])
        if (width, height) != (size.width, size.height):
            raise InputError(
                QCoreApplication.translate("mask_files", "The masks are of a picture of {size}.").format(
                    size=Size(width, height)
                )
            )
        mask = from_run_lengths([int(count) for count in shape["counts"]], size)
    else:
        mask = Mask.nothing()
        for ring in shape:
            mask = mask.union(polygon(list(zip(ring[::2], ring[1::2], strict=True)), size))
    priority = float((note.get("attributes") or {}).get("priority", 0.0))
    return NamedMask(names.get(note.get("category_id"), ""), mask, max(-2.0, min(2.0, priority)))


def _harmless(name: str) -> str:
    kept = "".join(letter if letter.isalnum() or letter in " -_." else "_" for letter in name)
    return kept.strip(" .")[:80] or "region"


def _write(path: Path, data: bytes) -> None:
    with write_atomically(path) as file:
        file.write(data)
