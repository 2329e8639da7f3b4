"""Weights files that the user already has: recognised, checked, converted, kept in the models folder. No network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import folders
from core.checkpoints.catalog import Entry, catalog
from core.checkpoints.community import facts_in
from core.checkpoints.convert import Converter, convert_apart
from core.checkpoints.digest import sha256_of
from core.checkpoints.installed import Installed, note_of, write_note
from core.checkpoints.room import check_room, make_folder
from core.checkpoints.source import Seal, check_seal, seal_of
from core.errors import CheckpointError
from core.progress import Reporter, silent

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = (".pth", ".pt", ".ckpt", ".safetensors")


@dataclass(frozen=True)
class Import:
    """A file for a catalog entry. `came_from` is told in its note; `other_weights` lets pass what nobody published."""

    row: Entry
    file: Path
    came_from: str = ""
    other_weights: bool = False


def install(
    wanted: Import,
    report: Reporter = silent,
    seal: Seal | None = None,
    converter: Converter = convert_apart,
) -> Path:
    """Check a file, convert it in a process of its own, move it into place; where it lies now.

    `seal` saves reading the file again where it has just been computed; `converter` is another one for files of our
    own making. CheckpointError if it is not the published
    file, not this model's, damaged, or holds more than weights; OutputError if it cannot be kept.
    """
    row, folder = wanted.row, folders.models()
    seal = seal or seal_of(wanted.file)
    if row.source and not wanted.other_weights:
        advice = "Copy it again; for weights of your own, import with --other-weights."
        check_seal(str(wanted.file), seal, row.source, advice)
    check_room(folder, seal.size_bytes)
    target = folder / row.file
    make_folder(target.parent)
    note_of(target).unlink(missing_ok=True)  # it speaks of the file that is about to go
    # By its authors' name a file says how it was meant to run (ResShift: with 4 steps or 15).
    notes = {"id": row.id, "source_sha256": seal.sha256, "source_file": wanted.file.name}
    converter(wanted.file, target, row.architecture, notes, report)
    came_from = wanted.came_from or str(wanted.file)
    facts = facts_in(target) if row.community else {}
    published = not wanted.other_weights
    write_note(target, Installed(sha256_of(target), seal.sha256, came_from, published, facts))
    return target


def recognised(file: Path, rows: tuple[Entry, ...] | None = None) -> Entry | None:
    """The entry whose published or own file has this name; None where none has."""
    names = {row.source.file: row for row in rows or catalog() if row.source}
    names |= {row.file: row for row in rows or catalog() if not row.bundled}
    return names.get(file.name)


def files_to_import(place: Path, rows: tuple[Entry, ...] | None = None) -> tuple[tuple[Entry, Path], ...]:
    """A file, or all files in a folder, that the catalog knows by name, in the order of their names.

    CheckpointError where there is nothing, or nothing known.
    """
    if not place.exists():
        raise CheckpointError(f"There is no file or folder {place}.", "Check the path.")
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    weights = [file for file in files if file.suffix.lower() in ENDINGS and file.is_file()]
    found = tuple((row, file) for file in weights if (row := recognised(file, rows)))
    if not found:
        known = ", ".join(row.source.file for row in rows or catalog() if row.source)
        raise CheckpointError(
            f"{place} holds no weights file that the catalog knows by name.",
            f"Name the model with --as, or keep the published name: {known}.",
        )
    return found
