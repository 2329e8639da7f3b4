"""Copy report: what a person who helps would ask first. Nothing leaves the computer; the user's name is left out."""

from __future__ import annotations

import getpass
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from krita import Krita

from ..bridge import engine_folder
from .qt import QtCore
from .source import space_of

if TYPE_CHECKING:
    from .state import PluginState
    from .watch import EngineState

LOG_LINES = 40


def report(desk: PluginState, state: EngineState) -> str:
    """Versions, document, wish, state, the last error and the end of the engine's log."""
    lines = (
        "Semantic Upscale in Krita",
        f"Krita {Krita.instance().version()}, Qt {QtCore.qVersion()}, Python {platform.python_version()}",
        platform.platform(),
        _document(),
        f"Wish: {desk.wish.as_dict()}",
        f"Engine: {state.words}",
        f"Last: {desk.standing.kind}: {desk.standing.words} {desk.standing.advice}",
        *desk.standing.notes,
        desk.standing.report,
        f"Engine's log, its last {LOG_LINES} lines:",
        _log(state.log),
    )
    return redact("\n".join(lines))


def _document() -> str:
    document = Krita.instance().activeDocument()
    if document is None:
        return "No document"
    space = space_of(document)
    size = f"{document.width()}×{document.height()}"
    return f"Document: {size}, {space.model} {space.depth}, {space.profile}, {document.xRes():g} dpi"


def _log(path: str) -> str:
    for place in (path, str(Path(engine_folder()) / "start.log")):
        if place and Path(place).is_file():
            return "\n".join(Path(place).read_text("utf-8", "replace").splitlines()[-LOG_LINES:])
    return "(none)"


def redact(text: str) -> str:
    """Without the user's home and name."""
    text = text.replace(str(Path.home()), "~")
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return text
    return text.replace(f"/{name}/", "/USER/") if len(name) > 1 else text
