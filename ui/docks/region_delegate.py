"""How a row of the list of regions looks, and where in it a click does something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui import palette
from ui.docks.drawing import draw_eye, draw_lock, draw_swatch
from ui.docks.region_rows import ADDED_ROLE, PRIORITY_ROLE, REGION_ROLE, THUMB_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QAbstractItemModel

    Index = QModelIndex | QPersistentModelIndex

HIT_PX = 28
SWATCH_PX = 20
THUMB_PX = 34
GAP_PX = 8


class RegionDelegate(QStyledItemDelegate):
    """Eye, lock, swatch, thumbnail, name, priority. `eyeClicked` and `lockClicked` give the row."""

    eyeClicked = Signal(int)  # noqa: N815
    lockClicked = Signal(int)  # noqa: N815

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """High enough for two lines of any text size."""
        del index
        return QSize(200, max(THUMB_PX + 12, 2 * option.fontMetrics.height() + 10))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        colours = option.palette
        if chosen:
            tint = colours.color(QPalette.ColorRole.Highlight)
            tint.setAlpha(55)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tint)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2, 1, -2, -1), 6, 6)
        region = index.data(REGION_ROLE)
        if region is not None:
            self._draw_signs(painter, option, index)
        self._draw_words(painter, option, index)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(colours.color(QPalette.ColorRole.Highlight))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(option.rect).adjusted(2.5, 1.5, -2.5, -1.5), 6, 6)
        painter.restore()

    def editorEvent(  # noqa: N802
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """A click on the eye or the lock."""
        if isinstance(event, QMouseEvent) and index.data(REGION_ROLE) is not None:
            on_eye = eye_place(option.rect).contains(event.position().toPoint())
            on_lock = lock_place(option.rect).contains(event.position().toPoint())
            if event.type() == QEvent.Type.MouseButtonRelease and (on_eye or on_lock):
                (self.eyeClicked if on_eye else self.lockClicked).emit(index.row())
            if on_eye or on_lock:
                return True
        return super().editorEvent(event, model, option, index)

    def updateEditorGeometry(  # noqa: N802
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """The name is edited where it stands."""
        del index
        editor.setGeometry(words_place(option.rect).adjusted(0, 6, -44, -6))

    def _draw_signs(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        region, text = index.data(REGION_ROLE), option.palette.color(QPalette.ColorRole.Text)
        faint = option.palette.color(QPalette.ColorRole.PlaceholderText)
        draw_eye(
            painter, QRectF(eye_place(option.rect)), text if region.visible else faint, open_=region.visible
        )
        draw_lock(
            painter, QRectF(lock_place(option.rect)), text if region.locked else faint, locked=region.locked
        )
        thumb = index.data(THUMB_ROLE)
        if isinstance(thumb, QImage):
            place = QRect(0, 0, *_fitted(thumb))
            place.moveCenter(thumb_place(option.rect).center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setOpacity(1.0 if region.visible else 0.4)
            painter.drawImage(place, thumb)
            painter.setOpacity(1.0)

    def _draw_words(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colours, priority = option.palette, float(index.data(PRIORITY_ROLE) or 0.0)
        region, metrics = index.data(REGION_ROLE), option.fontMetrics
        edge = colours.color(QPalette.ColorRole.Mid)
        draw_swatch(painter, QRectF(swatch_place(option.rect)).adjusted(0.5, 0.5, -0.5, -0.5), priority, edge)
        place = words_place(option.rect)
        if region is None:
            place.setLeft(thumb_place(option.rect).left())
        text = colours.color(QPalette.ColorRole.Text)
        faint = colours.color(QPalette.ColorRole.PlaceholderText)
        middle = place.center().y()
        sign = palette.sign(priority)
        room = place.width() - metrics.horizontalAdvance(sign) - GAP_PX
        name = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, room)
        painter.setPen(text if region is None or region.visible else faint)
        painter.drawText(QRect(place.left(), middle - metrics.height(), room, metrics.height()), 0, name)
        painter.drawText(
            QRect(place.right() - 60, middle - metrics.height(), 60, metrics.height()),
            Qt.AlignmentFlag.AlignRight,
            sign,
        )
        painter.setPen(faint)

        def fits(text: str) -> bool:
            return metrics.horizontalAdvance(text) <= place.width()

        under = metrics.elidedText(
            self._under(index, priority, fits), Qt.TextElideMode.ElideRight, place.width()
        )
        painter.drawText(QRect(place.left(), middle + 1, place.width(), metrics.height()), 0, under)

    def _under(self, index: Index, priority: float, fits: Callable[[str], bool]) -> str:
        """Priority and what was added, or what was added alone where the panel is narrow."""
        region, added = index.data(REGION_ROLE), index.data(ADDED_ROLE)
        locked = region is not None and region.locked
        name = self.tr("locked: nothing is invented") if locked else palette.name(priority)
        if added is None:
            return name
        more = self.tr("added detail {percent} %").format(percent=round(100 * added))
        both = f"{name} · {more}"
        return both if fits(both) else more


def _fitted(image: QImage) -> tuple[int, int]:
    scale = THUMB_PX / max(image.width(), image.height(), 1)
    return max(1, round(image.width() * scale)), max(1, round(image.height() * scale))


def _centred(row: QRect, left: int, width: int, height: int) -> QRect:
    return QRect(row.left() + left, row.center().y() - height // 2, width, height)


def eye_place(row: QRect) -> QRect:
    """Where the eye is."""
    return _centred(row, 4, HIT_PX, HIT_PX)


def lock_place(row: QRect) -> QRect:
    """Where the lock is."""
    return _centred(row, 4 + HIT_PX, HIT_PX, HIT_PX)


def swatch_place(row: QRect) -> QRect:
    """Where colour and hatch are."""
    return _centred(row, 6 + 2 * HIT_PX, SWATCH_PX, SWATCH_PX)


def thumb_place(row: QRect) -> QRect:
    """Where the small view is."""
    return _centred(row, 6 + 2 * HIT_PX + SWATCH_PX + GAP_PX, THUMB_PX, THUMB_PX)


def words_place(row: QRect) -> QRect:
    """Where name and priority are."""
    left = thumb_place(row).right() + GAP_PX
    return QRect(left, row.top(), row.right() - 10 - left, row.height())
