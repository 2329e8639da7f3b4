"""Commands that other rooms bring: woken only when they are called, because they need torch."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import typer

from core.cli.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Callable

PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
# Command → the module that holds a function of its name with typer options, and its line in the help.
LENT = {
    "evaluate": ("core.evaluate.command", "Measure a model: fidelity, control, seams, speed."),
    "train": ("core.train.command", "Train a model from a recipe."),
}


def lend(app: typer.Typer) -> None:
    """Give the app a command for each of LENT; arguments go on as they are."""
    for name, (module, words) in LENT.items():
        app.command(name, help=words, context_settings=dict(PASSED_ON), add_help_option=False)(
            _caller(name, module)
        )


def _caller(name: str, module: str) -> Callable[[typer.Context], None]:
    @guarded
    def call(context: typer.Context) -> None:
        app = typer.Typer(
            pretty_exceptions_enable=False,
            add_completion=False,
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        app.command()(getattr(import_module(module), name))
        app(args=list(context.args), prog_name=f"semantic-upscale {name}")

    return call
