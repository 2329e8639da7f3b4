"""A named slider with its value beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable


class Dial(QWidget):
    """Whole steps of `unit`; `chosen` while the user moves it, `dragging` at both ends of a drag."""

    chosen = Signal(float)
    dragging = Signal(bool)

    def __init__(self, name: str, steps: tuple[int, int], unit: float, words: Callable[[float], str]) -> None:
        super().__init__()
        self._unit, self._words = unit, words
        self.title, self.shown = QLabel(name), QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(*steps)
        self.slider.setPageStep(max(1, (steps[1] - steps[0]) // 8))
        self.slider.setAccessibleName(name)
        self.slider.setMinimumHeight(24)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderPressed.connect(lambda: self.dragging.emit(True))
        self.slider.sliderReleased.connect(lambda: self.dragging.emit(False))
        self.top = QHBoxLayout()
        self.top.addWidget(self.title)
        self.top.addStretch(1)
        self.top.addWidget(self.shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.top)
        column.addWidget(self.slider)
        self.show_value(0.0)

    @property
    def value(self) -> float:
        """As the slider stands."""
        return self.slider.value() * self._unit

    def show_value(self, value: float) -> None:
        """Show it without telling anybody."""
        before = self.slider.blockSignals(True)
        self.slider.setValue(round(value / self._unit))
        self.slider.blockSignals(before)
        self.say(self._words(value))

    def say(self, text: str) -> None:
        """Words in the place of the value."""
        self.shown.setText(text)
        self.slider.setAccessibleDescription(text)

    def _moved(self, steps: int) -> None:
        self.say(self._words(steps * self._unit))
        self.chosen.emit(steps * self._unit)
