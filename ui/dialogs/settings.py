"""The settings, made from their rows. What is chosen is used at once; nothing needs a new start."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from ui.dialogs.parts import button, column, heading, prepare, words
from ui.layouts import Scrolled
from ui.settings import SETTINGS

if TYPE_CHECKING:
    from ui.settings import Setting, Settings


def row_words(text: str) -> str:
    """Words of the rows in the user's language."""
    return QCoreApplication.translate("Settings", text) if text else ""


class SettingsDialog(QDialog):
    """One column, a heading for each page of the rows."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        prepare(self, self.tr("Settings"), QSize(560, 640))
        self._settings = settings
        self.controls: dict[str, QWidget] = {}
        inner = QWidget()
        inner.setAccessibleName(self.tr("Settings"))
        page = column(inner)
        for name in dict.fromkeys(row.page for row in SETTINGS if row.page):
            page.addWidget(heading(row_words(name), 1.15))
            page.addLayout(self._form([row for row in SETTINGS if row.page == name]))
            page.addSpacing(12)
        page.addStretch(1)
        self._lay_out(inner)

    def _lay_out(self, inner: QWidget) -> None:
        whole = column(self, 8)
        whole.addWidget(Scrolled(inner, self.tr("Settings")), 1)
        row = QHBoxLayout()
        row.addWidget(words(str(self._settings.path), "quiet"), 1)
        row.addWidget(button(self.tr("Close"), self.close))
        whole.addLayout(row)

    def _form(self, rows: list[Setting]) -> QFormLayout:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setVerticalSpacing(9)
        for row in rows:
            control = self._control(row)
            control.setAccessibleName(row_words(row.text))
            control.setToolTip(row_words(row.tip))
            self.controls[row.key] = control
            if isinstance(control, QCheckBox):
                form.addRow(control)
            else:
                label = QLabel(row_words(row.text))
                label.setBuddy(control)
                form.addRow(label, control)
        return form

    def _control(self, row: Setting) -> QWidget:
        take = partial(self._settings.set, row.key)
        value = self._settings[row.key]
        if row.choices:
            return self._combo(row, value)
        if isinstance(row.default, bool):
            check = QCheckBox(row_words(row.text))
            check.setChecked(value)
            check.toggled.connect(take)
            return check
        if isinstance(row.default, int):
            spin = QSpinBox()
            spin.setRange(*row.limits)
            spin.setSuffix(row.unit)
            spin.setSpecialValueText(row_words(row.none))
            spin.setSingleStep(5)
            spin.setKeyboardTracking(False)
            spin.setValue(value)
            spin.valueChanged.connect(take)
            return spin
        line = QLineEdit(value)
        line.editingFinished.connect(lambda: take(line.text().strip() or str(row.default)))
        return line

    def _combo(self, row: Setting, value: str) -> QComboBox:
        combo = QComboBox()
        for choice, text in row.choices:
            combo.addItem(row_words(text), choice)
        combo.setCurrentIndex(combo.findData(value))
        combo.activated.connect(lambda at: self._settings.set(row.key, combo.itemData(at)))
        return combo
