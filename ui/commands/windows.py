"""What the Window and Help menus do, and what the window asks and tells by itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QSystemTrayIcon

from core.errors import SemanticUpscaleError
from ui import error_report, idle_stop, resume
from ui.chrome.tips import Tips
from ui.dialogs.question import ErrorSummary
from ui.output import target_path
from ui.theme import app_icon
from ui.threads import background

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QMenu

    from ui.chrome.panels import Panels
    from ui.commands.runs import RunActions
    from ui.parts import Parts


NOTICE_MS = 8000


class WindowActions(QObject):
    """Handlers and reasons of `window.*`, `help.*`, `edit.*` and the dialogs."""

    def __init__(self, parts: Parts, panels: Panels, runs: RunActions) -> None:
        super().__init__(parts.window)
        self._parts, self._panels, self._runs = parts, panels, runs
        self._open_dialogs: dict[str, QDialog] = {}
        self._when_done: Callable[[], object] | None = None
        self._beside: set[int] = set()
        window: Any = parts.window
        self.tips = Tips(
            parts, (window.tools, panels.regions, panels.run.upscale_button, window.options.compare)
        )
        self._tray: QSystemTrayIcon | None = None

    def handlers(self) -> dict[str, Callable[..., object]]:
        """By id."""
        document = self._parts.document
        return {
            "edit.undo": self._undo,
            "edit.redo": document.redo,
            "edit.settings": self.settings,
            "edit.shortcuts": self.shortcuts,
            "engine.models": self.models,
            "file.batch": self.batch,
            "window.panels": self.show_panels,
            "window.focus": self._change_area,
            "window.full": self._full_screen,
            "window.reset": self._panels.place,
            "help.keys": self.shortcuts,
            "help.editors": self.editors,
            "help.tips": self.tips.begin,
            "help.welcome": self.welcome,
            "help.report": self._copy_report,
            "help.about": self.about,
        }

    def reasons(self) -> dict[str, Callable[[], str]]:
        """By id."""
        document = self._parts.document
        return {
            "edit.undo": self._nothing_to_undo,
            "edit.redo": lambda: "" if document.redo_text else self.tr("There is nothing to redo."),
            "help.tips": lambda: "" if document.scene else self.tr("Open a picture first."),
        }

    # dialogs, each made when it is first wanted

    def settings(self) -> QDialog:
        """The preferences."""
        from ui.dialogs.settings import SettingsDialog  # noqa: PLC0415  (the window is shown without it)

        idle_stop.take_over(self._parts.settings)
        return self._show("settings", lambda: SettingsDialog(self._parts.settings, self._parts.window))

    def shortcuts(self) -> QDialog:
        """Actions and keys."""
        from ui.dialogs.shortcuts import ShortcutsDialog  # noqa: PLC0415

        return self._show("shortcuts", lambda: ShortcutsDialog(self._parts.keys, self._parts.window))

    def models(self) -> QDialog:
        """The catalog."""
        from ui.dialogs.models import ModelsDialog  # noqa: PLC0415

        return self._show("models", lambda: ModelsDialog(self._parts.link, self._parts.window))

    def editors(self) -> QDialog:
        """Krita and GIMP."""
        from ui.dialogs.editors import EditorsDialog  # noqa: PLC0415

        return self._show("editors", lambda: EditorsDialog(self._parts.window))

    def about(self) -> QDialog:
        """What this is."""
        from ui.dialogs.about import AboutDialog  # noqa: PLC0415

        return self._show("about", lambda: AboutDialog(self._parts.window))

    def batch(self, paths: Sequence[Path] = ()) -> QDialog:
        """Many pictures at once."""
        from ui.batch.dialog import BatchDialog  # noqa: PLC0415

        choice = self._runs.choice()
        dialog: Any = self._show("batch", lambda: BatchDialog(self._parts.link, choice, self._parts.window))
        if paths:
            dialog.add(list(paths))
        return dialog

    def welcome(self) -> None:
        """Close the picture, and there is the first page."""
        self._parts.voice.when_safe(self._parts.document.close)

    # the window

    def show_panels(self, on: bool) -> None:
        """All of them, or the picture alone."""
        window: Any = self._parts.window
        self._panels.show_all(on, (window.tools, window.options))

    def _undo(self) -> None:
        """The last point of what is not finished yet goes before any verb does."""
        if not (self._parts.canvas.tool.unfinished and self._parts.canvas.tool.back()):
            self._parts.document.undo()

    def _nothing_to_undo(self) -> str:
        something = self._parts.document.undo_text or self._parts.canvas.tool.unfinished
        return "" if something else self.tr("There is nothing to undo.")

    def _change_area(self) -> None:
        """From the picture into the panels, which come back where they were hidden, and from there to the picture."""
        window, canvas = self._parts.window, self._parts.canvas
        if canvas.isVisible() and not canvas.hasFocus():
            canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        toggle: Any = window
        if not toggle.commands["window.panels"].isChecked():
            toggle.commands["window.panels"].trigger()
        self._panels.take_focus()

    def fill_recent(self, menu: QMenu) -> None:
        """A submenu of files that were open; filled anew each time it is shown."""
        recent = menu.addMenu(self.tr("Open &recent"))
        recent.setAccessibleName(self.tr("Open recent"))
        recent.aboutToShow.connect(partial(self._fill_recent, recent))
        self._fill_recent(recent)

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for path in self._parts.remembered.recent():
            action = menu.addAction(path.name, partial(self._parts.voice.open, path))
            action.setToolTip(str(path))
        menu.setToolTipsVisible(True)
        if menu.isEmpty():
            action = menu.addAction(self.tr("Nothing yet"))
            action.setEnabled(False)
            action.setToolTip(self.tr("Pictures you open are listed here."))
        else:
            menu.addSeparator()
            menu.addAction(self.tr("Clear the list"), self._parts.remembered.clear_recent)

    # questions

    def offer_recovery(self) -> bool:
        """Work that a crash left behind is offered, the newest first; whether there was any."""
        document = self._parts.document
        found = document.recovery()
        if not found:
            return False
        newest = found[0]
        text = self.tr("“{title}” was not saved when the program ended the last time.").format(
            title=newest.title
        )
        self._parts.voice.ask(
            self.tr("Unsaved work was found"),
            text,
            (
                (self.tr("Open it"), partial(document.recover, newest)),
                (self.tr("Delete it"), partial(document.discard, newest)),
                (self.tr("Later"), _nothing),
            ),
        )
        return True

    def offer_later(self) -> None:
        """Runs that were paused when the window closed the last time."""
        count = len(resume.waiting_runs())
        if count:
            self._parts.voice.ask(
                self.tr("Go on where you stopped?"),
                self.tr(
                    "%n pictures were being enlarged. Each is saved beside its source when it is done.",
                    "",
                    count,
                ),
                (
                    (self.tr("Go on"), self._go_on),
                    (self.tr("Forget them"), resume.forget),
                    (self.tr("Later"), _nothing),
                ),
            )

    def _go_on(self) -> None:
        background(lambda _: resume.take_all(), self._went_on, self._runs.failed, self)

    def _went_on(self, found: tuple[list[Any], list[str]]) -> None:
        orders, faults = found
        self._beside |= {self._parts.link.runs.add(order) for order in orders}
        if faults:
            self._parts.voice.tell(ErrorSummary(" ".join(faults)))

    def ask_missing(self, project: Any, project_path: Path) -> None:
        """The project's picture is not where it was."""
        name = project.source.path or self.tr("its picture")
        text = self.tr("“{project}” belongs to {picture}, which is not there any more.")
        self._parts.voice.ask(
            self.tr("Where is the picture?"),
            text.format(project=project_path.name, picture=name),
            (
                (self.tr("Look for it…"), self._find_picture),
                (self.tr("Cancel"), self._parts.document.cancel_opening),
            ),
        )

    def ask_differs(self, project: Any, project_path: Path, picture_path: Path) -> None:
        """The picture is there, but it is not the one that the regions were drawn on."""
        document, size = self._parts.document, project.regions.size
        text = self.tr(
            "“{picture}” has changed since “{project}” was saved, when it was {size} pixels large. "
            "Regions may no longer fit."
        ).format(picture=picture_path.name, project=project_path.name, size=size)
        self._parts.voice.ask(
            self.tr("The picture has changed"),
            text,
            (
                (self.tr("Use it anyway"), document.use_picture_anyway),
                (self.tr("Look for the old one…"), self._find_picture),
                (self.tr("Cancel"), document.cancel_opening),
            ),
        )

    def _find_picture(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self._parts.window, self.tr("Look for the picture"), self._parts.remembered.folder("open")
        )
        if name:
            self._parts.document.find_picture(name)
        else:
            self._parts.document.cancel_opening()

    # runs that ended

    def run_done(self, number: int, result: object = None) -> None:
        """Tell it where the window is not in front, and go on hidden where that was asked for."""
        del result
        view = self._parts.link.runs.view(number)
        text = self.tr("{title} is enlarged.").format(title=view.title)
        self._parts.voice.say(text)
        if self._when_done is not None or number in self._beside:
            self._beside.discard(number)
            self._save_beside(number)
        elif not self._parts.window.isActiveWindow():
            self._notify(text)

    def finish_hidden(self, act: Callable[[], object]) -> None:
        """Save what comes beside its source; act when the last run has ended."""
        self._when_done = act
        self._parts.link.saved.connect(self._end_hidden)
        self._parts.link.saveFailed.connect(self._come_back)
        self._parts.link.jobFailed.connect(self._come_back)

    def _save_beside(self, number: int) -> None:
        order = self._parts.link.runs.order(number)
        choice = self._runs.choice()
        if order.picture.path is None:
            self._come_back()
            return
        try:
            path = target_path(order.picture.path, float(order.options.get("scale", 4.0)), choice)
        except SemanticUpscaleError:
            self._come_back()
            return
        self._parts.link.save(number, str(path), choice)

    def _end_hidden(self, *_: object) -> None:
        runs = self._parts.link.runs
        if self._when_done is not None and runs.running is None and not runs.waiting():
            self._notify(self.tr("All pictures are enlarged and saved."))
            act, self._when_done = self._when_done, None
            act()

    def _come_back(self, *_: object) -> None:
        """Something needs a person: the window is there again."""
        self._when_done = None
        self._parts.window.show()
        self._parts.window.raise_()

    def _notify(self, text: str) -> None:
        QApplication.alert(self._parts.window)
        if not self._parts.settings["work.notify"] or not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(app_icon(), self)
            self._tray.messageClicked.connect(self._come_back)
        self._tray.show()
        self._tray.showMessage("Semantic Upscale", text, app_icon(), NOTICE_MS)

    # inside

    def _show(self, name: str, make: Callable[[], QDialog]) -> QDialog:
        if name not in self._open_dialogs:
            self._open_dialogs[name] = make()
        dialog = self._open_dialogs[name]
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
        return dialog

    def _full_screen(self, on: bool) -> None:
        window = self._parts.window
        if on:
            window.showFullScreen()
        else:
            window.showNormal()

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(error_report.report_of(self._parts.link, ""))
        self._parts.voice.say(
            self.tr("The report is on the clipboard: version, system, engine. No names, no folders.")
        )


def _nothing() -> None:
    """Later."""
