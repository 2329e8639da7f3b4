"""Numbers in rows and columns, ready for a report or for JSON. How they look is the report's own matter."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from core.errors import UsageError

Cell = float | int | bool | str | None
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Column:
    """What a column holds; `better` says which way is good, `note` why cells are None (file not at hand)."""

    name: str
    unit: str = ""
    better: Better = "neither"
    digits: int = 2
    note: str = ""


@dataclass(frozen=True)
class TableRow:
    """A name and one cell a column; None is a number that could not be had."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A title, columns and rows. UsageError where a row has not one cell a column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[TableRow, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                raise UsageError(
                    f"The row {row.name!r} of {self.title!r} has {len(row.cells)} cells for "
                    f"{len(self.columns)} columns.",
                    "Give one cell a column.",
                )

    def with_row(self, name: str, *cells: Cell) -> Table:
        """A new table with one row more."""
        return Table(self.title, self.columns, (*self.rows, TableRow(name, cells)))

    def with_mean(self, name: str = "mean") -> Table:
        """A new table whose last row holds the mean of each column of numbers."""
        return self.with_row(
            name, *(mean([row.cells[k] for row in self.rows]) for k in range(len(self.columns)))
        )

    def best(self, column: int) -> tuple[int, ...]:
        """Which rows hold the best number of a column; none where neither way is better."""
        better = self.columns[column].better
        numbers = [number(row.cells[column]) for row in self.rows]
        known = [value for value in numbers if value is not None]
        if better == "neither" or not known:
            return ()
        top = max(known) if better == "higher" else min(known)
        return tuple(k for k, value in enumerate(numbers) if value == top)

    def as_dict(self) -> dict[str, Any]:
        """JSON-able: title, columns and rows; see `json_ready` for numbers that JSON has not."""
        return json_ready(self)


def number(cell: Cell) -> float | None:
    """The cell as a number; None for words, truth values, NaN and what could not be had."""
    if cell is None or isinstance(cell, bool | str) or math.isnan(cell):
        return None
    return float(cell)


def mean(cells: list[Cell]) -> float | None:
    """The mean of those cells that are numbers (infinite ones count); None where there is none."""
    numbers = [value for value in map(number, cells) if value is not None]
    return sum(numbers) / len(numbers) if numbers else None


def _json_number(value: float) -> float | str | None:
    """JSON has no NaN, which becomes null, and no infinity, which becomes the word."""
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else ("inf" if value > 0 else "-inf")


def json_ready(value: Any) -> Any:
    """Dataclasses, mappings, sequences, arrays and numbers as what `json.dumps(allow_nan=False)` takes."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: json_ready(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): json_ready(held) for key, held in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return json_ready(value.tolist())
    if isinstance(value, list | tuple):
        return [json_ready(held) for held in value]
    if isinstance(value, float):
        return _json_number(value)
    return str(value) if isinstance(value, Path) else value
