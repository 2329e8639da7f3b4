"""The whole evaluation of one method on one folder, as a value."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.evaluate.control import RegionRamp, ramp_region
from core.evaluate.data import (
    Protocol,
    from_files,
    from_segmenter,
    mask_files,
    pair_of,
    pictures_in,
    read_colour,
    worth_ramping,
)
from core.evaluate.figures import Figure, ramp_figure, side_by_side
from core.evaluate.goals import added_bars, control_bars, quality_bars, repeat_bars
from core.evaluate.quality import (
    STEPS,
    Candidate,
    Judges,
    Repeated,
    Score,
    Upscaler,
    judges_at_hand,
    repeat_run,
    score_target,
    size_of,
)
from core.evaluate.rivals import rivals_at_hand
from core.metrics.lattice import BLOCK_PX, added_power, pool_powers
from core.progress import Progress, Reporter, silent

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from core.engine.upscale import Outcome
    from core.evaluate.data import TestPair
    from core.evaluate.goals import Bar
    from core.evaluate.rivals import Rival
    from core.metrics.lattice import AddedPower
    from core.regions.mask import Mask


@dataclass(frozen=True)
class EvaluationTask:
    """What to evaluate.

    | field | meaning |
    | --- | --- |
    | folder | pictures |
    | masks | their masks by name, see `core.evaluate.data`; None: the built-in segmenter's regions |
    | protocol | how sources are made |
    | limit | at most so many pictures, evenly chosen; None: all |
    | regions | how many regions of a picture are ramped; 0: none |
    | repeats | how many pictures are run again for determinism and tile borders |
    | figures | how many pictures are shown |
    | rivals | folder of the rivals' files; None: where the environment says |
    """

    folder: Path
    masks: Path | None = None
    protocol: Protocol = Protocol.BICUBIC
    limit: int | None = None
    regions: int = 2
    repeats: int = 3
    figures: int = 12
    rivals: Path | None = None


@dataclass(frozen=True)
class PictureFindings:
    """All that one picture gave; `clean_up` is what the engine took."""

    name: str
    clean_up: float
    scores: tuple[Score, ...]
    ramps: tuple[RegionRamp, ...]
    repeat: Repeated | None
    powers: tuple[tuple[str, AddedPower], ...]
    quality_figure: Figure | None
    ramp_figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Evaluation:
    """All that a set gave. `outcome` is that of the last run: model, hash, device, precision."""

    task: EvaluationTask
    judges: Judges
    rivals: tuple[str, ...]
    outcome: Outcome
    pictures: tuple[PictureFindings, ...]
    seconds: float

    @property
    def scores(self) -> tuple[Score, ...]:
        """Of all pictures."""
        return tuple(score for picture in self.pictures for score in picture.scores)

    @property
    def ramps(self) -> tuple[RegionRamp, ...]:
        """Of all pictures."""
        return tuple(ramp for picture in self.pictures for ramp in picture.ramps)

    @property
    def powers(self) -> dict[str, AddedPower]:
        """What each step added, of all pictures together."""
        found: dict[str, list[AddedPower]] = {}
        for name, power in (each for picture in self.pictures for each in picture.powers):
            found.setdefault(name, []).append(power)
        return {name: pool_powers(powers) for name, powers in found.items()}

    @property
    def repeats(self) -> tuple[Repeated, ...]:
        """Of those pictures that were run again."""
        return tuple(picture.repeat for picture in self.pictures if picture.repeat)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Every bar that this set and protocol can tell about."""
        method, name = self.outcome.method, self.task.folder.name
        own = quality_bars(name, self.task.protocol, self.scores, method)
        return (
            *own,
            *control_bars(self.ramps, self.task.protocol),
            *repeat_bars(self.repeats),
            *added_bars(self.powers, self.repeats),
        )


@dataclass(frozen=True)
class _Workshop:
    """What every picture is worked on with."""

    task: EvaluationTask
    studio: Upscaler
    judges: Judges
    rivals: tuple[Rival, ...]


def run(task: EvaluationTask, studio: Upscaler, report: Reporter = silent) -> Evaluation:
    """Evaluate picture by picture; `report` hears each one and may raise Cancelled.

    InputError where the set or a mask cannot be read; else the errors of `upscale`.
    """
    began, paths = time.monotonic(), pictures_in(task.folder, task.limit)
    shop = _Workshop(task, studio, judges_at_hand(), rivals_at_hand(task.rivals))
    findings: list[PictureFindings] = []
    outcome = None
    for index, path in enumerate(paths):
        report(Progress(path.name, index, len(paths), time.monotonic() - began))
        found, outcome = _picture(shop, path, index)
        findings.append(found)
    report(Progress("done", len(paths), len(paths), time.monotonic() - began))
    assert outcome is not None  # noqa: S101  (a set holds a picture)
    rivals = tuple(rival.name for rival in shop.rivals)
    return Evaluation(task, shop.judges, rivals, outcome, tuple(findings), time.monotonic() - began)


def _picture(shop: _Workshop, path: Path, index: int) -> tuple[PictureFindings, Outcome]:
    task, name = shop.task, path.stem
    picture = read_colour(path)
    pair = pair_of(picture, task.protocol, index)
    candidates, outcome = _candidates(shop, pair)
    clean_up = {"clean_up": outcome.clean_up}
    ramps = []
    for number, mask in enumerate(_masks(task, path, picture, pair), 1):
        ramp = ramp_region(shop.studio, pair, mask, (name, number), **clean_up)
        ramps.append((ramp.measured, ramp_figure(ramp) if index < task.figures else None))
    again = repeat_run(shop.studio, name, pair.source, **clean_up) if index < task.repeats else None
    return PictureFindings(
        name=name,
        clean_up=outcome.clean_up,
        scores=tuple(score_target(name, each, pair, shop.judges) for each in candidates),
        ramps=tuple(measured for measured, _ in ramps),
        repeat=again,
        powers=_powers(candidates),
        quality_figure=side_by_side(name, pair, candidates) if index < task.figures else None,
        ramp_figures=tuple(figure for _, figure in ramps if figure),
    ), outcome


def _candidates(shop: _Workshop, pair: TestPair) -> tuple[list[Candidate], Outcome]:
    """Every rival's target, and the method's at all five steps."""
    candidates = []
    for rival in shop.rivals:
        began = time.perf_counter()
        target = rival.enlarge(pair.source)
        candidates.append(Candidate(rival.name, target, time.perf_counter() - began))
    clean_up = shop.task.protocol.clean_up
    made = {
        step: shop.studio.everywhere(pair.source, where, clean_up=clean_up) for step, where in STEPS.items()
    }
    for step, one in made.items():
        candidates.append(Candidate(f"{one.outcome.method} {step}", one.target, one.outcome.elapsed_s))
    return candidates, made["Faithful"].outcome


def _powers(candidates: list[Candidate]) -> tuple[tuple[str, AddedPower], ...]:
    """Of every step above Faithful; none of a picture that is too small for a block."""
    made = candidates[-len(STEPS) :]
    faithful, *others = made
    if min(faithful.target.shape[:2]) < BLOCK_PX:
        return ()
    return tuple((each.name, added_power(each.target, faithful.target)) for each in others)


def _masks(task: EvaluationTask, path: Path, picture: np.ndarray, pair: TestPair) -> tuple[Mask, ...]:
    if not task.regions:
        return ()
    size = size_of(pair.source)
    files = mask_files(task.masks, path.stem) if task.masks else ()
    masks = from_files(files, size_of(picture), size) if files else from_segmenter(pair.source)
    return worth_ramping(masks, size, task.regions)
