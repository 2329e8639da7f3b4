"""Runs in the window's process: the program itself, with a fake engine where asked, and Python on demand.

Lines of JSON come by standard input, `{"code": …}` or `{"value": …}`; each is answered by one line. What they ask is
looked up on the interface thread between two events, so that what is told is what a user sees.
"""

import json
import os
import sys
import threading
import traceback
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

sys.path.insert(0, str(Path(__file__).parents[1] / "fakes"))

from ui import app as program_module
from ui import main_window
from ui.app import Program


class Driver(QObject):
    """One for the process; `faults` are exceptions that reached the net under everything."""

    came = Signal(object)

    def __init__(self, engine):
        super().__init__()
        self.program, self.faults, self.space = None, [], {}
        self.engine = engine
        self.came.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def begin(self, program):
        self.program = program
        threading.Thread(target=self._listen, name="driver", daemon=True).start()

    def _listen(self):
        for line in sys.stdin:
            self.came.emit(json.loads(line))

    def _answer(self, asked):
        self.space.update(
            program=self.program, window=self.program.window, engine=self.engine, app=self.program.app,
            QApplication=QApplication, QWidget=QWidget, screen_rect=screen_rect, Path=Path,
        )  # fmt: skip
        try:
            if "code" in asked:
                exec(asked["code"], self.space)  # noqa: S102  (the test's own words)
                told = {"value": None}
            else:
                told = {"value": eval(asked["value"], self.space)}  # noqa: S307  (the same)
        except Exception:  # noqa: BLE001  (told to the test)
            told = {"error": traceback.format_exc()}
        sys.__stdout__.write(json.dumps(told, default=str) + "\n")
        sys.__stdout__.flush()


def screen_rect(widget):
    """Where a widget is seen on the screen, in device pixels: [x, y, width, height]; None where it is not."""
    if not widget.isVisible():
        return None
    seen = widget.visibleRegion().boundingRect()
    ratio = widget.devicePixelRatioF()
    corner, screen = widget.mapToGlobal(seen.topLeft()), widget.screen().geometry()
    shown = type(seen)(corner, seen.size()).intersected(screen)
    if shown.isEmpty():
        return None
    return [round(ratio * each) for each in (shown.x(), shown.y(), shown.width(), shown.height())]


def main():
    engine = None
    if os.environ.get("E2E_ENGINE") == "fake":
        from ui_engine import FakeEngine  # noqa: PLC0415

        engine = FakeEngine()
        link = main_window.EngineLink
        main_window.EngineLink = lambda: link(engine.connect)
    driver = Driver(engine)

    class Watched(Program):
        def show(self, *given):
            driver.begin(self)
            super().show(*given)
            told = sys.excepthook

            def hook(kind, error, trace):
                driver.faults.append("".join(traceback.format_exception(kind, error, trace)))
                told(kind, error, trace)

            sys.excepthook = hook
            driver.space["faults"] = driver.faults

    program_module.Program = Watched
    return program_module.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
