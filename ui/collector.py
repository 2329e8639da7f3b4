"""Python's garbage collector on the interface thread only: Qt's objects may be freed on no other."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

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
