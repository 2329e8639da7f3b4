"""Every command of the shell. Only what a command needs is loaded, so that help comes at once."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.doctor import doctor
from core.cli.engine import engine_app, serve
from core.cli.errors import end_with_code
from core.cli.gui import gui
from core.cli.models import models_app
from core.cli.plugins import plugins_app
from core.cli.regions import regions
from core.cli.upscale import upscale
from core.cli.version import program_version, version
from core.folders import APP_NAME

if TYPE_CHECKING:
    from collections.abc import Callable


# Commands that other rooms bring: woken only when they are called, because they need torch.

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
# Command → the module that holds a function of its name with typer options, and its line in the help.
LENT = {
    "evaluate": ("core.evaluate.command", "Measure a model: fidelity, control, seams, speed."),
    "train": ("core.train.command", "Train a model from a recipe."),
}


def add_lazy_commands(app: typer.Typer) -> None:
    """Give the app a command for each of LENT; arguments go on as they are."""
    for name, (module, words) in LENT.items():
        app.command(name, help=words, context_settings=dict(PASSED_ON), add_help_option=False)(
            _caller(name, module)
        )


def _caller(name: str, module: str) -> Callable[[typer.Context], None]:
    @end_with_code
    def call(context: typer.Context) -> None:
        app = typer.Typer(
            pretty_exceptions_enable=False,
            add_completion=False,
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        app.command()(getattr(import_module(module), name))
        app(args=list(context.args), prog_name=f"semantic-upscale {name}")

    return call


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
    add_lazy_commands(app)
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
