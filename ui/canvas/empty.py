"""The canvas without a picture: what to do next, as buttons."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget


class Empty(QWidget):
    """Drop, paste, open, or try the sample; while a picture is read, its name instead."""

    openWanted = Signal()  # noqa: N815  (Qt's manner)
    sampleWanted = Signal()  # noqa: N815

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(QCoreApplication.translate("canvas", "No picture"))
        self._words = QLabel(self)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._open = self._button(QCoreApplication.translate("canvas", "Open…"), self.openWanted)
        self._sample = self._button(QCoreApplication.translate("canvas", "Try the sample"), self.sampleWanted)
        self._sample.setFlat(True)
        self._formats = QLabel("PNG, JPEG, TIFF, WebP, AVIF, HEIC", self)
        self._formats.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        for widget in (self._words, self._open, self._formats, self._sample):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.set_opening("")

    def set_opening(self, title: str) -> None:
        """The name of the picture that is being read; empty where none is."""
        if title:
            self._words.setText(QCoreApplication.translate("canvas", "Opening {}…").format(title))
        else:
            self._words.setText(
                QCoreApplication.translate("canvas", "Drop a picture here, paste it (Ctrl+V),\nor open one.")
            )
        for widget in (self._open, self._sample, self._formats):
            widget.setVisible(not title)

    def set_ink(self, colour: str) -> None:
        """The words' colour, for the surround that the canvas has."""
        self._words.setStyleSheet(f"color: {colour}; font-size: 16pt; background: transparent;")
        self._formats.setStyleSheet(f"color: {colour}; background: transparent;")
        self._sample.setStyleSheet(f"color: {colour}; text-decoration: underline; min-height: 28px;")

    def _button(self, words: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(words, self)
        button.setAccessibleName(words)
        button.setMinimumSize(140, 36)
        button.clicked.connect(lambda: signal.emit())  # noqa: PLW0108  (a signal's emit takes no "checked")
        return button
