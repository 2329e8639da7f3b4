"""`semantic-upscale models info|get|import|verify|remove`: weights in and out of the models folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003  (typer reads the types)
from typing import TYPE_CHECKING, Annotated

import typer

from core.checkpoints import installed
from core.checkpoints.catalog import catalog, entry, find
from core.checkpoints.community import UNKNOWN_LICENCE
from core.checkpoints.download import Terms, check_terms, get
from core.checkpoints.importing import Import, files_to_import, install
from core.cli import options as o  # noqa: TC001  (as above)
from core.cli.bar import reporting
from core.cli.guard import guarded
from core.cli.voice import Voice, console_for
from core.errors import CheckpointError, UsageError
from core.progress import Progress

if TYPE_CHECKING:
    from core.checkpoints.catalog import Entry
    from core.progress import Reporter

MEGABYTE = 10**6
Id = Annotated[str, typer.Argument(metavar="ID", help="As `models list` names it.", show_default=False)]
Accepted = Annotated[
    bool, typer.Option("--accept-licence", help="I have read a licence that does not allow commercial use.")
]
Offline = Annotated[bool, typer.Option("--offline", help="Use no network; HF_HUB_OFFLINE=1 says the same.")]
As = Annotated[str | None, typer.Option("--as", metavar="ID", help="Which model FILE holds.")]
Others = Annotated[
    bool, typer.Option("--other-weights", help="Weights of your own, not those that the authors published.")
]


@guarded
def model_info(checkpoint: Id, as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Tell all about one: licence, addresses, size, hash, and where it lies."""
    voice, row = Voice(as_json=as_json, console=console_for(not no_color)), entry(checkpoint)
    path = find(row)
    note = installed.read_note(path) if path else None
    values = {**asdict(row), "path": str(path) if path else None, "installed": asdict(note) if note else None}
    voice.result("\n".join(_facts(row, path, note)), values)


def _facts(row: Entry, path: Path | None, note: installed.Installed | None) -> list[str]:
    facts = [f"{row.id}: {row.name}", f"licence: {licence_words(row)}", f"place: {path or 'missing'}"]
    if row.needs:
        facts.append(f"needs: {', '.join(row.needs)}")
    if row.source:
        facts += [f"address: {address}" for address in row.source.addresses]
        facts.append(f"size: {row.source.size_bytes or 'not published'} bytes")
        facts.append(f"SHA-256: {row.source.sha256 or 'not published'}. {row.source.hash_words}")
    if note:
        facts.append(f"installed: from {note.came_from}, SHA-256 {note.sha256}")
    return facts


def licence_words(row: Entry) -> str:
    """The licence, where to read it, and what it means for a trade."""
    if row.licence == UNKNOWN_LICENCE:
        return f"{UNKNOWN_LICENCE}: ask its author before you publish or sell what it makes"
    use = "commercial use allowed" if row.commercial else "no commercial use"
    return f"{row.licence} ({use}), {row.licence_url}"


def calm(report: Reporter) -> Reporter:
    """A reporter of whole megabytes that hears nothing of a conversion before its end."""

    def hear(progress: Progress) -> None:
        if progress.stage == "download":
            done, total = progress.done // MEGABYTE, max(1, progress.total // MEGABYTE)
            report(Progress("download MB", done, total, progress.elapsed_s))
        elif progress.done:
            report(progress)

    return hear


@guarded
def get_model(  # noqa: PLR0913, PLR0917  (a command's options are its parameters)
    checkpoint: Id,
    accept_licence: Accepted = False,
    offline: Offline = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
    no_color: o.NoColor = False,
) -> None:
    """Download one, and what it needs, from its authors; the licence is shown first."""
    voice = Voice(quiet, as_json=as_json, console=console_for(not no_color))
    row, terms = entry(checkpoint), Terms(accept_licence, offline)
    missing = [one for one in (*map(entry, row.needs), row) if find(one) is None]
    for one in missing:
        voice.say(f"{one.name}: {licence_words(one)}")
    for one in missing:
        check_terms(one, terms)
        voice.say(f"{one.name}: {one.source.hash_words if one.source else ''}")
        with reporting(voice, one.id) as report:
            get(one, terms, calm(report))
    path = find(row)
    voice.result(str(path), {"id": row.id, "path": str(path), "loaded": [one.id for one in missing]})


@guarded
def import_models(  # noqa: PLR0913, PLR0917  (a command's options are its parameters)
    place: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="Weights that you have already.")],
    checkpoint: As = None,
    other_weights: Others = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
    no_color: o.NoColor = False,
) -> None:
    """Take in weights files from this computer: .pth or .safetensors. No network is used."""
    voice = Voice(quiet, as_json=as_json, console=console_for(not no_color))
    for row, file in _chosen(place, checkpoint):
        voice.say(f"{row.name}: {licence_words(row)}")
        with reporting(voice, row.id) as report:
            path = install(Import(row, file, other_weights=other_weights), calm(report))
        voice.result(str(path), {"id": row.id, "path": str(path), "file": str(file)})


def _chosen(place: Path, checkpoint: str | None) -> tuple[tuple[Entry, Path], ...]:
    if checkpoint is None:
        return files_to_import(place)
    if place.is_dir():
        raise UsageError(
            f"--as {checkpoint} names one model, but {place} is a folder.", "Name the file in it."
        )
    row = entry(checkpoint)
    if row.bundled:
        raise UsageError(f"{row.name} comes with the program.", "It needs no import.")
    return ((row, place),)


@guarded
def verify_models(
    checkpoint: Annotated[
        str | None, typer.Argument(metavar="[ID]", show_default="all that are here")
    ] = None,
    as_json: o.Json = False,
    no_color: o.NoColor = False,
) -> None:
    """Read installed weights whole and compare their hash."""
    voice = Voice(as_json=as_json, console=console_for(not no_color))
    rows = [entry(checkpoint)] if checkpoint else [row for row in catalog() if find(row)]
    failed = [row.id for row in rows if not _verified(voice, row)]
    if failed:
        raise CheckpointError(
            f"Not as they should be: {', '.join(failed)}.", "Remove them, then get them again."
        )


def _verified(voice: Voice, row: Entry) -> bool:
    """Tell what was found; whether nothing is wrong."""
    try:
        words, right = installed.verify(row), True
    except CheckpointError as error:
        words, right = str(error), False
    voice.result(f"{row.id}: {words}", {"id": row.id, "right": right, "found": words})
    return right


@guarded
def remove_model(checkpoint: Id, as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Delete downloaded or imported weights."""
    voice, row = Voice(as_json=as_json, console=console_for(not no_color)), entry(checkpoint)
    path = installed.remove(row)
    words = f"{path} is deleted." if path else f"{row.name} was not here."
    voice.result(words, {"id": row.id, "removed": str(path) if path else None})
