"""The regions as rows of a list, the upper one first, the rest of the picture always last."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QIcon, QImage, QMouseEvent, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QWidget,
)

from core.errors import SemanticUpscaleError
from core.geometry import Box
from ui import palette
from ui.docks import words
from ui.model import scene as scene_edits
from ui.palette import Hatch
from ui.qt import image_from_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtCore import QAbstractItemModel

    from core.regions.region import Region
    from ui.engine.client import EngineLink
    from ui.engine.questions import PreviewSpot
    from ui.model.document import Document
    from ui.model.scene import Scene

    Index = QModelIndex | QPersistentModelIndex


MIME = "application/x-semantic-upscale-region"
REST = "rest"
THUMB = 48
REGION_ROLE = Qt.ItemDataRole.UserRole + 1
PRIORITY_ROLE = REGION_ROLE + 1
ADDED_ROLE = REGION_ROLE + 2
THUMB_ROLE = REGION_ROLE + 3
_PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class RegionRows(QAbstractListModel):
    """Follows the document. A change of order by dropping, or of name by editing, is a verb of the document."""

    refused = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._added: Mapping[str, float] = {}
        self._thumbs: dict[int, tuple[Any, QImage]] = {}
        self._scene: Scene | None = None
        document.sceneChanged.connect(self._changed)
        document.pictureChanged.connect(self._thumbs.clear)
        self._changed(None, document.scene)

    @property
    def regions(self) -> Sequence[Region]:
        """In their order."""
        return self._scene.regions.regions if self._scene else ()

    def region(self, row: int) -> Region | None:
        """The region of a row; None for the rest of the picture."""
        return self.regions[row] if 0 <= row < len(self.regions) else None

    def name_of(self, row: int) -> str:
        """The id of a row's region, or the word for the rest."""
        region = self.region(row)
        return region.id if region else REST

    def row_of(self, identity: str | None) -> int:
        """Where a region is; −1 where nothing is chosen."""
        return next((row for row, region in enumerate(self.regions) if region.id == identity), -1)

    def show_added(self, shares: Mapping[str, float]) -> None:
        """How much was invented, 0 … 1, by the id of each region and the word for the rest."""
        self._added = shares
        self._all_changed()

    def do(self, verb: str, edit: Callable[[Scene], Scene], merge: str = "") -> None:
        """Apply a verb; one that refuses is told by `refused`."""
        if self._document.scene is not None:
            try:
                self._document.apply(verb, edit(self._document.scene), merge)
            except SemanticUpscaleError as error:
                self.refused.emit(error)

    def words(self, row: int) -> str:
        """What is read aloud: “Region Face 1, −2 Faithful, locked, visible”."""
        region = self.region(row)
        if region is None:
            rest = self._scene.regions.rest if self._scene else 0.0
            return self.tr("Rest of the picture, {priority}").format(priority=palette.sign_text(rest))
        parts = [
            self.tr("Region {name}").format(name=region.title),
            palette.sign_text(region.priority),
            self.tr("locked") if region.locked else self.tr("not locked"),
            self.tr("visible") if region.visible else self.tr("hidden"),
        ]
        return ", ".join(parts)

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """The regions and the rest; nothing without a picture."""
        return 0 if parent.isValid() or self._scene is None else len(self.regions) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """By role."""
        if not index.isValid() or self._scene is None:
            return None
        region = self.region(index.row())
        title = region.title if region else REST
        answers = {
            Qt.ItemDataRole.DisplayRole: lambda: region.title if region else self.tr("Rest of the picture"),
            Qt.ItemDataRole.EditRole: lambda: title,
            Qt.ItemDataRole.AccessibleTextRole: lambda: self.words(index.row()),
            PRIORITY_ROLE: lambda: region.priority if region else rest,
            REGION_ROLE: lambda: region,
            ADDED_ROLE: lambda: self._added.get(self.name_of(index.row())),
            THUMB_ROLE: lambda: self._thumb(region) if region else None,
        }
        rest = self._scene.regions.rest
        return answers[role]() if role in answers else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Another name."""
        region = self.region(index.row())
        if region is None or role != Qt.ItemDataRole.EditRole or not str(value).strip():
            return False
        self.do(self.tr("Rename"), lambda scene: scene_edits.rename(scene, region.id, str(value)))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The rest can neither be dragged nor renamed."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        if self.region(index.row()) is None:
            return _PLAIN
        return _PLAIN | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        """Rows are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """Only rows of our own."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """The id of the row that is dragged."""
        made = QMimeData()
        made.setData(MIME, self.name_of(indexes[0].row()).encode())
        return made

    def dropMimeData(  # noqa: N802
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Another place; below the rest means above it."""
        del action, column
        identity = bytes(data.data(MIME).data()).decode()
        at = self.row_of(identity)
        to = row if row >= 0 else parent.row() if parent.isValid() else len(self.regions)
        if at < 0:
            return False
        to = min(to - (to > at), len(self.regions) - 1)
        self.do(self.tr("Reorder"), lambda scene: scene_edits.reorder(scene, identity, to))
        return False  # the document has moved it already; Qt need not remove the old row

    # following the document

    def _changed(self, old: Scene | None, new: Scene | None) -> None:
        ids = [region.id for region in old.regions] if old else None
        self_ids = [region.id for region in self.regions] if self._scene else None
        new_ids = [region.id for region in new.regions] if new else None
        if ids == new_ids == self_ids:
            self._scene = new
            self._all_changed()
            return
        self.beginResetModel()
        self._scene = new
        self.endResetModel()

    def _all_changed(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def _thumb(self, region: Region) -> QImage | None:
        source = self._document.source
        if source is None or region.mask.empty:
            return None
        key = id(region.mask)
        if key not in self._thumbs or self._thumbs[key][0] is not region.mask:
            if len(self._thumbs) > 4 * len(self.regions) + 64:
                self._thumbs.clear()
            self._thumbs[key] = (region.mask, image_from_array(thumb_of(source, region.mask.box)))
        return self._thumbs[key][1]


def thumb_of(source: Any, box: Box, side_px: int = THUMB) -> np.ndarray:
    """(h, w, 4) uint8: a square view around a box of the source, from the smallest level that is sharp enough."""
    side = max(box.width, box.height, 8)
    around = Box(box.x - (side - box.width) // 2, box.y - (side - box.height) // 2, side, side)
    around = around.intersect(Box.of(source.size))
    level = max(0, min(source.levels - 1, int(np.log2(max(1.0, side / side_px)))))
    size, share = source.level_size(level), 2**level
    place = Box.between(
        around.x // share, around.y // share, -(-around.right // share), -(-around.bottom // share)
    ).intersect(Box.of(size))
    pixels = source.pixels(level, place)
    scale = side_px / max(pixels.shape[:2])
    wide, high = (max(1, round(length * scale)) for length in pixels.shape[1::-1])
    return cv2.resize(np.ascontiguousarray(pixels), (wide, high), interpolation=cv2.INTER_AREA)


# Small signs of the panels, drawn in the colour of the text.

_SPACING_PX = {Hatch.LINES_DENSE: 3.0, Hatch.LINES: 5.0, Hatch.DOTS: 5.5, Hatch.DOTS_DENSE: 3.5}


def _pen(colour: QColor, width: float = 1.6) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def draw_eye(painter: QPainter, place: QRectF, colour: QColor, *, open_: bool) -> None:
    """An eye; closed it has a stroke through it."""
    centre = place.center()
    lid = QPainterPath(QPointF(centre.x() - 8, centre.y()))
    lid.quadTo(QPointF(centre.x(), centre.y() - 9), QPointF(centre.x() + 8, centre.y()))
    lid.quadTo(QPointF(centre.x(), centre.y() + 9), QPointF(centre.x() - 8, centre.y()))
    painter.setPen(_pen(colour))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(lid)
    if open_:
        painter.setBrush(colour)
        painter.drawEllipse(centre, 2.2, 2.2)
    else:
        painter.drawLine(centre + QPointF(-7, 7), centre + QPointF(7, -7))


def draw_lock(painter: QPainter, place: QRectF, colour: QColor, *, locked: bool) -> None:
    """A padlock; open its bow stands aside."""
    centre = place.center()
    body = QRectF(centre.x() - 6, centre.y() - 1, 12, 9)
    bow = QRectF(centre.x() - (4 if locked else 8), centre.y() - 8, 8, 13)
    painter.setPen(_pen(colour))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(bow, 0, 180 * 16)
    painter.setBrush(colour if locked else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(body, 2, 2)


def draw_swatch(painter: QPainter, place: QRectF, priority: float, edge: QColor) -> None:
    """The colour and the hatch of a priority, so that colour never stands alone."""
    painter.setPen(_pen(edge, 1))
    painter.setBrush(palette.colour(priority))
    painter.drawRoundedRect(place, 4, 4)
    painter.save()
    painter.setClipRect(place.adjusted(1.5, 1.5, -1.5, -1.5))
    _draw_hatch(painter, place, palette.hatch(priority))
    painter.restore()


def _draw_hatch(painter: QPainter, place: QRectF, hatch: Hatch) -> None:
    if hatch is Hatch.NONE:
        return
    step, light = _SPACING_PX[hatch], QColor(255, 255, 255, 225)
    painter.setPen(_pen(light, 1.1))
    painter.setBrush(light)
    y = place.top() + step
    while y < place.bottom():
        if hatch in (Hatch.LINES, Hatch.LINES_DENSE):
            painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))
        else:
            _draw_dots(painter, place, y, step)
        y += step


def _draw_dots(painter: QPainter, place: QRectF, y: float, step: float) -> None:
    x = place.left() + step
    while x < place.right():
        painter.drawEllipse(QPointF(x, y), 0.55, 0.55)
        x += step


def swatch(priority: float, size: QSize, edge: QColor) -> QPixmap:
    """The same as a pixmap."""
    made = QPixmap(size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_swatch(painter, QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), priority, edge)
    painter.end()
    return made


# How a row of the list of regions looks, and where in it a click does something.

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


# The last six spots that were previewed, each with its settings, to compare.

KEPT = 6
SIDE_PX = 84


class SpotButton(QToolButton):
    """A button that tells a double click too."""

    doubled = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Tell it."""
        event.accept()
        self.doubled.emit()


class PreviewStrip(QWidget):
    """`spotChosen` gives the `Spot` to show in its place again; a double click takes its settings back."""

    spotChosen = Signal(object)  # noqa: N815

    def __init__(self, document: Document, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Previewed spots"))
        self._document = document
        self._spots: list[PreviewSpot] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 6, 8, 6)
        self._row.setSpacing(6)
        self.empty = QLabel(self.tr("Previewed spots appear here."))
        self.empty.setProperty("quiet", True)
        self.empty.setAccessibleName(self.empty.text())
        self._row.addWidget(self.empty)
        self._row.addStretch(1)
        self.buttons = [self._button(place) for place in range(KEPT)]
        for place, button in enumerate(self.buttons):
            button.setAccessibleName(self.tr("Spot"))
            self._row.insertWidget(place, button)
        link.previewReady.connect(self._came)
        document.pictureChanged.connect(self.clear)

    @property
    def spots(self) -> tuple[PreviewSpot, ...]:
        """Newest first."""
        return tuple(self._spots)

    def clear(self) -> None:
        """Another picture: none of them fits any more."""
        self._spots.clear()
        self._rebuild()

    def restore(self, spot: PreviewSpot) -> None:
        """Take the settings and regions of a spot back."""
        now, old = self._document.scene, spot.order.scene
        if now is not None and old is not None and old.size == now.size:
            self._document.apply(self.tr("Restore settings"), replace(old, project=now.project))

    def _came(self, box: Any, pixels: Any, spot: PreviewSpot) -> None:
        """Spots that were asked for are kept; those of a drag only pass by."""
        del box, pixels
        if spot.lane == "spot":
            self._spots = [spot, *self._spots][:KEPT]
            self._rebuild()

    def _rebuild(self) -> None:
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(self._spots))
            if place < len(self._spots):
                self._show_spot(button, self._spots[place])
        self.empty.setVisible(not self._spots)

    def _button(self, place: int) -> SpotButton:
        made = SpotButton()
        made.setIconSize(QSize(SIDE_PX, SIDE_PX))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        made.clicked.connect(lambda: self.spotChosen.emit(self._spots[place]))
        made.doubled.connect(lambda: self.restore(self._spots[place]))
        made.hide()
        return made

    def _show_spot(self, button: SpotButton, spot: PreviewSpot) -> None:
        text = words.settings_line(spot.order.options, spot.order.scene)
        step = max(1, min(spot.pixels.shape[:2]) // (2 * SIDE_PX))
        button.setIcon(QIcon(QPixmap.fromImage(image_from_array(spot.pixels[::step, ::step]))))
        button.setAccessibleName(self.tr("Spot: {settings}").format(settings=text))
        hint = self.tr("Click: show it again. Double click: take these settings back.")
        button.setToolTip(f"{text}\n{words.about(spot.seconds)}\n{hint}")
