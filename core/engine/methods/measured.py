"""What one tile of a community model took, kept for each model, device and precision. No torch here.

Such models cost from a tenth of a second to many minutes a megapixel, so nothing but a measurement tells: the first use
on a device runs one tile, and from then on time and memory are known before a run begins.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from core import folders
from core.errors import OutputError
from core.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from core.engine.device import DeviceChoice


@dataclass(frozen=True)
class TileMeasure:
    """Seconds and bytes of working memory per source pixel of a tile."""

    seconds_per_px: float
    bytes_per_px: float


def measures_file() -> Path:
    """Where they are kept; losing it costs one tile for each model."""
    return folders.cache() / "measured-tiles.json"


def measures() -> dict[str, TileMeasure]:
    """All of them by `key`; none where the file is missing or damaged."""
    try:
        rows = json.loads(measures_file().read_text("utf-8"))
        return {
            key: TileMeasure(float(row["seconds_per_px"]), float(row["bytes_per_px"]))
            for key, row in rows.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def keep_measure(key: str, measure: TileMeasure) -> None:
    """Add one. Where the cache cannot be written the tile is measured again next time."""
    rows = {**{name: asdict(one) for name, one in measures().items()}, key: asdict(measure)}
    with contextlib.suppress(OutputError):
        write_whole(measures_file(), json.dumps(rows, indent=1))


def measure_key(sha256: str, device_name: str, precision: str) -> str:
    """One model on one device in one precision."""
    return f"{sha256[:16]} {precision} {device_name}"


def key_of(sha256: str, choice: DeviceChoice) -> str:
    """`measure_key` of a choice; more threads are another device."""
    return measure_key(sha256, f"{choice.name} ×{choice.threads}", choice.precision)
