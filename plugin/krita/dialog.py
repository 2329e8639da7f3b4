"""Upscale…: the wish, and a button. It stays open while the engine works and never blocks Krita."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .form import Form
from .qt import QtWidgets
from .speech import tr
from .spot import PreviewPanel
from .standing import StandingView
from .words import ASK_RESIZE, TITLE

if TYPE_CHECKING:
    from ..bridge.host import Wish
    from .desk import Desk
    from .road import Standing


class UpscaleDialog(QtWidgets.QDialog):
    """Shows the last wish; Upscale begins. It closes by itself when the result is there."""

    def __init__(self, desk: Desk, parent: Any) -> None:
        super().__init__(parent)
        self.desk = desk
        self.setWindowTitle(TITLE)
        self.setMinimumWidth(380)
        column = QtWidgets.QVBoxLayout(self)
        self.form = Form(desk.wish, lambda: None)
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


def begin(desk: Desk, wish: Wish, parent: Any) -> None:
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


def _agreed(desk: Desk, wish: Wish) -> None:
    desk.upscale(wish.with_values({"resize_asked": True}))
