"""`semantic-upscale engine`: look after the engine that runs, or does not."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core import engine_location, folders
from core.cli import options as o  # noqa: TC001  (typer reads the types)
from core.cli.errors import end_with_code
from core.cli.terminal import Terminal, console_for
from core.errors import DeviceError, OutputError, ProtocolError

if TYPE_CHECKING:
    from collections.abc import Callable


START_S, STOP_S, LOOK_EVERY_S = 20.0, 120.0, 0.1
MIB = 1 << 20
Lines = Annotated[int, typer.Option("-n", "--lines", min=1, help="How many lines.")]


def engine_app() -> typer.Typer:
    """The sub-commands."""
    app = typer.Typer(help="The engine that window, Krita and GIMP share.", no_args_is_help=True)
    for name, command in (("status", status), ("start", start), ("stop", stop), ("log", log)):
        app.command(name)(command)
    return app


@end_with_code
def status(as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Say whether it runs, and what it does."""
    told = _asked("GET", "/v1/status")
    hello = _asked("GET", "/v1/hello") if told else None
    voice = Terminal(as_json=as_json, console=console_for(not no_color))
    if not (told and hello):
        voice.result("The engine is not running.", {"running": False})
        return
    voice.result(_sentence(told, hello), {"running": True, **hello, **told})


@end_with_code
def start(no_color: o.NoColor = False) -> None:
    """Start it in the background, if it does not run."""
    voice = Terminal(console=console_for(not no_color))
    if _asked("GET", "/v1/hello"):
        voice.say("The engine runs already.")
        return
    child = _detached()
    found = _until(lambda: _asked("GET", "/v1/hello") or child.poll(), START_S)
    if not isinstance(found, dict):
        raise DeviceError("The engine did not start.", "Run `semantic-upscale engine log`, or `doctor`.")
    voice.say(f"The engine has started (process {found['pid']}).")


@end_with_code
def stop(no_color: o.NoColor = False) -> None:
    """Let it finish the tile at work, and leave."""
    voice = Terminal(console=console_for(not no_color))
    if _asked("POST", "/v1/stop") is None:
        voice.say("The engine is not running.")
        return
    if not _until(lambda: not _holds(), STOP_S):
        raise ProtocolError(
            f"The engine has not left within {STOP_S:.0f} seconds.", "Wait for its tile, or end it."
        )
    voice.say("The engine has left.")


@end_with_code
def log(lines: Lines = 50) -> None:
    """Show the end of its log."""
    from core.service.run import log_file  # noqa: PLC0415

    try:
        with log_file().open(encoding="utf-8", errors="replace") as file:
            typer.echo("".join(file.readlines()[-lines:]), nl=False)
    except FileNotFoundError:
        typer.echo(f"There is no log yet ({log_file()}).")
    except OSError as error:
        raise OutputError(f"The log cannot be read: {error}.", "Check its permissions.") from error


def _asked(method: str, path: str) -> Any:
    """An engine's answer; None where none runs."""
    from core.engine_location import call, read_engine_info  # noqa: PLC0415  (HTTP is not loaded for other commands)

    told = read_engine_info()
    return call(told, method, path) if told else None


def _holds() -> bool:
    from core.engine_location import read_engine_info  # noqa: PLC0415

    return read_engine_info() is not None


def _until(ask: Callable[[], Any], seconds: float) -> Any:
    """The first answer that is something; the last one in the end."""
    until = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < until:
        time.sleep(LOOK_EVERY_S)
    return answer


def _detached() -> subprocess.Popen[Any]:
    command, cwd = engine_location.engine_command()
    how: dict[str, Any] = {"start_new_session": True}
    if os.name == "nt":
        how = {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
    try:
        engine_location.record_command()
        with engine_location.private_stream(folders.engine() / "start.log") as said:
            pipes = {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": said}
            return subprocess.Popen(command, cwd=cwd or folders.engine(), **pipes, **how)  # noqa: S603  (our own words)
    except OSError as error:
        raise OutputError(
            f"The engine could not be started: {error}.", "Run `semantic-upscale doctor`."
        ) from error


def _sentence(told: dict[str, Any], hello: dict[str, Any]) -> str:
    work = f"{len(told['queue'])} jobs" if told["queue"] else f"idle for {told['idle_s']:.0f} s"
    where = f" on {told['device']}, {told['memory_bytes'] / MIB:.0f} MiB" if told["device"] else ""
    return f"The engine runs (version {hello['version']}, process {hello['pid']}){where}: {work}."


# `semantic-upscale serve`: the engine itself, until it is told to leave.

PATIENCE_S = 10.0
WATCH_EVERY_S = 0.1
IdleStop = Annotated[
    float | None,
    typer.Option(
        "--idle-stop",
        metavar="MINUTES",
        help="Leave after so many minutes without work; 0: never. Default: as set, else 10.",
        show_default=False,
    ),
]


@end_with_code
def serve(idle_stop: IdleStop = None, quiet: o.Quiet = False, no_color: o.NoColor = False) -> None:
    """Run the engine, which holds the models for the window, Krita and GIMP. Starting it twice does no harm."""
    from core import engine_location  # noqa: PLC0415  (the web server takes a while to wake)
    from core.service import run  # noqa: PLC0415  (the web server takes a while to wake)

    voice = Terminal(quiet, console=console_for(not no_color))
    seconds = run.idle_stop_s(idle_stop)
    with contextlib.suppress(OSError):  # a home that cannot be written is told below, by name
        engine_location.record_command()
    try:
        mine = engine_location.take_lock()
    except OSError as error:
        raise OutputError(
            f"The engine's folder cannot be written: {error}.", "Give yourself the right to write it."
        ) from error
    if mine is None:
        voice.say(_the_other())
    else:
        run.run(mine, seconds, voice.say)


def _the_other() -> str:
    """Where the engine is that runs already; it may be about to write that down."""
    from core.engine_location import read_engine_info  # noqa: PLC0415

    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        told = read_engine_info()
        if told:
            return f"The engine runs already, on {told.address} (process {told.pid})."
        time.sleep(WATCH_EVERY_S)
    raise ProtocolError(
        "Another engine is starting or ending, and has not said where.", "Try again in a moment."
    )
