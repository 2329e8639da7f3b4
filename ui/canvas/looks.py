"""What the canvas shows over and beside the picture: overlay, legend, comparison, quiet words."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal

from ui.canvas import compare
from ui.canvas.scenery import SAID_S, Said
from ui.canvas.stack import COLOUR, GREY, OFF
from ui.canvas.surface import SURROUNDS, Surface


class Looks(Surface):
    """A surface whose looks can be chosen. Every verb takes effect at once."""

    overlayChanged = Signal(str)  # noqa: N815  (Qt's manner, here and below)
    compareChanged = Signal(str)  # noqa: N815
    message = Signal(str)

    @property
    def overlay(self) -> str:
        """colour, grey or off."""
        return self.stack.mode

    def set_overlay(self, mode: str) -> None:
        """Priorities in colour, as the engine's grey map, or not at all."""
        self.stack.mode = mode
        self._legend_closed = False
        self._furnish()
        self.overlayChanged.emit(mode)
        self.update()

    def toggle_overlay(self) -> None:
        """Off, or in colour again."""
        self.set_overlay(COLOUR if self.stack.mode == OFF else OFF)

    def cycle_overlay(self) -> None:
        """Colour, grey map, off."""
        order = (COLOUR, GREY, OFF)
        self.set_overlay(order[(order.index(self.stack.mode) + 1) % 3])

    def set_overlay_opacity(self, opacity: float) -> None:
        """0 … 1 of the colour."""
        self.stage.opacity = self.stack.overlay.opacity = min(max(0.0, opacity), 1.0)
        self.stack.overlay.clear()
        self.update()

    def set_legend(self, shown: bool) -> None:
        """Close the legend, or bring it back; it also comes back with the overlay."""
        self._legend_closed = not shown
        self._furnish()

    def set_quiet(self, quiet: bool) -> None:
        """Without overlay, while a priority is dragged."""
        self._quiet = quiet
        self._furnish()
        self.update()

    def set_reduce_motion(self, still: bool) -> None:
        """Let the selected outline stand still."""
        self._ants.still = still
        self._run_tick()
        self.update()

    def set_surround(self, name: str) -> None:
        """The surround, "dark" or "light": always a neutral grey, so that colours can be judged."""
        self._surround = name
        self._empty.set_ink(SURROUNDS[name][1])
        self.update()

    @property
    def compare(self) -> str:
        """off, split, side or loupe."""
        return self._compare

    def set_compare(self, mode: str) -> None:
        """How source and target are shown beside each other."""
        self._compare = mode
        self._resize_pane()
        self._furnish()
        self.compareChanged.emit(mode)
        self.update()

    def next_compare(self) -> None:
        """The next mode."""
        self.set_compare(compare.MODES[(compare.MODES.index(self._compare) + 1) % len(compare.MODES)])

    @property
    def split(self) -> float:
        """Where the split line stands, 0 … 1 of the width."""
        return self._split

    def set_split(self, share: float) -> None:
        """Move the split line."""
        self._split = min(max(0.0, share), 1.0)
        self.update()

    def hold(self, held: bool) -> None:
        """Show the original while held."""
        if held != self._held:
            self._held = held
            self.update()

    def say(self, text: str) -> None:
        """A quiet line beside the pointer, for a few seconds."""
        self._said = Said(text, self.pointing.place, time.monotonic() + SAID_S)
        self.message.emit(text)
        self._run_tick()
        self.update()
