"""What a tool is told, and what it may ask. A tool knows its stage and nothing of windows, threads or models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QCursor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QPainter, QTransform

    from core.geometry import Box
    from ui.model.document import Document
    from ui.model.proposal import Proposed
    from ui.model.scene import Boolean, Scene

DRAG_PX = 6


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is: (x, y) in source pixels with fractions, `screen` in the canvas' own.

    `pressure` is 0 … 1 of a pen, 1 of a mouse. `right` says which button a press or drag is about.
    """

    x: float
    y: float
    screen: QPointF
    right: bool = False
    shift: bool = False
    alt: bool = False
    ctrl: bool = False
    pressure: float = 1.0
    by_key: bool = False

    @property
    def point(self) -> tuple[float, float]:
        """(x, y) in source pixels."""
        return self.x, self.y


class ToolStage(Protocol):
    """What a tool may ask of the canvas."""

    brush_size_px: float
    brush_hardness: float
    boolean: Boolean
    new_priority: float
    suggestions: tuple[Proposed, ...]

    @property
    def document(self) -> Document | None:
        """What is open."""
        ...

    @property
    def scene(self) -> Scene | None:
        """Its regions and dials."""
        ...

    def to_screen(self, x: float, y: float) -> QPointF:
        """From source pixels to the canvas'."""
        ...

    def transform(self) -> QTransform:
        """From source pixels to the canvas'."""
        ...

    def screen_px(self, source_px: float) -> float:
        """How long a length of the source is on the canvas."""
        ...

    def redraw(self) -> None:
        """Paint what the tool shows again."""

    def redraw_brush(self, at: QPointF) -> None:
        """The same, only around the brush."""

    def say(self, text: str) -> None:
        """A quiet line beside the pointer, gone by itself."""

    def ask(
        self, points: Sequence[tuple[float, float, int]], box: Any, lane: str, memory: str | None = None
    ) -> None:
        """Want a proposal; it comes to the tool's `answer`."""

    def show_working(
        self, identity: str | None, pixels: np.ndarray, priority: float, *, erasing: bool = False
    ) -> None:
        """Show a mask of the whole picture, (H, W) bool, in the place of a region's, or above all for None."""

    def touch(self, box: Box) -> None:
        """The working mask has changed in a box of source pixels."""

    def end_working(self, touched: Box) -> None:
        """Show the scene again, at least where the working mask had changed."""

    def attempt(self, make: Callable[[], Scene]) -> Scene | None:
        """What a verb makes; None, and told, where it refuses."""

    def change(self, verb: str, scene: Scene, merge: str = "") -> bool:
        """Apply an undoable verb; False where nothing is open."""
        ...

    def pan(self, dx: float, dy: float) -> None:
        """Shift the picture."""

    def hold(self, held: bool) -> None:
        """Show the original while held."""

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Nearer or farther around a place."""

    def adopted(self, proposals: Sequence[Proposed]) -> None:
        """These suggestions have become regions."""


class Tool:
    """A tool does nothing by itself; each one overrides what it needs.

    `name` is for programs; a title for people is the window's to translate. True from a method means: taken.
    `waiting_since_s` is when an answer was asked for that has not come, by `time.monotonic`.
    """

    name = ""
    waiting_since_s: float | None = None

    def __init__(self, stage: ToolStage) -> None:
        self.stage = stage

    def activate(self) -> None:
        """It is chosen."""

    def deactivate(self) -> None:
        """Another one is; unfinished work is given up."""
        self.cancel()

    def press(self, pointer: Pointer) -> None:
        """A button or the pen goes down."""

    def drag(self, pointer: Pointer) -> None:
        """It moves while down."""

    def release(self, pointer: Pointer) -> None:
        """It goes up."""

    def hover(self, pointer: Pointer) -> None:
        """It moves while up."""

    def rest(self, pointer: Pointer) -> None:
        """It has rested over the picture."""

    def leave(self) -> None:
        """It has left the canvas."""

    def double(self, pointer: Pointer) -> None:
        """A second click at the same place."""

    def click(self, pointer: Pointer) -> None:
        """Enter on the crosshair; `right` with Shift. By default a press and a release."""
        self.press(pointer)
        self.release(pointer)

    def wheel(self, steps: int, pointer: Pointer) -> bool:
        """Alt and the wheel."""
        del steps, pointer
        return False

    def accept(self) -> bool:
        """Enter: finish what is under way; False where nothing is."""
        return False

    def cancel(self) -> bool:
        """Esc: give up what is under way; False where nothing is."""
        return False

    @property
    def unfinished(self) -> bool:
        """Whether `back` has something to take away."""
        return False

    def back(self) -> bool:
        """Backspace: take the last point away."""
        return False

    def key(self, key: int, *, shift: bool) -> bool:
        """Any other key."""
        del key, shift
        return False

    def key_up(self, key: int) -> None:
        """A key is let go."""

    def pending(self, near: Box) -> Scene | None:
        """The scene as it would be if what is under way ended now, as far as a box of the source sees it."""
        del near

    def answer(self, points: Any, box: Any, lane: str, proposals: Sequence[Proposed]) -> None:
        """What `Stage.ask` asked for, perhaps for something no longer wanted."""

    def refused(self, points: Any, box: Any, lane: str, text: str) -> None:
        """The engine could not say; in words."""

    def paint(self, painter: QPainter) -> None:
        """Draw over the picture, in the canvas' own pixels."""

    def cursor(self) -> QCursor:
        """The pointer's shape."""
        return QCursor(Qt.CursorShape.CrossCursor)


def near(one: QPointF, other: QPointF, px: float) -> bool:
    """Whether two places on the canvas are this close."""
    dx, dy = one.x() - other.x(), one.y() - other.y()
    return dx * dx + dy * dy <= px * px
