"""Every action and its keys: to look up, to search, to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from ui.actions.registry import PORTABLE
from ui.actions.table import BY_ID, ROWS
from ui.dialogs.parts import button, column, prepare, words
from ui.disabled_reason import allow

if TYPE_CHECKING:
    from ui.actions.registry import KeyBindings

ID = Qt.ItemDataRole.UserRole


class ShortcutsDialog(QDialog):
    """The searchable list. What is chosen is used at once and kept."""

    def __init__(self, keys: KeyBindings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        prepare(self, self.tr("Keys"), QSize(640, 620))
        self._keys = keys
        self._make_list()
        self._make_edit()
        self._lay_out()
        self.fill()

    def fill(self) -> None:
        """Show the keys as they are now; the choice and the search stay."""
        chosen = self.chosen()
        self.list.clear()
        for row in ROWS:
            item = QTreeWidgetItem([row.plain_words.rstrip("…"), self._keys.shown(row.id)])
            item.setData(0, ID, row.id)
            item.setToolTip(0, row.tip_words)
            self.list.addTopLevelItem(item)
            if row.id == chosen:
                self.list.setCurrentItem(item)
        self.search(self.field.text())

    def search(self, text: str) -> None:
        """Show what has these words in its name or its keys."""
        wanted = text.casefold().split()
        for item in self._items():
            told = f"{item.text(0)} {item.text(1)}".casefold()
            item.setHidden(not all(word in told for word in wanted))

    def chosen(self) -> str | None:
        """The id of the action that is selected."""
        item = self.list.currentItem()
        return item.data(0, ID) if item else None

    def choose(self, sequence: QKeySequence) -> None:
        """Give the chosen action this key; whoever had it is told."""
        identity = self.chosen()
        if identity is None:
            return
        key = sequence.toString(PORTABLE)
        holder = self._keys.holder(key, identity) if key else None
        self._keys.choose(identity, (key,) if key else ())
        self._say_taken(holder)
        self.fill()

    def _say_taken(self, holder: str | None) -> None:
        text = self.tr("Taken from “{action}”.").format(action=BY_ID[holder].plain_words) if holder else ""
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def _make_list(self) -> None:
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search an action or a key"))
        self.field.setAccessibleName(self.tr("Search an action or a key"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.search)
        self.list = QTreeWidget()
        self.list.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.list.setAccessibleName(self.tr("Actions and their keys"))
        self.list.setRootIsDecorated(False)
        self.list.setWordWrap(True)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionsMovable(False)
        self.list.currentItemChanged.connect(self._offer)

    def _make_edit(self) -> None:
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName(self.tr("New key"))
        self.edit.editingFinished.connect(self._typed)
        self.clear = button(self.tr("No key"), lambda: self.choose(QKeySequence()))
        self.reset = button(self.tr("Default"), self._reset)
        self.told = words("", "warn")
        self.told.hide()

    def _lay_out(self) -> None:
        whole = column(self)
        whole.addWidget(self.field)
        whole.addWidget(self.list, 1)
        whole.addWidget(self.told)
        row = QHBoxLayout()
        row.addWidget(words(self.tr("New key:"), "quiet"))
        row.addWidget(self.edit, 1)
        row.addWidget(self.clear)
        row.addWidget(self.reset)
        whole.addLayout(row)
        last = QHBoxLayout()
        last.addWidget(button(self.tr("All defaults"), self._reset_all, "link"))
        last.addStretch(1)
        last.addWidget(button(self.tr("Close"), self.close))
        whole.addLayout(last)
        self._offer()

    def _offer(self, *_: object) -> None:
        """The chosen action's key, ready to be changed."""
        identity = self.chosen()
        reason = "" if identity else self.tr("Choose an action in the list first.")
        for control in (self.edit, self.clear, self.reset):
            allow(control, reason)
        keys = self._keys.of(identity) if identity else ()
        self.edit.setKeySequence(QKeySequence.fromString(keys[0] if keys else "", PORTABLE))

    def _typed(self) -> None:
        identity, sequence = self.chosen(), self.edit.keySequence()
        if identity and sequence.toString(PORTABLE) not in ("", *self._keys.of(identity)):
            self.choose(sequence)

    def _reset(self) -> None:
        if identity := self.chosen():
            self._keys.reset(identity)
            self.fill()

    def _reset_all(self) -> None:
        self._keys.reset()
        self.fill()

    def _items(self) -> list[QTreeWidgetItem]:
        found = (self.list.topLevelItem(n) for n in range(self.list.topLevelItemCount()))
        return [item for item in found if item is not None]
