"""From a target back to its source and its recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.engine.record import Record
from core.errors import InputError, UsageError
from core.image.io import read_record
from core.regions.project import hash_of

if TYPE_CHECKING:
    from pathlib import Path

    from core.cli.wishes import Wishes


def recorded(target: Path) -> Record:
    """The record in a target. InputError where there is none, or none that can be used."""
    text = read_record(target)
    if text is None:
        raise InputError(
            f"“{target}” carries no record of a run.", "Take a target that was made without --no-record."
        )
    return Record.from_json(text)


def source_again(record: Record, target: Path, wishes: Wishes) -> Path:
    """The source of a target: the one named, or where the record says. InputError where it is gone or another."""
    if len(wishes.inputs) > 1:
        raise UsageError("--again repeats one run on one picture.", "Name one source, or none.")
    if not (wishes.inputs or record.source.path):
        raise InputError(f"The source of “{target}” came from stdin.", "Name the source file before --again.")
    source = wishes.inputs[0] if wishes.inputs else target.parent / record.source.path
    if not source.is_file():
        raise InputError(
            f"The source of “{target}” is not where it was: there is no file “{source}”.",
            "Put it back, or name it: semantic-upscale upscale SOURCE --again TARGET.",
        )
    if hash_of(source) != record.source.sha256:
        raise InputError(
            f"“{source}” is not the source that “{target}” was made from: it was changed since, or is another.",
            "Name the right source, or upscale this one without --again.",
        )
    return source
