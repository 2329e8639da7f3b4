"""What the engine can do, found without waking torch."""

from __future__ import annotations

from typing import Any

from core.checkpoints.catalog import Entry, catalog, entry, find
from core.image.formats import FORMATS
from core.server.pictures import BANDS, MOST_PIXELS, VALUE_BYTES

BUILT_IN = ("auto", "built-in")


def capabilities() -> dict[str, Any]:
    """For `hello`: methods and segmenters whose weights are here, formats that are written, and bounds."""
    here = [row for row in catalog() if _usable(row)]
    return {
        "methods": [row.id for row in here if row.task == "upscale"],
        "segmenters": [*BUILT_IN, *(row.id for row in here if row.task == "segment")],
        "depths": list(VALUE_BYTES),
        "modes": list(BANDS),
        "formats": [row.name for row in FORMATS if row.writable],
        "most_pixels": MOST_PIXELS,
        "scale": 4,
    }


def _usable(row: Entry) -> bool:
    return find(row) is not None and all(find(entry(needed)) for needed in row.needs)
