"""Format, depth and quality of what is written, with the rest of the choices of saving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from core.errors import UsageError
from ui.docks.choices import choices
from ui.reasons import allow
from ui.save import LOSSY, TEMPLATE, WRITTEN, SaveChoice, named

if TYPE_CHECKING:
    from core.image.picture import Depth

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
            named(self.name.text(), "photo", 4, ".png")
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
