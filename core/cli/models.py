"""`semantic-upscale models`: the weights that the program knows."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table

from core.checkpoints.catalog import catalog, find
from core.checkpoints.community import UNKNOWN_LICENCE
from core.cli import options as o  # noqa: TC001  (typer reads the types)
from core.cli.community_models import add_models, check_model
from core.cli.guard import guarded
from core.cli.model_files import get_model, import_models, model_info, remove_model, verify_models
from core.cli.voice import Voice

if TYPE_CHECKING:
    from core.checkpoints.catalog import Entry

WIDE = 240  # columns where nobody's window cuts a line


def models_app() -> typer.Typer:
    """The sub-commands."""
    app = typer.Typer(help="The weights that the program knows.", no_args_is_help=True)
    for name, command in COMMANDS.items():
        app.command(name)(command)
    return app


@guarded
def list_models(as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """List them, with licence and place."""
    rows = [(row, find(row)) for row in catalog()]
    if as_json:
        for row, path in rows:
            Voice(as_json=True).result("", {**asdict(row), "path": str(path) if path else None})
        return
    table = Table("id", "name", "scale", "size", "licence", "commercial use", "place", box=None)
    for row, path in rows:
        table.add_row(*_cells(row), str(path) if path else "missing")
    width = None if sys.stdout.isatty() else WIDE
    Console(no_color=no_color or None, width=width, highlight=False).print(table)


def _cells(row: Entry) -> tuple[str, ...]:
    size_bytes = row.size_bytes or (row.source and row.source.size_bytes)
    size = f"{size_bytes / 1e6:.1f} MB" if size_bytes else "?"
    scale = f"×{row.scale}" if row.task == "upscale" else "–"
    return row.id, row.name, scale, size, row.licence, _trade(row)


def _trade(row: Entry) -> str:
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
