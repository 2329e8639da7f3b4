"""Weights files that the user already has: recognised, checked, converted, kept in the models folder. No network."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from core import folders
from core.checkpoints.catalog import CatalogEntry, Seal, catalog, check_seal, find, seal_of
from core.checkpoints.community import facts_in
from core.checkpoints.convert import Converter, convert_apart
from core.errors import CheckpointError, OutputError, UsageError
from core.files import check_room, make_folder, sha256_of, write_whole
from core.progress import Reporter, silent
from plugin.bridge.saving import read_small

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


# What was put into the models folder: one `<file>.json` beside each file, which fixes its hash at first use.


@dataclass(frozen=True)
class Installed:
    """`sha256` is that of our safetensors file, `source_sha256` that of the published file it was made from.

    `came_from` is an address or a path; `published` is False where the weights are others than the authors'.
    `facts` are what was recognised in a community model (`core.checkpoints.community`).
    """

    sha256: str
    source_sha256: str
    came_from: str
    published: bool
    facts: Mapping[str, str] = field(default_factory=dict)


LIMIT_BYTES = 1 << 16


def note_of(path: Path) -> Path:
    """Where the note about a weights file lies."""
    return path.with_name(path.name + ".json")


def write_note(path: Path, note: Installed) -> None:
    """Keep a note beside a weights file. OutputError where that fails."""
    write_whole(note_of(path), json.dumps(asdict(note), indent=2) + "\n")


def read_note(path: Path) -> Installed | None:
    """The note about a weights file; None where there is none, or it is damaged."""
    told = read_small(note_of(path), LIMIT_BYTES, private=False)
    try:
        return Installed(**told)
    except TypeError:
        return None


def expected_sha256(row: CatalogEntry, path: Path) -> str | None:
    """The hash that the file must have: the catalog's, else the one fixed when it was installed, else None."""
    note = read_note(path)
    return row.sha256 or (note.sha256 if note else None)


def verify(row: CatalogEntry) -> str:
    """Read the installed file whole and compare it; what was found, in words.

    CheckpointError if it is missing, damaged or replaced.
    """
    path = find(row)
    if path is None:
        raise CheckpointError(f"{row.name} is not installed.", f"Run `semantic-upscale models get {row.id}`.")
    found, expected = sha256_of(path), expected_sha256(row, path)
    if expected is None and row.bundled:
        return f"It came with the program; no hash of it is known. It has {found[:12]}…"
    if expected is None:
        write_note(path, Installed(found, "", str(path), published=False))
        return f"No hash was known; it is fixed from now on: {found[:12]}…"
    if found != expected:
        raise CheckpointError(
            f"{path} was changed or damaged: its SHA-256 begins {found[:12]}, not {expected[:12]}.",
            f"Run `semantic-upscale models remove {row.id}`, then get or import it again.",
        )
    return f"As it was installed: SHA-256 {found[:12]}…"


def remove(row: CatalogEntry) -> Path | None:
    """Delete an installed file with its note; the path, or None where there was nothing. UsageError if bundled."""
    if row.bundled:
        raise UsageError(f"{row.name} comes with the program and stays.", "Uninstall the program instead.")
    path = folders.models() / row.file
    if not path.is_file():
        return None
    try:
        path.unlink()
        note_of(path).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be deleted: {error}.", "Close what uses it.") from error
    return path


ENDINGS = (".pth", ".pt", ".ckpt", ".safetensors")


@dataclass(frozen=True)
class Import:
    """A file for a catalog entry. `came_from` is told in its note; `other_weights` lets pass what nobody published."""

    row: CatalogEntry
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


def recognise(file: Path, rows: tuple[CatalogEntry, ...] | None = None) -> CatalogEntry | None:
    """The entry whose published or own file has this name; None where none has."""
    names = {row.source.file: row for row in rows or catalog() if row.source}
    names |= {row.file: row for row in rows or catalog() if not row.bundled}
    return names.get(file.name)


def files_to_import(
    place: Path, rows: tuple[CatalogEntry, ...] | None = None
) -> tuple[tuple[CatalogEntry, Path], ...]:
    """A file, or all files in a folder, that the catalog knows by name, in the order of their names.

    CheckpointError where there is nothing, or nothing known.
    """
    if not place.exists():
        raise CheckpointError(f"There is no file or folder {place}.", "Check the path.")
    files = sorted(place.iterdir()) if place.is_dir() else [place]
    weights = [file for file in files if file.suffix.lower() in ENDINGS and file.is_file()]
    found = tuple((row, file) for file in weights if (row := recognise(file, rows)))
    if not found:
        known = ", ".join(row.source.file for row in rows or catalog() if row.source)
        raise CheckpointError(
            f"{place} holds no weights file that the catalog knows by name.",
            f"Name the model with --as, or keep the published name: {known}.",
        )
    return found
