"""Krita loads only the plug-ins that its settings name; they may be written only while it is closed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psutil

from core.errors import OutputError
from core.plugins.content import FOLDERS

if TYPE_CHECKING:
    from pathlib import Path

KEY = f"enable_{FOLDERS['krita']}"
SECTION = "[python]"
LINE = re.compile(rf"(?m)^{KEY}=.*$")


def krita_runs() -> bool:
    """Whether any Krita is open, which would write its own settings over ours when it ends."""
    names = (process.info["name"] or "" for process in psutil.process_iter(["name"]))
    return any(name.casefold().removesuffix(".exe") in ("krita", "krita.bin") for name in names)


def is_enabled(settings: Path) -> bool:
    """Whether Krita will load the plug-in at its next start."""
    try:
        text = settings.read_text("utf-8", "surrogateescape")
    except OSError:
        return False
    return f"{KEY}=true" in _section(text).splitlines()


def enable(settings: Path) -> None:
    """Name the plug-in in Krita's settings; everything else in them stays. OutputError where that fails."""
    try:
        text = settings.read_text("utf-8", "surrogateescape") if settings.exists() else ""
        settings.parent.mkdir(parents=True, exist_ok=True)
        beside = settings.with_name(f".{settings.name}.semantic-upscale")
        beside.write_text(enabled(text), "utf-8", "surrogateescape")
        beside.replace(settings)
    except OSError as error:
        raise OutputError(
            f"Krita's settings “{settings}” could not be written: {error.strerror or error}.",
            "Tick Semantic Upscale in Krita: Settings ▸ Configure Krita ▸ Python Plugin Manager.",
        ) from error


def enabled(text: str) -> str:
    """The settings with the plug-in switched on."""
    section = _section(text)
    if not section:
        return f"{text.rstrip()}\n\n{SECTION}\n{KEY}=true\n".lstrip()
    changed = LINE.sub(f"{KEY}=true", section)
    if changed == section and f"{KEY}=true" not in section.splitlines():
        changed = section.replace(SECTION, f"{SECTION}\n{KEY}=true", 1)
    return text.replace(section, changed, 1)


def _section(text: str) -> str:
    """`[python]` and what belongs to it; empty where there is none."""
    found = re.search(r"(?ms)^\[python\]\s*$.*?(?=^\[|\Z)", text)
    return found.group() if found else ""
