"""Which pictures are meant: files as named, folders by what lies in them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.image.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.cli.wishes import Wishes

STDIO = Path("-")
SUFFIXES = {suffix for row in FORMATS for suffix in row.suffixes}


@dataclass(frozen=True)
class Found:
    """A picture file; `below` is where it lies below the folder that was named, to be mirrored."""

    path: Path
    below: Path = Path()


def found_pictures(wishes: Wishes) -> list[Found]:
    """In the order named; folders' pictures by name, each picture once, without this program's own targets.

    A file that is named is kept whatever it is, so that what is wrong with it will be said.
    """
    found = [one for named in wishes.inputs for one in _below(named, wishes)]
    unique = {os.path.realpath(one.path) if one.path != STDIO else "-": one for one in reversed(found)}
    return list(reversed(unique.values()))


def called(path: Path) -> str:
    """What to call a source in a message."""
    return "stdin" if path == STDIO else path.name


def in_folders(wishes: Wishes) -> bool:
    """Whether more than one picture may be meant."""
    return len(wishes.inputs) > 1 or any(path.is_dir() for path in wishes.inputs)


def _below(named: Path, wishes: Wishes) -> list[Found]:
    if not named.is_dir():
        return [Found(named)]
    found = [Found(path, path.parent.relative_to(named)) for path in _pictures(named, wishes)]
    return found if wishes.output else _without_targets(found, wishes)


def _pictures(folder: Path, wishes: Wishes) -> Iterator[Path]:
    """Pictures by their ending; hidden files and the folder of the targets are passed over."""
    targets = os.path.realpath(wishes.output) if wishes.output else None
    for where, folders, files in os.walk(folder):
        kept = [name for name in folders if not name.startswith(".")]
        folders[:] = sorted(name for name in kept if os.path.realpath(Path(where, name)) != targets)
        names = (name for name in sorted(files) if not name.startswith("."))
        yield from (Path(where, name) for name in names if Path(name).suffix.lower() in SUFFIXES)
        if not wishes.recursive:
            return


def _without_targets(found: list[Found], wishes: Wishes) -> list[Found]:
    """Targets lie beside their sources: a second run over the folder must not enlarge them again."""
    made = {one.path.parent / stem_for(one.path.stem, wishes, wishes.scale or 4.0) for one in found}

    def is_target(path: Path) -> bool:
        plain = path.with_name(re.sub(r"-\d+$", "", path.stem))
        return path.with_suffix("") in made or plain in made

    return [one for one in found if not is_target(one.path)]


def stem_for(stem: str, wishes: Wishes, scale: float) -> str:
    """The target's name without its ending. KeyError, ValueError, IndexError where the template makes none."""
    return wishes.name.format(name=stem, scale=f"{scale:g}")
