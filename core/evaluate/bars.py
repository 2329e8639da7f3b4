"""A bar: what a release has to reach, what it aims for, and what was found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.metrics.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Bar:
    """What is asked, what is aimed for, and what was found; `found` None where this set cannot tell."""

    name: str
    unit: str
    asked: float
    aim: float
    found: float | None
    at_most: bool = False

    @property
    def cleared(self) -> bool | None:
        """Whether what is asked was reached; None where it cannot be told."""
        return self._reaches(self.asked)

    @property
    def aimed(self) -> bool | None:
        """Whether the aim was reached; None where it cannot be told."""
        return self._reaches(self.aim)

    def _reaches(self, level: float) -> bool | None:
        if self.found is None or math.isnan(self.found):
            return None
        return self.found <= level if self.at_most else self.found >= level


def bar_table(bars: Sequence[Bar]) -> Table:
    """One row a bar."""
    columns = ("asked", "aim", "found", "unit", "cleared", "aim reached")
    table = Table("Bars", tuple(Column(name) for name in columns))
    for bar in bars:
        sign = "≤" if bar.at_most else "≥"
        found = None if bar.cleared is None else bar.found
        levels = (f"{sign} {bar.asked:g}", f"{sign} {bar.aim:g}")
        table = table.with_row(bar.name, *levels, found, bar.unit, bar.cleared, bar.aimed)
    return table
