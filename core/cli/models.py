"""`semantic-upscale models`: the weights that the program knows."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from core.checkpoints import install as installed
from core.checkpoints.adding import add, examine, model_files
from core.checkpoints.catalog import catalog, entry, find
from core.checkpoints.community import UNKNOWN_LICENCE
from core.checkpoints.download import Terms, check_terms, get
from core.checkpoints.install import Import, files_to_import, install
from core.cli import options as o  # noqa: TC001  (typer reads the types)
from core.cli.errors import end_with_code
from core.cli.terminal import Terminal, console_for, reporting
from core.errors import CheckpointError, UsageError
from core.progress import Progress

if TYPE_CHECKING:
    from core.checkpoints.adding import Examined
    from core.checkpoints.catalog import CatalogEntry
    from core.checkpoints.community import CommunityModel
    from core.progress import Reporter


# `semantic-upscale models info|get|import|verify|remove`: weights in and out of the models folder.

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


@end_with_code
def model_info(checkpoint: Id, as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Tell all about one: licence, addresses, size, hash, and where it lies."""
    voice, row = Terminal(as_json=as_json, console=console_for(not no_color)), entry(checkpoint)
    path = find(row)
    note = installed.read_note(path) if path else None
    values = {**asdict(row), "path": str(path) if path else None, "installed": asdict(note) if note else None}
    voice.result("\n".join(_facts(row, path, note)), values)


def _facts(row: CatalogEntry, path: Path | None, note: installed.Installed | None) -> list[str]:
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


def licence_words(row: CatalogEntry) -> str:
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


@end_with_code
def get_model(  # noqa: PLR0913, PLR0917  (a command's options are its parameters)
    checkpoint: Id,
    accept_licence: Accepted = False,
    offline: Offline = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
    no_color: o.NoColor = False,
) -> None:
    """Download one, and what it needs, from its authors; the licence is shown first."""
    voice = Terminal(quiet, as_json=as_json, console=console_for(not no_color))
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


@end_with_code
def import_models(  # noqa: PLR0913, PLR0917  (a command's options are its parameters)
    place: Annotated[Path, typer.Argument(metavar="FILE|FOLDER", help="Weights that you have already.")],
    checkpoint: As = None,
    other_weights: Others = False,
    as_json: o.Json = False,
    quiet: o.Quiet = False,
    no_color: o.NoColor = False,
) -> None:
    """Take in weights files from this computer: .pth or .safetensors. No network is used."""
    voice = Terminal(quiet, as_json=as_json, console=console_for(not no_color))
    for row, file in _chosen(place, checkpoint):
        voice.say(f"{row.name}: {licence_words(row)}")
        with reporting(voice, row.id) as report:
            path = install(Import(row, file, other_weights=other_weights), calm(report))
        voice.result(str(path), {"id": row.id, "path": str(path), "file": str(file)})


def _chosen(place: Path, checkpoint: str | None) -> tuple[tuple[CatalogEntry, Path], ...]:
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


@end_with_code
def verify_models(
    checkpoint: Annotated[
        str | None, typer.Argument(metavar="[ID]", show_default="all that are here")
    ] = None,
    as_json: o.Json = False,
    no_color: o.NoColor = False,
) -> None:
    """Read installed weights whole and compare their hash."""
    voice = Terminal(as_json=as_json, console=console_for(not no_color))
    rows = [entry(checkpoint)] if checkpoint else [row for row in catalog() if find(row)]
    failed = [row.id for row in rows if not _verified(voice, row)]
    if failed:
        raise CheckpointError(
            f"Not as they should be: {', '.join(failed)}.", "Remove them, then get them again."
        )


def _verified(voice: Terminal, row: CatalogEntry) -> bool:
    """Tell what was found; whether nothing is wrong."""
    try:
        words, right = installed.verify(row), True
    except CheckpointError as error:
        words, right = str(error), False
    voice.result(f"{row.id}: {words}", {"id": row.id, "right": right, "found": words})
    return right


