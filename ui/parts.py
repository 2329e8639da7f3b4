"""What a window is made of, handed to whoever acts for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtWidgets import QMainWindow

    from ui.actions.registry import KeyBindings
    from ui.canvas.canvas import Canvas
    from ui.dialogs.question import ErrorSummary
    from ui.engine.client import EngineLink
    from ui.model.document import Document
    from ui.recent import Remembered
    from ui.settings import Settings


class Messenger(Protocol):
    """How the window talks to its user."""

    def tell(self, trouble: ErrorSummary) -> None:
        """What went wrong, over the picture."""

    def say(self, text: str) -> None:
        """One quiet line."""

    def ask(self, title: str, text: str, answers: Sequence[tuple[str, Callable[[], object]]]) -> None:
        """A question; the last answer changes nothing."""

    def when_safe(self, act: Callable[[], object]) -> None:
        """Do it once unsaved work is kept or given up."""

    def open(self, path: Path) -> None:
        """Open a picture or a project."""


@dataclass(frozen=True, eq=False)
class Parts:
    """The living parts of one window."""

    window: QMainWindow
    voice: Messenger
    document: Document
    canvas: Canvas
    link: EngineLink
    settings: Settings
    keys: KeyBindings
    remembered: Remembered
