"""The arguments of the procedures, and what GIMP remembers of them: dialog, scripts, presets and last values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .libraries import Gimp, GObject
from .settings import PRIORITIES, REGIONS, RESULTS, SEED_LIMIT, SOURCES, USUAL_METHOD

KEPT = GObject.ParamFlags.READWRITE
# name, label, help, values, default
CHOICES = (
    ("source", "_Source", "What is enlarged", SOURCES, "picture"),
    ("result-in", "Result _in", "Where the result goes", RESULTS, "new-image"),
    ("regions", "Re_gions", "Where more or less may be invented", REGIONS, "channels"),
    (
        "selection-priority",
        "Se_lection is",
        "Priority of the selection as a region",
        PRIORITIES,
        "faithful",
    ),
    ("rest", "Res_t is", "Priority outside the regions", PRIORITIES, "balanced"),
)
FINE_WORDS = "The detail is drawn in many small steps instead of one: several times as long"
# name, label, help, least, most, default
NUMBERS = (
    ("scale", "Si_ze ×", "Side of the result / side of the source", 1.05, 4.0, 4.0),
    ("detail", "_Detail", "Added to every priority: less is truer, more is richer", -4.0, 4.0, 0.0),
    (
        "clean-up",
        "Clea_n-up",
        "How far noise and blocks are removed, 0 … 1; counts where it is not automatic",
        0.0,
        1.0,
        0.0,
    ),
)


def add_upscale(procedure: Any) -> None:
    """Everything that Upscale… can be told, and what it gives back."""
    for name, label, words, values, default in CHOICES[:2]:
        procedure.add_choice_argument(name, label, words, _choice(values), default, KEPT)
    for name, label, words, least, most, default in NUMBERS:
        procedure.add_double_argument(name, label, words, least, most, default, KEPT)
    procedure.add_boolean_argument(
        "clean-up-automatic", "Clean-up: _automatic", "The engine estimates it from the picture", True, KEPT
    )
    for name, label, words, values, default in CHOICES[2:]:
        procedure.add_choice_argument(name, label, words, _choice(values), default, KEPT)
    procedure.add_string_argument(
        "method", "_Method", "The way to upscale, of those that the engine names", USUAL_METHOD, KEPT
    )
    procedure.add_int_argument("seed", "See_d", "Another number, another drawing", 0, SEED_LIMIT, 0, KEPT)
    procedure.add_boolean_argument("fine", "_Fine (slower)", FINE_WORDS, False, KEPT)
    procedure.add_boolean_argument("keep-original", "_Keep the original below", "In a new image", True, KEPT)
    procedure.add_boolean_aux_argument("resize-asked", "Resize was agreed to", "", False, KEPT)
    add_results(procedure)


def add_results(procedure: Any) -> None:
    """What every procedure that makes a target gives back."""
    procedure.add_image_return_value("image", "Image", "The image that holds the result", True, KEPT)
    procedure.add_string_return_value(
        "notes", "Notes", "What there was to say, one sentence a line", "", KEPT
    )


def _choice(values: tuple) -> Any:
    choice = Gimp.Choice.new()
    for number, (name, label, words) in enumerate(values):
        choice.add(name, number, label, words)
    return choice


# What GIMP remembers of the last Upscale…, and how to forget it.

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
