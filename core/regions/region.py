"""The region: a named mask of the source with a priority."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import UsageError
from core.request import SEED_LIMIT, checked_priority

if TYPE_CHECKING:
    from collections.abc import Mapping

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
