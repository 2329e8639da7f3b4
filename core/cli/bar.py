"""Where the work is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as RichProgress

from core.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.cli.voice import Voice
    from core.progress import Progress, Reporter

FREQUENT_S, RARE_S = 1.0, 10.0
FREQUENT_FOR_S = 30.0


def time_left(seconds: float) -> str:
    """As people say it: "8 s", "3 min", "2 h 5 min"."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


def words_for(progress: Progress) -> str:
    """As in "tile 3/12, 8 s left"; other stages by their name."""
    unit = "tile" if progress.stage == "upscale" else progress.stage
    words = f"{unit} {progress.done}/{progress.total}"
    left = progress.left_s
    return words if left is None or progress.done >= progress.total else f"{words}, {time_left(left)} left"


@contextlib.contextmanager
def reporting(voice: Voice, title: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Reporter]:
    """A reporter for one picture. The bar goes when the work is done."""
    if voice.quiet:
        yield silent
    elif voice.console.is_terminal and not voice.console.is_dumb_terminal:
        with _bar(voice) as bar:
            yield _drawing(bar, title)
    else:
        yield _lines(voice, title, clock)


def _bar(voice: Voice) -> RichProgress:
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn()
    return RichProgress(*columns, TextColumn("{task.fields[words]}"), console=voice.console, transient=True)


def _drawing(bar: RichProgress, title: str) -> Reporter:
    task = bar.add_task(title, total=None, words="")

    def report(progress: Progress) -> None:
        bar.update(task, total=progress.total, completed=progress.done, words=words_for(progress))

    return report


def _lines(voice: Voice, title: str, clock: Callable[[], float]) -> Reporter:
    """At most a line a second, and after half a minute one in ten: nobody reads thousands."""
    began = last = clock()

    def report(progress: Progress) -> None:
        nonlocal last
        now = clock()
        if now - last >= (FREQUENT_S if now - began < FREQUENT_FOR_S else RARE_S):
            last = now
            voice.say(f"{title}: {words_for(progress)}")

    return report
