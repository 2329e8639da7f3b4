"""The whole road from a picture to suggested regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import UsageError
from core.geometry import Size
from core.progress import Progress, Reporter, silent
from core.regions.region import Region
from core.regions.region_set import RegionSet
from core.segment.suggest import STRATEGIES

if TYPE_CHECKING:
    import numpy as np

    from core.segment.interface import Segmenter


def auto_regions(
    image: np.ndarray, segmenter: Segmenter, report: Reporter = silent, strategy: str = "suggest"
) -> RegionSet:
    """Regions with suggested priorities for a picture (H, W, 3) float32 in [0, 1]; smaller ones lie on top.

    `strategy` is "suggest" (by texture and edges) or "samsr-weight" (by how many proposals overlap); UsageError for
    another name, InputError for something that is no picture. `report` may raise Cancelled.
    """
    if strategy not in STRATEGIES:
        raise UsageError(f"No strategy is called {strategy!r}.", f"Take one of: {', '.join(STRATEGIES)}.")
    report(Progress("understand the picture", 0, 1))
    embedding = segmenter.encode(image)
    report(Progress("understand the picture", 1, 1))
    suggestions = STRATEGIES[strategy](image, segmenter.propose_everything(embedding, report))
    regions = [
        Region(f"r{number}", found.name or f"Region {number}", found.mask, priority=found.priority)
        for number, found in enumerate(suggestions, start=1)
    ]
    return RegionSet(Size(image.shape[1], image.shape[0]), tuple(regions))
