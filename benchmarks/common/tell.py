"""A table on stdout, and its numbers as JSON in out/."""

from __future__ import annotations

import json
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from core.engine.machine import the_cpu, usable_cores
from core.evaluate.command import show
from core.metrics.tables import json_ready

if TYPE_CHECKING:
    from core.metrics.tables import Table

OUT = Path(__file__).resolve().parents[2] / "out"


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    return {
        "cpu": the_cpu().name,
        "cores": usable_cores(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }


def tell(name: str, table: Table, **more: Any) -> None:
    """Print the table and write it, with whatever else there is to say, to out/bench-NAME.json."""
    show((table,))
    OUT.mkdir(exist_ok=True)
    told = {"machine": machine(), "table": table.as_dict(), **json_ready(more)}
    path = OUT / f"bench-{name}.json"
    path.write_text(json.dumps(told, indent=1, allow_nan=False) + "\n", "utf-8")
