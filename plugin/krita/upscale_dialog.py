"""Upscale…: the wish, and a button. It stays open while the engine works and never blocks Krita."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from .form import UpscaleForm
from .preview_widgets import PreviewPanel
from .qt import QtWidgets
from .translation import tr
from .words import ASK_RESIZE, TITLE

if TYPE_CHECKING:
    from ..bridge.host import HostRequest
    from .run import Standing
    from .state import PluginState


# What is going on, as words, a bar and a way to stop it.

MARKS = {"idle": "", "busy": "◐ ", "ready": "● ", "done": "✓ ", "failed": "▲ ", "cancelled": "○ "}


class StandingView(QtWidgets.QWidget):
    """Shows a `Standing`; the button asks to stop."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        super().__init__()
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.words = QtWidgets.QLabel()
        self.words.setWordWrap(True)
        self.words.setAccessibleName(tr("State"))
        self.bar = QtWidgets.QProgressBar()
        self.bar.setTextVisible(False)
        self.stop = QtWidgets.QPushButton(tr("Cancel"))
        self.stop.clicked.connect(lambda *_: cancel())
        for widget in (self.words, self.bar, self.stop):
            column.addWidget(widget)

    def show_standing(self, standing: Standing) -> None:
        """Words first, then what to do, then what the engine noted."""
        parts = (MARKS[standing.kind] + tr(standing.words), tr(standing.advice), *map(tr, standing.notes))
        self.words.setText("\n".join(part for part in parts if part))
        self.words.setVisible(bool(self.words.text()))
        self.bar.setVisible(standing.kind == "busy")
        self.stop.setVisible(standing.kind in ("busy", "ready"))
        self.bar.setRange(0, standing.total)
        self.bar.setValue(standing.done)


class UpscaleDialog(QtWidgets.QDialog):
    """Shows the last wish; Upscale begins. It closes by itself when the result is there."""

    def __init__(self, desk: PluginState, parent: Any) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle(TITLE)
        self.setMinimumWidth(380)
        column = QtWidgets.QVBoxLayout(self)
        self.form = UpscaleForm(desk.wish, lambda: None)
        self.preview = PreviewPanel(self.form.chosen, self.begin)
        self.standing = StandingView(desk.cancel)
        self.buttons = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.StandardButton.Close)
        self.go = self.buttons.addButton(tr("Upscale"), QtWidgets.QDialogButtonBox.ButtonRole.ActionRole)
        self.go.setDefault(True)
        self.go.clicked.connect(lambda *_: self.begin())
        self.buttons.rejected.connect(self.close)
        for widget in (self.form, self.preview, self.standing, self.buttons):
            column.addWidget(widget)
        desk.listen(self.heard)
        self.finished.connect(lambda *_: (desk.leave(self.heard), self.preview.discard()))
        self.heard(desk.standing)

    def begin(self) -> None:
        """Start with what is chosen."""
        begin(self.desk, self.form.chosen(), self)

    def heard(self, standing: Standing) -> None:
        """Show it; close when it went well."""
        self.standing.show_standing(standing)
        self.go.setEnabled(not self.desk.busy)
        self.go.setToolTip(tr("One picture is being enlarged already.") if self.desk.busy else "")
        if standing.kind == "done" and self.isVisible():
            self.accept()


def begin(desk: PluginState, wish: HostRequest, parent: Any) -> None:
    """Start; where this document would be resized, ask first, once and for all."""
    if wish.result != "resize" or wish.resize_asked:
        desk.upscale(wish)
        return
    box = QtWidgets.QMessageBox(parent)
    box.setWindowTitle(TITLE)
    box.setText(tr("Resize this document?"))
    box.setInformativeText(tr(ASK_RESIZE))
    agree = box.addButton(tr("Resize"), QtWidgets.QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QtWidgets.QMessageBox.StandardButton.Cancel)
    box.buttonClicked.connect(lambda button: _agreed(desk, wish) if button is agree else None)
    box.open()
    desk.asking = box  # nobody else keeps it where there is no window


def _agreed(desk: PluginState, wish: HostRequest) -> None:
    desk.upscale(wish.with_values({"resize_asked": True}))
