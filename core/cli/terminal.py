"""How the program talks: results on stdout, everything else on stderr."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn
from rich.progress import Progress as RichProgress
from rich.text import Text

from core.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.errors import SemanticUpscaleError
    from core.progress import Progress, Reporter


def console_for(color: bool = True) -> Console:
    """Stderr; colours only on a terminal that has them and where NO_COLOR is not set."""
    return Console(stderr=True, highlight=False, soft_wrap=True, no_color=None if color else True)


@dataclass(frozen=True)
class Terminal:
    """`quiet` leaves out all but warnings and errors; `verbose` says more; `as_json` makes results JSON lines."""

    quiet: bool = False
    verbose: bool = False
    as_json: bool = False
    console: Console = field(default_factory=console_for)

    def say(self, text: str) -> None:
        """What is worth knowing."""
        if not self.quiet:
            self.console.print(Text(text))

    def detail(self, text: str) -> None:
        """What is only worth knowing when something is looked into."""
        if self.verbose and not self.quiet:
            self.console.print(Text(text, style="dim"))

    def warn(self, text: str) -> None:
        """What may not be overlooked."""
        self.console.print(Text(text, style="yellow"))

    def error(self, error: SemanticUpscaleError, about: str = "") -> None:
        """Two lines: what happened, what to do."""
        words = str(error) if not about or about in str(error) else f"{about}: {error}"
        self.console.print(Text(f"Error: {words}", style="red"))
        if error.advice:
            self.console.print(Text(f"       {error.advice}"))

    def result(self, plain: str, values: dict[str, Any]) -> None:
        """One line on stdout, at once: the plain word or the values as JSON; an empty word is not said."""
        line = json.dumps(values, allow_nan=False) if self.as_json else plain
        if line:
            _write_line(line + "\n")


def _write_line(line: str) -> None:
    """On stdout; a name that it cannot say is written by its bytes, as the file system has it."""
    try:
        sys.stdout.write(line)
    except UnicodeEncodeError:
        sys.stdout.flush()
        sys.stdout.buffer.write(os.fsencode(line))
    sys.stdout.flush()


# Where the work is: a bar on a terminal, plain lines elsewhere.

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
def reporting(voice: Terminal, title: str, clock: Callable[[], float] = time.monotonic) -> Iterator[Reporter]:
    """A reporter for one picture. The bar goes when the work is done."""
    if voice.quiet:
        yield silent
    elif voice.console.is_terminal and not voice.console.is_dumb_terminal:
        with _bar(voice) as bar:
            yield _drawing(bar, title)
    else:
        yield _lines(voice, title, clock)


def _bar(voice: Terminal) -> RichProgress:
    columns = TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn()
    return RichProgress(*columns, TextColumn("{task.fields[words]}"), console=voice.console, transient=True)


def _drawing(bar: RichProgress, title: str) -> Reporter:
    task = bar.add_task(title, total=None, words="")

    def report(progress: Progress) -> None:
        bar.update(task, total=progress.total, completed=progress.done, words=words_for(progress))

    return report


def _lines(voice: Terminal, title: str, clock: Callable[[], float]) -> Reporter:
    """At most a line a second, and after half a minute one in ten: nobody reads thousands."""
    began = last = clock()

    def report(progress: Progress) -> None:
        nonlocal last
        now = clock()
        if now - last >= (FREQUENT_S if now - began < FREQUENT_FOR_S else RARE_S):
            last = now
            voice.say(f"{title}: {words_for(progress)}")

    return report
