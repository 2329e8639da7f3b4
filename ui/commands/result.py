"""A result is a state of the window: it is looked at alone, said what it is, and what was changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.geometry import Size
from ui.disabled_reason import allow, reason_of
from ui.docks import words
from ui.model.scene import same_request
from ui.tools.toolbox import NAMES

if TYPE_CHECKING:
    from ui.actions.registry import Actions
    from ui.engine.runs import JobView
    from ui.live_view import LiveView
    from ui.model.scene import Scene
    from ui.parts import Parts

LOOKING = ("hand", "zoom")  # tools that change nothing


class ResultView(QObject):
    """Shows the bar over the picture. `commands` are what its buttons do, with their reasons."""

    def __init__(self, parts: Parts, showing: LiveView, commands: Actions) -> None:
        super().__init__(parts.window)
        self._parts, self._showing, self._commands = parts, showing, commands
        self._bar = parts.canvas.result_bar
        self._put_away: int | None = None
        self._known: int | None = None
        buttons = (
            (self._bar.save, "file.save_result"),
            (self._bar.compare, "view.compare_next"),
            (self._bar.folder, "file.show_result"),
            (self._bar.again, "run.upscale"),
        )
        for button, identity in buttons:
            button.clicked.connect(commands[identity].trigger)
        self._buttons = buttons[:3]
        self._bar.close_button.clicked.connect(self._dismiss)
        showing.resultChanged.connect(self._result_changed)
        parts.document.sceneChanged.connect(self._scene_changed)
        parts.canvas.toolChanged.connect(self._tool_changed)
        parts.link.jobChanged.connect(self._job_changed)

    def refresh(self) -> None:
        """Words and greyed buttons, as things stand."""
        number = self._showing.result()
        if number is None or number == self._put_away:
            self._bar.hide()
            return
        view = self._parts.link.runs.view(number)
        self._bar.tell(self._words(view), changed=not same_request(view.scene, self._parts.document.scene))
        for button, identity in self._buttons:
            allow(button, reason_of(self._commands[identity]))

    def _words(self, view: JobView) -> str:
        result = view.result or {}
        size = Size(int(result.get("width", 0)), int(result.get("height", 0)))
        return f"{words.end_line(view).rstrip('.')} · {size}"

    def _result_changed(self) -> None:
        number = self._showing.result()
        if number is not None and number != self._known:
            self._put_away = None
            self._parts.canvas.show_alone(True)
        self._known = number
        self.refresh()

    def _scene_changed(self, old: Scene | None, new: Scene | None) -> None:
        if old is not None and not same_request(old, new):
            self._parts.canvas.show_alone(False)
        self.refresh()

    def _tool_changed(self, name: str) -> None:
        if name in NAMES and name not in LOOKING:
            self._parts.canvas.show_alone(False)

    def _job_changed(self, _: JobView) -> None:
        """It may have been saved. A bound method: what belongs to a window that went away is not called any more."""
        self.refresh()

    def _dismiss(self) -> None:
        self._put_away = self._showing.result()
        self._parts.canvas.show_alone(False)
        self.refresh()
