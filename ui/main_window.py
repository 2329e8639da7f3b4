"""The window: everything in its place, and tied together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ui import error_report, idle_stop
from ui.actions.registry import Actions, KeyBindings
from ui.canvas.canvas import Canvas
from ui.chrome.panels import Panels
from ui.chrome.status import StatusLine
from ui.chrome.toolbars import GuestBar, OptionsBar, RunBar, ToolsBar
from ui.commands.files import FileActions
from ui.commands.models import ModelActions
from ui.commands.regions import RegionActions
from ui.commands.result import ResultView
from ui.commands.runs import RunActions
from ui.commands.views import ViewActions
from ui.commands.windows import WindowActions
from ui.dialogs.question import ErrorPanel, ErrorSummary, Question
from ui.dialogs.welcome import WelcomePage
from ui.engine.client import EngineLink
from ui.handoff import Guest
from ui.live_view import LiveView
from ui.model.document import Document
from ui.partial_result import Partial
from ui.parts import Parts
from ui.quit import Quit
from ui.recent import Remembered
from ui.theme import theme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent, QWindow

    from ui.settings import Settings
    from ui.theme import Theme


# What waits until a window is seen for the first time.


class FirstExpose(QObject):
    """Acts once, right after a window came onto the screen; Qt paints it in the same event."""

    def __init__(self, handle: QWindow, act: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self._handle, self._act = handle, act
        handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Wait for it."""
        if watched is self._handle and event.type() == QEvent.Type.Expose and self._handle.isExposed():
            self._handle.removeEventFilter(self)
            QTimer.singleShot(0, self, self._last)
        return False

    def _last(self) -> None:
        self.deleteLater()
        self._act()


LEAST = QSize(1024, 640)
USUAL = QSize(1360, 860)
FRAME = QSize(16, 48)  # of a window manager, and a little air
REFRESH_MS = 30


