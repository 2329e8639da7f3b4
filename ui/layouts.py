"""What keeps large text and narrow windows whole: rows that wrap, columns that scroll, lines that are shortened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QScrollArea, QSizePolicy, QStyle, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QLayoutItem


def stand_tall(*buttons: QWidget) -> None:
    """Never lower than their words, whatever least height was asked for."""
    for each in buttons:
        each.setSizePolicy(each.sizePolicy().horizontalPolicy(), QSizePolicy.Policy.Fixed)


class Flow(QLayout):
    """A row that goes on in the next line where there is no more room; `right` puts it to the right side."""

    def __init__(self, parent: QWidget | None = None, *, gap_px: int = 8, right: bool = False) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._right = right
        self.setSpacing(gap_px)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802  (Qt's names, here and below)
        """At the end."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem:  # noqa: N802
        """The item, or None past the last."""
        return self._items[index] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def takeAt(self, index: int) -> QLayoutItem:  # noqa: N802
        """The same, and no longer of this row."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """A narrow one is higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """Of all lines."""
        lines = self._lines(width)
        return sum(map(_height, lines)) + self.spacing() * max(0, len(lines) - 1)

    def sizeHint(self) -> QSize:  # noqa: N802
        """All in one line."""
        shown = self._shown()
        width = sum(item.sizeHint().width() for item in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, _height(shown))

    def minimumSize(self) -> QSize:  # noqa: N802
        """The widest of them."""
        shown = self._shown()
        return QSize(max((item.sizeHint().width() for item in shown), default=0), _height(shown))

    def setGeometry(self, area: QRect) -> None:  # noqa: N802
        """Give every item its place."""
        super().setGeometry(area)
        y = area.top()
        for line in self._lines(area.width()):
            free = (
                area.width()
                - sum(item.sizeHint().width() for item in line)
                - self.spacing() * (len(line) - 1)
            )
            x = area.left() + (max(0, free) if self._right else 0)
            for item in line:
                size = item.sizeHint().boundedTo(QSize(area.width(), 1 << 20))
                item.setGeometry(QRect(QPoint(x, y + (_height(line) - size.height()) // 2), size))
                x += size.width() + self.spacing()
            y += _height(line) + self.spacing()

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = []
        left = -1
        for item in self._shown():
            wide = item.sizeHint().width()
            if not lines or wide > left:
                lines.append([])
                left = width
            lines[-1].append(item)
            left -= wide + self.spacing()
        return lines


def _height(items: list[QLayoutItem]) -> int:
    return max((item.sizeHint().height() for item in items), default=0)


class Scrolled(QScrollArea):
    """Scrolls up and down only, and is as wide as what it holds needs."""

    def __init__(self, inner: QWidget, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what it holds takes the keys, and is scrolled to
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._inner = inner
        self.setWidget(inner)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Never narrower than its content."""
        return QSize(self._inner.minimumSizeHint().width() + self._bar(), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:  # noqa: N802
        """As its content, with room for the bar."""
        inner = self._inner.sizeHint()
        return QSize(inner.width() + self._bar(), inner.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """The content needs another width."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _bar(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)


class ElidedLabel(QLabel):
    """One line of words, shortened with … where there is no room; the tooltip has them all."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """As much as there is room for."""
        area = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, area.width())
        if shown == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(area, int(self.alignment()), shown)
        painter.end()
