"""From photographs to `compact-x4.safetensors`: three stages, each going on where it was stopped."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch

from core.nets.compact import SCALE, Compact
from core.nets.dirt import DirtGauge
from core.train.crew import Crew, alike
from core.train.critic import Critic
from core.train.detail import DetailStage, Teachers
from core.train.export import export_compact
from core.train.fidelity import FidelityStage, prepared
from core.train.files import ready_run_folder
from core.train.gauge import GaugeStage
from core.train.loop import learn
from core.train.pairs import Shape, draw_batch, stream
from core.train.photographs import load_photographs
from core.train.segments import Segments

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from torch import Tensor

    from core.train.loop import Learnt, Stage
    from core.train.pairs import Batch
    from core.train.photographs import Photographs
    from core.train.recipe import Recipe, StageRecipe

SAMPLE_PX = 48
MODEL_FILE = "compact-x4.safetensors"
RANK_STRIDE = 1_000_003  # between the seeds of processes: further than a stage has updates


def _nobody(words: str) -> None:
    """Who listens where nobody does."""
    del words


@dataclass(frozen=True)
class Lesson:
    """One update of a stage, told to whoever watches.

    `steps` are the stage's in all, `rate` is the learning rate of this update; `sample` is a pair or two to show, the
    same ones all the time.
    """

    stage: str
    steps: int
    learnt: Learnt
    network: Compact
    sample: Batch
    rate: float


@dataclass(frozen=True)
class Course:
    """What a training run works with.

    `features` is a network for perceptual features on the crew's device, or None; `tell` hears what is worth saying.
    """

    data: Path
    folder: Path
    recipe: Recipe
    features: Callable[[Tensor], tuple[Tensor, ...]] | None = None
    crew: Crew = field(default_factory=Crew)
    tell: Callable[[str], None] = _nobody


def train_compact(course: Course) -> Iterator[Lesson]:
    """Learn all stages; yields after each update. The model is then in `folder`/compact-x4.safetensors.

    A run that was stopped goes on from the states in `folder`. Raises InputError where the photographs cannot be read,
    CheckpointError where the states belong to another model, SelfTestError where a loss or weight is no number,
    OutputError where the disk is full; the last good states stay.
    """
    recipe, crew = course.recipe, course.crew
    ready_run_folder(course.folder)
    widest = max(recipe.fidelity.patch_px, recipe.detail.patch_px, recipe.gauge.patch_px)
    photographs = load_photographs(course.data, SCALE * widest)
    if photographs.left_out:
        course.tell(f"{photographs.left_out} pictures are left out: smaller than a patch, or unreadable.")
    torch.manual_seed(recipe.seed + RANK_STRIDE * crew.rank)
    fidelity = FidelityStage(alike(prepared(Compact()).to(crew.device)), recipe.fidelity)
    yield from _stage(course, photographs, fidelity, recipe.fidelity, fidelity.average.network)
    network = prepared(Compact()).to(crew.device)
    network.load_state_dict(fidelity.average.network.state_dict())
    teachers = Teachers(alike(Critic().to(crew.device)), course.features)
    detail = DetailStage(network, teachers, recipe.detail, recipe.seed + crew.rank)
    yield from _stage(course, photographs, detail, recipe.detail, detail.average.network)
    gauge = GaugeStage(alike(DirtGauge().to(crew.device)), recipe.gauge)
    yield from _stage(course, photographs, gauge, recipe.gauge, detail.average.network)
    if crew.leads:
        notes = {"recipe": repr(asdict(recipe)), "photographs": str(len(photographs.pictures))}
        export_compact(detail.average.network, gauge.average.network, course.folder / MODEL_FILE, notes)


def _stage(
    course: Course, photographs: Photographs, stage: Stage, recipe: StageRecipe, network: Compact
) -> Iterator[Lesson]:
    segmented = getattr(recipe, "segmenter_share", 0.0)
    segments = Segments(photographs, course.folder / "segments") if segmented else None
    shape = Shape(recipe.count, recipe.patch_px, recipe.dirty_share, segmented)

    def batches(done: int) -> Generator[Batch, None, None]:
        return stream(
            photographs, course.recipe.seed + 1 + done + RANK_STRIDE * course.crew.rank, shape, segments
        )

    sample = draw_batch(photographs, np.random.default_rng(0), Shape(3, min(SAMPLE_PX, recipe.patch_px)))
    file = course.folder / f"{stage.name}.state"
    for learnt in learn(stage, batches, recipe.steps, file, writes=course.crew.leads):
        yield Lesson(stage.name, recipe.steps, learnt, network, sample, recipe.rate * learnt.share)
