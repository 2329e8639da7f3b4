"""The region: a named mask of the source with a priority."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from core.errors import UsageError
from core.geometry import Box, Size
from core.request import SEED_LIMIT, checked_priority

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.regions.mask import Mask


DEFAULT_FEATHER_PX = 2.0
FEATHER_LIMIT_PX = 250.0
NAME_LIMIT = 200

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def _checked_id(identity: str) -> str:
    """The id itself; UsageError unless it can safely name a file."""
    if not _ID.fullmatch(identity):
        raise UsageError(
            f"A region has the id {identity[:80]!r}.", "Take 1 … 64 letters, digits, hyphens or underscores."
        )
    return identity


def _checked_name(name: str, identity: str) -> str:
    """The name itself; UsageError where it is too long to show."""
    if len(name) > NAME_LIMIT:
        raise UsageError(f"The name of region {identity!r} is too long.", f"Take up to {NAME_LIMIT} letters.")
    return name


def _checked_feather(feather_px: float, title: str) -> float:
    """The feather itself as a float; UsageError outside its range."""
    if not 0 <= feather_px <= FEATHER_LIMIT_PX:
        raise UsageError(
            f"The feather of region {title!r} is {feather_px:g} px.", f"Take 0 … {FEATHER_LIMIT_PX:g} px."
        )
    return float(feather_px)


@dataclass(frozen=True)
class Region:
    """What one mask of the source asks for. A change makes a new value (`dataclasses.replace`).

    | field | unit | meaning |
    | --- | --- | --- |
    | id | 1 … 64 letters, digits, - and _ | unique in its set, for programs |
    | name | up to 200 letters | for people; need not be unique |
    | mask | source pixels | |
    | priority | −2 … +2 | how much may be invented |
    | feather_px | 0 … 250 source pixels | width of the soft edge, see `core.regions.priority` |
    | locked | | True: no invention inside, whatever the priority and the detail dial say |
    | visible | | False: does not act |
    | prompts | plain dicts | clicks and boxes it was made from, kept for the segmenter |
    | seed | 0 … 2^63 − 1 | None: the request's |
    | extra | plain values | unknown keys of a project file, kept |

    `prompts` and `extra` are not to be changed in place. Raises UsageError, naming the region, when a field
    is outside its range.
    """

    id: str
    name: str
    mask: Mask
    priority: float = 0.0
    feather_px: float = DEFAULT_FEATHER_PX
    locked: bool = False
    visible: bool = True
    prompts: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)
    seed: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        _checked_id(self.id)
        _checked_name(self.name, self.id)
        wanted = checked_priority(self.priority, f"priority of region {self.title!r}")
        object.__setattr__(self, "priority", wanted)
        object.__setattr__(self, "feather_px", _checked_feather(self.feather_px, self.title))
        if self.seed is not None and not 0 <= self.seed <= SEED_LIMIT:
            raise UsageError(f"The seed of region {self.title!r} is {self.seed}.", "Take 0 … 2^63 − 1.")

    @property
    def title(self) -> str:
        """What to call it: its name, or its id where it has none."""
        return self.name or self.id

    def answers_to(self, name_or_id: str) -> bool:
        """Whether this is its id, or its name whatever the case."""
        return name_or_id == self.id or name_or_id.casefold() == self.name.casefold()


# The ordered regions of one picture, and the rest of it.

REST = "rest"
REGION_LIMIT = 4096


def _check_size(size: Size) -> None:
    """UsageError for a picture without pixels."""
    if size.width < 1 or size.height < 1:
        raise UsageError(f"A picture of {size} has no pixels.", "Take a picture of 1×1 or more.")


def _check_ids(regions: tuple[Region, ...]) -> None:
    """UsageError for two regions with one id, or too many regions."""
    if len(regions) > REGION_LIMIT:
        raise UsageError(f"{len(regions)} regions are too many.", f"Join some: {REGION_LIMIT} can be kept.")
    ids = [region.id for region in regions]
    if len(set(ids)) < len(ids):
        twice = next(identity for identity in ids if ids.count(identity) > 1)
        raise UsageError(f"Two regions have the id {twice!r}.", "Give each region an id of its own.")


def _check_inside(region: Region, size: Size) -> None:
    """UsageError for a mask that leaves the picture."""
    box = region.mask.box
    if box.intersect(Box.of(size)) != box:
        raise UsageError(
            f"The mask of region {region.title!r} reaches from ({box.x}, {box.y}) to ({box.right}, "
            f"{box.bottom}), outside the picture of {size}.",
            "Cut it with Mask.within, or take the picture it was made for.",
        )


@dataclass(frozen=True)
class RegionSet:
    """Regions of a picture of `size`; the first is the upper one and wins where masks overlap.

    `rest` is the priority of everything outside the visible regions; `extra` keeps unknown keys that a
    project file has for the rest. Methods change nothing and give a new set. Raises UsageError for two equal
    ids, a mask that leaves the picture, or a rest outside −2 … +2.
    """

    size: Size
    regions: tuple[Region, ...] = ()
    rest: float = 0.0
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "regions", tuple(self.regions))
        object.__setattr__(self, "rest", checked_priority(self.rest, "priority of the rest of the picture"))
        _check_size(self.size)
        _check_ids(self.regions)
        for region in self.regions:
            _check_inside(region, self.size)

    def __iter__(self) -> Iterator[Region]:
        return iter(self.regions)

    def __len__(self) -> int:
        return len(self.regions)

    def fresh_id(self) -> str:
        """The first of r1, r2, … that no region has."""
        taken = {region.id for region in self.regions}
        return next(identity for number in count(1) if (identity := f"r{number}") not in taken)

    def by_name(self, name_or_id: str) -> Region:
        """The region with this id, else the upper one with this name; UsageError lists the known ones."""
        exact = [region for region in self.regions if region.id == name_or_id]
        found = exact or [region for region in self.regions if region.answers_to(name_or_id)]
        if not found:
            known = ", ".join([repr(region.title) for region in self.regions] + [REST])
            raise UsageError(f"No region is called {name_or_id!r}.", f"Take one of: {known}.")
        return found[0]

    def _index(self, identity: str) -> int:
        return self.regions.index(self.by_name(identity))

    def add(self, region: Region) -> RegionSet:
        """With one more, on top."""
        return replace(self, regions=(region, *self.regions))

    def replace(self, region: Region) -> RegionSet:
        """With this one in the place of the one that has its id."""
        at = self._index(region.id)
        return replace(self, regions=(*self.regions[:at], region, *self.regions[at + 1 :]))

    def remove(self, name_or_id: str) -> RegionSet:
        """Without it."""
        at = self._index(name_or_id)
        return replace(self, regions=self.regions[:at] + self.regions[at + 1 :])

    def move(self, name_or_id: str, index: int) -> RegionSet:
        """With it at this place, 0 being the top; past an end means the end."""
        region = self.by_name(name_or_id)
        others = list(self.remove(region.id).regions)
        others.insert(max(index, 0), region)
        return replace(self, regions=tuple(others))

    def with_priority(self, name_or_id: str, priority: float) -> RegionSet:
        """With another priority for a region, or for everything outside them by the word "rest"."""
        if name_or_id == REST:
            return replace(self, rest=priority)
        return self.replace(replace(self.by_name(name_or_id), priority=priority))
