"""The program: the window first, everything slow after it was painted."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from core import folders
from core.display import missing_packages, wants_xcb
from core.errors import DeviceError, UsageError
from ui import theme
from ui.main_window import MainWindow
from ui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QCoreApplication
    from PySide6.QtGui import QFont


# Python's garbage collector on the interface thread only: Qt's objects may be freed on no other.

LOOK_EVERY_MS = 500


class Collector(QObject):
    """From `start` to `stop` the automatic collector rests and a timer does its work, by the same thresholds.

    Without it a worker thread that happens to reach a threshold frees widgets, timers and notifiers of cycles
    that the interface thread left behind, which Qt answers with a crash sooner or later. What there is at the first
    look, the modules and the window, is set aside: it stays, and to go through it takes longer than a stroke may wait.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looked = False
        self._clock = QTimer(self, interval=LOOK_EVERY_MS)
        self._clock.timeout.connect(self.collect)

    def start(self) -> None:
        """Take over."""
        gc.disable()
        self._clock.start()

    def stop(self) -> None:
        """Give back."""
        self._clock.stop()
        gc.unfreeze()
        gc.enable()

    def collect(self) -> None:
        """The oldest generation that has passed its threshold."""
        if not self._looked:
            self._looked = True
            gc.freeze()
            return
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
                gc.collect(generation)
                return


# Which language the window speaks: English as written, or a file of `ui/translations`.

FOLDER = Path(__file__).with_name("translations")
CATALOGUE = "semantic_upscale"


def languages() -> tuple[str, ...]:
    """The languages there are, by their two letters. English has a file too: for one and many."""
    return tuple(sorted(path.stem.removeprefix(f"{CATALOGUE}_") for path in FOLDER.glob("*.qm")))


def resolve_language(choice: str) -> str:
    """The language for a choice: itself, the system's where that is known, else English."""
    wanted = QLocale.system().name().split("_")[0] if choice == "system" else choice
    return wanted if wanted in languages() else "en"


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
        self.name = resolve_language(choice)
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


LOG_BYTES, LOG_FILES = 2 * 2**20, 5
SWITCH_S = 0.001


class Program:
    """The application, its preferences and its window. Nothing is read from the network here."""

    def __init__(self, app: QApplication, settings: Settings | None = None) -> None:
        theme.introduce()
        self.app = app
        self.settings = settings or Settings()
        self.language = Language(app)
        self._plain_font: QFont = app.font()
        app.setStyle("Fusion")
        self._dress()
        self.window = MainWindow(self.settings)
        self.window.left.connect(app.quit)
        self.settings.changed.connect(self._changed)
        app.styleHints().colorSchemeChanged.connect(self._wear)
        app.styleHints().accessibility().contrastPreferenceChanged.connect(self._wear)

    def show(self, file: str = "", handoff: str = "") -> None:
        """Show the window; what is slow begins after the first time it was painted."""
        self.window.show()
        self.window.after_paint(lambda: self.window.begin(file, handoff))

    def _dress(self) -> None:
        self.language.speak(self.settings["look.language"])
        theme.scale_text(self.app, self._plain_font, self.settings["look.text_percent"])
        theme.choose(self.app, self.settings["look.theme"])

    def _wear(self, *_: object) -> None:
        theme.wear(self.app, theme.theme_of(self.app))
        self.window.wear(theme.theme_of(self.app))

    def _changed(self, key: str) -> None:
        """A setting is used at once."""
        if key == "look.theme":
            theme.choose(self.app, self.settings[key])
            self._wear()
        elif key == "look.text_percent":
            theme.scale_text(self.app, self._plain_font, self.settings[key])
            self._wear()
        elif key == "look.language":
            self.language.speak(self.settings[key])
            self._speak_anew()

    def _speak_anew(self) -> None:
        """Words are chosen when a widget is made: a new window takes over picture, engine and place."""
        old = self.window
        self.window = old.successor()
        self.window.left.connect(self.app.quit)
        self.settings.changed.connect(self._changed)
        self.window.show()
        old.retire()


def prepare(app: QApplication) -> None:
    """Make this process one that a window can live in; once, before the window.

    OpenCV works on the thread that calls it: tiles of the screen are small, and a pool of threads takes the cores that
    the engine computes on. Threads hand Python over every millisecond, so that none of them holds a stroke up. What
    Python no longer needs is collected on this thread only, where Qt's objects may be freed.
    """
    cv2.setNumThreads(1)
    sys.setswitchinterval(SWITCH_S)
    Collector(app).start()


def main(argv: Sequence[str] | None = None) -> int:
    """`semantic-upscale-gui [PICTURE or PROJECT]`; the exit code."""
    wishes = _parse(sys.argv[1:] if argv is None else argv)
    if not _has_display():
        sys.stderr.write("There is no display here to open the window on. See `semantic-upscale --help`.\n")
        return DeviceError.exit_code
    lacking = missing_packages() if wants_xcb() else []
    if lacking:
        sys.stderr.write(
            "The window needs libraries that this system lacks. On Debian and Ubuntu: "
            f"sudo apt install {' '.join(lacking)}\nThe command line works without them.\n"
        )
        return DeviceError.exit_code
    _keep_log()
    app = QApplication([sys.argv[0]])
    prepare(app)
    program = Program(app)
    sys.excepthook = program.window.unforeseen
    _leave_on_signals(program)
    program.show(wishes.file or "", wishes.handoff or "")
    program.window.windows.tips.begin_once()
    return app.exec()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="semantic-upscale-gui", description="Open the window.")
    parser.add_argument("file", nargs="?", help="a picture, or a project (.suproj)")
    parser.add_argument("--handoff", metavar="ID", help="a picture that an editor handed over to the engine")
    return parser.parse_args(list(arguments))


def _has_display() -> bool:
    """Qt would end the process with a fault of its own where there is none."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _keep_log() -> None:
    """Warnings and errors of the window, beside the engine's; without a place for them there is no log."""
    from logging.handlers import RotatingFileHandler  # noqa: PLC0415  (it wakes sockets and mail)

    with suppress(OSError, UsageError):
        folder = folders.log()
        folder.mkdir(parents=True, exist_ok=True)
        kept = RotatingFileHandler(
            folder / "window.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
        )
        kept.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.getLogger().addHandler(kept)


def _leave_on_signals(program: Program) -> None:
    """Ctrl-C and the system's wish to end close the window without a question; the work is kept for the next time."""

    def leave(number: int, frame: object) -> None:
        del number, frame
        program.window.leave_now()

    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), leave)
    breath = QTimer(program.app, interval=500)  # lets Python look at its signals while Qt waits
    breath.timeout.connect(lambda: None)
    breath.start()


if __name__ == "__main__":
    sys.exit(main())
