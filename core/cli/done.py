"""What came out of one picture, as people and programs read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from core.engine.outcome import Outcome
    from core.errors import SemanticUpscaleError
    from core.geometry import Size
    from core.regions.region_set import RegionSet


@dataclass(frozen=True)
class Done:
    """One picture that went well. `outcome` is None where nothing was computed: a dry run, or a target that was there.

    `target` is "-" for stdout; `estimated` says that clean-up was measured, not asked for; `added` is each
    region's name and the share of its finest detail that was invented, where that was asked for.
    """

    source: Path
    target: Path
    size: Size
    seed: int
    regions: RegionSet | None = None
    outcome: Outcome | None = None
    notes: tuple[str, ...] = ()
    skipped: bool = False
    estimated: bool = False
    added: tuple[tuple[str, float], ...] = ()


def values_of(done: Done) -> dict[str, Any]:
    """The JSON line of a picture."""
    outcome = done.outcome
    return {
        "source": str(done.source),
        "target": str(done.target),
        "size": [done.size.width, done.size.height],
        "seconds": outcome.elapsed_s if outcome else None,
        "clean_up": outcome.clean_up if outcome else None,
        "seed": done.seed,
        "regions": _region_values(done.regions),
        "rest": 0.0 if done.regions is None else done.regions.rest,
        "added": [{"name": name, "share": round(share, 4)} for name, share in done.added],
        "notes": list(done.notes),
        "skipped": done.skipped,
        "error": None,
    }


def values_of_failure(source: Path, error: SemanticUpscaleError) -> dict[str, Any]:
    """The JSON line of a picture that could not be enlarged."""
    told = {"message": str(error), "advice": error.advice, "exit_code": error.exit_code}
    return {"source": str(source), "target": None, "error": told}


def _region_values(regions: RegionSet | None) -> list[dict[str, Any]]:
    known = () if regions is None else regions.regions
    return [{"id": r.id, "name": r.name, "priority": r.priority, "locked": r.locked} for r in known]
