"""The panel of runs: what waits, what runs, and what came of those before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.disabled_reason import allow
from ui.docks import words
from ui.qt import image_from_array

if TYPE_CHECKING:
    from core.geometry import Box, Size
    from ui.engine.client import EngineLink
    from ui.engine.runs import JobView
    from ui.model.document import Document


# Small pictures of sources and of targets that grow tile by tile.

SIDE_PX = 96


class TargetThumb:
    """A target of `size`, at most 96 px a side; tiles are laid in as they come."""

    def __init__(self, size: Size, start: np.ndarray | None = None) -> None:
        share = min(1.0, SIDE_PX / max(size.width, size.height, 1))
        width, height = (max(1, round(side * share)) for side in (size.width, size.height))
        self.pixels = np.full((height, width, 3), 128, np.uint8)
        if start is not None:
            shown = cv2.resize(
                np.ascontiguousarray(start[..., :3]), (width, height), interpolation=cv2.INTER_AREA
            )
            self.pixels[:] = shown

    def lay(self, box: Box, rows: bytes, whole: Size) -> None:
        """A finished tile: RGB bytes of a box of a target of `whole` pixels."""
        share = self.pixels.shape[1] / max(1, whole.width)
        tile = np.frombuffer(rows, np.uint8).reshape(box.height, box.width, 3)
        left, right = (round(at * share) for at in (box.x, box.right))
        top, bottom = (round(at * share) for at in (box.y, box.bottom))
        place = self.pixels[top:bottom, left:right]
        if place.size:
            step = max(1, int(0.25 / share))
            place[:] = cv2.resize(
                np.ascontiguousarray(tile[::step, ::step]), place.shape[1::-1], interpolation=cv2.INTER_AREA
            )


NUMBER_ROLE = Qt.ItemDataRole.UserRole + 1
ICON_PX = 56
ENGINE_SCALE = 4.0


class QueueDock(QDockWidget):
    """A click looks at a result (`lookWanted` gives the job), a double click restores settings and regions."""

    lookWanted = Signal(object)  # noqa: N815
    restored = Signal(object)
    said = Signal(str)

    def __init__(self, document: Document, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("queue")
        self.setWindowTitle(self.tr("Queue and history"))
        self.setAccessibleName(self.tr("Queue and history"))
        self._document, self._link = document, link
        self._thumbs: dict[int, TargetThumb] = {}
        self.waiting = self._make_list(self.tr("Queue"))
        self.history = self._make_list(self.tr("History"))
        self.no_queue = self._quiet(self.tr("Nothing waiting. Drop a folder to start a batch."))
        self.no_history = self._quiet(self.tr("Results appear here."))
        self.pause = QPushButton(self.tr("Pause"))
        self.first = QCheckBox(self.tr("New ones go first"))
        self._lay_out()
        self._connect()
        self._refresh()

    def restore(self, number: int) -> None:
        """Take settings and regions of a run back, as one step that can be undone."""
        view, now = self._link.runs.view(number), self._document.scene
        old = view.scene
        if now is None or old is None or old.size != now.size:
            self.said.emit(self.tr("These settings belong to another picture. Open it first."))
            return
        self._document.apply(self.tr("Restore settings"), replace(old, project=now.project))
        self.restored.emit(number)

    def remove(self, number: int) -> None:
        """Out of the queue, or out of the history with its result."""
        view = self._link.runs.view(number)
        if view.ended:
            self._thumbs.pop(number, None)
            self._link.runs.forget(number)
        else:
            self._link.cancel(number)

    def _make_list(self, name: str) -> QListWidget:
        made = QListWidget()
        made.setAccessibleName(name)
        made.setIconSize(QSize(ICON_PX, ICON_PX))
        made.setWordWrap(True)
        made.setSpacing(1)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        made.customContextMenuRequested.connect(lambda at: self._menu(made, at))
        return made

    def _quiet(self, text: str) -> QLabel:
        made = QLabel(text)
        made.setWordWrap(True)
        made.setProperty("quiet", True)
        made.setAccessibleName(text)
        return made

    def _lay_out(self) -> None:
        body = QWidget()
        body.setAccessibleName(self.tr("Queue and history"))
        column = QVBoxLayout(body)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(6)
        row = QHBoxLayout()
        self.pause.setCheckable(True)
        self.pause.setAccessibleName(self.tr("Pause the queue"))
        self.pause.setToolTip(self.tr("Runs that have not begun wait; the one at hand goes on."))
        self.first.setAccessibleName(self.first.text())
        self.first.setToolTip(self.tr("The next run starts before those that wait."))
        row.addWidget(self.first, 1)
        row.addWidget(self.pause)
        column.addLayout(row)
        for widget in (self.no_queue, self.waiting, self.no_history):
            column.addWidget(widget)
        column.addWidget(self.history, 100)
        column.addStretch(1)
        self.setWidget(body)

    def _connect(self) -> None:
        self.pause.toggled.connect(self._pause_toggled)
        self._link.jobChanged.connect(self._job_changed)
        self._link.queueChanged.connect(self._refresh)
        self._link.tileReady.connect(self._tile)
        self.history.itemClicked.connect(lambda item: self._look(item.data(NUMBER_ROLE)))
        self.history.itemActivated.connect(lambda item: self._look(item.data(NUMBER_ROLE)))
        self.history.itemDoubleClicked.connect(lambda item: self.restore(item.data(NUMBER_ROLE)))

    def _pause_toggled(self, on: bool) -> None:
        if on:
            self._link.pause()
        else:
            self._link.resume()

    def _look(self, number: int) -> None:
        if self._link.runs.job(number) is not None:
            self.lookWanted.emit(number)
        elif self._link.runs.view(number).state == "done":
            self.said.emit(self.tr("This result is no longer kept. A double click brings its settings back."))

    def _menu(self, shown: QListWidget, at: QPoint) -> None:
        item = shown.itemAt(at)
        if item is None:
            return
        number, menu = item.data(NUMBER_ROLE), QMenu(self)
        if shown is self.history:
            menu.addAction(self.tr("Restore settings and regions"), lambda: self.restore(number))
            menu.addAction(self.tr("Run again"), lambda: self._link.runs.retry(number))
        else:
            menu.addAction(self.tr("Next"), lambda: self._link.runs.move(number, 0))
        menu.addAction(self.tr("Remove"), lambda: self.remove(number))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(shown.viewport().mapToGlobal(at))

    def _job_changed(self, view: JobView) -> None:
        item = self._item(view.number)
        if item is None or view.ended == (item.listWidget() is self.waiting):
            self._refresh()
        else:
            self._fill(item, view)

    def _item(self, number: int) -> QListWidgetItem | None:
        for shown in (self.waiting, self.history):
            for row in range(shown.count()):
                if shown.item(row).data(NUMBER_ROLE) == number:
                    return shown.item(row)
        return None

    def _tile(self, number: int, box: Box, rows: bytes) -> None:
        view = self._link.runs.view(number)
        # Tiles come four times as large as the source whatever is kept; a second look comes as it was kept.
        scale = float(view.options.get("scale", 4)) if view.ended else ENGINE_SCALE
        self._thumb(view).lay(box, rows, view.source.enlarged(scale))

    def _thumb(self, view: JobView) -> TargetThumb:
        if view.number not in self._thumbs:
            target = view.source.enlarged(float(view.options.get("scale", 4)))
            source = self._document.source
            known = source is not None and source.size == view.source
            self._thumbs[view.number] = TargetThumb(target, source.thumb(96) if known and source else None)
        return self._thumbs[view.number]

    def _refresh(self) -> None:
        runs = self._link.runs
        now = [runs.view(runs.running)] if runs.running is not None else []
        self._show(self.waiting, [*now, *runs.waiting()])
        self._show(self.history, list(reversed(runs.ended())))
        self.no_queue.setVisible(not self.waiting.count())
        self.waiting.setVisible(bool(self.waiting.count()))
        self.waiting.setFixedHeight(self._waiting_height())
        self.no_history.setVisible(not self.history.count())
        self.history.setVisible(bool(self.history.count()))
        before = self.pause.blockSignals(True)
        self.pause.setChecked(runs.paused)
        self.pause.setText(self.tr("Go on") if runs.paused else self.tr("Pause"))
        self.pause.blockSignals(before)
        idle = not runs.paused and not self.waiting.count()
        allow(self.pause, self.tr("Nothing waits that could be held back.") if idle else "")

    def _waiting_height(self) -> int:
        """Of three rows, each with three lines of text; more are scrolled to."""
        row = max(ICON_PX, 3 * self.fontMetrics().lineSpacing()) + 12
        return max(1, min(3, self.waiting.count())) * row + 8

    def _show(self, shown: QListWidget, views: list[JobView]) -> None:
        chosen = shown.currentItem().data(NUMBER_ROLE) if shown.currentItem() else None
        shown.clear()
        for view in views:
            item = QListWidgetItem()
            self._fill(item, view)
            shown.addItem(item)
            if view.number == chosen:
                shown.setCurrentItem(item)

    def _fill(self, item: QListWidgetItem, view: JobView) -> None:
        item.setData(NUMBER_ROLE, view.number)
        item.setIcon(QIcon(QPixmap.fromImage(image_from_array(self._thumb(view).pixels))))
        size = words.size_line(view.source, float(view.options.get("scale", 4)))
        settings = words.settings_line(view.options, view.scene)
        lines = (view.title, size, self._state(view), *([settings] if view.ended else []))
        item.setText("\n".join(lines))
        item.setToolTip(settings)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{view.title}, {size}, {self._state(view)}")

    def _state(self, view: JobView) -> str:
        if view.state == "waiting":
            return self.tr("Waiting")
        return words.end_line(view) if view.ended else words.tile_line(view)
