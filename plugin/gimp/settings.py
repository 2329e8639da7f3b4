"""What the user can choose: one table for the dialog, for scripts and for the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..bridge.facts import FINE_STEPS, PRIORITY_NAMES
from ..bridge.host import DEFAULT_SCALE

SOURCES = (
    ("picture", "The whole picture", "What is seen, all layers together"),
    ("layer", "The layer", "The selected layer as a whole, whatever covers it"),
    ("selection", "The selection", "The selected part of the layer, with 64 pixels around it to look at"),
)
RESULTS = (
    ("new-image", "New image", "The original lies below the result"),
    ("new-layer", "New layer", "Above the layer, shrunk to its size"),
    ("resize-image", "Resize this image", "All layers and channels are scaled; one undo brings it back"),
)
REGIONS = (
    ("channels", 'Channels named like "su:-2 face"', "−2 keeps what is there, +2 invents"),
    ("selection", "The selection", "The selection gets a priority of its own"),
    ("none", "None", "The whole picture is treated alike"),
)
USUAL_METHOD = "compact"  # others are those that the engine names
PRIORITIES = tuple((name.lower(), name, f"Priority {value:+d}") for value, name in PRIORITY_NAMES.items())
PRIORITY_OF = {name.lower(): float(value) for value, name in PRIORITY_NAMES.items()}
SEED_LIMIT = 2**31 - 1  # GIMP's whole numbers


@dataclass(frozen=True)
class GimpRequest:
    """One run.

    | field | values |
    | --- | --- |
    | source | picture, layer, selection |
    | result | new-image, new-layer, resize-image |
    | regions | channels, selection, none |
    | scale | above 1, up to 4 |
    | rest, selected | priority outside the regions, and of the selection as a region: −2 … +2 |
    | detail | −4 … +4, added to every priority |
    | clean_up | 0 … 1; None: the engine estimates it |
    | fine | whether the bundled method draws in `FINE_STEPS` steps, which takes longer |
    | seed, method | as in a request |
    | original | whether the source is kept below the result of a new image |
    """

    source: str = "picture"
    result: str = "new-image"
    regions: str = "channels"
    scale: float = DEFAULT_SCALE
    rest: float = 0.0
    selected: float = -2.0
    detail: float = 0.0
    clean_up: float | None = None
    seed: int = 0
    method: str = USUAL_METHOD
    original: bool = True
    fine: bool = False

    def options(self) -> dict[str, Any]:
        """The fields of an upscale request."""
        steps = {"steps": FINE_STEPS} if self.fine else {}
        return {
            **steps,
            "method": self.method,
            "scale": self.scale,
            "seed": self.seed,
            "detail": self.detail,
            "clean_up": self.clean_up,
        }


def settings_from(config: Any) -> GimpRequest:
    """What a procedure's config says. GIMP gives back None for texts that were never set."""
    usual = GimpRequest()
    automatic = config.get_property("clean-up-automatic")
    return GimpRequest(
        source=config.get_property("source") or usual.source,
        result=config.get_property("result-in") or usual.result,
        regions=config.get_property("regions") or usual.regions,
        scale=round(config.get_property("scale"), 4),
        rest=PRIORITY_OF.get(config.get_property("rest") or "", usual.rest),
        selected=PRIORITY_OF.get(config.get_property("selection-priority") or "", usual.selected),
        detail=round(config.get_property("detail"), 4),
        clean_up=None if automatic else round(config.get_property("clean-up"), 4),
        seed=config.get_property("seed"),
        method=config.get_property("method") or usual.method,
        original=config.get_property("keep-original"),
        fine=config.get_property("fine"),
    )
