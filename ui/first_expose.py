"""What waits until a window is seen for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QWindow


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
