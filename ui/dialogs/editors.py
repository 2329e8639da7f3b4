"""Krita and GIMP: which were found, whether our menu is in them, and what to do next."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui import editors
from ui.dialogs.parts import button, column, heading, prepare, words
from ui.disabled_reason import allow
from ui.error_report import program_version
from ui.layouts import Flow, Scrolled
from ui.threads import background

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.errors import SemanticUpscaleError
    from ui.editors import Editor


class EditorsDialog(QDialog):
    """One card for each program that was found. Looking, adding and removing go on in the background."""

    def __init__(
        self, parent: QWidget | None = None, look: Callable[[], tuple[Editor, ...]] = editors.look
    ) -> None:
        super().__init__(parent)
        prepare(self, self.tr("Krita and GIMP"), QSize(600, 520))
        self._look = look
        self.cards: list[EditorCard] = []
        self.told = words("", "quiet")
        self._column = QVBoxLayout()
        self._column.setSpacing(10)
        self._lay_out()
        self.look()

    def look(self) -> None:
        """Look again."""
        self.told.setText(self.tr("Looking…"))
        self.told.show()
        background(lambda _: self._look(), self.fill, self._failed, self)

    def fill(self, found: tuple[Editor, ...]) -> None:
        """Show these."""
        while (item := self._column.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        self.cards = [EditorCard(editor) for editor in found]
        for card in self.cards:
            self._column.addWidget(card)
        self._column.addStretch(1)
        self.told.setVisible(not found)
        self.told.setText(
            self.tr(
                "No Krita and no GIMP 3 was found for this user. Start the one you use once, so that it makes its "
                "folders, then look again."
            )
        )

    def _failed(self, error: SemanticUpscaleError) -> None:
        self.told.setText(f"{error} {error.advice}")

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setAccessibleName(self.tr("Krita and GIMP"))
        inner.setLayout(self._column)
        whole = column(self, 16)
        whole.addWidget(
            words(
                self.tr(
                    "Semantic Upscale can stand in their menus and hand pictures back and forth. It writes only into "
                    "their folders for plug-ins, and takes out what it wrote."
                ),
                "quiet",
            )
        )
        whole.addWidget(self.told)
        whole.addWidget(Scrolled(inner, self.tr("Programs that were found")), 1)
        row = QHBoxLayout()
        row.addWidget(button(self.tr("Look again"), self.look))
        row.addStretch(1)
        row.addWidget(button(self.tr("Close"), self.close))
        whole.addLayout(row)


class EditorCard(QFrame):
    """One program: its name, what is installed, what to do next, and the two buttons."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._place = editor.place
        self.setProperty("card", True)
        self.setAccessibleName(editor.place.title)
        self.state, self.next = words(""), words("", "quiet")
        self.trouble = words("", "danger")
        self.add = button(self.tr("Install"), partial(self._do, self._adding))
        self.remove = button(self.tr("Remove"), partial(self._do, partial(editors.take_out, self._place)))
        self._lay_out()
        self.show_editor(editor)

    def show_editor(self, editor: Editor) -> None:
        """As it stands now."""
        own = program_version()
        there, current = editor.version is not None, editor.version == own
        self.state.setText(self._state(editor, own))
        self.next.setText(self._next(editor))
        self.next.setVisible(bool(self.next.text()))
        self.add.setText(self.tr("Update") if there and not current else self.tr("Install"))
        self.add.setAccessibleName(f"{self.add.text()}: {editor.place.title}")
        self.remove.setAccessibleName(f"{self.remove.text()}: {editor.place.title}")
        waits = there and not editor.enabled
        allow(self.add, self.tr("It is installed already.") if current and not waits else "")
        allow(self.remove, "" if there else self.tr("It is not installed."))

    def _state(self, editor: Editor, own: str) -> str:
        if editor.version is None:
            return self.tr("Not installed")
        if not editor.enabled:
            return self.tr("Version {version} is installed, but not switched on").format(
                version=editor.version
            )
        if editor.version != own:
            return self.tr("Version {version} is installed; this program is {own}").format(
                version=editor.version, own=own
            )
        return self.tr("Version {version} is installed").format(version=editor.version)

    def _next(self, editor: Editor) -> str:
        if editor.version is None:
            return ""
        if editor.place.host == "gimp":
            text = self.tr("Restart GIMP; then: Filters ▸ Semantic Upscale.")
        elif editor.enabled:
            text = self.tr("Restart Krita; then: Tools ▸ Scripts ▸ Semantic Upscale.")
        else:
            text = self.tr(
                "Krita is open and would undo it: tick Settings ▸ Configure Krita ▸ Python Plugin Manager ▸ "
                "Semantic Upscale there, or close Krita and press Install again."
            )
        boxed = self.tr(
            "It lives in a sandbox that cannot start the engine: open Semantic Upscale before you use it."
        )
        return f"{text} {boxed}" if editor.boxed else text

    def _adding(self) -> Editor:
        return editors.add(self._place, program_version())

    def _do(self, work: Callable[[], Editor]) -> None:
        for each in (self.add, self.remove):
            allow(each, self.tr("Wait until it is done."))
        self.trouble.hide()
        background(lambda _: work(), self.show_editor, self._failed, self)

    def _failed(self, error: SemanticUpscaleError) -> None:
        self.trouble.setText(f"{error} {error.advice}")
        self.trouble.show()
        background(lambda _: editors.editor_state(self._place), self.show_editor, _ignored, self)

    def _lay_out(self) -> None:
        whole = column(self, 14)
        whole.setSpacing(5)
        whole.addWidget(heading(self._place.title, 1.1))
        whole.addWidget(self.state)
        whole.addWidget(self.next)
        whole.addWidget(self.trouble)
        self.trouble.hide()
        whole.addWidget(words(str(self._place.folder), "quiet"))
        row = Flow(right=True)
        row.addWidget(self.remove)
        row.addWidget(self.add)
        whole.addLayout(row)


def _ignored(error: SemanticUpscaleError) -> None:
    """Its trouble is told already."""
    del error
