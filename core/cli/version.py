"""Which program this is."""

from __future__ import annotations

import json
import platform
import sys
from typing import Annotated

import typer

from core.engine.record import program_version
from core.folders import APP_NAME

__all__ = ["program_version", "version"]


def version(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Say which version this is."""
    known = {
        "version": program_version(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "program": sys.executable,
    }
    typer.echo(json.dumps(known) if as_json else f"{APP_NAME} {known['version']}")
