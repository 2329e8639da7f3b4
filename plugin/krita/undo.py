"""One Ctrl+Z for two steps: Krita's scripts cannot put enlarging a document and adding a layer into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from krita import Krita

from .qt import QtCore

if TYPE_CHECKING:
    import krita

SETTLE_MS = 30


class Pair:
    """Watches undo and redo of one document: where one half was taken back or done again, so is the other.

    `size` is the document's once it is enlarged, `label` what Krita's undo entry says while enlarging is the last step.
    """

    def __init__(self, document: krita.Document, node: krita.Node, size: tuple, label: str) -> None:
        self.document, self.layer, self.size, self.label = document, node.uniqueId(), size, label
        self.number = 0

    def watch(self) -> None:
        """Listen from now on, for as long as Krita's actions live."""
        for name in ("edit_undo", "edit_redo"):
            Krita.instance().action(name).triggered.connect(lambda *_, name=name: self._later(name))

    def _later(self, name: str) -> None:
        self.number += 1
        number = self.number
        QtCore.QTimer.singleShot(SETTLE_MS, lambda: self.follow(name, number))

    def follow(self, name: str, number: int) -> None:
        """Go on with the other half where the user stands between the two, and has pressed nothing since."""
        if number == self.number and self._is_between():
            Krita.instance().action(name).trigger()

    def _is_between(self) -> bool:
        app = Krita.instance()
        if self.document not in app.documents() or app.activeDocument() != self.document:
            return False
        enlarged = (self.document.width(), self.document.height()) == self.size
        return enlarged and app.action("edit_undo").text() == self.label and not self._is_there()

    def _is_there(self) -> bool:
        waiting = list(self.document.rootNode().childNodes())
        while waiting:
            node = waiting.pop()
            if node.uniqueId() == self.layer:
                return True
            waiting.extend(node.childNodes())
        return False
