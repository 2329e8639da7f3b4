"""What GIMP remembers of the last Upscale…, and how to forget it."""

from __future__ import annotations

import re
from pathlib import Path

from .arguments import CHOICES, NUMBERS
from .libraries import Gimp

LINE = re.compile(r'^\(([a-z-]+) "?(.*?)"?\)$', re.MULTILINE)
TOLD = "Upscale… begins with what was chosen last, and Upscale Again repeats it."
NOTHING = "Nothing was chosen yet: both take the usual values."
ALSO = "Forgetting it also asks again before an image is resized."


def last_values() -> Path:
    """GIMP's own file of them, whether it is there or not."""
    return Path(Gimp.directory()) / "plug-in-settings" / "GimpProcedureConfigRun-semantic-upscale.last"


def words() -> str:
    """What is remembered, as sentences and a list."""
    try:
        found = LINE.findall(last_values().read_text("utf-8"))
    except OSError:
        found = []
    listed = [f"{_label(name)}: {_value(name, value)}" for name, value in found]
    return "\n".join([TOLD, "", *listed, "", ALSO] if listed else [TOLD, NOTHING])


def _label(name: str) -> str:
    """As the dialog calls it."""
    labels = {row[0]: row[1] for row in (*CHOICES, *NUMBERS)}
    return labels.get(name, name.replace("-", " ").capitalize()).replace("_", "")


def _value(name: str, value: str) -> str:
    values = [one[1] for row in CHOICES if row[0] == name for one in row[3] if one[0] == value]
    return values[0] if values else value


def forget() -> None:
    """Back to the usual values."""
    last_values().unlink(missing_ok=True)
