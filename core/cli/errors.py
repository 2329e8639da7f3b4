"""The one net at the top of every command: from errors to two lines and an exit code."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import platform
import signal
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from core import folders
from core.cli.terminal import Terminal, console_for
from core.cli.version import program_version
from core.errors import Cancelled, SemanticUpscaleError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


# What is kept when the program itself is at fault.


def write_crash_report(error: BaseException) -> Path | None:
    """A text file in the log folder, which never leaves the machine by itself; None where it cannot be written."""
    try:
        path = folders.log() / f"error-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_report(error), "utf-8", "backslashreplace")
    except (OSError, UsageError):
        return None
    return path


def _report(error: BaseException) -> str:
    lines = (
        f"Semantic Upscale {program_version()}",
        f"Python {platform.python_version()} on {platform.platform()}",
        f"Arguments: {sys.argv[1:]}",
        "",
        "".join(traceback.format_exception(error)),
    )
    return "\n".join(lines)


Command = TypeVar("Command", bound="Callable[..., None]")
INTERNAL_ERROR = 70
INTERRUPTED = Cancelled("Stopped.", "What was finished is kept; nothing half-made was left.")


class Terminated(KeyboardInterrupt):
    """The system asks the program to end (SIGTERM): like Ctrl-C, with an exit code of its own."""


def end_with_code(command: Command) -> Command:
    """The command, ending by `typer.Exit` with the codes of `core.errors`, 70, 130 or 143."""

    @functools.wraps(command)
    def run(*args: Any, **options: Any) -> None:
        voice = Terminal(console=console_for(not options.get("no_color")))
        with _terminable():
            code = _code_of(functools.partial(command, *args, **options), voice, bool(options.get("verbose")))
        if code:
            raise typer.Exit(code)

    return run  # type: ignore[return-value]


def _code_of(command: Callable[[], None], voice: Terminal, verbose: bool) -> int:
    try:
        command()
    except SemanticUpscaleError as error:
        voice.error(error)
        return error.exit_code
    except KeyboardInterrupt as error:
        voice.error(INTERRUPTED)
        return 143 if isinstance(error, Terminated) else INTERRUPTED.exit_code
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:
            raise  # the reader of stdout has gone: typer ends quietly
        _tell_crash(error, voice, verbose)
        return INTERNAL_ERROR
    return 0


def _tell_crash(error: Exception, voice: Terminal, verbose: bool) -> None:
    where = write_crash_report(error)
    advice = (
        f"A report for the authors is in {where}." if where else "The report could not be written: see -v."
    )
    voice.error(
        SemanticUpscaleError(f"Something in the program broke ({type(error).__name__}: {error}).", advice)
    )
    if verbose:
        voice.console.print_exception()


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM unwind the program, so that it tidies up; only the main thread can ask for that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        del number, frame
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
