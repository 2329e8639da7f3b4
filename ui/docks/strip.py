"""The last six spots that were previewed, each with its settings, to compare."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ui.docks import words
from ui.qt import image_from_array

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

    from ui.engine.asks import Spot
    from ui.engine.link import EngineLink
    from ui.model.document import Document

KEPT = 6
SIDE_PX = 84


class SpotButton(QToolButton):
    """A button that tells a double click too."""

    doubled = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell it."""
        event.accept()
        self.doubled.emit()


class PreviewStrip(QWidget):
    """`spotChosen` gives the `Spot` to show in its place again; a double click takes its settings back."""

    spotChosen = Signal(object)  # noqa: N815

    def __init__(self, document: Document, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Previewed spots"))
        self._document = document
        self._spots: list[Spot] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 6, 8, 6)
        self._row.setSpacing(6)
        self.empty = QLabel(self.tr("Previewed spots appear here."))
        self.empty.setProperty("quiet", True)
        self.empty.setAccessibleName(self.empty.text())
        self._row.addWidget(self.empty)
        self._row.addStretch(1)
        self.buttons = [self._button(place) for place in range(KEPT)]
        for place, button in enumerate(self.buttons):
            button.setAccessibleName(self.tr("Spot"))
            self._row.insertWidget(place, button)
        link.previewReady.connect(self._came)
        document.pictureChanged.connect(self.clear)

    @property
    def spots(self) -> tuple[Spot, ...]:
        """Newest first."""
        return tuple(self._spots)

    def clear(self) -> None:
        """Another picture: none of them fits any more."""
        self._spots.clear()
        self._rebuild()

    def restore(self, spot: Spot) -> None:
        """Take the settings and regions of a spot back."""
        now, old = self._document.scene, spot.order.scene
        if now is not None and old is not None and old.size == now.size:
            self._document.apply(self.tr("Restore settings"), replace(old, project=now.project))

    def _came(self, box: Any, pixels: Any, spot: Spot) -> None:
        """Spots that were asked for are kept; those of a drag only pass by."""
        del box, pixels
        if spot.lane == "spot":
            self._spots = [spot, *self._spots][:KEPT]
            self._rebuild()

    def _rebuild(self) -> None:
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(self._spots))
            if place < len(self._spots):
                self._show_spot(button, self._spots[place])
        self.empty.setVisible(not self._spots)

    def _button(self, place: int) -> SpotButton:
        made = SpotButton()
        made.setIconSize(QSize(SIDE_PX, SIDE_PX))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        made.clicked.connect(lambda: self.spotChosen.emit(self._spots[place]))
        made.doubled.connect(lambda: self.restore(self._spots[place]))
        made.hide()
        return made

    def _show_spot(self, button: SpotButton, spot: Spot) -> None:
        text = words.settings_line(spot.order.options, spot.order.scene)
        step = max(1, min(spot.pixels.shape[:2]) // (2 * SIDE_PX))
        button.setIcon(QIcon(QPixmap.fromImage(image_from_array(spot.pixels[::step, ::step]))))
        button.setAccessibleName(self.tr("Spot: {settings}").format(settings=text))
        hint = self.tr("Click: show it again. Double click: take these settings back.")
        button.setToolTip(f"{text}\n{words.about(spot.seconds)}\n{hint}")
