"""The window, in this process's place. It is another room that this one may not know, so it is started by its name.

Nothing heavy is loaded here: this is on the way from a click to the window.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DeviceError, SemanticUpscaleError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
# `-m ui.app` would find a folder `ui` of the user's own first.
START = f"import sys; sys.path[0] = {str(ROOT)!r}; from ui.app import main; sys.exit(main())"


def opens_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments, one at least, ask for the window and nothing that needs the shell's own parser."""
    return arguments[0] == "gui" and not {"-h", "--help", "--register", "--unregister"} & set(arguments)


def trouble(arguments: Sequence[str]) -> SemanticUpscaleError | None:
    """Why the window cannot be opened with these arguments, the word gui among them; None where it can."""
    try:
        check_arguments(arguments[1:])
        check_display(os.environ)
    except SemanticUpscaleError as error:
        return error
    return None


def start_window(arguments: Sequence[str]) -> None:
    """Become the window. DeviceError where there is no display to show it on; UsageError for a wrong option."""
    check_arguments(arguments)
    check_display(os.environ)
    command = [sys.executable, "-c", START, *arguments]
    if sys.platform == "win32":  # exec would give the prompt back while the window is open
        raise SystemExit(subprocess.call(command))  # noqa: S603  (our own interpreter)
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606


def check_arguments(arguments: Sequence[str]) -> None:
    """UsageError for what the window does not take."""
    left = list(arguments)
    if "--handoff" in left:
        at = left.index("--handoff")
        if at + 1 >= len(left):
            raise UsageError("--handoff needs the id of a hand-off.", "The plug-ins give one.")
        del left[at : at + 2]
    options = [each for each in left if each.startswith("--") and len(each) > 2]
    if options:
        raise UsageError(f"The window knows no option {options[0]}.", "See `semantic-upscale gui --help`.")
    if len([each for each in left if each != "--"]) > 1:
        raise UsageError(
            "The window opens one picture or project.", "For many, use `semantic-upscale upscale`."
        )


def check_display(environment: Mapping[str, str]) -> None:
    """DeviceError on a system of the X11 and Wayland kind where neither is told."""
    if sys.platform in ("win32", "darwin"):
        return
    if not any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise DeviceError(
            "There is no display here to open the window on.",
            "Work from the shell instead: `semantic-upscale upscale PICTURE`, or see `semantic-upscale --help`.",
        )
