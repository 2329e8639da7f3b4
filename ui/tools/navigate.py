"""Hand and zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor

from ui.tools.tool import DRAG_PX, Pointer, Tool, near

if TYPE_CHECKING:
    from ui.tools.tool import ToolStage

_CLICK_FACTOR = 2.0
_DRAG_FACTOR = 1.01


class HandTool(Tool):
    """Move the picture. A press that does not move shows the original while it lasts."""

    name = "hand"

    def __init__(self, stage: ToolStage) -> None:
        super().__init__(stage)
        self._last: QPointF | None = None
        self._start: QPointF | None = None

    def press(self, pointer: Pointer) -> None:
        """Take hold."""
        self._last = self._start = pointer.screen
        self.stage.hold(True)

    def drag(self, pointer: Pointer) -> None:
        """The picture follows."""
        if self._last is None or self._start is None:
            return
        if not near(self._start, pointer.screen, DRAG_PX):
            self.stage.hold(False)
        way = pointer.screen - self._last
        self._last = pointer.screen
        self.stage.pan(way.x(), way.y())

    def release(self, pointer: Pointer) -> None:
        """Let go."""
        del pointer
        self._last = self._start = None
        self.stage.hold(False)

    def cancel(self) -> bool:
        """Let go."""
        had = self._last is not None
        self._last = self._start = None
        if had:
            self.stage.hold(False)
        return had

    def click(self, pointer: Pointer) -> None:
        """Nothing to take hold of by keyboard."""

    def cursor(self) -> QCursor:
        """A hand."""
        shape = Qt.CursorShape.OpenHandCursor if self._last is None else Qt.CursorShape.ClosedHandCursor
        return QCursor(shape)


class Zoom(Tool):
    """Click to come nearer, right or Alt to step back; drag left and right for any zoom."""

    name = "zoom"

    def __init__(self, stage: ToolStage) -> None:
        super().__init__(stage)
        self._start: QPointF | None = None
        self._last: QPointF | None = None
        self._moved = False

    def press(self, pointer: Pointer) -> None:
        """Choose the place."""
        self._start = self._last = pointer.screen
        self._moved = False

    def drag(self, pointer: Pointer) -> None:
        """Right is nearer."""
        if self._start is None or self._last is None:
            return
        self._moved = self._moved or not near(self._start, pointer.screen, DRAG_PX)
        if self._moved:
            self.stage.zoom_by(_DRAG_FACTOR ** (pointer.screen.x() - self._last.x()), self._start)
            self._last = pointer.screen

    def release(self, pointer: Pointer) -> None:
        """A click is a step."""
        if self._start is not None and not self._moved:
            back = pointer.right or pointer.alt
            self.stage.zoom_by(1 / _CLICK_FACTOR if back else _CLICK_FACTOR, pointer.screen)
        self._start = None

    def cancel(self) -> bool:
        """Nothing to give up but the place."""
        had = self._start is not None
        self._start = None
        return had

    def cursor(self) -> QCursor:
        """A cross."""
        return QCursor(Qt.CursorShape.CrossCursor)
