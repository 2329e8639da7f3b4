"""`semantic-upscale gui`: the window, and its place in the desktop's menu."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003  (typer reads the types)
from typing import Annotated

import typer

from core.cli.guard import guarded
from core.cli.voice import Voice
from core.cli.window import start_window


@guarded
def gui(
    file: Annotated[
        Path | None, typer.Argument(help="A picture or a .suproj project to open.", show_default=False)
    ] = None,
    register: Annotated[
        bool, typer.Option("--register", help="Add the program to this user's menu, with icon and file type.")
    ] = False,
    unregister: Annotated[bool, typer.Option("--unregister", help="Take it out of the menu again.")] = False,
    handoff: Annotated[str | None, typer.Option(help="Used by the plug-ins.", hidden=True)] = None,
) -> None:
    """Open the window. The same as no command at all."""
    if register or unregister:
        from core.cli.desktop import register as add  # noqa: PLC0415  (the window itself does not need it)
        from core.cli.desktop import unregister as remove  # noqa: PLC0415

        for path in add() if register else remove():
            Voice().result(str(path), {})
        return
    start_window([*(["--handoff", handoff] if handoff else []), *([str(file)] if file else [])])
