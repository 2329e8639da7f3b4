"""From photographs to `compact-x4.safetensors`: four stages, each going on where it was stopped.

The trunk learns the faithful estimate, the denoiser the diffusion of what that lacks, the student to answer in one
step, the gauge to name the clean-up.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors.torch import save

from core.checkpoints.files import load_safetensors
from core.errors import CheckpointError
from core.files import ready_run_folder, write_whole
from core.nets.compact import SCALE, TRUNK_ALONE, Compact, DirtGauge, describe
from core.nets.denoiser import Denoiser, describe_denoiser
from core.train.data import Shape, draw_batch, load_photographs, stream
from core.train.denoise import DenoiserStage
from core.train.distributed import ProcessGroup, alike
from core.train.loop import learn
from core.train.losses import ProjectedCritic
from core.train.stages import FidelityStage, GaugeStage, prepare_network
from core.train.student import StudentStage, Supervisors

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping
    from pathlib import Path

    from torch import Tensor, nn

    from core.checkpoints.files import Weights
    from core.train.data import Batch, Photographs
    from core.train.loop import TrainingStage, UpdateResult
    from core.train.recipe import StageRecipe, TrainingRecipe


# From trained networks to the weights file that ships.

ARCHITECTURE = "compact"


@dataclass(frozen=True)
class TrainedParts:
    """The networks of a `compact` model; the student is None where it has not begun to learn."""

    network: Compact
    gauge: DirtGauge
    denoiser: Denoiser
    student: Denoiser | None = None

    def named(self) -> list[tuple[str, nn.Module]]:
        """Each part that is there, with the prefix of its tensors in a file."""
        named = (
            ("network.", self.network),
            ("gauge.", self.gauge),
            ("denoiser.", self.denoiser),
            ("student.", self.student),
        )
        return [(prefix, part) for prefix, part in named if part is not None]


def export_compact(parts: TrainedParts, path: Path, notes: Mapping[str, str]) -> None:
    """Write all parts, their sizes, and `notes` (how they were trained) into one safetensors file.

    OutputError where the disk is full.
    """
    tensors = {
        prefix + name: tensor.cpu().contiguous()
        for prefix, part in parts.named()
        for name, tensor in part.state_dict().items()
    }
    sizes = {**describe(parts.network.config), **describe_denoiser(parts.denoiser.config)}
    write_whole(path, save(tensors, {"architecture": ARCHITECTURE, **sizes, **notes}))


SAMPLE_PX = 48
MODEL_FILE = "compact-x4.safetensors"
RANK_STRIDE = 1_000_003  # between the seeds of processes: further than a stage has updates


def _nobody(words: str) -> None:
    """Who listens where nobody does."""
    del words


@dataclass(frozen=True)
class TrainingUpdate:
    """One update of a stage, told to whoever watches.

    `steps` are the stage's in all, `rate` is the learning rate of this update; `trunk` and `network` (a denoiser, or
    None while there is none) are what can be shown so far, `sample` is a pair or two to show, always the same ones.
    """

    stage: str
    steps: int
    learnt: UpdateResult
    trunk: Compact
    network: Denoiser | None
    sample: Batch
    rate: float


@dataclass(frozen=True)
class TrainingRun:
    """What a training run works with.

    `start` are weights to begin from instead of fresh ones: a `compact` model, each part of which is taken.
    `features` is a network for perceptual features on the crew's device, or None; `tell` hears what is worth saying.
    """

    data: Path
    folder: Path
    recipe: TrainingRecipe
    features: Callable[[Tensor], tuple[Tensor, ...]] | None = None
    crew: ProcessGroup = field(default_factory=ProcessGroup)
    tell: Callable[[str], None] = _nobody
    start: Path | None = None


def train_compact(course: TrainingRun) -> Iterator[TrainingUpdate]:
    """Learn all stages; yields after each update. The model is then in `folder`/compact-x4.safetensors.

    A run that was stopped goes on from the states in `folder`. Raises InputError where the photographs cannot be read,
    CheckpointError where the states belong to another model, SelfTestError where a loss or weight is no number,
    OutputError where the disk is full; the last good states stay.
    """
    recipe, crew = course.recipe, course.crew
    ready_run_folder(course.folder)
    stages = (recipe.fidelity, recipe.denoiser, recipe.student, recipe.gauge)
    photographs = load_photographs(course.data, SCALE * max(stage.patch_px for stage in stages))
    if photographs.left_out:
        course.tell(f"{photographs.left_out} pictures are left out: smaller than a patch, or unreadable.")
    torch.manual_seed(recipe.seed + RANK_STRIDE * crew.rank)
    parts = _fresh(course)
    trunk = FidelityStage(alike(parts.network), recipe.fidelity)
    yield from _stage(course, photographs, trunk, recipe.fidelity, (trunk.average.network, None))
    faithful = trunk.average.network
    diffusion = DenoiserStage(alike(parts.denoiser), faithful, recipe.denoiser)
    many = diffusion.average.network
    yield from _stage(course, photographs, diffusion, recipe.denoiser, (faithful, many))
    if parts.student is None:
        parts.denoiser.load_state_dict(many.state_dict())
    beginner = parts.student or parts.denoiser
    critic = alike(ProjectedCritic().to(crew.device))
    student = StudentStage(
        alike(beginner), Supervisors(faithful, many, critic, course.features), recipe.student
    )
    faithful = student.trunk.average.network if student.trunk is not None else faithful
    yield from _stage(course, photographs, student, recipe.student, (faithful, student.average.network))
    gauge = GaugeStage(alike(parts.gauge), recipe.gauge)
    yield from _stage(course, photographs, gauge, recipe.gauge, (faithful, student.average.network))
    if crew.leads:
        notes = {"recipe": repr(asdict(recipe)), "photographs": str(len(photographs.pictures))}
        learnt = TrainedParts(faithful, gauge.average.network, many, student.average.network)
        export_compact(learnt, course.folder / MODEL_FILE, notes)


def _fresh(course: TrainingRun) -> TrainedParts:
    """Networks to begin with: fresh, or with the weights of `start`; the student None where it begins as the denoiser.

    CheckpointError where a part of `start` is of another shape.
    """
    device = course.crew.device
    parts = TrainedParts(
        prepare_network(Compact(TRUNK_ALONE)).to(device),
        DirtGauge().to(device),
        Denoiser().start_from_nothing().to(device).to(memory_format=torch.channels_last),
    )
    if course.start is None:
        return parts
    weights = load_safetensors(course.start)
    if any(name.startswith("student.") for name in weights.tensors):
        student = Denoiser().to(device).to(memory_format=torch.channels_last)
        parts = TrainedParts(parts.network, parts.gauge, parts.denoiser, student)
    for prefix, part in parts.named():
        _take(part, weights, prefix, course.start)
    return parts


def _take(part: nn.Module, weights: Weights, prefix: str, path: Path) -> None:
    """Load what stands under a prefix, if anything does; a detail branch of 0.1.0 is left out."""
    held = {
        name.removeprefix(prefix): tensor.float()
        for name, tensor in weights.tensors.items()
        if name.startswith(prefix) and not name.startswith("network.detail.")
    }
    try:
        if held:
            part.load_state_dict(held)
    except RuntimeError as error:
        raise CheckpointError(
            f"{path} does not fit: {error}.", "Begin from a compact model of these sizes, or from nothing."
        ) from error


def _stage(
    course: TrainingRun,
    photographs: Photographs,
    stage: TrainingStage,
    recipe: StageRecipe,
    shown: tuple[Compact, Denoiser | None],
) -> Iterator[TrainingUpdate]:
    shape = Shape(recipe.count, recipe.patch_px, recipe.dirty_share)

    def batches(done: int) -> Generator[Batch, None, None]:
        return stream(photographs, course.recipe.seed + 1 + done + RANK_STRIDE * course.crew.rank, shape)

    sample = draw_batch(photographs, np.random.default_rng(0), Shape(3, min(SAMPLE_PX, recipe.patch_px)))
    file = course.folder / f"{stage.name}.state"
    for learnt in learn(stage, batches, recipe.steps, file, writes=course.crew.leads, tell=course.tell):
        yield TrainingUpdate(stage.name, recipe.steps, learnt, *shown, sample, recipe.rate * learnt.share)
