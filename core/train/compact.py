"""From photographs to `compact-x4.safetensors`: three stages, each going on where it was stopped."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from core.nets.compact import SCALE, Compact
from core.nets.dirt import DirtGauge
from core.train.critic import Critic
from core.train.detail import DetailStage, Teachers
from core.train.export import export_compact
from core.train.fidelity import FidelityStage, prepared
from core.train.gauge import GaugeStage
from core.train.loop import learn
from core.train.pairs import draw_batch, stream
from core.train.photographs import load_photographs

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from torch import Tensor

    from core.train.loop import Learnt, Stage
    from core.train.pairs import Batch
    from core.train.photographs import Photographs
    from core.train.recipe import Recipe, StageRecipe

SAMPLE_PX = 48


@dataclass(frozen=True)
class Lesson:
    """One update of a stage, told to whoever watches.

    `steps` are the stage's in all; `sample` is a pair or two to show, the same ones all the time.
    """

    stage: str
    steps: int
    learnt: Learnt
    network: Compact
    sample: Batch


@dataclass(frozen=True)
class Course:
    """What a training run works with. `features` is a network for perceptual features, or None."""

    data: Path
    folder: Path
    recipe: Recipe
    features: Callable[[Tensor], tuple[Tensor, ...]] | None = None


def train_compact(course: Course) -> Iterator[Lesson]:
    """Learn all stages; yields after each update. The model is then in `folder`/compact-x4.safetensors.

    A run that was stopped goes on from the states in `folder`. Raises InputError where the photographs cannot be read,
    CheckpointError where the states belong to another model, SelfTestError where a loss is no number.
    """
    recipe = course.recipe
    course.folder.mkdir(parents=True, exist_ok=True)
    widest = max(recipe.fidelity.patch_px, recipe.detail.patch_px, recipe.gauge.patch_px)
    photographs = load_photographs(course.data, SCALE * widest)
    torch.manual_seed(recipe.seed)
    fidelity = FidelityStage(prepared(Compact()), recipe.fidelity)
    yield from _stage(course, photographs, fidelity, recipe.fidelity, fidelity.average.network)
    network = prepared(Compact())
    network.load_state_dict(fidelity.average.network.state_dict())
    detail = DetailStage(network, Teachers(Critic(), course.features), recipe.detail, recipe.seed)
    yield from _stage(course, photographs, detail, recipe.detail, detail.average.network)
    gauge = GaugeStage(DirtGauge(), recipe.gauge)
    yield from _stage(course, photographs, gauge, recipe.gauge, detail.average.network)
    notes = {"recipe": repr(asdict(recipe)), "photographs": str(len(photographs.pictures))}
    export_compact(
        detail.average.network, gauge.average.network, course.folder / "compact-x4.safetensors", notes
    )


def _stage(
    course: Course, photographs: Photographs, stage: Stage, recipe: StageRecipe, network: Compact
) -> Iterator[Lesson]:
    def batches(done: int) -> Generator[Batch, None, None]:
        seed = course.recipe.seed + 1 + done
        return stream(
            photographs, seed, count=recipe.count, patch_px=recipe.patch_px, dirty_share=recipe.dirty_share
        )

    side_px = min(SAMPLE_PX, recipe.patch_px)
    sample = draw_batch(photographs, np.random.default_rng(0), count=3, patch_px=side_px, dirty_share=0.0)
    for learnt in learn(stage, batches, recipe.steps, course.folder / f"{stage.name}.state"):
        yield Lesson(stage.name, recipe.steps, learnt, network, sample)
