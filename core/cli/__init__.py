"""The shell's way in: `semantic-upscale`."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from core.cli.window import opens_window, start_window, trouble
from core.folders import APP_NAME

if TYPE_CHECKING:
    import typer


def build_app() -> typer.Typer:
    """Every command. What goes wrong in one ends as an exit code of `core.errors` and CONVENTIONS."""
    from core.cli.app import build_app as build  # noqa: PLC0415  (half a second that the window does not wait for)

    return build()


def main() -> None:
    """The console entry; without a command, the window."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:  # names of files may hold bytes that are no text
            reconfigure(errors="backslashreplace" if stream is sys.stderr else "surrogateescape")
    completing = "_SEMANTIC_UPSCALE_COMPLETE" in os.environ  # the shell asks for words, by no arguments too
    arguments = sys.argv[1:] or ([] if completing else ["gui"])
    if not completing and opens_window(arguments) and not trouble(arguments):
        start_window(arguments[1:])
    build_app()(arguments, prog_name=APP_NAME)
