"""Tables know their best row and become strict JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import UsageError
from core.metrics.tables import Column, Table, json_ready


def table() -> Table:
    columns = (Column("PSNR", "dB", "higher"), Column("NIQE", "", "lower"), Column("note"))
    empty = Table("Set5", columns)
    return empty.with_row("a", 30.0, None, "x").with_row("b", 32.0, 5.0, "y")


def test_a_table_knows_its_best_and_its_mean() -> None:
    assert (table().best(0), table().best(1), table().best(2)) == ((1,), (1,), ())
    assert table().with_mean().rows[-1].cells == (31.0, 5.0, None)


def test_a_table_is_json_able_and_its_rows_are_whole() -> None:
    assert json.loads(json.dumps(table().as_dict(), allow_nan=False))["rows"][0]["cells"] == [30.0, None, "x"]
    with pytest.raises(UsageError):
        table().with_row("c", 1.0)


def test_json_has_no_infinity_and_no_nan() -> None:
    values = {"map": np.array([1, np.nan], np.float32), "db": (np.inf, -np.inf), "at": Path("a") / "b"}
    assert json_ready(values) == {"map": [1, None], "db": ["inf", "-inf"], "at": str(Path("a") / "b")}
