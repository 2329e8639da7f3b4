"""The engine's own settings, `engine.json` in the settings folder: `{"idle_stop_min": 10}`."""

from __future__ import annotations

import json
import math

from core import folders
from core.errors import UsageError

IDLE_STOP_MIN = 10.0


def idle_stop_s(asked_min: float | None = None) -> float:
    """Seconds without work after which the engine leaves: as asked, else as set, else 600; 0 is never.

    UsageError for a number that is none or negative.
    """
    minutes = _set_min() if asked_min is None else asked_min
    if not (math.isfinite(minutes) and minutes >= 0):
        raise UsageError(
            f"The idle stop is {minutes:g} minutes.", "Take a number of minutes, or 0 for never."
        )
    return 60.0 * minutes


def _set_min() -> float:
    """What the settings say; a damaged file says nothing."""
    try:
        told = json.loads((folders.config() / "engine.json").read_text("utf-8"))["idle_stop_min"]
        return float(told) if float(told) >= 0 else IDLE_STOP_MIN
    except (OSError, ValueError, KeyError, TypeError):
        return IDLE_STOP_MIN
