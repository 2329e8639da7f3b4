"""What was put into the models folder: one `<file>.json` beside each file, which fixes its hash at first use."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from core import folders
from core.checkpoints.catalog import find
from core.checkpoints.digest import sha256_of
from core.errors import CheckpointError, OutputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from core.checkpoints.catalog import Entry


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


def note_of(path: Path) -> Path:
    """Where the note about a weights file lies."""
    return path.with_name(path.name + ".json")


def write_note(path: Path, note: Installed) -> None:
    """Keep a note beside a weights file."""
    beside = note_of(path).with_suffix(".json.part")
    try:
        beside.write_text(json.dumps(asdict(note), indent=2) + "\n", "utf-8")
        beside.replace(note_of(path))
    except OSError as error:
        raise OutputError(
            f"{note_of(path)} cannot be written: {error}.", "Check the folder's permissions."
        ) from error


def read_note(path: Path) -> Installed | None:
    """The note about a weights file; None where there is none, or it is damaged."""
    try:
        return Installed(**json.loads(note_of(path).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def expected_sha256(row: Entry, path: Path) -> str | None:
    """The hash that the file must have: the catalog's, else the one fixed when it was installed, else None."""
    note = read_note(path)
    return row.sha256 or (note.sha256 if note else None)


def verify(row: Entry) -> str:
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


def remove(row: Entry) -> Path | None:
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
