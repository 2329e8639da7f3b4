"""The road, taken with arrays: source in, floating-point target out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from core.engine.device import choose_device
from core.engine.shelf import Shelf
from core.engine.upscale import Desk, upscale
from core.geometry import Box, Size
from core.image.io import Carried, Encoder, SaveOptions, picture_from_array
from core.request import UpscaleRequest

if TYPE_CHECKING:
    import numpy as np

    from core.engine.method import TileNeeds
    from core.engine.upscale import Outcome
    from core.regions.region_set import RegionSet

FLOAT = Carried(depth="float")
TIFF = SaveOptions(suffix=".tiff")


@dataclass(frozen=True)
class Made:
    """A target (4h, 4w, 3) float32, not rounded, and how it came about."""

    target: np.ndarray
    outcome: Outcome


@dataclass(frozen=True)
class Studio:
    """One method with its models loaded; `request` is what every run asks unless it says otherwise."""

    request: UpscaleRequest = field(default_factory=UpscaleRequest)
    shelf: Shelf = field(default_factory=Shelf)

    @property
    def needs(self) -> TileNeeds:
        """What the method asks of its tiles."""
        choice = choose_device(self.request.device, self.request.precision)
        return self.shelf.lend(self.request.method, choice).needs

    def make(self, source: np.ndarray, regions: RegionSet | None = None, **changes: object) -> Made:
        """Enlarge a source (h, w, 3); `changes` are fields of the request. Errors are those of `upscale`."""
        picture = picture_from_array(source, carried=FLOAT)
        desk = Desk(self.shelf, Encoder(picture.carried, TIFF))
        result = upscale(picture, regions, replace(self.request, **changes), desk)  # type: ignore[arg-type]
        try:
            return Made(result.target.planes.read(Box.of(result.target.size)), result.outcome)
        finally:
            result.target.close()

    def everywhere(self, source: np.ndarray, priority: float, **changes: object) -> Made:
        """As `make`, with one priority for the whole picture: Balanced everywhere, and the detail dial turned."""
        return self.make(source, None, **changes, detail=priority)


def size_of(picture: np.ndarray) -> Size:
    """Width and height of (H, W, …)."""
    return Size(picture.shape[1], picture.shape[0])
