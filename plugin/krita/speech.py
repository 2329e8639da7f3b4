"""The user's language: Krita's own setting decides. English is in the sources, German in a table beside it."""

from __future__ import annotations

import os

from .german import GERMAN

TOLD = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


def tr(text: str, **values: object) -> str:
    """The words in Krita's language, `values` in their places; English where there are no others."""
    said = GERMAN.get(text, text) if speaks_german() else text
    return said.format(**values) if values else said


def mark(text: str) -> str:
    """These words are said by `tr` later: they are a constant, or come from a thread."""
    return text


def speaks_german() -> bool:
    """Krita writes the language it speaks into the environment when it starts."""
    told = (os.environ.get(name, "") for name in TOLD)
    return next((one for one in told if one), "").startswith("de")
