"""Format, depth and quality of what is written, with the rest of the choices of saving."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QWidget,
)

from core.errors import UsageError
from core.request import SEED_LIMIT
from ui.disabled_reason import allow
from ui.output import LOSSY, TEMPLATE, WRITTEN, SaveChoice, target_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from core.image.picture import Depth
    from ui.model.scene import Scene


# A box of choices as every panel has it: named, and never wider than its panel.

LEAST_LETTERS = 6


def choices(
    name: str, rows: Iterable[tuple[str, Any]], changed: Callable[[], object] | None = None
) -> QComboBox:
    """`rows` are (words, value); `changed` is called when another one stands there."""
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    made.setMinimumContentsLength(LEAST_LETTERS)
    for text, value in rows:
        made.addItem(text, value)
    if changed is not None:
        made.currentIndexChanged.connect(lambda _: changed())
    return made


DEFAULT_QUALITY = 95
_SAME = ""


class OutputPanel(QWidget):
    """A `SaveChoice` as controls; `changed` whenever it is another. With `whole` also metadata, place and name."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, whole: bool = False) -> None:
        super().__init__(parent)
        self.format = choices(
            self.tr("Output format"), [(self.tr("As the source"), _SAME), *_formats()], self._changed
        )
        depths: list[tuple[str, Any]] = [
            (self.tr("As the source"), None),
            (self.tr("8 bit"), 8),
            (self.tr("16 bit"), 16),
            (self.tr("Floating point"), "float"),
        ]
        self.bits = choices(self.tr("Bits per channel"), depths, self._changed)
        self.quality = QSpinBox()
        self.quality.setRange(1, 100)
        self.quality.setValue(DEFAULT_QUALITY)
        self.quality.setAccessibleName(self.tr("Quality"))
        self.quality.setToolTip(self.tr("For JPEG, WebP and AVIF: 100 is the best and largest."))
        self.quality.valueChanged.connect(self._changed)
        self.metadata = self._check(self.tr("Keep the camera's data"), on=True)
        self.place = self._check(self.tr("Remove the place"), on=False)
        self.name = QLineEdit(TEMPLATE)
        self.name.setAccessibleName(self.tr("Name of the file"))
        self.name.setToolTip(self.tr("{name} is the picture's name, {scale} the factor, {ext} the ending."))
        self.name.textChanged.connect(self._changed)
        self._lay_out(whole)
        self._explain()

    @property
    def choice(self) -> SaveChoice:
        """What is chosen; a name that makes no file is left at the default."""
        suffix = self.format.currentData()
        depth: Depth | None = self.bits.currentData()
        quality = self.quality.value() if self.quality.isEnabled() and suffix else None
        template = self.name.text() if not self.fault() else TEMPLATE
        return SaveChoice(
            suffix, depth, quality, self.metadata.isChecked(), not self.place.isChecked(), template
        )

    def show_choice(self, choice: SaveChoice) -> None:
        """Show this."""
        before = self.blockSignals(True)
        self.format.setCurrentIndex(max(0, self.format.findData(choice.suffix)))
        self.bits.setCurrentIndex(max(0, self.bits.findData(choice.depth)))
        self.quality.setValue(choice.quality or DEFAULT_QUALITY)
        self.metadata.setChecked(choice.metadata)
        self.place.setChecked(not choice.location)
        self.name.setText(choice.template)
        self.blockSignals(before)
        self._changed()

    def fault(self) -> str:
        """What is wrong with the name; empty where nothing is."""
        try:
            target_name(self.name.text(), "photo", 4, ".png")
        except UsageError as error:
            return f"{error} {error.advice}"
        return ""

    def _check(self, text: str, *, on: bool) -> QCheckBox:
        made = QCheckBox(text)
        made.setAccessibleName(text)
        made.setChecked(on)
        made.toggled.connect(self._changed)
        return made

    def _lay_out(self, whole: bool) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Output"), self.format)
        form.addRow(self.tr("Depth"), self.bits)
        form.addRow(self.tr("Quality"), self.quality)
        extras = (self.metadata, self.place, self.name)
        if whole:
            form.addRow("", self.metadata)
            form.addRow("", self.place)
            form.addRow(self.tr("Name"), self.name)
            return
        for widget in extras:
            widget.setParent(self)
            widget.hide()

    def _changed(self) -> None:
        self._explain()
        self.changed.emit()

    def _explain(self) -> None:
        suffix = self.format.currentData()
        row = next((row for row in WRITTEN if suffix in row.suffixes), None)
        plain = self.tr("This format keeps every pixel as it is: there is no quality to choose.")
        allow(self.quality, plain if row is not None and row.name not in LOSSY else "")
        only = row is not None and len(row.depths) == 1
        allow(
            self.bits,
            self.tr("{name} has only 8 bits per channel.").format(name=row.name.upper())
            if only and row
            else "",
        )
        allow(
            self.place,
            ""
            if self.metadata.isChecked()
            else self.tr("Without the camera's data there is no place either."),
        )
        self.name.setProperty("danger", bool(self.fault()))


def _formats() -> list[tuple[str, str]]:
    return [(row.name.upper(), row.suffixes[0]) for row in WRITTEN]


# What is rarely needed: seed, tile, precision, method.


def seamless_box() -> QCheckBox:
    """For textures that are laid beside themselves."""
    made = QCheckBox(QCoreApplication.translate("MorePanel", "Seamless texture"))
    made.setAccessibleName(made.text())
    made.setToolTip(
        QCoreApplication.translate(
            "MorePanel",
            "The picture goes on at its other side, and so does the enlarged one: no border shows.",
        )
    )
    return made


class MorePanel(QWidget):
    """`dialChosen` gives what the scene keeps (seed, method); `options` what only the run is told."""

    dialChosen = Signal(str, object)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seedless: tuple[str, ...] = ()
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
        self.seamless = seamless_box()
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
        if self.seamless.isChecked():
            told["seamless"] = True
        return told

    def offer(self, methods: list[str], seedless: Sequence[str] = ()) -> None:
        """The ways to upscale that the engine has; `seedless` are those that no seed makes another version of."""
        self._seedless = tuple(seedless)
        chosen = self.method.currentData()
        self.method.clear()
        for name in methods or ["compact"]:
            self.method.addItem(name, name)
        self._show_method(chosen or "compact")

    def show_scene(self, scene: Scene | None) -> None:
        """Show seed and method."""
        none = "" if scene is not None else self.tr("Open a picture first.")
        allow(self.method, none)
        one = self.tr("This model has no seed: it makes one version of a picture.")
        for control in (self.seed, self.dice):
            allow(control, one if scene is not None and scene.method in self._seedless else none)
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
        form.addRow(self.seamless)
