"""What is rarely needed: seed, tile, precision, method."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QToolButton, QWidget

from core.request import SEED_LIMIT
from ui.docks.choices import choices
from ui.reasons import allow

if TYPE_CHECKING:
    from ui.model.scene import Scene


class MorePanel(QWidget):
    """`dialChosen` gives what the scene keeps (seed, method); `options` what only the run is told."""

    dialChosen = Signal(str, object)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seed = QLineEdit("0")
        self.seed.setAccessibleName(self.tr("Seed"))
        self.seed.setToolTip(self.tr("The same seed invents the same detail."))
        self.seed.editingFinished.connect(self._seed_edited)
        self.dice = QToolButton()
        self.dice.setText("⚄")
        self.dice.setMinimumSize(28, 26)
        self.dice.setAccessibleName(self.tr("Another seed"))
        self.dice.setToolTip(self.tr("Another seed: other detail of the same kind"))
        self.dice.clicked.connect(lambda: self.dialChosen.emit("seed", secrets.randbelow(10**6)))
        tiles = [(self.tr("Automatic"), None), *((f"{side} px", side) for side in (512, 256, 128, 64))]
        self.tile = choices(self.tr("Tile"), tiles)
        self.tile.setToolTip(self.tr("Smaller tiles need less memory; the picture is the same."))
        kinds = [(self.tr("Automatic"), "auto"), (self.tr("Full"), "float32"), (self.tr("Fast"), "bfloat16")]
        self.precision = choices(self.tr("Precision"), kinds)
        self.method = choices(self.tr("Engine"), [("compact", "compact")])
        self.method.activated.connect(lambda: self.dialChosen.emit("method", self.method.currentData()))
        self._lay_out()

    @property
    def options(self) -> dict[str, Any]:
        """Fields of the run's request that no scene keeps; automatic ones are left out."""
        told: dict[str, Any] = {}
        if self.tile.currentData() is not None:
            told["tile_px"] = self.tile.currentData()
        if self.precision.currentData() != "auto":
            told["precision"] = self.precision.currentData()
        return told

    def offer(self, methods: list[str]) -> None:
        """The ways to upscale that the engine has."""
        chosen = self.method.currentData()
        self.method.clear()
        for name in methods or ["compact"]:
            self.method.addItem(name, name)
        self._show_method(chosen or "compact")

    def show_scene(self, scene: Scene | None) -> None:
        """Show seed and method."""
        none = "" if scene is not None else self.tr("Open a picture first.")
        for control in (self.seed, self.dice, self.method):
            allow(control, none)
        if scene is not None:
            self.seed.setText(str(scene.seed))
            self._show_method(scene.method)

    def _show_method(self, name: str) -> None:
        if self.method.findData(name) < 0:
            self.method.addItem(name, name)
        self.method.setCurrentIndex(self.method.findData(name))

    def _seed_edited(self) -> None:
        text = self.seed.text().strip()
        seed = int(text) if text.isdecimal() else -1
        if 0 <= seed <= SEED_LIMIT:
            self.dialChosen.emit("seed", seed)

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(8, 2, 0, 0)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        row = QHBoxLayout()
        row.addWidget(self.seed, 1)
        row.addWidget(self.dice)
        form.addRow(self.tr("Seed"), row)
        form.addRow(self.tr("Tile"), self.tile)
        form.addRow(self.tr("Precision"), self.precision)
        form.addRow(self.tr("Engine"), self.method)
