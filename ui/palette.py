"""How a priority looks: five colours that no colour-vision deficiency confuses, a sign and a hatch.

Diverging blue – grey – orange; the smallest CIE76 ΔE between two steps stays above 20 for protan, deutan and
tritan sight (Machado, Oliveira, Fernandes 2009, severity 1.0). Colour never stands alone: both ends look alike
in grey, so each step has a hatch and a sign too.
"""

from __future__ import annotations

from enum import Enum
from functools import cache, lru_cache

import numpy as np
from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication
from PySide6.QtGui import QColor

COLOURS = {-2: "#004f9f", -1: "#5fa2dd", 0: "#d9d9d9", 1: "#f2a93b", 2: "#a63c00"}
MINUS = "−"

# The words of core.request.PRIORITY_NAMES, where the translator finds them.
_NAMES = {
    -2: QT_TRANSLATE_NOOP("palette", "Faithful"),
    -1: QT_TRANSLATE_NOOP("palette", "Careful"),
    0: QT_TRANSLATE_NOOP("palette", "Balanced"),
    1: QT_TRANSLATE_NOOP("palette", "Rich"),
    2: QT_TRANSLATE_NOOP("palette", "Inventive"),
}
# Every 32nd colour of cividis (Nuñez, Anderton, Renslow 2018), between which the table is linear.
_CIVIDIS = (
    "#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838",
)  # fmt: skip


class Hatch(Enum):
    """What a step draws over its region, at screen scale."""

    LINES_DENSE = -2
    LINES = -1
    NONE = 0
    DOTS = 1
    DOTS_DENSE = 2


def step(priority: float) -> int:
    """The named step nearest to a priority; halves go away from Balanced."""
    return int(np.clip(np.floor(abs(priority) + 0.5), 0, 2)) * (1 if priority >= 0 else -1)


def name(priority: float) -> str:
    """The word of the nearest step in the user's language."""
    return QCoreApplication.translate("palette", str(_NAMES[step(priority)]))


def sign(priority: float) -> str:
    """“−2”, “0”, “+1”, “+0.5”: a true minus, a plus, no needless digits."""
    digits = f"{abs(priority):.2f}".rstrip("0").rstrip(".")
    if digits == "0":
        return "0"
    return (MINUS if priority < 0 else "+") + digits


def sign_text(priority: float) -> str:
    """“−2 Faithful”."""
    return f"{sign(priority)} {name(priority)}"


def hatch(priority: float) -> Hatch:
    """The hatch of the nearest step."""
    return Hatch(step(priority))


@lru_cache(maxsize=256)
def rgb(priority: float) -> tuple[int, int, int]:
    """The colour of a priority, linear between the five steps, 0 … 255."""
    steps = sorted(COLOURS)
    table = np.array([[int(COLOURS[at][i : i + 2], 16) for i in (1, 3, 5)] for at in steps], float)
    red, green, blue = (round(float(np.interp(priority, steps, table[:, band]))) for band in range(3))
    return red, green, blue


def colour(priority: float) -> QColor:
    """The same as a Qt colour."""
    return QColor(*rgb(priority))


@cache
def cividis() -> np.ndarray:
    """(256, 3) uint8: one-directional, keeps its order in grey; for what was added."""
    knots = np.array([[int(text[i : i + 2], 16) for i in (1, 3, 5)] for text in _CIVIDIS], float)
    at = np.linspace(0, len(knots) - 1, 256)
    bands = [np.interp(at, np.arange(len(knots)), knots[:, band]) for band in range(3)]
    table = np.rint(np.stack(bands, axis=1)).astype(np.uint8)
    table.flags.writeable = False
    return table