@end_with_code
def remove_model(checkpoint: Id, as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Delete downloaded or imported weights."""
    voice, row = Terminal(as_json=as_json, console=console_for(not no_color)), entry(checkpoint)
    path = installed.remove(row)
    words = f"{path} is deleted." if path else f"{row.name} was not here."
    voice.result(words, {"id": row.id, "removed": str(path) if path else None})


# `semantic-upscale models add|check`: models that people share, from the user's own files.

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A .pth, .safetensors, .ckpt, .pt, or one of .param and .bin.")
]


@end_with_code
def add_models(
    place: Annotated[
        Path,
        typer.Argument(metavar="FILE|FOLDER", help="A model, or a folder with some: .pth, .safetensors …"),
    ],
    as_json: o.Json = False,
    quiet: o.Quiet = False,
    no_color: o.NoColor = False,
) -> None:
    """Add models that people share (ESRGAN, Compact, SPAN, DAT …); each becomes a method. No network is used."""
    voice = Terminal(quiet, as_json=as_json, console=console_for(not no_color))
    files = model_files(place)
    refused = [file for file in files if not _added(voice, file, alone=len(files) == 1)]
    if refused:
        raise CheckpointError(
            f"Not added: {', '.join(file.name for file in refused)}.",
            "The others can be used." if len(refused) < len(files) else "Take upscaling models.",
        )


def _added(voice: Terminal, file: Path, *, alone: bool) -> bool:
    """Whether a file became a method; of several files one may fail, and the reason is told."""
    try:
        with reporting(voice, file.name) as report:
            added = add(file, calm(report))
    except CheckpointError as error:
        if alone:
            raise
        voice.say(f"{file.name}: {error} {error.advice}")
        return False
    row = added.row
    voice.say(f"{row.name}: {licence_words(row)}")
    again = " (it was here already)" if added.before else ""
    values = {"id": row.id, "file": str(file), "architecture": row.architecture, "scale": row.scale}
    voice.result(f"{row.id}: use it with --method {row.id}{again}", {**values, "before": added.before})
    return True


@end_with_code
def check_model(file: File, as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Tell what a weights file is: which method it belongs to, architecture, scale and licence. Nothing is kept."""
    voice = Terminal(as_json=as_json, console=console_for(not no_color))
    path = model_files(file)[0] if not file.is_dir() else file
    with reporting(voice, file.name) as report:
        found = examine(path, calm(report))
    words, values = _listed(found.catalogued) if found.catalogued else _shared(found)
    voice.result("\n".join(words), {"file": str(file), **values})


def _listed(name: str) -> tuple[list[str], dict[str, Any]]:
    row = entry(name)
    words = [f"{row.id}: {row.name}", f"licence: {licence_words(row)}"]
    return [*words, f"take it in with `semantic-upscale models import`; it is used as {row.id}"], {
        "id": row.id
    }


def _shared(found: Examined) -> tuple[list[str], dict[str, Any]]:
    model = found.model
    if model is None:
        return [], {}
    words = [
        f"{model.facts.name or model.id}: {model.architecture}, ×{model.scale}",
        f"licence: {model.facts.licence} {model.facts.licence_url}".rstrip(),
        *(f"{label}: {text}" for label, text in _told(model) if text),
        f"added as {found.before}" if found.before else "not added yet: `semantic-upscale models add`",
    ]
    values = {
        "id": found.before,
        "architecture": model.architecture,
        "scale": model.scale,
        "licence": model.facts.licence,
        "author": model.facts.author,
        "source_sha256": model.source_sha256,
    }
    return words, values


def _told(model: CommunityModel) -> tuple[tuple[str, str], ...]:
    seeds = "yes" if model.seeded else "no: one request gives one picture"
    facts = model.facts
    return ("author", facts.author), ("made for", facts.use), ("another version by another seed", seeds)


WIDE = 240  # columns where nobody's window cuts a line


def models_app() -> typer.Typer:
    """The sub-commands."""
    app = typer.Typer(help="The weights that the program knows.", no_args_is_help=True)
    for name, command in COMMANDS.items():
        app.command(name)(command)
    return app


@end_with_code
def list_models(as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """List them, with licence and place."""
    rows = [(row, find(row)) for row in catalog()]
    if as_json:
        for row, path in rows:
            Terminal(as_json=True).result("", {**asdict(row), "path": str(path) if path else None})
        return
    table = Table("id", "name", "scale", "size", "licence", "commercial use", "place", box=None)
    for row, path in rows:
        table.add_row(*_cells(row), str(path) if path else "missing")
    width = None if sys.stdout.isatty() else WIDE
    Console(no_color=no_color or None, width=width, highlight=False).print(table)


def _cells(row: CatalogEntry) -> tuple[str, ...]:
    size_bytes = row.size_bytes or (row.source and row.source.size_bytes)
    size = f"{size_bytes / 1e6:.1f} MB" if size_bytes else "?"
    scale = f"×{row.scale}" if row.task == "upscale" else "–"
    return row.id, row.name, scale, size, row.licence, _trade(row)


def _trade(row: CatalogEntry) -> str:
    if row.licence == UNKNOWN_LICENCE:
        return "unknown"
    return "yes" if row.commercial else "no"


COMMANDS = {
    "list": list_models,
    "info": model_info,
    "add": add_models,
    "check": check_model,
    "get": get_model,
    "import": import_models,
    "verify": verify_models,
    "remove": remove_model,
}