class MainWindow(QMainWindow):
    """One for the program. `takes` are the document and the link of a window that this one follows.

    `left` is emitted once everything is kept or given up: a hidden window tells Qt nothing when it closes.
    """

    left = Signal()

    def __init__(self, settings: Settings, takes: tuple[Document, EngineLink] | None = None) -> None:
        super().__init__()
        self.settings = settings
        self.document, self.link = takes or (Document(), EngineLink())
        self.canvas = Canvas()
        self.parts = Parts(
            self, self, self.document, self.canvas, self.link, settings, KeyBindings(settings), Remembered()
        )
        self._leaves = False
        self.showing = LiveView(self.parts)
        self.commands = Actions(self, self.parts.keys)
        self._make_frame()
        self._tie()
        self._connect()
        self._arrange()
        self.wear(theme_of(QApplication.instance()))  # type: ignore[arg-type]
        self._picture_changed()
        if takes:
            self._take_over()

    # the voice of `ui.parts.Voice`

    def tell(self, trouble: ErrorSummary) -> None:
        """What went wrong, over the picture."""
        self.errors.tell(trouble)

    def say(self, text: str) -> None:
        """One quiet line."""
        self.status.say(text)

    def ask(self, title: str, text: str, answers: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """A question; the last answer changes nothing."""
        Question(title, text, answers, self).ask()

    def when_safe(self, act: Callable[[], object]) -> None:
        """Do it once unsaved work is kept or given up."""
        self.leaving.when_safe(act)

    def open(self, path: Path) -> None:
        """Open a picture or a project."""
        self.files.open(path)

    # the life of the window

    def after_paint(self, act: Callable[[], object]) -> None:
        """Do something once the window, which was shown, is painted for the first time."""
        handle = self.windowHandle()
        if handle is None or handle.isExposed():
            QTimer.singleShot(0, self, act)
        else:
            FirstExpose(handle, act, self)

    def begin(self, file: str, handoff: str) -> None:
        """What waited for the window: the engine, and what to open."""
        error_report.record_start()
        self.link.attach(self.document)
        self.link.start()
        if handoff:
            self.guest.receive(handoff)
        elif file:
            self.open(Path(file))
        elif self.windows.offer_recovery():
            return
        self.windows.offer_later()

    def successor(self) -> MainWindow:
        """Another window with the same picture and engine, in words of the language that is spoken now."""
        self.parts.remembered.keep_layout(self)
        return MainWindow(self.settings, (self.document, self.link))

    def retire(self) -> None:
        """Close without a question: another window has taken over."""
        self._leaves = True
        self.close()
        self.deleteLater()

    def leave_now(self) -> None:
        """End without a question; unsaved work is found again at the next start."""
        self.document.autosave_now(wait=True)
        self._leave()

    def unforeseen(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """The net under everything: told, logged, and the window goes on."""
        error_report.log_fault(kind, error, trace)
        self.tell(error_report.fault_trouble(error))

    def wear(self, theme: Theme) -> None:
        """The theme's icons and the grey around the picture."""
        self.commands.wear(theme)
        self.canvas.set_surround("light" if theme.name == "light" else "dark")
        self.tools.fit_text()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name, here and below)
        """Ask first, where there is something to lose."""
        if self._leaves:
            event.accept()
            return
        event.ignore()
        self.leaving.close(self._leave)
        event.setAccepted(self._leaves)  # where nothing was asked: Qt heeds no close within a close

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc that neither tool nor panel had use for."""
        if event.key() == Qt.Key.Key_Escape and not event.isAutoRepeat():
            self.runs.escaped()
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files and pictures may be dropped anywhere."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open it; model files are taken in; a folder or several files become a batch."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if self.models.are_models(paths):
            self.models.add(paths)
        elif len(paths) > 1 or (paths and paths[0].is_dir()):
            self.windows.batch(paths)
        else:
            self.files.open_dropped(event.mimeData())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Panels share one place where there is little room."""
        super().resizeEvent(event)
        self.panels.fit(event.size())

    # inside: building

    def _make_frame(self) -> None:
        self.setAcceptDrops(True)
        self.setAccessibleName("Semantic Upscale")
        self.errors = ErrorPanel(lambda told: error_report.report_of(self.link, told))
        self.guest_bar = GuestBar(lambda: self.guest.send())  # noqa: PLW0108  (made later)
        self.welcome = WelcomePage(lambda identity: self.commands[identity].trigger(), self.open)
        self.pages = QStackedWidget()
        self.pages.setAccessibleName(self.tr("Picture"))
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.canvas)
        middle = QWidget()
        middle.setAccessibleName(self.tr("Picture"))
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.guest_bar, self.errors, self.pages):
            column.addWidget(part, 1 if part is self.pages else 0)
        self.setCentralWidget(middle)
        self.tools = ToolsBar(self.commands)
        self.options = OptionsBar(self.canvas, self.commands)
        self.panels = Panels(self.parts, self.showing)
        self.status = StatusLine(self.parts, self.showing, self.panels.need)
        self.setStatusBar(self.status)
        self._place_tools()
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.options)
        self.run_bar = RunBar(self.panels.run.foot)
        self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.run_bar)

    def _place_tools(self) -> None:
        right = self.settings["look.tools_right"]
        area = Qt.ToolBarArea.RightToolBarArea if right else Qt.ToolBarArea.LeftToolBarArea
        self.addToolBar(area, self.tools)

    def _tie(self) -> None:
        """Give every action its handler, and build the menus."""
        self.files = FileActions(self.parts)
        self.models = ModelActions(self.parts)
        self.guest = Guest(self.parts, self.showing, self.guest_bar)
        runs = RunActions(self.parts, self.showing, self.panels)
        self.leaving = Quit(self.parts, self.files.save_then, runs.save_all, self._go_on_hidden)
        self.views = ViewActions(self.parts, self.showing)
        regions = RegionActions(self.parts, self.panels.regions)
        self.windows = WindowActions(self.parts, self.panels, runs)
        rooms = (self.files, runs, self.views, regions, self.windows)
        handlers = {identity: act for room in rooms for identity, act in room.handlers().items()}
        reasons = {identity: why for room in rooms for identity, why in room.reasons().items()}
        handlers["file.send_back"] = self.guest.send
        reasons["file.send_back"] = self.guest.reason
        self.runs = runs
        self.result = ResultView(self.parts, self.showing, self.commands)
        self.partial = Partial(self.parts, self.showing, runs.choice)
        self.commands.tie(handlers, reasons)
        for shown in ("window.panels", "view.legend"):
            self.commands.check(shown, True)
        self.commands.fill(
            self.menuBar(), {"*recent": self.windows.fill_recent, "*docks": self.panels.fill_menu}
        )
        self.menuBar().setAccessibleName(self.tr("Menu"))

    def _arrange(self) -> None:
        room = self.screen().availableGeometry().size() - FRAME
        self.setMinimumSize(LEAST.boundedTo(room))
        self.resize(USUAL.boundedTo(room))
        self.panels.place()
        self.parts.remembered.restore_layout(self)
        self.panels.fit(self.size())

    def _connect(self) -> None:
        document, link, canvas = self.document, self.link, self.canvas
        canvas.set_document(document)
        self._soon = QTimer(self, singleShot=True, interval=REFRESH_MS)
        self._soon.timeout.connect(self._refresh)
        for signal in (
            document.sceneChanged, document.dirtyChanged, document.undoChanged, document.saved, link.queueChanged,
            link.jobChanged, link.stateChanged, canvas.overlayChanged, canvas.compareChanged, canvas.toolChanged,
            self.showing.resultChanged, link.previewReady, canvas.wantProposal, link.workingChanged,
        ):  # fmt: skip
            signal.connect(self._soon.start)
        document.pictureChanged.connect(self._picture_changed)
        document.opening.connect(self._opening)
        document.opened.connect(self._opened)
        document.openFailed.connect(self._open_failed)
        document.saved.connect(self._saved)
        for source in (document.trouble, self.panels.regions.trouble):
            source.connect(self._troubled)
        document.pictureMissing.connect(self.windows.ask_missing)
        document.pictureDiffers.connect(self.windows.ask_differs)
        link.said.connect(self.say)
        link.jobFailed.connect(self._run_failed)
        link.jobDone.connect(self.windows.run_done)
        link.saved.connect(self._result_saved)
        link.saveFailed.connect(self._save_failed)
        link.stateChanged.connect(self._engine_changed)
        canvas.openWanted.connect(self.files.choose)
        canvas.sampleWanted.connect(self.files.sample)
        self.settings.changed.connect(self._setting_changed)
        for key in ("shortcuts", "work.overlay_percent", "look.reduce_motion", "work.autosave_s"):
            self._setting_changed(key)

    # inside: following

    def _refresh(self) -> None:
        """Title, greyed actions, and what toggles show."""
        self.setWindowTitle(self._title())
        self.setWindowModified(self.document.dirty)
        undo, redo = self.document.undo_text, self.document.redo_text
        self.commands["edit.undo"].setText(self.tr("&Undo {verb}").format(verb=undo).rstrip())
        self.commands["edit.redo"].setText(self.tr("&Redo {verb}").format(verb=redo).rstrip())
        self.commands.refresh()
        self.commands.check("view.overlay", self.canvas.overlay != "off" and not self.canvas.stage.alone)
        self.result.refresh()
        self.commands.check(f"compare.{self.canvas.compare}", True)
        self.commands.check(f"tool.{self.canvas.tool_name}", True)
        self.options.allow_compare(self.views.nothing_made())
        self.guest_bar.allow(self.guest.reason())

    def _title(self) -> str:
        scene = self.document.scene
        if scene is None:
            return "Semantic Upscale"
        count = len(scene.regions)
        regions = self.tr("1 region") if count == 1 else self.tr("{count} regions").format(count=count)
        return f"{self.document.title}[*] — {regions} — Semantic Upscale"

    def _take_over(self) -> None:
        """What the window before this one knew of the picture, and what it showed."""
        self.link.estimate()
        runs = self.link.runs
        made = [view.number for view in runs.ended() if view.state == "done" and self.link.shows(view.number)]
        if made and runs.job(made[-1]) is not None:
            self.showing.look(made[-1])

    def _picture_changed(self) -> None:
        there = self.document.source is not None
        if there:
            self.pages.setCurrentWidget(self.canvas)
        elif not self.document.busy:
            self.welcome.show_recent(self.parts.remembered.recent())
            self.pages.setCurrentWidget(self.welcome)
        self._refresh()

    # Bound methods and no lambdas: what belongs to a window that went away must not be called any more.

    def _opening(self, title: str) -> None:
        del title
        self.pages.setCurrentWidget(self.canvas)

    def _saved(self, path: object) -> None:
        self.say(self.tr("Saved: {name}").format(name=Path(str(path)).name))

    def _result_saved(self, job: object, path: str) -> None:
        del job
        self._saved(path)

    def _troubled(self, message: str, advice: str) -> None:
        self.tell(ErrorSummary(message, advice))

    def _run_failed(self, job: object, message: str, advice: str) -> None:
        del job
        self._troubled(message, advice)

    def _opened(self) -> None:
        self.errors.dismiss()
        self._refresh()
        path = self.document.project_path or self.document.path
        if path:
            self.parts.remembered.add_recent(path)
        for notice in self.document.source.notices if self.document.source else ():
            self.say(notice)
        self.canvas.setFocus()

    def _open_failed(self, message: str, advice: str) -> None:
        self._picture_changed()
        self.tell(ErrorSummary(message, advice, ((self.tr("Open another…"), self.files.choose),)))

    def _save_failed(self, job: object, message: str, advice: str) -> None:
        del job
        self.tell(ErrorSummary(message, advice, ((self.tr("Save elsewhere…"), self.runs.export),)))

    def _engine_changed(self, state: str, text: str) -> None:
        if state == "trouble":
            self.tell(ErrorSummary(text, "", ((self.tr("Start the engine"), self.link.start),)))
        elif state == "ready":
            self.errors.dismiss()

    def _setting_changed(self, key: str) -> None:
        if key == "shortcuts":
            self._take_keys()
            return
        value = self.settings[key]
        if key == "work.overlay_percent":
            self.canvas.set_overlay_opacity(value / 100)
        elif key == "look.reduce_motion":
            self.canvas.set_reduce_motion(value)
        elif key == "work.autosave_s":
            self.document.set_autosave(value)
        elif key == "look.tools_right":
            self._place_tools()
        elif key == idle_stop.KEY and (trouble := idle_stop.write(value)):
            self.tell(ErrorSummary(self.tr("The engine was not told: {reason}").format(reason=trouble)))

    def _take_keys(self) -> None:
        """The keys as they are chosen now: pressed, listed, and named in every tooltip."""
        keys = self.parts.keys
        self.commands.take_keys()
        self.commands.refresh()
        self.canvas.keys.bind(keys.of_canvas())
        self.commands.bind_focus_keys(self.canvas)
        self.panels.show_keys()
        self.options.show_keys(keys)
        self.welcome.show_paste_key(keys.first("file.paste"))

    def _leave(self) -> None:
        """Everything is kept or given up: go."""
        self._leaves = True
        self.parts.remembered.keep_layout(self)
        self.guest.close()
        self.document.close()
        self.link.close(wait_s=1.0)
        self.close()
        self.left.emit()

    def _go_on_hidden(self) -> None:
        """Finish the runs without a window, save them, and end."""
        self.hide()
        self.windows.finish_hidden(self._leave)
