"""The line at the bottom: what a run needs, how far Find objects is, the zoom, the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

if TYPE_CHECKING:
    from ui.engine.client import EngineLink
    from ui.live_view import LiveView
    from ui.parts import Parts

SAID_MS = 6000


class StatusLine(QStatusBar):
    """`need` is the widget that says what a run needs; it stands first and is always seen."""

    def __init__(self, parts: Parts, showing: LiveView, need: QWidget) -> None:
        super().__init__(parts.window)
        self.setAccessibleName(self.tr("Status"))
        self.setSizeGripEnabled(False)
        self._link: EngineLink = parts.link
        self._document, self._canvas = parts.document, parts.canvas
        self._showing, self._state = showing, ""
        self.objects = self._label(self.tr("Find objects"))
        self.zoom = self._label(self.tr("Zoom"))
        self.queue = self._label(self.tr("Queue"))
        self.said = self._label(self.tr("What was done last"))
        self.said.setProperty("quiet", True)
        self._silence = QTimer(self, singleShot=True, interval=SAID_MS)
        self._silence.timeout.connect(self.said.clear)
        need.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.addWidget(need, 1)
        for label in (self.said, self.objects, self.zoom, self.queue):
            self.addPermanentWidget(label)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._count)
        self._seconds = 0
        showing.objectsChanged.connect(self.show_objects)
        parts.canvas.wantProposal.connect(self._asked)
        self._link.answered.connect(self._answered)
        self._link.refused.connect(self._answered)
        parts.canvas.zoomChanged.connect(self.show_zoom)
        parts.document.pictureChanged.connect(self._picture_changed)
        self._link.queueChanged.connect(self.show_queue)
        self._link.jobChanged.connect(self.show_queue)
        self.show_objects(showing.objects)
        self.show_zoom(parts.canvas.zoom)
        self.show_queue()

    def say(self, text: str) -> None:
        """One quiet line, for a few seconds."""
        room = max(200, self.width() // 3)
        self.said.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))
        self.said.setToolTip(text)
        self._silence.start()

    def show_objects(self, state: str) -> None:
        """Off, preparing or ready; "looking" while a click waits for its answer."""
        words = {
            "off": self.tr("off"),
            "preparing": self.tr("preparing…"),
            "ready": self.tr("ready"),
            "looking": self.tr("looking…"),
        }
        self._state = state
        self.objects.setText(self.tr("Objects: {state}").format(state=words[state]))
        if state == "preparing":
            self._seconds = 0
            self._second.start()
        else:
            self._second.stop()

    def _count(self) -> None:
        """How long it has been preparing: words that stand still look like a fault."""
        self._seconds += 1
        text = self.tr("preparing {count} s…").format(count=self._seconds)
        self.objects.setText(self.tr("Objects: {state}").format(state=text))

    def _asked(self, points: object, box: object, lane: str) -> None:
        del points, box
        if lane != "hover" and self._state != "preparing":
            self.show_objects("looking")

    def _answered(self, points: object, box: object, lane: str, told: object) -> None:
        del points, box, told
        if lane != "hover" and self._state == "looking":
            self.show_objects(self._showing.objects)

    def show_zoom(self, zoom: float) -> None:
        """In per cent of the source's own size."""
        percent = 100 * zoom
        shown = f"{percent:.0f} %" if percent >= 10 else f"{percent:.1f} %"
        self.zoom.setText(shown if self._document.source else "")

    def show_queue(self, *_: object) -> None:
        """How many runs wait."""
        waiting = len(self._link.runs.waiting())
        self.queue.setText(self.tr("Queue: {count}").format(count=waiting))

    def _picture_changed(self) -> None:
        self.show_zoom(self._canvas.zoom)

    def _label(self, name: str) -> QLabel:
        label = QLabel()
        label.setToolTip(name)
        label.setAccessibleDescription(name)
        label.setContentsMargins(8, 2, 8, 2)
        return label
