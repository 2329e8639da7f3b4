"""Runs inside Krita, in tests only: takes Python from a folder, answers in JSON, measures how long Krita was stuck."""

import json
import os
import time
import traceback
from importlib import import_module
from pathlib import Path

import krita
from krita import Extension, InfoObject, Krita

major = krita.qVersion().split(".")[0]
QtCore = import_module(f"PyQt{major}.QtCore")
QtGui = import_module(f"PyQt{major}.QtGui")
QtWidgets = import_module(f"PyQt{major}.QtWidgets")


class Driver(Extension):
    """Polls `$KRITA_DRIVER/N.py` for N = 0, 1, …; writes `N.json` with what the code left in `answer`."""

    def setup(self):
        self.folder = Path(os.environ["KRITA_DRIVER"])
        self.number = 0
        self.names = {
            "Krita": Krita, "InfoObject": InfoObject, "QtCore": QtCore, "QtGui": QtGui, "QtWidgets": QtWidgets,
            "driver": self, "app": Krita.instance(),
        }  # fmt: skip
        self.beat = time.perf_counter()
        self.gap = 0.0
        self.timer = QtCore.QTimer()
        self.timer.timeout.connect(self.step)
        self.timer.start(10)

    def createActions(self, window):  # noqa: N802
        pass

    def gap_since(self):
        """The longest time between two beats since this was last asked."""
        gap, self.gap = self.gap, 0.0
        return gap

    def step(self):
        now = time.perf_counter()
        self.gap = max(self.gap, now - self.beat)
        self.beat = now
        try:
            self._step()
        except Exception:  # noqa: BLE001  (Krita would show a window that stops everything)
            self._answer({"error": traceback.format_exc()})

    def _step(self):
        path = self.folder / f"{self.number}.py"
        if not path.exists():
            return
        self.timer.blockSignals(True)
        try:
            code = compile(path.read_text("utf-8"), str(path), "exec")
            self.names["answer"] = None
            exec(code, self.names)  # noqa: S102
            self._answer({"answer": self.names["answer"]})
        finally:
            self.timer.blockSignals(False)
            self.beat = time.perf_counter()

    def _answer(self, values):
        part = self.folder / f"{self.number}.part"
        part.write_text(json.dumps(values), "utf-8")
        part.replace(self.folder / f"{self.number}.json")
        self.number += 1


Krita.instance().addExtension(Driver(Krita.instance()))
