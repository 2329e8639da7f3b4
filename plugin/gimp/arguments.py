"""The arguments of the procedures, as tables: dialog, scripts, presets and last values all come from them."""

from __future__ import annotations

from typing import Any

from . import choices
from .libraries import Gimp, GObject

KEPT = GObject.ParamFlags.READWRITE
# name, label, help, values, default
CHOICES = (
    ("source", "_Source", "What is enlarged", choices.SOURCES, "picture"),
    ("result-in", "Result _in", "Where the result goes", choices.RESULTS, "new-image"),
    ("regions", "Re_gions", "Where more or less may be invented", choices.REGIONS, "channels"),
    (
        "selection-priority",
        "Se_lection is",
        "Priority of the selection as a region",
        choices.PRIORITIES,
        "faithful",
    ),
    ("rest", "Res_t is", "Priority outside the regions", choices.PRIORITIES, "balanced"),
    (
        "method",
        "_Method",
        "The way to upscale",
        tuple((name, name, "") for name in choices.METHODS),
        "compact",
    ),
)
# name, label, help, least, most, default
NUMBERS = (
    ("scale", "Si_ze ×", "Side of the result / side of the source", 1.05, 4.0, 4.0),
    ("detail", "_Detail", "Added to every priority: less is truer, more is richer", -4.0, 4.0, 0.0),
    (
        "clean-up",
        "Clea_n-up (−1: automatic)",
        "How far noise and blocks are removed, 0 … 1",
        -1.0,
        1.0,
        -1.0,
    ),
)


def add_upscale(procedure: Any) -> None:
    """Everything that Upscale… can be told, and what it gives back."""
    for name, label, words, values, default in CHOICES[:2]:
        procedure.add_choice_argument(name, label, words, _choice(values), default, KEPT)
    for name, label, words, least, most, default in NUMBERS:
        procedure.add_double_argument(name, label, words, least, most, default, KEPT)
    for name, label, words, values, default in CHOICES[2:]:
        procedure.add_choice_argument(name, label, words, _choice(values), default, KEPT)
    procedure.add_int_argument(
        "seed", "See_d", "Another number, another drawing", 0, choices.SEED_LIMIT, 0, KEPT
    )
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
