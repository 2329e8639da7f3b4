"""Which language the window speaks: English as written, or a file of `ui/translations`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

if TYPE_CHECKING:
    from PySide6.QtCore import QCoreApplication

FOLDER = Path(__file__).with_name("translations")
CATALOGUE = "semantic_upscale"


def known() -> tuple[str, ...]:
    """The languages there are, by their two letters. English has a file too: for one and many."""
    return tuple(sorted(path.stem.removeprefix(f"{CATALOGUE}_") for path in FOLDER.glob("*.qm")))


def resolved(choice: str) -> str:
    """The language for a choice: itself, the system's where that is known, else English."""
    wanted = QLocale.system().name().split("_")[0] if choice == "system" else choice
    return wanted if wanted in known() else "en"


class Language:
    """The translators of one application, changed as often as the user likes."""

    def __init__(self, app: QCoreApplication) -> None:
        self._app = app
        self._installed: list[QTranslator] = []
        self.name = "en"

    def speak(self, choice: str) -> None:
        """Speak "system", "en" or another known language from now on; texts that stand already do not change."""
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self.name = resolved(choice)
        self._installed = _translators(self.name, self._app)
        for translator in self._installed:
            self._app.installTranslator(translator)


def _translators(name: str, parent: QCoreApplication) -> list[QTranslator]:
    """Qt's own words first, ours over them."""
    places = (
        (f"qtbase_{name}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        (f"{CATALOGUE}_{name}", str(FOLDER)),
    )
    found = [(QTranslator(parent), file, folder) for file, folder in places]
    return [translator for translator, file, folder in found if translator.load(file, folder)]
