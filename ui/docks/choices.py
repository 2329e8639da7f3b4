"""A box of choices as every panel has it: named, and never wider than its panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LEAST_LETTERS = 6


def choices(
    name: str, rows: Iterable[tuple[str, Any]], changed: Callable[[], object] | None = None
) -> QComboBox:
    """`rows` are (words, value); `changed` is called when another one stands there."""
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(LEAST_LETTERS)
    for text, value in rows:
        made.addItem(text, value)
    if changed is not None:
        made.currentIndexChanged.connect(lambda _: changed())
    return made
