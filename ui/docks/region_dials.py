"""Priority, feather and growth of the chosen region."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.regions.region import FEATHER_LIMIT_PX
from core.request import PRIORITY_LIMIT
from plugin.bridge.facts import PRIORITY_NAMES
from ui import palette
from ui.disabled_reason import allow, describe
from ui.docks.region_list import REST, draw_swatch
from ui.layouts import stand_tall
from ui.model import scene as scene_edits

if TYPE_CHECKING:
    from ui.actions.registry import KeyBindings
    from ui.docks.region_list import RegionRows
    from ui.model.scene import Scene


# The five-step slider from Faithful to Inventive, in the colours and hatches of the overlay.

FINE = 20
_MARGIN_PX = 12


class PrioritySlider(QSlider):
    """Steps of one by hand and keys; `setPriority` shows any value between. `priorityChosen` when the user moves it."""

    priorityChosen = Signal(float)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        limit = int(PRIORITY_LIMIT * FINE)
        self.setRange(-limit, limit)
        self.setSingleStep(FINE)
        self.setPageStep(FINE)
        self.setAccessibleName(self.tr("Priority"))
        self.setMinimumHeight(40)
        self.actionTriggered.connect(lambda _: self._chosen(self.sliderPosition()))

    @property
    def priority(self) -> float:
        """−2 … +2."""
        return self.value() / FINE

    def setPriority(self, priority: float) -> None:  # noqa: N802
        """Show it without telling anybody."""
        before = self.blockSignals(True)
        self.setValue(round(priority * FINE))
        self.blockSignals(before)
        self.setAccessibleDescription(palette.sign_text(priority))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Wide rather than high."""
        return QSize(220, 40)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The step under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._chosen(self._at(event.position().x()))
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """From step to step."""
        if self.isSliderDown():
            self._chosen(self._at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """The drag is over."""
        del event
        self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        """Five fields and a handle."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.palette()
        edge = colours.color(QPalette.ColorRole.Mid)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        for step in PRIORITY_NAMES:
            draw_swatch(painter, self._field(step), step, edge)
        self._draw_handle(painter, colours)
        painter.end()

    def _field(self, step: int) -> QRectF:
        width = (self.width() - 2 * _MARGIN_PX) / 4
        x = self._x_of(step * FINE)
        return QRectF(x - width / 2 + 2, self.height() / 2 - 6, width - 4, 12).intersected(
            QRectF(1, 0, self.width() - 2, self.height())
        )

    def _draw_handle(self, painter: QPainter, colours: QPalette) -> None:
        x = self._x_of(self.value())
        handle = QRectF(x - 7, self.height() / 2 - 13, 14, 26)
        focused = self.hasFocus()
        role = QPalette.ColorRole.Highlight if focused else QPalette.ColorRole.Text
        painter.setPen(QPen(colours.color(role), 3 if focused else 1))
        painter.setBrush(colours.color(QPalette.ColorRole.Window))
        painter.drawRoundedRect(handle, 5, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.colour(self.priority))
        painter.drawRoundedRect(handle.adjusted(3.5, 3.5, -3.5, -3.5), 2.5, 2.5)

    def _x_of(self, value: int) -> float:
        share = (value - self.minimum()) / (self.maximum() - self.minimum())
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            share = 1 - share
        return _MARGIN_PX + share * (self.width() - 2 * _MARGIN_PX)

    def _at(self, x: float) -> int:
        share = (x - _MARGIN_PX) / max(1, self.width() - 2 * _MARGIN_PX)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            share = 1 - share
        limit = int(PRIORITY_LIMIT)
        return FINE * max(-limit, min(limit, round(share * 2 * limit - limit)))

    def _chosen(self, value: int) -> None:
        value = FINE * round(value / FINE)
        if value != self.value():
            self.setPriority(value / FINE)
            self.priorityChosen.emit(value / FINE)


GROW_SHARE = 0.005


class RegionDials(QWidget):
    """Acts on the row it was shown; `dragging` is told while a dial is being moved."""

    dragging = Signal(bool)

    def __init__(self, rows: RegionRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._name = rows, REST
        self.slider = PrioritySlider()
        self.slider.setToolTip(self._priority_words())
        self.word = QLabel()
        self.fine = self._spin(self.tr("Priority, fine"), -PRIORITY_LIMIT, PRIORITY_LIMIT, 0.05, "")
        self.fine.setDecimals(2)
        self.feather = self._spin(self.tr("Feather"), 0, FEATHER_LIMIT_PX, 1, " px")
        self.feather.setToolTip(self.tr("How wide the soft edge is."))
        self.grow = self._small("+", self.tr("Grow"), 1)
        self.shrink = self._small("−", self.tr("Shrink"), -1)
        self.expander = QToolButton()
        self._lay_out()
        self.slider.priorityChosen.connect(self.set_priority)
        self.slider.sliderPressed.connect(partial(self.dragging.emit, True))
        self.slider.sliderReleased.connect(partial(self.dragging.emit, False))
        self.fine.valueChanged.connect(self.set_priority)
        self.feather.valueChanged.connect(self._set_feather)

    def show_keys(self, keys: KeyBindings) -> None:
        """Name the keys of the five steps."""
        named = [key for key in (keys.first(f"priority.{step}") for step in range(1, 6)) if key]
        words = self._priority_words()
        told = self.tr("Keys: {keys}").format(keys=" ".join(named))
        describe(self.slider, f"{words} {told}" if named else words)

    def set_priority(self, priority: float) -> None:
        """Of the row that is shown."""
        name = self._name
        self._rows.do(
            self.tr("Priority"),
            lambda scene: scene_edits.set_priority(scene, name, priority),
            merge=f"priority-{name}",
        )

    def show_row(self, name: str, scene: Scene | None) -> None:
        """Show the values of a region, or of the rest of the picture."""
        self._name = name
        region = scene.region if scene is not None and name != REST else None
        priority = region.priority if region else scene.regions.rest if scene is not None else 0.0
        self.slider.setPriority(priority)
        self.word.setText(palette.sign_text(priority))
        _quietly(self.fine, priority)
        _quietly(self.feather, region.feather_px if region else 0.0)
        none = "" if scene is not None else self.tr("Open a picture first.")
        for control in (self.slider, self.fine):
            allow(control, none)
        rest = none or ("" if region else self.tr("The rest of the picture has no edge of its own."))
        allow(self.feather, rest)
        locked = region is not None and region.locked
        for control in (self.grow, self.shrink):
            allow(
                control,
                rest or (self.tr("This region is locked. Unlock it to change its shape.") if locked else ""),
            )

    def _priority_words(self) -> str:
        return self.tr(
            "How much new detail the engine may add here. Faithful keeps what is in your picture; "
            "Inventive adds texture that was not there."
        )

    def _set_feather(self, feather_px: float) -> None:
        name = self._name
        if name != REST:
            self._rows.do(
                self.tr("Feather"),
                lambda scene: scene_edits.set_feather(scene, name, feather_px),
                merge=f"feather-{name}",
            )

    def _grow(self, way: int) -> None:
        name = self._name

        def edit(scene: Scene) -> Scene:
            step = max(1.0, GROW_SHARE * min(scene.size.width, scene.size.height))
            return (scene_edits.grow if way > 0 else scene_edits.shrink)(scene, name, step)

        self._rows.do(self.tr("Grow") if way > 0 else self.tr("Shrink"), edit, merge=f"grow-{name}")

    def _spin(self, name: str, least: float, most: float, step: float, unit: str) -> QDoubleSpinBox:
        made = QDoubleSpinBox()
        made.setRange(least, most)
        made.setSingleStep(step)
        made.setSuffix(unit)
        made.setDecimals(1)
        made.setAccessibleName(name)
        made.setKeyboardTracking(False)
        return made

    def _small(self, text: str, name: str, way: int) -> QPushButton:
        made = QPushButton(text)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setFixedWidth(38)
        made.setAutoRepeat(True)
        made.clicked.connect(lambda: self._grow(way))
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(2)
        top = QHBoxLayout()
        title = QLabel(self.tr("Priority"))
        title.setProperty("quiet", True)
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self.word)
        column.addLayout(top)
        column.addWidget(self.slider)
        ends = QHBoxLayout()
        for step in (-2, 2):
            end = QLabel(palette.name(step))
            end.setProperty("quiet", True)
            ends.addWidget(end)
            if step < 0:
                ends.addStretch(1)
        column.addLayout(ends)
        column.addWidget(self._make_expander())
        column.addWidget(self._make_fine())

    def _make_expander(self) -> QToolButton:
        made = self.expander
        made.setText("▸ " + self.tr("Edge and fine value"))
        made.setCheckable(True)
        made.setAccessibleName(self.tr("Edge and fine value"))
        made.setToolTip(self.tr("Feather, grow, shrink, and any priority between the steps"))
        made.setMinimumHeight(26)
        stand_tall(made)
        made.setStyleSheet("QToolButton:checked { background: transparent; color: palette(text); }")
        return made

    def _make_fine(self) -> QWidget:
        made = QWidget()
        form = QFormLayout(made)
        form.setContentsMargins(8, 2, 0, 0)
        growing = QHBoxLayout()
        growing.addWidget(self.shrink)
        growing.addWidget(self.grow)
        growing.addStretch(1)
        form.addRow(self.tr("Fine value"), self.fine)
        form.addRow(self.tr("Feather"), self.feather)
        form.addRow(self.tr("Grow, shrink"), growing)
        made.hide()
        self.expander.toggled.connect(made.setVisible)
        self.expander.toggled.connect(self._turn)
        return made

    def _turn(self, open_: bool) -> None:
        self.expander.setText(("▾ " if open_ else "▸ ") + self.tr("Edge and fine value"))


def _quietly(spin: QDoubleSpinBox, value: float) -> None:
    before = spin.blockSignals(True)
    spin.setValue(value)
    spin.blockSignals(before)
