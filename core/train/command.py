"""`semantic-upscale train`: repeat the bundled model, or make another from your own photographs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image
from rich.console import Console

import resources
from core.errors import UsageError
from core.metrics.files import SQUEEZENET, at_hand
from core.metrics.networks import SqueezeFeatures
from core.train.compact import Course, Lesson, train_compact
from core.train.recipe import read_recipe
from core.train.samples import sample_sheet

SAY_EVERY = 50
SHOW_EVERY = 1000


def train(
    model: Annotated[str, typer.Argument(help="What to train; there is one: compact.")],
    data: Annotated[Path, typer.Option(help="Folder of photographs.")],
    config: Annotated[Path, typer.Option(help="The recipe.")] = resources.FOLDER / "recipes" / "compact.toml",
    out: Annotated[Path, typer.Option(help="Folder for states, samples and the model.")] = Path(
        "runs/compact"
    ),
) -> None:
    """Learn from photographs. Stop it when you like: the same command goes on from there."""
    if model != "compact":
        raise UsageError(f"No model is named {model!r}.", "There is one to train: compact.")
    console = Console(stderr=True)
    weights = at_hand(SQUEEZENET)
    if weights is None:
        console.print("Perceptual features are not at hand: the detail stage goes without that term.")
    course = Course(data, out, read_recipe(config), SqueezeFeatures(weights) if weights else None)
    began, first = time.monotonic(), None
    for lesson in train_compact(course):
        first = first if first and first.stage == lesson.stage else lesson
        began = time.monotonic() if first is lesson else began
        if lesson.learnt.done % SAY_EVERY == 0:
            console.print(_said(lesson, first, time.monotonic() - began), highlight=False)
        if lesson.learnt.done % SHOW_EVERY == 0 and lesson.stage != "gauge":
            _show(lesson, out)
    print(out / "compact-x4.safetensors")  # noqa: T201  (the result belongs on stdout)


def _said(lesson: Lesson, first: Lesson, elapsed_s: float) -> str:
    done, share, losses = lesson.learnt
    pace_s = elapsed_s / max(1, done - first.learnt.done)
    left_s = pace_s * (lesson.steps - done)
    terms = " ".join(f"{name} {value:.4f}" for name, value in losses.items())
    return f"{lesson.stage} {done}/{lesson.steps} {terms} rate ×{share:.2f} {pace_s:.2f} s each, {left_s:.0f} s left"


def _show(lesson: Lesson, out: Path) -> None:
    sheet = sample_sheet(lesson.network, lesson.sample)
    Image.fromarray(sheet).save(out / f"{lesson.stage}-{lesson.learnt.done:06d}.png")
