"""In the place of `core.cli`, in tests only: the real window, whose user upscales what came and sends it back."""

import os
import sys
from importlib import import_module
from pathlib import Path

LOOK_MS = 100


class User:
    """Presses Upscale when the picture is there, Send back when it can be pressed, and closes the window."""

    def __init__(self, program, shot):
        self.window, self.shot, self.presses = program.window, Path(shot), iter(self.walk())
        self.timer = import_module("PySide6.QtCore").QTimer()
        self.timer.timeout.connect(self.step)
        self.timer.start(LOOK_MS)

    def step(self):
        if next(self.presses, False) is False:
            self.timer.stop()
            self.window.close()

    def walk(self):
        while not (self.window.guest_bar.isVisible() and self.window.commands["run.upscale"].isEnabled()):
            yield True
        if os.environ.get("WINDOW_TEST") == "close":
            return
        self.window.commands["run.upscale"].trigger()
        while not self.window.guest_bar.send.isEnabled():
            yield True
        self.window.grab().save(str(self.shot))
        self.window.guest_bar.send.click()
        while self.window.guest.id:
            yield True


def main():
    """`gui --handoff ID`, as the plug-in asks for it; how the user acts is in `$WINDOW_TEST`."""
    if os.environ.get("WINDOW_TEST") == "fail":
        return 3
    widgets, app = import_module("PySide6.QtWidgets"), import_module("ui.app")
    application = widgets.QApplication(sys.argv[:1])
    program = app.Program(application)
    user = User(program, os.environ["WINDOW_SHOT"])
    program.show("", sys.argv[sys.argv.index("--handoff") + 1])
    return application.exec() if user else 1


if __name__ == "__main__":
    sys.exit(main())
