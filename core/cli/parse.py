"""From the words of an option to a value. UsageError where they make none."""

from __future__ import annotations

import math
import re
from pathlib import Path

from core.errors import UsageError
from core.geometry import Box
from core.request import PRIORITY_NAMES, checked_priority

FORMATS = {
    "jpg": ".jpg",
    "jpeg": ".jpg",
    "tif": ".tif",
    "tiff": ".tif",
    "png": ".png",
    "webp": ".webp",
    "avif": ".avif",
}
_POINT = re.compile(r"(\d{1,7}),(\d{1,7})([+-]?)", re.ASCII)
_BOX = re.compile(r"(\d{1,7}),(\d{1,7}),(\d{1,7}),(\d{1,7})", re.ASCII)
_TILE = re.compile(r"(\d{1,6})(?:[x×](\d{1,6}))?", re.ASCII)


def priority(text: str, name: str = "priority") -> float:
    """−2 … +2, or a step's name: "faithful", "rich"."""
    steps = {step.casefold(): float(value) for value, step in PRIORITY_NAMES.items()}
    word = text.strip().casefold().replace("−", "-")
    if word in steps:
        return steps[word]
    return checked_priority(_number(word, f"The {name}"), name)


def assignment(text: str, option: str) -> tuple[str, float]:
    """NAME=PRIORITY; the name may hold an equals sign itself."""
    name, equals, value = text.rpartition("=")
    if not (equals and name):
        raise UsageError(f"{option} {text!r} has no priority.", f"Write it as {option} NAME=-2.")
    return name, priority(value, f"priority of {name!r}")


def mask(text: str) -> tuple[Path, float]:
    """FILE=PRIORITY."""
    name, value = assignment(text, "--mask")
    return Path(name), value


def tile(text: str) -> tuple[int | None, int | None]:
    """As in "512" or "512x256" source pixels; "0" lets the program choose."""
    found = _TILE.fullmatch(text.strip())
    if not found:
        raise UsageError(f"--tile {text!r} is no size.", "Write for example --tile 256.")
    width = int(found[1])
    return (width, int(found[2]) if found[2] else None) if width else (None, None)


def device(text: str) -> str:
    """The name itself; a bare number is a GPU's, −1 the CPU, as other programs count."""
    word = text.strip()
    if word == "-1":
        return "cpu"
    return f"cuda:{word}" if word.isascii() and word.isdigit() else word


def suffix(text: str) -> str:
    """The ending of a format's name: "jpeg" or ".JPG" → ".jpg"."""
    found = FORMATS.get(text.strip().lstrip(".").lower())
    if found is None:
        raise UsageError(f"No format is named {text!r}.", f"Take one of {', '.join(sorted(FORMATS))}.")
    return found


def quality(value: int) -> int:
    """1 … 100."""
    if not 1 <= value <= 100:
        raise UsageError(f"The quality is {value}.", "Take a whole number from 1 to 100.")
    return value


def points(texts: list[str]) -> list[tuple[int, int, bool]]:
    """As in "x,y", "x,y+" (both: this), "x,y-" (not this); spaces or semicolons part several in one text."""
    words = [word for text in texts for word in re.split(r"[\s;]+", text) if word]
    found = [_POINT.fullmatch(word) for word in words]
    wrong = next((word for word, match in zip(words, found, strict=True) if not match), None)
    if wrong is not None:
        raise UsageError(f"{wrong!r} is no point.", "Write x,y or x,y+ for “this”, x,y- for “not this”.")
    return [(int(match[1]), int(match[2]), match[3] != "-") for match in found if match]


def box(text: str) -> Box:
    """As in "x,y,width,height", source pixels."""
    found = _BOX.fullmatch(text.replace(" ", ""))
    if not found:
        raise UsageError(f"{text!r} is no box.", "Write x,y,width,height.")
    return Box(*(int(value) for value in found.groups()))


def _number(text: str, what: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise UsageError(
            f"{what} is {text!r}.", "Take a number from −2 to +2, or a step's name such as Faithful."
        )
    return value
