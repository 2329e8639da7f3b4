"""`semantic-upscale engine`: look after the engine that runs, or does not."""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core import folders, launch
from core.cli import options as o  # noqa: TC001  (typer reads the types)
from core.cli.guard import guarded
from core.cli.voice import Voice, console_for
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


@guarded
def status(as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Say whether it runs, and what it does."""
    told = _asked("GET", "/v1/status")
    hello = _asked("GET", "/v1/hello") if told else None
    voice = Voice(as_json=as_json, console=console_for(not no_color))
    if not (told and hello):
        voice.result("The engine is not running.", {"running": False})
        return
    voice.result(_sentence(told, hello), {"running": True, **hello, **told})


@guarded
def start(no_color: o.NoColor = False) -> None:
    """Start it in the background, if it does not run."""
    voice = Voice(console=console_for(not no_color))
    if _asked("GET", "/v1/hello"):
        voice.say("The engine runs already.")
        return
    child = _detached()
    found = _until(lambda: _asked("GET", "/v1/hello") or child.poll(), START_S)
    if not isinstance(found, dict):
        raise DeviceError("The engine did not start.", "Run `semantic-upscale engine log`, or `doctor`.")
    voice.say(f"The engine has started (process {found['pid']}).")


@guarded
def stop(no_color: o.NoColor = False) -> None:
    """Let it finish the tile at work, and leave."""
    voice = Voice(console=console_for(not no_color))
    if _asked("POST", "/v1/stop") is None:
        voice.say("The engine is not running.")
        return
    if not _until(lambda: not _holds(), STOP_S):
        raise ProtocolError(
            f"The engine has not left within {STOP_S:.0f} seconds.", "Wait for its tile, or end it."
        )
    voice.say("The engine has left.")


@guarded
def log(lines: Lines = 50) -> None:
    """Show the end of its log."""
    from core.server.logs import log_file  # noqa: PLC0415

    try:
        with log_file().open(encoding="utf-8", errors="replace") as file:
            typer.echo("".join(file.readlines()[-lines:]), nl=False)
    except FileNotFoundError:
        typer.echo(f"There is no log yet ({log_file()}).")
    except OSError as error:
        raise OutputError(f"The log cannot be read: {error}.", "Check its permissions.") from error


def _asked(method: str, path: str) -> Any:
    """An engine's answer; None where none runs."""
    from core.server.call import call  # noqa: PLC0415
    from core.server.place import written  # noqa: PLC0415

    told = written()
    return call(told, method, path) if told else None


def _holds() -> bool:
    from core.server.place import written  # noqa: PLC0415

    return written() is not None


def _until(ask: Callable[[], Any], seconds: float) -> Any:
    """The first answer that is something; the last one in the end."""
    until = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < until:
        time.sleep(LOOK_EVERY_S)
    return answer


def _detached() -> subprocess.Popen[Any]:
    command, cwd = launch.engine_command()
    how: dict[str, Any] = {"start_new_session": True}
    if os.name == "nt":
        how = {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}
    try:
        launch.record_command()
        with launch.private_stream(folders.engine() / "start.log") as said:
            pipes = {"stdin": subprocess.DEVNULL, "stdout": said, "stderr": said}
            return subprocess.Popen(command, cwd=cwd, **pipes, **how)  # noqa: S603  (our own words)
    except OSError as error:
        raise OutputError(
            f"The engine could not be started: {error}.", "Run `semantic-upscale doctor`."
        ) from error


def _sentence(told: dict[str, Any], hello: dict[str, Any]) -> str:
    work = f"{len(told['queue'])} jobs" if told["queue"] else f"idle for {told['idle_s']:.0f} s"
    where = f" on {told['device']}, {told['memory_bytes'] / MIB:.0f} MiB" if told["device"] else ""
    return f"The engine runs (version {hello['version']}, process {hello['pid']}){where}: {work}."
