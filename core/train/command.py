"""`semantic-upscale train`: repeat the bundled model, or make another from your own photographs."""

from __future__ import annotations

import contextlib
import io
import math
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import torch
import typer
from PIL import Image
from rich.console import Console
from torch.nn import functional as F

import resources
from core.diffusion.consistency import keep_within, shrink
from core.diffusion.residual import blend
from core.errors import UsageError
from core.files import write_whole
from core.metrics.perceptual import SQUEEZENET, SqueezeFeatures, at_hand
from core.nets.compact import SCALE, bicubic
from core.segment.built_in.levels import WEIGHTS as CLICK_WEIGHTS
from core.train.clicks import train_click
from core.train.distributed import device_of, process_group
from core.train.recipe import read_recipe
from core.train.run import MODEL_FILE, TrainingRun, TrainingUpdate, train_compact
from core.train.student import inventive, one_step, read
from core.train.teachers import label_photographs

if TYPE_CHECKING:
    from collections.abc import Generator

    from torch import Tensor

    from core.nets.compact import Compact
    from core.nets.denoiser import Denoiser
    from core.train.data import Batch
    from core.train.distributed import ProcessGroup


# A picture of what the networks have learnt so far, to look at while they train.

WEIGHTS = (0.5, 1.0)


def sample_sheet(trunk: Compact, network: Denoiser | None, sample: Batch) -> np.ndarray:
    """A row for each pair: bicubic, W = 0, with a denoiser ½ and 1, the truth; (rows, columns, 3) uint8."""
    sample = sample.to(device_of(trunk))
    with torch.inference_mode():
        seen = read(trunk, sample)
        columns = [bicubic(sample.source), seen.faithful]
        if network is not None:
            noise = torch.randn(seen.folded.shape, generator=torch.Generator().manual_seed(0))
            residual = F.pixel_shuffle(
                one_step(network, seen, noise.to(seen.folded) * inventive(sample)), SCALE
            )
            columns += [_answer(seen.faithful, residual, weight) for weight in WEIGHTS]
    return _tiled([*columns, sample.target])


def _answer(faithful: Tensor, residual: Tensor, weight: float) -> Tensor:
    target = blend(faithful, residual, torch.full_like(residual[:, :1], weight))
    return keep_within(target, shrink(faithful))


def _tiled(columns: list[Tensor]) -> np.ndarray:
    pictures = torch.stack(columns, 1).clamp(-1, 1).add(1).mul(127.5).round().byte()
    rows, across, bands, height, width = pictures.shape
    sheet = pictures.permute(0, 3, 1, 4, 2).reshape(rows * height, across * width, bands)
    return np.ascontiguousarray(sheet.cpu().numpy())


SAY_EVERY = 50
SHOW_EVERY = 1000


def train(  # noqa: PLR0913, PLR0917  (an option each)
    model: Annotated[
        str, typer.Argument(help="What to train: compact, or click, which learns what a click means.")
    ],
    data: Annotated[Path, typer.Option(help="Folder of photographs.")],
    config: Annotated[Path, typer.Option(help="The recipe.")] = resources.FOLDER / "recipes" / "compact.toml",
    out: Annotated[Path, typer.Option(help="Folder for states, samples and the model.")] = Path(
        "runs/compact"
    ),
    device: Annotated[
        str, typer.Option(help="auto, cpu, cuda, cuda:1. Several: torchrun -m core.cli train …")
    ] = "auto",
    start: Annotated[
        Path | None, typer.Option(help="A compact model to begin from; each part that it has is taken.")
    ] = None,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="Stop after so long; the same command goes on.")
    ] = None,
    teachers: Annotated[
        Path | None, typer.Option(help="click only: folder of the networks that name what photographs show.")
    ] = None,
) -> None:
    """Learn from photographs. Stop it when you like: the same command goes on from there.

    Several processes, one a graphics card: torchrun --nproc-per-node 4 -m core.cli train compact --data DIR
    """
    if model == "click":
        _train_click(data, teachers, out)
        return
    if model != "compact":
        raise UsageError(f"No model is named {model!r}.", "There are two to train: compact and click.")
    with process_group(device) as crew:
        console = Console(stderr=True, quiet=not crew.leads)
        run, ends = _course(data, out, config, start, crew, console), _end(minutes)
        with contextlib.closing(_followed(run, out, crew)) as lines:
            for words in lines:
                console.print(words, highlight=False)
                if time.monotonic() > ends:
                    return
        if crew.leads:
            print(out / MODEL_FILE)  # noqa: T201  (the result belongs on stdout)


def _end(minutes: float | None) -> float:
    """When to stop, by the monotonic clock."""
    return math.inf if minutes is None else time.monotonic() + 60 * minutes


def _train_click(data: Path, teachers: Path | None, out: Path) -> None:
    """Label what is not labelled yet, learn, and say where the weights are."""
    if teachers is None:
        raise UsageError("A click network is taught by other networks.", "Name their folder with --teachers.")
    console = Console(stderr=True)
    for done, count in label_photographs(data, out / "labels", teachers):
        console.print(f"labelled {done}/{count}", highlight=False)
    for done, updates, loss in train_click(out / "labels", out / CLICK_WEIGHTS):
        if done % SAY_EVERY == 0:
            console.print(f"click {done}/{updates} loss {loss:.4f}", highlight=False)
    print(out / CLICK_WEIGHTS)  # noqa: T201  (the result belongs on stdout)


def _course(  # noqa: PLR0913, PLR0917  (what the shell was told)
    data: Path, out: Path, config: Path, start: Path | None, crew: ProcessGroup, console: Console
) -> TrainingRun:
    recipe, weights = read_recipe(config), at_hand(SQUEEZENET)
    if weights is None:
        console.print(
            "Perceptual features are not at hand: the student goes without that term and without a critic."
        )
    features = SqueezeFeatures(weights).to(crew.device) if weights else None
    return TrainingRun(data, out, recipe, features, crew, console.print, start)


def _followed(course: TrainingRun, out: Path, crew: ProcessGroup) -> Generator[str, None, None]:
    """Carry the course out, and say from time to time where it is."""
    began, first = time.monotonic(), None
    for lesson in train_compact(course):
        first = first if first and first.stage == lesson.stage else lesson
        began = time.monotonic() if first is lesson else began
        done = lesson.learnt.done
        if done % SAY_EVERY == 0 or done == lesson.steps:
            yield progress_line(lesson, first.learnt.done, time.monotonic() - began)
        if done % SHOW_EVERY == 0 and lesson.stage != "gauge" and crew.leads:
            _show(lesson, out)


def progress_line(lesson: TrainingUpdate, first: int, elapsed_s: float) -> str:
    """One line: stage, update, losses, learning rate, pace and time left; `elapsed_s` since update `first`."""
    done, losses = lesson.learnt.done, lesson.learnt.losses
    pace_s = elapsed_s / max(1, done - first)
    left = timedelta(seconds=round(pace_s * (lesson.steps - done)))
    terms = " ".join(f"{name} {value:.4f}" for name, value in losses.items())
    return f"{lesson.stage} {done}/{lesson.steps} {terms} rate {lesson.rate:.1e}, {pace_s:.2f} s each, {left} left"


def _show(lesson: TrainingUpdate, out: Path) -> None:
    file = io.BytesIO()
    Image.fromarray(sample_sheet(lesson.trunk, lesson.network, lesson.sample)).save(file, "PNG")
    write_whole(out / f"{lesson.stage}-{lesson.learnt.done:06d}.png", file.getvalue())
