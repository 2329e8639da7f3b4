"""What a batch is to do: pictures, rules, places. Values only."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from core.geometry import Box, Size
from core.image.formats import FORMATS, unsupported_format
from core.regions.mask import Mask
from core.regions.region import Region, RegionSet
from ui.output import SaveChoice, file_bytes, target_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ui.model.proposal import Proposed

SUFFIXES = frozenset(suffix for row in FORMATS for suffix in row.suffixes)
WAITING, RUNNING, DONE, SKIPPED, FAILED = "waiting", "running", "done", "skipped", "failed"
FACE_WORDS, TEXT_WORDS = ("face", "skin"), ("text", "sign")


@dataclass(frozen=True)
class BatchItem:
    """A picture of the list; `below` is its folder below the one that was dropped, "" where it was dropped itself."""

    path: Path
    below: str = ""
    size: Size | None = None
    state: str = WAITING
    text: str = ""
    target: Path | None = None


@dataclass(frozen=True)
class BatchRules:
    """Priorities by rule; with `beside` the regions saved beside a picture (photo.jpg.suproj) are taken instead."""

    faces: float = -2.0
    text: float = -2.0
    rest: float = 0.0
    beside: bool = True

    @property
    def needs_look(self) -> bool:
        """Whether faces and text must be looked for at all."""
        return self.faces != self.rest or self.text != self.rest


@dataclass(frozen=True)
class BatchOptions:
    """How and where to. `folder` None: beside each source; else below it, subfolders kept.

    `clean_up` None: as each picture seems to need. `seamless`: textures that go on at their other side.
    """

    scale: float = 4.0
    detail: float = 0.0
    rules: BatchRules = field(default_factory=BatchRules)
    choice: SaveChoice = field(default_factory=SaveChoice)
    folder: Path | None = None
    skip_existing: bool = True
    clean_up: float | None = None
    seamless: bool = False

    @property
    def asked(self) -> dict[str, Any]:
        """The options of the engine's request."""
        told = {"scale": self.scale, "detail": self.detail, "clean_up": self.clean_up}
        return {**told, "seamless": True} if self.seamless else told

    def target_size(self, source: Size) -> Size:
        """Whole pixels."""
        return source.enlarged(self.scale)

    def target_of(self, item: BatchItem) -> Path:
        """Where the target of a picture goes; it may exist."""
        folder = self.folder / item.below if self.folder else None
        return target_path(item.path, self.scale, self.choice, folder)


@dataclass(frozen=True)
class Report:
    """How a batch ended."""

    done: int = 0
    skipped: int = 0
    failed: tuple[tuple[str, str], ...] = field(default=())

    def words(self) -> str:
        """“212 done · 3 skipped · 1 failed (photo.jpg: why)”."""
        parts = [QCoreApplication.translate("batch", "{count} done").format(count=self.done)]
        if self.skipped:
            parts.append(QCoreApplication.translate("batch", "{count} skipped").format(count=self.skipped))
        if self.failed:
            name, why = self.failed[0]
            more = " …" if len(self.failed) > 1 else ""
            told = QCoreApplication.translate("batch", "{count} failed ({why})")
            parts.append(told.format(count=len(self.failed), why=f"{name}: {why}{more}"))
        return " · ".join(parts)

    def whole(self) -> str:
        """The report as a text file."""
        return "\n".join([self.words(), "", *(f"{name}: {why}" for name, why in self.failed), ""])


def found_in(paths: Iterable[Path]) -> list[BatchItem]:
    """Pictures among files and below folders, by name; what is no picture by its ending is left out.

    Kinds that are known and not read here stand in the list as failed, by their names.
    """
    items: list[BatchItem] = []
    for path in paths:
        items += _below(path) if path.is_dir() else [_item(path)] if _is_picture(path) else []
    return items


def _item(path: Path, below: str = "") -> BatchItem:
    strange = unsupported_format(b"", path.suffix)
    if strange is None:
        return BatchItem(path, below)
    told = QCoreApplication.translate("batch", "Not supported: {kind}. {advice}")
    return BatchItem(path, below, state=FAILED, text=told.format(kind=strange.name, advice=strange.advice))


def report_of(items: Sequence[BatchItem]) -> Report:
    """Counted from the states of a list."""
    counts = Counter(item.state for item in items)
    failed = tuple((item.path.name, item.text) for item in items if item.state == FAILED)
    return Report(counts[DONE], counts[SKIPPED], failed)


def needed_bytes(items: Sequence[BatchItem], options: BatchOptions) -> int:
    """About how much disk the targets of known size that are still to come take."""
    depth = options.choice.depth or 8
    sizes = [(item, item.size) for item in items if item.size and item.state == WAITING]
    return sum(
        file_bytes(options.target_size(size), options.choice.suffix_for(item.path), depth)
        for item, size in sizes
    )


def target_pixels(items: Sequence[BatchItem]) -> int:
    """What the engine computes for all that are to come: four times each side, whatever is kept."""
    return sum(16 * item.size.area for item in items if item.size and item.state == WAITING)


def regions_by_rule(found: Sequence[Proposed], size: Size, rules: BatchRules) -> RegionSet:
    """Faces and text among what was suggested, with the priorities of the rules."""
    regions = []
    for number, each in enumerate(found, 1):
        priority = _priority(each.label.lower(), rules)
        mask = each.mask.clipped(Box.of(size))
        if priority is not None and not mask.empty:
            regions.append(Region(f"r{number}", each.label, Mask(mask.box, mask.pixels), priority))
    return RegionSet(size, tuple(regions), rules.rest)


def _priority(label: str, rules: BatchRules) -> float | None:
    if any(word in label for word in FACE_WORDS):
        return rules.faces
    return rules.text if any(word in label for word in TEXT_WORDS) else None


def _below(folder: Path) -> list[BatchItem]:
    found = []
    for where, folders, names in os.walk(folder):
        folders.sort()
        place = folder.__class__(where)
        below = os.path.relpath(where, folder)
        held = [place / name for name in sorted(names)]
        found += [_item(path, "" if below == "." else below) for path in held if _is_picture(path)]
    return found


def _is_picture(path: Path) -> bool:
    known = path.suffix.lower() in SUFFIXES or unsupported_format(b"", path.suffix) is not None
    return known and not path.name.startswith(".")
