"""The page behind Help."""

from __future__ import annotations

import getpass
import platform
import re
import sys
from pathlib import Path
from typing import Any

from ..bridge import BridgeError, engine_folder, find, recorded_command
from ..bridge.locate import log_tail
from .engine_calls import NAME

TEXT = """Upscale…
Choose what is enlarged (the whole picture, the layer, the selection), how much, and where the result goes: a \
new image with the original below it, a new layer of the same size, or this image resized. Nothing changes \
before the result is there; then it is one step in the undo history. A result that you do not like: close the \
new image, or press Ctrl+Z.

Regions
Save a selection as a channel (Select ▸ Save to Channel) and call it "su:-2 face". −2 Faithful keeps what is \
there, −1 Careful, 0 Balanced, +1 Rich, +2 Inventive draws new detail; "su: rich sky" is understood too. The \
upper channel wins where two overlap. The rest of the picture has a priority of its own. Or take the selection \
itself as a region.

Upscale Again
The last choices once more, without asking. Settings… shows them and can forget them. In the dialog of Upscale…, \
the menu beside Reset keeps choices under a name and brings them back.

Open in Semantic Upscale
The picture goes to the program's own window, with its channels as regions. Press “Send back” there: the result \
becomes a new image here.

While it works
GIMP stays usable. Cancel beside the progress bar stops the work at once and changes nothing.

The engine
The work is done by the Semantic Upscale program on this computer, which is started by itself. If it cannot be \
started: open Semantic Upscale once, or run "semantic-upscale plugins install gimp" in a terminal. Engine ▸ \
State says how it is; Copy report helps where nothing else does.

Scripts
The procedures are "semantic-upscale", "semantic-upscale-open" and those of the engine; Help ▸ Procedure Browser \
lists their arguments."""


# What "Copy report" tells: enough to help, nothing that names the user.


def report(host: str) -> str:
    """Lines of text; `host` is name and version of the program around. Blocks up to some seconds."""
    command, version = recorded_command(), Path(__file__).parents[2] / "VERSION"  # written by the installer
    lines = [
        "Semantic Upscale in " + host,
        "Plug-in " + (version.read_text("utf-8").strip() if version.exists() else "of the sources"),
        "Python " + sys.version.split()[0] + " on " + platform.platform(),
        "Engine: " + _engine(),
        "Its folder: " + engine_folder(),
        "Its command: " + (" ".join(command.words) if command else "not recorded"),
        "Its last words at the start:",
        log_tail() or "(none)",
    ]
    return redact("\n".join(lines))


def _engine() -> str:
    try:
        bridge = find(NAME)
        return "off" if bridge is None else _told(bridge)
    except BridgeError as error:
        return f"{type(error).__name__}: {error}"


def _told(bridge: Any) -> str:
    hello = bridge.hello()
    return f"version {hello.version}, protocol {hello.protocol}, {hello.device}, log {hello.log}"


def redact(text: str) -> str:
    """Without the user's name and home folder."""
    text = text.replace(str(Path.home()), "~")
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without an entry
        return text
    return re.sub(rf"\b{re.escape(user)}\b", "USER", text) if len(user) > 2 else text
