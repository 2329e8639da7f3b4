"""`semantic-upscale train`: repeat the bundled model, or make another from your own photographs."""

from __future__ import annotations

import io
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from PIL import Image
from rich.console import Console

import resources
from core.errors import UsageError
from core.metrics.files import SQUEEZENET, at_hand
from core.metrics.networks import SqueezeFeatures
from core.train.compact import MODEL_FILE, Course, Lesson, train_compact
from core.train.crew import crew_of
from core.train.files import write_whole
from core.train.recipe import read_recipe
from core.train.samples import sample_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.train.crew import Crew

SAY_EVERY = 50
SHOW_EVERY = 1000


def train(  # noqa: PLR0913, PLR0917  (an option each)
    model: Annotated[str, typer.Argument(help="What to train; there is one: compact.")],
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
) -> None:
    """Learn from photographs. Stop it when you like: the same command goes on from there.

    Several processes, one a graphics card: torchrun --nproc-per-node 4 -m core.cli train compact --data DIR
    """
    if model != "compact":
        raise UsageError(f"No model is named {model!r}.", "There is one to train: compact.")
    with crew_of(device) as crew:
        console = Console(stderr=True, quiet=not crew.leads)
        for words in _followed(_course(data, out, config, start, crew, console), out, crew):
            console.print(words, highlight=False)
        if crew.leads:
            print(out / MODEL_FILE)  # noqa: T201  (the result belongs on stdout)


def _course(  # noqa: PLR0913, PLR0917  (what the shell was told)
    data: Path, out: Path, config: Path, start: Path | None, crew: Crew, console: Console
) -> Course:
    recipe, weights = read_recipe(config), at_hand(SQUEEZENET)
    if weights is None:
        console.print(
            "Perceptual features are not at hand: the student goes without that term and without a critic."
        )
    features = SqueezeFeatures(weights).to(crew.device) if weights else None
    return Course(data, out, recipe, features, crew, console.print, start)


def _followed(course: Course, out: Path, crew: Crew) -> Iterator[str]:
    """Carry the course out, and say from time to time where it is."""
    began, first = time.monotonic(), None
    for lesson in train_compact(course):
        first = first if first and first.stage == lesson.stage else lesson
        began = time.monotonic() if first is lesson else began
        done = lesson.learnt.done
        if done % SAY_EVERY == 0 or done == lesson.steps:
            yield said(lesson, first.learnt.done, time.monotonic() - began)
        if done % SHOW_EVERY == 0 and lesson.stage != "gauge" and crew.leads:
            _show(lesson, out)


def said(lesson: Lesson, first: int, elapsed_s: float) -> str:
    """One line: stage, update, losses, learning rate, pace and time left; `elapsed_s` since update `first`."""
    done, losses = lesson.learnt.done, lesson.learnt.losses
    pace_s = elapsed_s / max(1, done - first)
    left = timedelta(seconds=round(pace_s * (lesson.steps - done)))
    terms = " ".join(f"{name} {value:.4f}" for name, value in losses.items())
    return f"{lesson.stage} {done}/{lesson.steps} {terms} rate {lesson.rate:.1e}, {pace_s:.2f} s each, {left} left"


def _show(lesson: Lesson, out: Path) -> None:
    file = io.BytesIO()
    Image.fromarray(sample_sheet(lesson.trunk, lesson.network, lesson.sample)).save(file, "PNG")
    write_whole(out / f"{lesson.stage}-{lesson.learnt.done:06d}.png", file.getvalue())
