"""How long an engine waits for work before it leaves. The engine reads it from a file of its own, `engine.json`."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from core import folders
from core.errors import OutputError
from plugin.bridge.saving import read_small
from ui.settings import LIMIT_BYTES, ROWS, write_kept

if TYPE_CHECKING:
    from pathlib import Path

    from ui.settings import Settings

KEY, FIELD = "engine.idle_stop_min", "idle_stop_min"
_LOG = logging.getLogger(__name__)


def engine_file() -> Path:
    """Where an engine looks when it starts."""
    return folders.config() / "engine.json"


def take_over(settings: Settings) -> None:
    """Let the settings show what the engine's file says, which hosts and people may have written."""
    told = _told().get(FIELD)
    least, most = ROWS[KEY].limits
    if isinstance(told, (int, float)) and least <= told <= most:
        settings.set(KEY, round(told))


def write(minutes: int) -> str:
    """Tell engines that start from now on; what went wrong, empty where nothing did. Other fields stay."""
    told = _told()
    if told.get(FIELD) == minutes:
        return ""
    try:
        write_kept(engine_file(), json.dumps({**told, FIELD: minutes}, indent=1) + "\n")
    except OutputError as error:
        _LOG.warning("the engine's settings are not kept: %s", error)
        return f"{engine_file()}: {error}"
    return ""


def _told() -> dict[str, Any]:
    """A file that is gone or damaged says nothing."""
    told = read_small(engine_file(), LIMIT_BYTES, private=False)
    return told if isinstance(told, dict) else {}
