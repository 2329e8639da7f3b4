"""`semantic-upscale serve`: the engine itself, until it is told to leave."""

from __future__ import annotations

import contextlib
import time
from typing import Annotated

import typer

from core import launch
from core.cli import options as o  # noqa: TC001  (typer reads the types)
from core.cli.guard import guarded
from core.cli.voice import Voice, console_for
from core.errors import OutputError, ProtocolError

PATIENCE_S = 10.0
LOOK_EVERY_S = 0.1
IdleStop = Annotated[
    float | None,
    typer.Option(
        "--idle-stop",
        metavar="MINUTES",
        help="Leave after so many minutes without work; 0: never. Default: as set, else 10.",
        show_default=False,
    ),
]


@guarded
def serve(idle_stop: IdleStop = None, quiet: o.Quiet = False, no_color: o.NoColor = False) -> None:
    """Run the engine, which holds the models for the window, Krita and GIMP. Starting it twice does no harm."""
    from core.server import place, running, settings  # noqa: PLC0415  (the web server takes a while to wake)

    voice = Voice(quiet, console=console_for(not no_color))
    seconds = settings.idle_stop_s(idle_stop)
    with contextlib.suppress(OSError):  # a home that cannot be written is told below, by name
        launch.record_command()
    try:
        mine = place.taken()
    except OSError as error:
        raise OutputError(
            f"The engine's folder cannot be written: {error}.", "Give yourself the right to write it."
        ) from error
    if mine is None:
        voice.say(_the_other())
    else:
        running.run(mine, seconds, voice.say)


def _the_other() -> str:
    """Where the engine is that runs already; it may be about to write that down."""
    from core.server.place import written  # noqa: PLC0415

    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        told = written()
        if told:
            return f"The engine runs already, on {told.address} (process {told.pid})."
        time.sleep(LOOK_EVERY_S)
    raise ProtocolError(
        "Another engine is starting or ending, and has not said where.", "Try again in a moment."
    )
