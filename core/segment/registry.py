"""A segmenter by its name: the built-in one, or one of downloaded weights. Nothing is ever downloaded here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from core import folders
from core.checkpoints.catalog import CatalogEntry, catalog, find, how_to_get
from core.errors import CheckpointError, InputError, UsageError
from core.geometry import Size
from core.progress import Progress, Reporter, silent
from core.regions.region import Region, RegionSet
from core.segment.cache import EmbeddingCache
from core.segment.suggest import STRATEGIES

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from core.segment.interface import Embedding, Prompt, Proposal, Segmenter
    from core.segment.suggest import Suggestion


BUILT_IN, AUTO = "built-in", "auto"


def segmenter_names() -> tuple[str, ...]:
    """Every name that may be asked for, whether its weights are here or not."""
    return (BUILT_IN, AUTO, *(row.id for row in _rows()))


def segmenter_named(name: str = BUILT_IN, device: str = "cpu") -> Segmenter:
    """The segmenter of this name, loaded on torch's `device`; encoded pictures are kept in the cache folder.

    "auto" is the one of downloaded weights that suits the device, where there is any, else the built-in one.
    UsageError for an unknown name, CheckpointError where the weights are missing, damaged or replaced.
    """
    if name == AUTO:
        name = best_installed(device)
    if name == BUILT_IN:
        from core.segment.built_in.segmenter import BuiltInSegmenter  # noqa: PLC0415  (only what is asked for wakes)

        return BuiltInSegmenter()
    row = next((row for row in _rows() if row.id == name), None)
    if row is None:
        raise UsageError(f"No segmenter is named {name!r}.", f"Take one of: {', '.join(segmenter_names())}.")
    path = find(row)
    if path is None:
        raise CheckpointError(f"The weights of {row.name} are not here.", how_to_get(row))
    return _loaded(row, path, device)


def best_installed(device: str = "cpu") -> str:
    """The name "auto" stands for: on a CPU the quickest network, elsewhere the most careful one."""
    here = [row.id for row in _rows() if find(row)]
    if not here:
        return BUILT_IN
    return here[0] if device == "cpu" else here[-1]


def pointed_at(segmenter: Segmenter, embedding: Embedding, prompt: Prompt) -> Proposal:
    """The surest answer to a prompt. InputError, in the words to show, where nothing is found."""
    found = segmenter.propose(embedding, prompt)
    if not found:
        raise InputError("Nothing found here.", "Try a box, or the brush.")
    return max(found, key=lambda proposal: proposal.score)


def _rows() -> tuple[CatalogEntry, ...]:
    """Segmenters of the catalog, the quickest first."""
    return tuple(row for row in catalog() if row.task == "segment")


def _loaded(row: CatalogEntry, path: Path, device: str) -> Segmenter:
    from core.segment.sam.segmenter import load_segmenter  # noqa: PLC0415  (torch takes seconds to wake)

    return load_segmenter(row, path, EmbeddingCache(folders.cache() / "embeddings"), device)


def _names(suggestions: tuple[Suggestion, ...]) -> list[str]:
    """Each its own: "Sky", "Text 1" and "Text 2" where there are two, "Region 4" without a name."""
    often, seen, names = Counter(one.name for one in suggestions), Counter[str](), []
    for number, one in enumerate(suggestions, start=1):
        seen[one.name] += 1
        alone = often[one.name] == 1
        numbered = one.name if alone else f"{one.name} {seen[one.name]}"
        names.append(numbered if one.name else f"Region {number}")
    return names


# The whole road from a picture to suggested regions.


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
        Region(f"r{number}", name, found.mask, priority=found.priority)
        for number, (name, found) in enumerate(zip(_names(suggestions), suggestions, strict=True), start=1)
    ]
    return RegionSet(Size(image.shape[1], image.shape[0]), tuple(regions))
