"""Tools ▸ Scripts ▸ Semantic Upscale: the actions, without shortcuts of their own, which belong to the user."""

from __future__ import annotations

import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Callable

from krita import DockWidgetFactory, DockWidgetFactoryBase, Extension, Krita

from .boxes import EngineBox, HelpBox, SettingsBox
from .docker import Docker, DockerError
from .qt import QtGui, QtWidgets
from .report import report
from .review import ReviewBox
from .state import PluginState
from .translation import mark, tr
from .upscale_dialog import UpscaleDialog, begin
from .watch import EngineWatch
from .words import TITLE

if TYPE_CHECKING:
    import krita

    from .run import Standing

MENU = "semantic_upscale"
DOCKER = "semantic_upscale_docker"
FLOAT_MS = 4000
PLACE = "tools/scripts"


class SemanticUpscale(Extension):
    """One per Krita."""

    def __init__(self, parent: Any, desk: PluginState, watch: EngineWatch) -> None:
        super().__init__(parent)
        self.desk, self.watch = desk, watch
        self.box: Any = None
        self.menus: list[Any] = []
        desk.listen(self.heard)

    def setup(self) -> None:
        """Krita asks for it once, at its start: work in flight ends with Krita."""
        notifier = Krita.instance().notifier()
        notifier.setActive(True)
        notifier.applicationClosing.connect(lambda *_: self.desk.cancel())

    def createActions(self, window: krita.Window) -> None:  # noqa: N802
        """The menu of one window."""
        top = window.createAction(MENU, TITLE, PLACE)
        menu = QtWidgets.QMenu(MENU, window.qwindow())
        top.setMenu(menu)
        self.menus.append(menu)  # Krita keeps none
        for name, text, act in self.items():
            action = window.createAction(f"{MENU}_{name}", text, f"{PLACE}/{MENU}")
            action.triggered.connect(lambda *_, act=act: safely(act))

    def heard(self, standing: Standing) -> None:
        """What the user would miss where neither dialog nor docker is open."""
        if standing.kind == "ready":
            self._review()
            return
        if isinstance(self.box, ReviewBox):
            with suppress(RuntimeError):  # its window was closed
                self.box.over()
        if self._is_watched():
            return
        if standing.kind == "failed":
            self._tell(standing.words, standing.advice)
        elif standing.kind in ("done", "cancelled"):
            self._float(standing.words)

    def _review(self) -> None:
        """Ask whether the result may go into the document; the dialog that began it makes room."""
        if isinstance(self.box, UpscaleDialog):
            with suppress(RuntimeError):
                self.box.accept()
        self._show(ReviewBox(self.desk.road, lambda: self.desk.keep_reviews(False), self._window()))

    def _is_watched(self) -> bool:
        boxes = [one for one in Krita.instance().dockers() if one.objectName() == DOCKER]
        try:
            return any(one.isVisible() for one in (*boxes, self.box) if one is not None)
        except RuntimeError:  # its window was closed
            self.box = None
            return False

    def _float(self, words: str) -> None:
        """For a few seconds over the canvas."""
        window = Krita.instance().activeWindow()
        view = None if window is None else window.activeView()
        if view is not None:
            view.showFloatingMessage(tr(words), QtGui.QIcon(), FLOAT_MS, 1)

    def items(self) -> tuple[tuple[str, str, Callable[[], object]], ...]:
        """(id, text, what it does) of every action."""
        return (
            ("upscale", tr("Upscale…"), self.upscale),
            ("again", tr("Upscale Again"), self.again),
            ("open", tr("Open in Semantic Upscale"), self.open_window),
            ("engine", tr("Engine…"), lambda: self._show(EngineBox(self.watch, self._window()))),
            ("settings", tr("Settings…"), lambda: self._show(SettingsBox(self.desk, self._window()))),
            ("help", tr("Help"), self.help),
            ("report", tr("Copy Report"), self.copy_report),
        )

    def upscale(self) -> None:
        """The dialog, with the last wish."""
        self._show(UpscaleDialog(self.desk, self._window()))

    def again(self) -> None:
        """The last wish once more, without a dialog."""
        begin(self.desk, self.desk.wish, self._window())
        if self.desk.busy and not self._is_watched():
            self._float(mark("Upscaling… The docker “Semantic Upscale” shows how far it is, and stops it."))

    def open_window(self) -> None:
        """The document in the program's own window."""
        if self.desk.open_window() and not self._is_watched():
            self._float(mark("Opening Semantic Upscale… What it sends back becomes a new document."))

    def help(self) -> None:
        """The manual that lies beside the plug-in, in a window of its own: no browser is needed."""
        self._show(HelpBox(self._window()))

    def copy_report(self) -> None:
        """Onto the clipboard."""
        QtWidgets.QApplication.clipboard().setText(report(self.desk, self.watch.state))
        self._tell(
            mark("The report was copied."),
            mark("Paste it where you ask for help. It names no picture and no person."),
        )

    def _tell(self, words: str, more: str = "") -> None:
        box = QtWidgets.QMessageBox(self._window())
        box.setWindowTitle(TITLE)
        box.setText(tr(words))
        box.setInformativeText(tr(more))
        self._show(box)

    def _show(self, box: Any) -> None:
        """Without blocking Krita; the last one is kept alive."""
        self.box = box
        box.open()

    @staticmethod
    def _window() -> Any:
        window = Krita.instance().activeWindow()
        return None if window is None else window.qwindow()


def safely(act: Callable[[], object]) -> None:
    """Nothing escapes a slot: Krita would show a window that stops everything."""
    try:
        act()
    except Exception:  # noqa: BLE001
        box = QtWidgets.QMessageBox()
        box.setWindowTitle(TITLE)
        box.setText(tr("Something in the plug-in broke. Nothing was changed."))
        box.setDetailedText(traceback.format_exc())
        box.setModal(False)
        box.show()
        safely.box = box  # type: ignore[attr-defined]  (kept until the next one)


def register() -> SemanticUpscale:
    """Tell Krita about the actions and the docker."""
    desk, watch = PluginState(), EngineWatch()
    extension = SemanticUpscale(Krita.instance(), desk, watch)
    Krita.instance().addExtension(extension)
    factory = DockWidgetFactory(DOCKER, _right(), lambda: docker(desk, watch))
    Krita.instance().addDockWidgetFactory(factory)
    return extension


def docker(desk: PluginState, watch: EngineWatch) -> Docker | DockerError:
    """The docker, or one that says why there is none."""
    try:
        return Docker(desk, watch)
    except Exception:  # noqa: BLE001  (an exception in here would stop Krita's start)
        return DockerError(traceback.format_exc())


def _right() -> Any:
    """The right-hand side, whose name depends on the version of Qt."""
    places = getattr(DockWidgetFactoryBase, "DockPosition", DockWidgetFactoryBase)
    return getattr(places, "DockRight", None) or DockWidgetFactoryBase.DockRight
