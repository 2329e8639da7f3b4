"""Two small windows: whether the engine runs, and what the plug-in remembers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..bridge import engine_folder
from ..bridge.host import HostRequest
from .form import UpscaleForm
from .qt import QtWidgets
from .translation import tr
from .words import TITLE

if TYPE_CHECKING:
    from .state import PluginState
    from .watch import EngineState, EngineWatch


MANUAL = "Manual.html"


class EngineBox(QtWidgets.QDialog):
    """The engine's state, live, with Start and Stop."""

    def __init__(self, watch: EngineWatch, parent: Any) -> None:
        super().__init__(parent)
        self.watch = watch
        self.setWindowTitle(tr("{title}: engine", title=TITLE))
        self.setMinimumWidth(380)
        self.words = QtWidgets.QLabel(tr(watch.state.words))
        self.words.setWordWrap(True)
        self.start, self.stop = QtWidgets.QPushButton(tr("Start")), QtWidgets.QPushButton(tr("Stop"))
        self.start.clicked.connect(lambda *_: watch.start_engine())
        self.stop.clicked.connect(lambda *_: watch.stop_engine())
        self.stop.setToolTip(
            tr("It finishes the tile at work and leaves. It also leaves by itself when nobody needs it.")
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
        where = (
            tr("Log: {path}", path=state.log)
            if state.log
            else tr("It is looked for in {path}", path=engine_folder())
        )
        self.words.setText(f"{tr(state.words)}\n{where}")
        self.start.setEnabled(state.kind in ("stopped", "problem"))
        self.stop.setEnabled(state.kind == "running")


class SettingsBox(QtWidgets.QDialog):
    """What Upscale Again will do, and the way back to how it was at first."""

    def __init__(self, desk: PluginState, parent: Any) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("{title}: settings", title=TITLE))
        self.setMinimumWidth(380)
        self.form = UpscaleForm(desk.wish, lambda: None)
        self.ask = QtWidgets.QCheckBox(tr("Ask before this document is resized"))
        self.ask.setChecked(not desk.wish.resize_asked)
        buttons = QtWidgets.QDialogButtonBox.StandardButton
        box = QtWidgets.QDialogButtonBox(buttons.Ok | buttons.Cancel | buttons.RestoreDefaults)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        box.button(buttons.RestoreDefaults).clicked.connect(lambda *_: self.reset())
        self.review = QtWidgets.QCheckBox(tr("Show the result before it goes into this document"))
        self.review.setChecked(desk.reviews)
        self.accepted.connect(
            lambda *_: (desk.keep(self.chosen()), desk.keep_reviews(self.review.isChecked()))
        )
        column = QtWidgets.QVBoxLayout(self)
        for widget in (
            QtWidgets.QLabel(tr("Used by Upscale Again and shown first by Upscale…")),
            self.form,
            self.ask,
            self.review,
            box,
        ):
            column.addWidget(widget)

    def chosen(self) -> HostRequest:
        """The wish as it stands."""
        return self.form.chosen().with_values({"resize_asked": not self.ask.isChecked()})

    def reset(self) -> None:
        """As it was at first."""
        self.form.show_wish(HostRequest())
        self.ask.setChecked(True)
        self.review.setChecked(True)


class HelpBox(QtWidgets.QDialog):
    """The manual that Krita's own list of plug-ins shows too."""

    def __init__(self, parent: Any) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("{title}: help", title=TITLE))
        self.resize(560, 480)
        self.text = QtWidgets.QTextBrowser()
        self.text.setOpenExternalLinks(True)
        self.text.setHtml(manual())
        close = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.close)
        column = QtWidgets.QVBoxLayout(self)
        for widget in (self.text, close):
            column.addWidget(widget)


def manual() -> str:
    """Beside the plug-in's folder of rooms where it is installed, in this room in the sources."""
    here = Path(__file__).resolve().parent
    found = next((one / MANUAL for one in (here.parent, here) if (one / MANUAL).is_file()), None)
    return "" if found is None else found.read_text("utf-8")
