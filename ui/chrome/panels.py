"""The docks: where they stand, and what they tell the rest of the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QTabBar, QWidget

from ui.docks.need import NeedLine
from ui.docks.queue import QueueDock
from ui.docks.region_list import PreviewStrip
from ui.docks.regions import RegionsDock
from ui.docks.run import RunDock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from ui.live_view import LiveView
    from ui.parts import Parts

RIGHT, BOTTOM = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
# Lines of text that regions and run need to stand one over the other.
STACKED_LINES = 44


class Panels(QObject):
    """`docks` are all of them by name; `regions`, `run`, `queue`, `strip` and `need` what they hold."""

    def __init__(self, parts: Parts, showing: LiveView) -> None:
        super().__init__(parts.window)
        self._parts, self._showing = parts, showing
        self._hidden: list[QWidget] = []
        self._tight: bool | None = None
        document, link = parts.document, parts.link
        self.regions = RegionsDock(document, link, parts.window)
        self.run = RunDock(document, link, parts.window)
        self.queue = QueueDock(document, link, parts.window)
        self.strip = PreviewStrip(document, link)
        self.need = NeedLine(document, link, self.run)
        self.spots = QDockWidget(self.tr("Previewed spots"), parts.window)
        self.spots.setObjectName("spots")
        self.spots.setAccessibleName(self.tr("Previewed spots"))
        self.spots.setWidget(self.strip)
        self.docks = (self.regions, self.run, self.queue, self.spots)
        self._connect()

    def place(self) -> None:
        """Everything where it belongs."""
        window = self._parts.window
        for dock, area in (
            (self.regions, RIGHT),
            (self.run, RIGHT),
            (self.queue, RIGHT),
            (self.spots, BOTTOM),
        ):
            dock.setFloating(False)
            window.addDockWidget(area, dock)
        window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
        self._tight = None
        self.fit(window.size())
        window.tabifyDockWidget(self.regions, self.queue)
        self.regions.show()
        self.run.show()
        self.queue.show()
        self.spots.hide()
        self.regions.raise_()
        for bar in window.findChildren(QTabBar):
            bar.setAccessibleName(self.tr("Panels"))
        width = round(window.fontMetrics().averageCharWidth() * 46)
        window.resizeDocks([self.regions, self.run], [width, width], Qt.Orientation.Horizontal)

    def fit(self, size: QSize) -> None:
        """Regions and run stand one over the other, or behind each other where the window is low."""
        window = self._parts.window
        tight = size.height() < STACKED_LINES * window.fontMetrics().lineSpacing()
        if tight == self._tight or self.regions.isFloating() or self.run.isFloating():
            return
        self._tight = tight
        if tight:
            window.tabifyDockWidget(self.regions, self.run)
            self.run.raise_()
        elif self.run in window.tabifiedDockWidgets(self.regions):
            window.splitDockWidget(self.regions, self.run, Qt.Orientation.Vertical)

    def show_keys(self) -> None:
        """Tooltips name the keys as they are chosen now."""
        self.regions.show_keys(self._parts.keys)
        self.run.show_keys(self._parts.keys)

    def fill_menu(self, menu: QMenu) -> None:
        """An entry for each dock."""
        for dock in self.docks:
            menu.addAction(dock.toggleViewAction())

    def take_focus(self) -> None:
        """The first control of the first panel that is seen has the keyboard."""
        for dock in self.docks:
            inside = [] if dock.visibleRegion().isEmpty() else dock.findChildren(QWidget)
            for each in inside:
                if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible() and each.isEnabled():
                    each.setFocus(Qt.FocusReason.TabFocusReason)
                    return

    def show_all(self, on: bool, others: tuple[QWidget, ...]) -> None:
        """Hide every panel for a free view of the picture, or bring back those that were there."""
        if on:
            for widget in self._hidden:
                widget.show()
            self._hidden = []
        else:
            self._hidden = [widget for widget in (*self.docks, *others) if not widget.isHidden()]
            for widget in self._hidden:
                widget.hide()

    def _connect(self) -> None:
        canvas, voice = self._parts.canvas, self._parts.voice
        self.regions.outlinesOffered.connect(canvas.set_suggestions)
        self.regions.said.connect(voice.say)
        for dock in (self.regions, self.run):
            dock.dragging.connect(canvas.set_quiet)
        self.run.previewWanted.connect(self._showing.spot)
        self.queue.lookWanted.connect(self._showing.look)
        self.queue.said.connect(voice.say)
        settings, first = self._parts.settings, self.queue.first
        first.setChecked(settings["queue.new_first"])
        first.toggled.connect(partial(settings.set, "queue.new_first"))
        self.run.goes_first = first.isChecked
        self.strip.spotChosen.connect(self._spot_chosen)
        self._parts.link.previewReady.connect(self._spot_came)

    def _spot_chosen(self, spot: Any) -> None:
        self._parts.canvas.set_preview(spot.box, spot.pixels)

    def _spot_came(self, box: object, pixels: object, spot: Any) -> None:
        """The strip comes with the first spot that was asked for; after that it stays as the user has it."""
        del box, pixels
        if spot.lane == "spot" and len(self.strip.spots) <= 1:
            self.spots.show()
