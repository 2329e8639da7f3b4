"""What dialogs are made of: labels that wrap, quiet words, links, and buttons with a purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable


def words(text: str, kind: str = "", *, rich: bool = False) -> QLabel:
    """A label that wraps; kind "quiet", "warn" or "danger" colours it."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.RichText if rich else Qt.TextFormat.PlainText)
    if kind:
        label.setProperty(kind, True)
    if rich:
        label.setOpenExternalLinks(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextBrowserInteraction
        if rich
        else Qt.TextInteractionFlag.TextSelectableByMouse
    )
    label.setAccessibleName(text if not rich else "")
    return label


def heading(text: str, factor: float = 1.35) -> QLabel:
    """A label in larger letters."""
    label = QLabel(text)
    label.setWordWrap(True)
    label.setAccessibleName(text)
    font = label.font()
    font.setPointSizeF(max(font.pointSizeF(), 6.0) * factor)
    font.setWeight(font.Weight.DemiBold)
    label.setFont(font)
    return label


def button(text: str, action: Callable[[], object], kind: str = "") -> QPushButton:
    """A button; kind "primary" is the one thing to do next, "link" looks like a link."""
    made = QPushButton(text)
    made.setAccessibleName(text.replace("&", ""))
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    if kind:
        made.setProperty(kind, True)
    if kind == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)
    made.clicked.connect(lambda: action())  # noqa: PLW0108  (an action takes no “checked”)
    return made


def dialog(parent: QWidget | None, title: str, size: QSize) -> tuple[QDialog, QVBoxLayout]:
    """A dialog that holds nobody up, and its column."""
    made = QDialog(parent)
    prepare(made, title, size)
    return made, column(made)


def prepare(made: QDialog, title: str, size: QSize) -> None:
    """Title, name and size of a dialog, which grows with the text but never out of the screen."""
    made.setWindowTitle(title)
    made.setAccessibleName(title)
    made.setModal(False)
    share = max(1.0, made.fontMetrics().height() / 15)
    room = made.screen().availableSize() if made.screen() else QSize(1024, 640)
    made.resize((size * min(share, 1.6)).boundedTo(room * 0.95))


def column(widget: QWidget, margin_px: int = 20) -> QVBoxLayout:
    """A column with calm margins."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(margin_px, margin_px, margin_px, margin_px)
    layout.setSpacing(10)
    return layout
