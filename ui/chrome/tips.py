"""Four small cards that show a new user where things are: one after the other, closed for good by one press."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui.dialogs.parts import button, words
from ui.layouts import Flow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.parts import Parts

SEEN = "welcome.tips_seen"
GAP_PX = 10
LETTERS = 34  # of a line


class Tips(QObject):
    """`places` are the widgets that the cards stand beside: tools, regions, the button, and the comparison."""

    def __init__(self, parts: Parts, places: Sequence[QWidget]) -> None:
        super().__init__(parts.window)
        self._parts, self._places = parts, places
        self._at = 0
        self.card: TipCard | None = None

    def begin_once(self) -> None:
        """Show them with the first picture, unless they were closed before."""
        document = self._parts.document
        if self._parts.settings[SEEN]:
            return
        if document.scene is not None:
            self.begin()
        else:
            document.opened.connect(self._opened)

    def begin(self) -> None:
        """From the first."""
        self.end()
        self._at = 0
        self._parts.window.installEventFilter(self)
        self._show()

    def end(self) -> None:
        """Away with them."""
        self._parts.window.removeEventFilter(self)
        if self.card is not None:
            self.card.hide()
            self.card.deleteLater()
            self.card = None

    def close(self) -> None:
        """Away, and never again by themselves."""
        self._parts.settings.set(SEEN, True)
        self.end()

    def next(self) -> None:
        """The next one; after the last they are closed."""
        self._at += 1
        if self._at < len(self._places):
            self._show()
        else:
            self.close()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """The card stays beside its place when the window changes."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._place()
        return super().eventFilter(watched, event)

    def _opened(self) -> None:
        self._parts.document.opened.disconnect(self._opened)
        if not self._parts.settings[SEEN]:
            self.begin()

    def _show(self) -> None:
        if self.card is not None:
            self.card.hide()
            self.card.deleteLater()
        self.card = TipCard(self._words()[self._at], (self._at + 1, len(self._places)), self)
        self.card.show()
        self._place()

    def _words(self) -> tuple[str, ...]:
        key = self._parts.keys.first("tool.objects")
        find = self.tr("Find objects ({key})").format(key=key) if key else self.tr("Find objects")
        return (
            self.tr(
                "{find}: click what must stay true, or what may be invented. A right click takes away."
            ).format(find=find),
            self.tr(
                "Say for each region how much may be invented: Faithful keeps what is there, Inventive adds."
            ),
            self.tr("Press Upscale. You can go on working while it runs."),
            self.tr(
                "Compare before and after here. “What was added” in the View menu shows what was made up."
            ),
        )

    def _place(self) -> None:
        """Beside its widget, on the side of the picture, and never out of the window."""
        if self.card is None:
            return
        window, card, target = self._parts.window, self.card, self._places[self._at]
        card.fit()
        shown = target.isVisible()
        around = QRect(target.mapTo(window, QPoint()), target.size()) if shown else window.rect()
        if not shown:
            x, y = (window.width() - card.width()) // 2, window.height() // 2
        elif around.center().x() < window.width() // 2:
            x, y = around.right() + GAP_PX, around.top() + GAP_PX
        elif around.height() < window.height() // 8 and around.top() < window.height() // 3:
            x, y = around.right() - card.width(), around.bottom() + GAP_PX
        else:
            x, y = around.left() - card.width() - GAP_PX, around.bottom() - card.height()
        card.move(
            max(GAP_PX, min(x, window.width() - card.width() - GAP_PX)),
            max(GAP_PX, min(y, window.height() - card.height() - GAP_PX)),
        )
        card.raise_()


class TipCard(QFrame):
    """One tip over the window; it takes neither the keys nor the rest of the window."""

    def __init__(self, text: str, count: tuple[int, int], tips: Tips) -> None:
        super().__init__(tips._parts.window)  # noqa: SLF001  (of the same file)
        self.setProperty("tip", True)
        self.setAccessibleName(self.tr("Tip {at} of {count}").format(at=count[0], count=count[1]))
        self.text = words(text)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        last = count[0] == count[1]
        row = Flow(right=True)
        self.close_button = button(self.tr("No more tips"), tips.close, "link")
        self.next_button = button(self.tr("Done") if last else self.tr("Next"), tips.next)
        row.addWidget(self.close_button)
        row.addWidget(self.next_button)
        self.close_button.setVisible(not last)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 12, 10)
        column.addWidget(words(f"{count[0]} / {count[1]}", "quiet"))
        column.addWidget(self.text)
        column.addLayout(row)

    def fit(self) -> None:
        """As wide as a short line of text, as high as it needs."""
        width = min(self.fontMetrics().averageCharWidth() * LETTERS + 26, self.window().width() // 2)
        self.resize(width, self.layout().totalHeightForWidth(width))  # type: ignore[union-attr]
