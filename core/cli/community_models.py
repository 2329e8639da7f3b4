"""`semantic-upscale models add|check`: models that people share, from the user's own files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.checkpoints.adding import add, examine, model_files
from core.checkpoints.catalog import entry
from core.cli import options as o  # noqa: TC001  (as above)
from core.cli.bar import reporting
from core.cli.guard import guarded
from core.cli.model_files import calm, licence_words
from core.cli.voice import Voice, console_for
from core.errors import CheckpointError

if TYPE_CHECKING:
    from core.checkpoints.adding import Examined
    from core.checkpoints.community import CommunityModel

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A .pth, .safetensors, .ckpt, .pt, or one of .param and .bin.")
]


@guarded
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
    voice = Voice(quiet, as_json=as_json, console=console_for(not no_color))
    files = model_files(place)
    refused = [file for file in files if not _added(voice, file, alone=len(files) == 1)]
    if refused:
        raise CheckpointError(
            f"Not added: {', '.join(file.name for file in refused)}.",
            "The others can be used." if len(refused) < len(files) else "Take upscaling models.",
        )


def _added(voice: Voice, file: Path, *, alone: bool) -> bool:
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


@guarded
def check_model(file: File, as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Tell what a weights file is: which method it belongs to, architecture, scale and licence. Nothing is kept."""
    voice = Voice(as_json=as_json, console=console_for(not no_color))
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
