"""All pictures of a run: what fails is told, and the rest go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from core.cli.added import in_words
from core.cli.done import Done, values_of, values_of_failure
from core.cli.one import Bench, enlarge
from core.cli.scratch import scratch_folder
from core.cli.sources import STDIO, Found, called
from core.engine.shelf import Shelf
from core.errors import InputError, OutOfMemoryError, OutputError, SemanticUpscaleError, UsageError

if TYPE_CHECKING:
    from core.cli.voice import Voice
    from core.cli.wishes import Wishes
    from core.engine.outcome import Outcome
    from core.engine.record import Record

OF_ONE_PICTURE = (InputError, OutputError, UsageError, OutOfMemoryError)
SOME_FAILED = 1


def run_all(found: list[Found], wishes: Wishes, voice: Voice, record: Record | None = None) -> None:
    """Enlarge every picture.

    Where one was named, typer.Exit with the code of what it raised; of several, typer.Exit(1) at the end where some
    failed. What would fail for each of them alike (model, device) is raised at once.
    """
    failures = 0
    with scratch_folder() as scratch:
        bench = Bench(wishes, voice, Shelf(), scratch, set(), record)
        for number, one in enumerate(found, 1):
            title = called(one.path) if len(found) == 1 else f"[{number}/{len(found)}] {called(one.path)}"
            try:
                _tell(voice, enlarge(bench, one, title))
            except OF_ONE_PICTURE as error:
                _tell_failure(voice, one, error)
                if len(found) == 1:
                    raise typer.Exit(error.exit_code) from error
                failures += 1
    if failures:
        voice.warn(f"{failures} of {len(found)} pictures could not be enlarged.")
        raise typer.Exit(SOME_FAILED)


def _tell_failure(voice: Voice, one: Found, error: SemanticUpscaleError) -> None:
    """On stderr for people, and with --json on stdout too."""
    voice.error(error, called(one.path))
    voice.result("", values_of_failure(one.path, error))


def _tell(voice: Voice, done: Done) -> None:
    name = called(done.source)
    for note in done.notes:
        voice.warn(f"{name}: {note}")
    if done.skipped:
        voice.say(f"{name}: “{done.target}” is there already.")
    if done.outcome:
        _tell_outcome(voice, done, done.outcome)
    if done.target != STDIO or done.outcome is None:
        voice.result("" if done.skipped else str(done.target), values_of(done))


def _tell_outcome(voice: Voice, done: Done, outcome: Outcome) -> None:
    guess = " (estimated)" if done.estimated else ""
    seconds = f"{outcome.elapsed_s:.1f} s"
    voice.say(
        f"{called(done.source)}: {done.size} pixels, clean-up {outcome.clean_up:.2f}{guess}, {seconds}."
    )
    if done.added:
        voice.say(f"Invented, of the finest detail: {in_words(done.added)}.")
    peak = f"{outcome.peak_bytes / 2**20:,.0f} MiB at most"
    voice.detail(
        f"{outcome.tiles} tiles of {outcome.tile} on {outcome.device} in {outcome.precision}, {peak}."
    )
