"""What "Copy report" tells: enough to help, nothing that names the user."""

from __future__ import annotations

import getpass
import platform
import re
import sys
from pathlib import Path
from typing import Any

from plugin.bridge import BridgeError, engine_folder, find, recorded_command
from plugin.bridge.start import log_tail

from .errands import NAME


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
    return redacted("\n".join(lines))


def _engine() -> str:
    try:
        bridge = find(NAME)
        return "off" if bridge is None else _told(bridge)
    except BridgeError as error:
        return f"{type(error).__name__}: {error}"


def _told(bridge: Any) -> str:
    hello = bridge.hello()
    return f"version {hello.version}, protocol {hello.protocol}, {hello.device}, log {hello.log}"


def redacted(text: str) -> str:
    """Without the user's name and home folder."""
    text = text.replace(str(Path.home()), "~")
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without an entry
        return text
    return re.sub(rf"\b{re.escape(user)}\b", "USER", text) if len(user) > 2 else text
