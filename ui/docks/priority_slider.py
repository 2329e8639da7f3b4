"""The five-step slider from Faithful to Inventive, in the colours and hatches of the overlay."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSlider, QWidget

from core.request import PRIORITY_LIMIT, PRIORITY_NAMES
from ui import palette
from ui.docks.drawing import draw_swatch

FINE = 20
_MARGIN_PX = 12


class PrioritySlider(QSlider):
    """Steps of one by hand and keys; `setPriority` shows any value between. `priorityChosen` when the user moves it."""

    priorityChosen = Signal(float)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        limit = int(PRIORITY_LIMIT * FINE)
        self.setRange(-limit, limit)
        self.setSingleStep(FINE)
        self.setPageStep(FINE)
        self.setAccessibleName(self.tr("Priority"))
        self.setMinimumHeight(40)
        self.actionTriggered.connect(lambda _: self._chosen(self.sliderPosition()))

    @property
    def priority(self) -> float:
        """−2 … +2."""
        return self.value() / FINE

    def setPriority(self, priority: float) -> None:  # noqa: N802
        """Show it without telling anybody."""
        before = self.blockSignals(True)
        self.setValue(round(priority * FINE))
        self.blockSignals(before)
        self.setAccessibleDescription(palette.sign_text(priority))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide rather than high."""
        return QSize(220, 40)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The step under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._chosen(self._at(event.position().x()))
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """From step to step."""
        if self.isSliderDown():
            self._chosen(self._at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The drag is over."""
        del event
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Five fields and a handle."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.palette()
        edge = colours.color(QPalette.ColorRole.Mid)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        for step in PRIORITY_NAMES:
            draw_swatch(painter, self._field(step), step, edge)
        self._draw_handle(painter, colours)
        painter.end()

    def _field(self, step: int) -> QRectF:
        width = (self.width() - 2 * _MARGIN_PX) / 4
        x = self._x_of(step * FINE)
        return QRectF(x - width / 2 + 2, self.height() / 2 - 6, width - 4, 12).intersected(
            QRectF(1, 0, self.width() - 2, self.height())
        )

    def _draw_handle(self, painter: QPainter, colours: QPalette) -> None:
        x = self._x_of(self.value())
        handle = QRectF(x - 7, self.height() / 2 - 13, 14, 26)
        focused = self.hasFocus()
        role = QPalette.ColorRole.Highlight if focused else QPalette.ColorRole.Text
        painter.setPen(QPen(colours.color(role), 3 if focused else 1))
        painter.setBrush(colours.color(QPalette.ColorRole.Window))
        painter.drawRoundedRect(handle, 5, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.colour(self.priority))
        painter.drawRoundedRect(handle.adjusted(3.5, 3.5, -3.5, -3.5), 2.5, 2.5)

    def _x_of(self, value: int) -> float:
        share = (value - self.minimum()) / (self.maximum() - self.minimum())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            share = 1 - share
        return _MARGIN_PX + share * (self.width() - 2 * _MARGIN_PX)

    def _at(self, x: float) -> int:
        share = (x - _MARGIN_PX) / max(1, self.width() - 2 * _MARGIN_PX)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            share = 1 - share
        limit = int(PRIORITY_LIMIT)
        return FINE * max(-limit, min(limit, round(share * 2 * limit - limit)))

    def _chosen(self, value: int) -> None:
        value = FINE * round(value / FINE)
        if value != self.value():
            self.setPriority(value / FINE)
            self.priorityChosen.emit(value / FINE)
