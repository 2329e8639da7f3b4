"""Every command of the shell. Only what a command needs is loaded, so that help comes at once."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli.doctor import doctor
from core.cli.engine import engine_app
from core.cli.gui import gui
from core.cli.lent import lend
from core.cli.models import models_app
from core.cli.plugins import plugins_app
from core.cli.regions import regions
from core.cli.serve import serve
from core.cli.upscale import upscale
from core.cli.version import program_version, version
from core.folders import APP_NAME


def build_app() -> typer.Typer:
    """Every command. What goes wrong in one ends as an exit code of `core.errors` and CONVENTIONS."""
    app = typer.Typer(
        name=APP_NAME,
        help="Enlarge pictures in one diffusion step, and say region by region where detail may be invented.",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_first)
    app.command()(gui)
    app.command()(upscale)
    app.command()(regions)
    app.add_typer(models_app(), name="models")
    app.command()(serve)
    app.add_typer(engine_app(), name="engine")
    app.add_typer(plugins_app(), name="plugins")
    app.command()(doctor)
    lend(app)
    app.command()(version)
    return app


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{APP_NAME} {program_version()}")
        raise typer.Exit


def _first(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Say which version this is, and end.", callback=_say_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Nothing to do before a command."""
