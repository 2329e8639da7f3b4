"""Priority, feather and growth of the chosen region."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.regions.region import FEATHER_LIMIT_PX
from core.request import PRIORITY_LIMIT
from ui import palette
from ui.docks.priority_slider import PrioritySlider
from ui.docks.region_rows import REST
from ui.layouts import stand_tall
from ui.model import verbs
from ui.reasons import allow, describe

if TYPE_CHECKING:
    from ui.actions.keys import Keys
    from ui.docks.region_rows import RegionRows
    from ui.model.scene import Scene

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

    def show_keys(self, keys: Keys) -> None:
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
            lambda scene: verbs.set_priority(scene, name, priority),
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
                lambda scene: verbs.set_feather(scene, name, feather_px),
                merge=f"feather-{name}",
            )

    def _grow(self, way: int) -> None:
        name = self._name

        def edit(scene: Scene) -> Scene:
            step = max(1.0, GROW_SHARE * min(scene.size.width, scene.size.height))
            return (verbs.grow if way > 0 else verbs.shrink)(scene, name, step)

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
