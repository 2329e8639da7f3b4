"""Two small windows: whether the engine runs, and what the plug-in remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..bridge import engine_folder
from ..bridge.host import Wish
from .form import Form
from .qt import QtWidgets
from .words import TITLE

if TYPE_CHECKING:
    from .desk import Desk
    from .watch import EngineState, EngineWatch


class EngineBox(QtWidgets.QDialog):
    """The engine's state, live, with Start and Stop."""

    def __init__(self, watch: EngineWatch, parent: Any) -> None:
        super().__init__(parent)
        self.watch = watch
        self.setWindowTitle(f"{TITLE}: engine")
        self.setMinimumWidth(380)
        self.words = QtWidgets.QLabel(watch.state.words)
        self.words.setWordWrap(True)
        self.start, self.stop = QtWidgets.QPushButton("Start"), QtWidgets.QPushButton("Stop")
        self.start.clicked.connect(lambda *_: watch.start_engine())
        self.stop.clicked.connect(lambda *_: watch.stop_engine())
        self.stop.setToolTip(
            "It finishes the tile at work and leaves. It also leaves by itself when nobody needs it."
        )
        close = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.close)
        column = QtWidgets.QVBoxLayout(self)
        for widget in (self.words, self.start, self.stop, close):
            column.addWidget(widget)
        watch.listen(self.heard)
        self.finished.connect(lambda *_: watch.leave(self.heard))
        self.heard(watch.state)

    def heard(self, state: EngineState) -> None:
        """Show it; each button only where it means something."""
        where = f"\nLog: {state.log}" if state.log else f"\nIt is looked for in {engine_folder()}"
        self.words.setText(state.words + where)
        self.start.setEnabled(state.kind in ("stopped", "problem"))
        self.stop.setEnabled(state.kind == "running")


class SettingsBox(QtWidgets.QDialog):
    """What Upscale Again will do, and the way back to how it was at first."""

    def __init__(self, desk: Desk, parent: Any) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{TITLE}: settings")
        self.setMinimumWidth(380)
        self.form = Form(desk.wish, lambda: None)
        self.ask = QtWidgets.QCheckBox("Ask before this document is resized")
        self.ask.setChecked(not desk.wish.resize_asked)
        buttons = QtWidgets.QDialogButtonBox.StandardButton
        box = QtWidgets.QDialogButtonBox(buttons.Ok | buttons.Cancel | buttons.RestoreDefaults)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        box.button(buttons.RestoreDefaults).clicked.connect(lambda *_: self.reset())
        self.accepted.connect(lambda *_: desk.keep(self.chosen()))
        column = QtWidgets.QVBoxLayout(self)
        for widget in (
            QtWidgets.QLabel("Used by Upscale Again and shown first by Upscale…"),
            self.form,
            self.ask,
            box,
        ):
            column.addWidget(widget)

    def chosen(self) -> Wish:
        """The wish as it stands."""
        return self.form.chosen().with_values({"resize_asked": not self.ask.isChecked()})

    def reset(self) -> None:
        """As it was at first."""
        self.form.show_wish(Wish())
        self.ask.setChecked(True)
