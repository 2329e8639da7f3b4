"""`semantic-upscale plugins`: the menu entry inside Krita and GIMP."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from core import engine_location
from core.cli import options as o  # noqa: TC001  (typer reads the types)
from core.cli.errors import end_with_code
from core.cli.terminal import Terminal, console_for
from core.cli.version import program_version
from core.errors import InputError, OutputError
from core.plugins.install import (
    enable,
    install,
    installed_version,
    is_enabled,
    krita_runs,
    places,
    remove,
    this_user,
)

if TYPE_CHECKING:
    from core.plugins.install import HostFolder

NOWHERE = "No Krita and no GIMP 3 was found for this user."
START_ONCE = "Start the one you use once, so that it makes its folders, then run this again."
BY_HAND = "Settings ▸ Configure Krita ▸ Python Plugin Manager ▸ Semantic Upscale"
BOXED = "It lives in a sandbox that cannot start the engine: open Semantic Upscale before you use it."


class Host(str, Enum):
    """The programs that have a plug-in."""

    krita = "krita"
    gimp = "gimp"


Which = Annotated[Host | None, typer.Argument(help="Only this program.", show_default=False)]


def plugins_app() -> typer.Typer:
    """The sub-commands."""
    app = typer.Typer(help="The menu entry inside Krita and GIMP.", no_args_is_help=True)
    app.command("list")(list_plugins)
    app.command("install")(install_plugins)
    app.command("remove")(remove_plugins)
    return app


@end_with_code
def list_plugins(host: Which = None, as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Say which Krita and GIMP were found, and what is installed there."""
    voice = Terminal(as_json=as_json, console=console_for(not no_color))
    for place in _found(host):
        version, on = installed_version(place), place.settings is None or is_enabled(place.settings)
        state = "not installed" if version is None else version if on else f"{version}, not enabled"
        voice.result(f"{place.title}: {state}\n    {place.folder}", _values(place, version, on))


@end_with_code
def install_plugins(host: Which = None, as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Write the plug-in into every Krita and GIMP that was found, and say what to do next."""
    voice, version = Terminal(as_json=as_json, console=console_for(not no_color)), program_version()
    found = _found(host)
    try:
        engine_location.record_command()
    except OSError as error:
        raise OutputError(
            f"The engine's folder cannot be written: {error}.", "Give yourself the right."
        ) from error
    for place in found:
        install(place, version)
        on, words = _switched_on(place)
        voice.result(
            f"{place.title}: {version} installed. {words}\n    {place.folder}", _values(place, version, on)
        )


@end_with_code
def remove_plugins(host: Which = None, as_json: o.Json = False, no_color: o.NoColor = False) -> None:
    """Take the plug-in out again."""
    voice = Terminal(as_json=as_json, console=console_for(not no_color))
    for place in _found(host):
        words = "removed" if remove(place) else "was not installed"
        voice.result(f"{place.title}: {words}", _values(place, None, False))


def _found(host: Host | None) -> tuple[HostFolder, ...]:
    """InputError where there is none."""
    found = tuple(place for place in places(this_user()) if host is None or place.host == host.value)
    if not found:
        raise InputError(NOWHERE if host is None else f"No {host.value} was found for this user.", START_ONCE)
    return found


def _switched_on(place: HostFolder) -> tuple[bool, str]:
    """Whether the host will load it, and what to do next, in words."""
    where = BOXED if place.kind != "system" else ""
    if place.settings is None:
        return True, f"Restart GIMP; then: Filters ▸ Semantic Upscale. {where}".strip()
    if is_enabled(place.settings):
        return True, f"Restart Krita; then: Tools ▸ Scripts ▸ Semantic Upscale. {where}".strip()
    if krita_runs():
        return False, f"Krita is open: tick {BY_HAND}, or close it and run this again. {where}".strip()
    enable(place.settings)
    return True, f"Start Krita; then: Tools ▸ Scripts ▸ Semantic Upscale. {where}".strip()


def _values(place: HostFolder, version: str | None, enabled: bool) -> dict[str, object]:
    return {
        "host": place.host,
        "name": place.title,
        "folder": str(place.folder),
        "installed": version,
        "enabled": enabled and version is not None,
    }
