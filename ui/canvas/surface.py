"""The surface: paints the panes of a picture and everything over them. Nobody is answered here."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.geometry import Box, Size
from ui import palette
from ui.canvas import camera, decorations
from ui.canvas.camera import Camera
from ui.canvas.decorations import Ants, Badges, Pointing, TimedWords, swatch
from ui.canvas.layers import COLOUR, Layers
from ui.canvas.stage import CanvasStage
from ui.canvas.tiles import Deadline
from ui.model.pixels import facts
from ui.tools.toolbox import toolbox

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from ui.canvas.camera import Pane
    from ui.model.pixels import SourceView
    from ui.model.scene import Scene
    from ui.tools.tool import Tool


# The canvas without a picture: what to do next, as buttons.


class Empty(QWidget):
    """Drop, paste, open, or try the sample; while a picture is read, its name instead."""

    openWanted = Signal()  # noqa: N815  (Qt's manner)
    sampleWanted = Signal()  # noqa: N815

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(QCoreApplication.translate("canvas", "No picture"))
        self._words = QLabel(self)
        self._words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._open = self._button(QCoreApplication.translate("canvas", "Open…"), self.openWanted)
        self._sample = self._button(QCoreApplication.translate("canvas", "Try the sample"), self.sampleWanted)
        self._sample.setFlat(True)
        self._formats = QLabel("PNG, JPEG, TIFF, WebP, AVIF, HEIC", self)
        self._formats.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        for widget in (self._words, self._open, self._formats, self._sample):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        self.set_opening("")

    def set_opening(self, title: str) -> None:
        """The name of the picture that is being read; empty where none is."""
        if title:
            self._words.setText(QCoreApplication.translate("canvas", "Opening {}…").format(title))
        else:
            self._words.setText(
                QCoreApplication.translate("canvas", "Drop a picture here, paste it (Ctrl+V),\nor open one.")
            )
        for widget in (self._open, self._sample, self._formats):
            widget.setVisible(not title)

    def set_ink(self, colour: str) -> None:
        """The words' colour, for the surround that the canvas has."""
        self._words.setStyleSheet(f"color: {colour}; font-size: 16pt; background: transparent;")
        self._formats.setStyleSheet(f"color: {colour}; background: transparent;")
        self._sample.setStyleSheet(f"color: {colour}; text-decoration: underline; min-height: 28px;")

    def _button(self, words: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(words, self)
        button.setAccessibleName(words)
        button.setMinimumSize(140, 36)
        button.clicked.connect(lambda: signal.emit())  # noqa: PLW0108  (a signal's emit takes no "checked")
        return button


# The legend: five steps with colour, hatch, sign and word, in the canvas' lower left corner.

WIDTH_PX = 160
_SWATCH = QSize(30, 16)
_STYLE = """
#legend { background: rgba(24, 24, 26, 215); border: 1px solid rgba(255, 255, 255, 60); border-radius: 8px; }
#legend QLabel { color: white; background: transparent; }
#legend QToolButton { color: white; background: transparent; border: none; border-radius: 4px; }
#legend QToolButton:hover, #legend QToolButton:focus { background: rgba(255, 255, 255, 60); }
"""


class Legend(QFrame):
    """Five rows and a way to close it; it comes back with the overlay."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self.setStyleSheet(_STYLE)
        self.setAccessibleName(QCoreApplication.translate("canvas", "Legend of priorities"))
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(10, 6, 6, 8)
        self._layout.setVerticalSpacing(3)
        self._layout.setColumnStretch(1, 1)
        self._head()
        for row, step in enumerate(sorted(palette.COLOURS), 1):
            self._row(row, step)
        self.setMinimumWidth(WIDTH_PX)
        self.adjustSize()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Larger text needs more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self.adjustSize)

    def _head(self) -> None:
        title = QLabel(QCoreApplication.translate("canvas", "May invent"), self)
        close = QToolButton(self)
        close.setIcon(QIcon(_cross()))
        close.setFixedSize(24, 24)
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        words = QCoreApplication.translate("canvas", "Close the legend")
        close.setAccessibleName(words)
        close.setToolTip(words)
        close.clicked.connect(self.closed)
        self._layout.addWidget(title, 0, 0, 1, 2)
        self._layout.addWidget(close, 0, 2)

    def _row(self, row: int, step: int) -> None:
        mark, words = QLabel(self), QLabel(palette.sign_text(step), self)
        mark.setPixmap(swatch(step, _SWATCH.width(), _SWATCH.height(), self.devicePixelRatioF()))
        mark.setAccessibleName(palette.name(step))
        self._layout.addWidget(mark, row, 0)
        self._layout.addWidget(words, row, 1, 1, 2)


def _cross() -> QPixmap:
    pixmap = QPixmap(24, 24)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawLine(8, 8, 16, 16)
    painter.drawLine(16, 8, 8, 16)
    painter.end()
    return pixmap


SURROUNDS = {"dark": ("#3a3a3a", "#e8e8e8"), "light": ("#cfcfcf", "#202020")}
_TICK_MS = 60


class Surface(QWidget):
    """A widget that shows a stage; what it shows is set by the classes built on it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera, self.stack, self.pointing = Camera(self), Layers(), Pointing()
        self.stage = CanvasStage(self.camera, self.stack, self)
        self.tools = toolbox(self.stage)
        self.tool: Tool = self.tools["objects"]
        self._badges, self._ants = Badges(), Ants(self.camera)
        self._compare, self._split, self._held = camera.OFF, 0.5, False
        self._quiet = self._legend_closed = self._all_shown = False
        self._surround = "dark"
        self._said: TimedWords | None = None
        self._empty, self._legend = Empty(self), Legend(self)
        self._legend.hide()
        self.settled = True
        self._more = QTimer(
            self, singleShot=True, interval=0
        )  # after mouse and keys, where tiles are missing
        self._more.timeout.connect(self.update)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self.camera.changed.connect(self.update)
        self.stage.dirty.connect(self._redraw)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(200, 150)
        self.setAccessibleName(QCoreApplication.translate("canvas", "Picture"))

    @property
    def scene(self) -> Scene | None:
        """The document's."""
        return self.stage.scene

    @property
    def source(self) -> SourceView | None:
        """The document's picture."""
        return self.stage.document.source if self.stage.document else None

    def _redraw(self, rect: QRectF) -> None:
        """Of one view's pixels; two stand side by side."""
        if rect.isEmpty() or self._compare == camera.SIDE:
            self.update()
        else:
            self.update(rect.toAlignedRect())

    def _resize_pane(self) -> None:
        self.camera.set_pane(camera.pane_size(self.screen_size(), self._compare), self.devicePixelRatioF())

    def screen_size(self) -> Size:
        """Of the canvas, in screen pixels."""
        ratio = self.devicePixelRatioF()
        return Size(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))

    def panes(self) -> list[Pane]:
        """From left to right."""
        return [*camera.panes(self.screen_size(), self._compare, self._split, held=self._held)]

    def priorities_shown(self) -> bool:
        """Not while comparing, holding the original, or dragging a priority."""
        busy = self._quiet or self._held or self.stage.alone or self.stack.shows_added
        return not busy and self._compare == camera.OFF

    def _furnish(self) -> None:
        """The legend where the overlay is and regions are."""
        scene = self.scene
        wanted = self.priorities_shown() and self.stack.mode == COLOUR and not self._legend_closed
        self._legend.setVisible(bool(wanted and scene and len(scene.regions)))
        self._legend.move(10, self.height() - self._legend.height() - 10)

    def _run_tick(self) -> None:
        """Something moves: the selected outline, the spinner, or words that are to go."""
        moves = self._said is not None or self.tool.waiting_since_s is not None
        moves = moves or (self._ants_shown() and not self._ants.still)
        if moves and not self._tick.isActive():
            self._tick.start()
        elif not moves:
            self._tick.stop()

    def _ants_shown(self) -> bool:
        scene = self.scene
        chosen = scene.region if scene else None
        shown = self.priorities_shown() and self.stack.mode == COLOUR and not self.stage.working
        return bool(chosen and chosen.visible and shown)

    def _on_tick(self) -> None:
        if self._said and time.monotonic() > self._said.until_s:
            self._said = None
            self.update()
        if self._ants_shown():
            for rect in self._ants.step():
                self.update(rect)
        if self.tool.waiting_since_s is not None:
            self.update()
        self._run_tick()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """The panes in screen pixels, then everything over them in the canvas' own."""
        painter = QPainter(self)
        dirty = event.rect()
        painter.fillRect(dirty, QColor(SURROUNDS[self._surround][0]))
        if self.source is not None and self.scene is not None:
            deadline = Deadline()
            ratio = self.devicePixelRatioF()
            self._paint_panes(painter, _screen_box(dirty, ratio), ratio, deadline)
            self._paint_over(painter, deadline)
            self.settled = not deadline.missed
            if deadline.missed:
                self._more.start()
        painter.end()

    def _paint_panes(self, painter: QPainter, dirty: Box, ratio: float, deadline: Deadline) -> None:
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        for pane in self.panes():
            part = pane.clip.intersect(dirty)
            if part.empty:
                continue
            painter.save()
            painter.setClipRect(part.x, part.y, part.width, part.height)
            painter.translate(pane.left, 0)
            self._paint_pane(painter, part.moved(-pane.left, 0), deadline, before=pane.before)
            painter.restore()
        painter.restore()

    def _paint_pane(self, painter: QPainter, dirty: Box, deadline: Deadline, *, before: bool) -> None:
        view = self.camera.view
        self.stack.overlay.grain = max(1, round(self.camera.ratio))
        self.stack.paint(painter, view, dirty, deadline, before=before, priorities=self.priorities_shown())
        scene = self.scene
        if scene and scene.region and self._ants_shown():
            self._ants.paint(painter, scene.region, view)

    def _paint_over(self, painter: QPainter, deadline: Deadline) -> None:
        room, scene = QRectF(self.rect()), self.scene
        painter.setFont(self.font())
        if self.priorities_shown() and self.stack.mode == COLOUR and scene and not self.stage.working:
            self._badges.paint(painter, self.stage, scene, room)
        self._paint_comparison(painter, room, deadline)
        painter.save()
        self.tool.paint(painter)
        if self._all_shown and self.tool is not self.tools["objects"]:
            self.tools["objects"].paint(painter)
        painter.restore()
        if self.pointing.cross:
            decorations.crosshair(painter, self.camera, *self.pointing.cross)
        if self.tool.waiting_since_s is not None:
            decorations.spinner(painter, self.pointing.place, self.tool.waiting_since_s)
            self._run_tick()
        if self._said:
            decorations.words(painter, self._said, room)
        decorations.foot(painter, room, self._foot_words())
        if self.hasFocus() and self.pointing.by_key:
            decorations.focus_ring(painter, room)

    def _paint_comparison(self, painter: QPainter, room: QRectF, deadline: Deadline) -> None:
        """The names of both sides, the split line, the loupe."""
        before = decorations.before_words(self.scene.scale if self.scene else 4.0)
        if self._held:
            decorations.label(painter, room, decorations.original_words())
            return
        if self._compare == camera.OFF:
            return
        after = decorations.after_words() if self.stack.has_result else decorations.no_result_words()
        if self._compare == camera.LOUPE:
            decorations.label(painter, room, after)
            self._paint_loupe(painter, before, deadline)
            return
        at = room.width() * (self._split if self._compare == camera.SPLIT else 0.5)
        decorations.label(painter, QRectF(room.left(), room.top(), at, room.height()), before)
        decorations.label(
            painter, QRectF(at, room.top(), room.width() - at, room.height()), after, right=True
        )
        if self._compare == camera.SPLIT:
            decorations.handle(painter, room, at)

    def _paint_loupe(self, painter: QPainter, words: str, deadline: Deadline) -> None:
        place = self.pointing.place
        ratio = self.devicePixelRatioF()
        painter.save()
        painter.setClipPath(decorations.loupe_path(place))
        painter.scale(1 / ratio, 1 / ratio)
        reach = camera.LOUPE_PX * ratio
        around = Box.between(
            round(place.x() * ratio - reach),
            round(place.y() * ratio - reach),
            round(place.x() * ratio + reach),
            round(place.y() * ratio + reach),
        )
        self.stack.paint(painter, self.camera.view, around, deadline, before=True, priorities=False)
        painter.restore()
        decorations.loupe_ring(painter, place, words)

    def _foot_words(self) -> str:
        """451×300 → 1804×1200 · 233 % · 16 bit · Display P3."""
        scene = self.scene
        if scene is None:
            return ""
        target = scene.size.enlarged(scene.scale)
        words = [f"{scene.size} → {target}", f"{self.camera.view.zoom * 100:.0f} %"]
        told = facts(self.source.carried) if self.source else ""
        return "  ·  ".join([*words, told] if told else words)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The view keeps its middle, or stays fitted."""
        super().resizeEvent(event)
        self._empty.setGeometry(self.rect())
        self._resize_pane()
        self._furnish()


def _screen_box(rect: Any, ratio: float) -> Box:
    """A rectangle of the canvas in screen pixels, outward."""
    return Box.between(
        int(rect.left() * ratio),
        int(rect.top() * ratio),
        int(-(-(rect.right() + 1) * ratio // 1)),
        int(-(-(rect.bottom() + 1) * ratio // 1)),
    )
