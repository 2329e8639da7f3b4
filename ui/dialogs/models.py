"""The models there are: what each is, how large, under which licence. Nothing is fetched before a click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from ui.dialogs.parts import button, column, heading, prepare, words
from ui.disabled_reason import allow
from ui.layouts import Scrolled
from ui.output import size_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.engine.client import EngineLink


class ModelsDialog(QDialog):
    """One card for each model of the catalog. Asks the link when shown, and shows what it tells."""

    def __init__(self, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        prepare(self, self.tr("Models"), QSize(620, 640))
        self._link = link
        self.cards: dict[str, ModelCard] = {}
        self._column = QVBoxLayout()
        self._column.setSpacing(10)
        self.told = words(self.tr("Asking the engine…"), "quiet")
        self._lay_out()
        link.modelsReady.connect(self.fill)
        link.downloadChanged.connect(self.step)
        link.stateChanged.connect(self._state_changed)
        link.models()

    def fill(self, models: list[dict[str, Any]]) -> None:
        """Show this catalog."""
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        self.told.setVisible(not models)
        self.cards = {row["id"]: ModelCard(row, self._link) for row in models}
        for card in self.cards.values():
            self._column.addWidget(card)
        self._column.addStretch(1)

    def step(self, model: str, done: int, total: int, message: str) -> None:
        """A download went on, ended, or failed with a message."""
        if model in self.cards:
            self.cards[model].step(done, total, message)

    def _state_changed(self, state: str, text: str) -> None:
        if state == "ready" and not self.cards:
            self._link.models()
        elif not self.cards:
            self.told.setText(text)

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setAccessibleName(self.tr("Models"))
        inner.setLayout(self._column)
        whole = column(self, 16)
        whole.addWidget(
            words(
                self.tr(
                    "The bundled model works without a network. The others are optional; "
                    "a download starts only when you press its button."
                ),
                "quiet",
            )
        )
        whole.addWidget(self.told)
        whole.addWidget(Scrolled(inner, self.tr("Models")), 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(self.tr("Close"), self.close))
        whole.addLayout(row)


class ModelCard(QFrame):
    """One model: title, licence with its link, size, and what can be done."""

    def __init__(self, row: Mapping[str, Any], link: EngineLink) -> None:
        super().__init__()
        self._row, self._link = row, link
        self.setProperty("card", True)
        self.setAccessibleName(str(row["title"]))
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Download"))
        self.bar.hide()
        self.trouble = words("", "danger")
        self.trouble.hide()
        self.get = button(self.tr("Accept the licence and download"), self.fetch)
        self._lay_out()
        self._offer()

    def fetch(self) -> None:
        """Download it; pressing the button, whose words say so, accepts the licence."""
        self.trouble.hide()
        self.bar.setRange(0, 0)
        self.bar.show()
        allow(self.get, self.tr("The download is running."))
        self._link.download(str(self._row["id"]), accept_licence=True)

    def step(self, done: int, total: int, message: str) -> None:
        """Show how far it is, or why it failed."""
        self.trouble.setText(message)
        self.trouble.setVisible(bool(message))
        self.bar.setVisible(not message and done < total)
        self.bar.setRange(0, 1000 if total else 0)
        self.bar.setValue(round(1000 * done / total) if total else 0)
        if message:
            self._offer()

    def _lay_out(self) -> None:
        whole = column(self, 14)
        whole.setSpacing(5)
        whole.addWidget(heading(str(self._row["title"]), 1.1))
        whole.addWidget(self._licence())
        whole.addWidget(words(self._facts(), "quiet"))
        whole.addWidget(self.trouble)
        row = QHBoxLayout()
        row.addWidget(self.bar, 1)
        row.addStretch(1)
        row.addWidget(self.get)
        whole.addLayout(row)

    def _licence(self) -> QLabel:
        name = str(self._row.get("licence") or self.tr("unknown"))
        address = self._row.get("licence_url")
        shown = f'<a href="{address}">{name}</a>' if address else name
        label = words(self.tr("Licence: {name}").format(name=shown), rich=True)
        label.setAccessibleName(self.tr("Licence: {name}").format(name=name))
        return label

    def _facts(self) -> str:
        facts = [size_words(self._row["size"])] if self._row.get("size") else []
        commercial = self._row.get("commercial")
        if commercial is not None:
            facts.append(
                self.tr("commercial use allowed") if commercial else self.tr("not for commercial use")
            )
        return " · ".join(facts)

    def _offer(self) -> None:
        bundled_or_there = self._row.get("installed")
        self.get.setVisible(True)
        if bundled_or_there:
            self.get.setText(self.tr("Installed"))
            allow(self.get, self.tr("It is on this computer already."))
        else:
            size = self._row.get("size")
            text = self.tr("Accept the licence and download")
            self.get.setText(f"{text} ({size_words(size)})" if size else text)
            allow(self.get, "")
        self.get.setAccessibleName(self.get.text())
