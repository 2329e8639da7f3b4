"""The tools, one under the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolBar, QWidget

from ui.actions.table import BY_ID, TOOLS

if TYPE_CHECKING:
    from ui.actions.registry import Actions

LEAST_PX = 20


class ToolsBar(QToolBar):
    """A button for every tool, with its key in the tooltip."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tools")
        self.setWindowTitle(self.tr("Tools"))
        self.setAccessibleName(self.tr("Tools"))
        self.setMovable(False)
        self.setOrientation(Qt.Orientation.Vertical)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        for identity in TOOLS:
            if identity == "tool.hand":
                self.addSeparator()
            self.addAction(actions[identity])
            button = self.widgetForAction(actions[identity])
            button.setAccessibleName(BY_ID[identity].plain_words)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fit_text()

    def fit_text(self) -> None:
        """Icons grow with the text."""
        side = max(LEAST_PX, round(self.fontMetrics().height() * 1.35))
        self.setIconSize(QSize(side, side))
