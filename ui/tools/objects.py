"""Find objects: point at something, see its outline, accept it as a region."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QPointF, Qt

from core.geometry import Box
from core.regions.mask import Mask
from ui.tools import objects_paint
from ui.tools.prompt import PromptState
from ui.tools.regions import finish, new_region
from ui.tools.tool import DRAG_PX, Pointer, Tool, near

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from ui.model.proposal import Proposed
    from ui.tools.tool import ToolStage

GRAB_PX = 9


class Objects(Tool):
    """Click includes, right or Alt click excludes, drag is a box; `,` and `.` choose part, object or whole.

    Shift+click keeps what is found and begins another; Ctrl collects points and asks when it is let go; Enter or
    a double-click accepts; a click on a point deletes it, a drag moves it.
    """

    name = "objects"

    def __init__(self, stage: ToolStage) -> None:
        super().__init__(stage)
        self.prompt = PromptState()
        self.hovered: Proposed | None = None
        self.rubber: tuple[QPointF, QPointF] | None = None
        self._hover_spot: tuple[float, float, int] | None = None
        self._pressed: Pointer | None = None
        self._grabbed: int | None = None
        self._dragging = False
        self._collecting = False
        self._accept_soon = False
        self._look = objects_paint.ObjectsLook(stage)

    # The mouse

    def press(self, pointer: Pointer) -> None:
        """Take hold of a point, or begin a click or a box."""
        self._pressed, self._dragging = pointer, False
        self._grabbed = self._point_at(pointer.screen)

    def drag(self, pointer: Pointer) -> None:
        """Past six pixels it is no click any more."""
        start = self._pressed
        if start is None or (not self._dragging and near(start.screen, pointer.screen, DRAG_PX)):
            return
        self._dragging = True
        if self._grabbed is not None:
            self.prompt = self.prompt.moved_point(self._grabbed, *pointer.point)
        else:
            self.rubber = start.screen, pointer.screen
        self.stage.redraw()

    def release(self, pointer: Pointer) -> None:
        """A click, a point moved or deleted, or a box."""
        start, self._pressed = self._pressed, None
        grabbed, self._grabbed = self._grabbed, None
        dragged, self._dragging, self.rubber = self._dragging, False, None
        if start is None:
            return
        if grabbed is not None:
            if not dragged:
                self.prompt = self.prompt.without_point(grabbed)
            self._ask()
        elif dragged:
            self._boxed(start, pointer)
        else:
            self._clicked(pointer)

    def double(self, pointer: Pointer) -> None:
        """Accept; the two clicks before it are one point."""
        del pointer
        self.accept()

    def rest(self, pointer: Pointer) -> None:
        """Ask what lies here, while nothing is pointed at."""
        if not self.prompt.empty or self.stage.suggestions:
            return
        spot = (pointer.x, pointer.y, 1)
        if self._inside(pointer) and spot != self._hover_spot:
            self._hover_spot = spot
            self.stage.ask((spot,), None, "hover")

    def hover(self, pointer: Pointer) -> None:
        """What was under the pointer is shown until it leaves it."""
        hovered = self.hovered
        if hovered and not hovered.mask.contains(math.floor(pointer.x), math.floor(pointer.y)):
            self.hovered = self._hover_spot = None
            self.stage.redraw()

    def leave(self) -> None:
        """Nothing is hovered."""
        self.hovered = self._hover_spot = None
        self.stage.redraw()

    def wheel(self, steps: int, pointer: Pointer) -> bool:
        """Part, object, whole."""
        del pointer
        return self._cycle(1 if steps > 0 else -1)

    def click(self, pointer: Pointer) -> None:
        """By keyboard; the same place twice accepts."""
        last = self.prompt.points[-1] if self.prompt.points else None
        if last and not pointer.right and last == (pointer.x, pointer.y, 1):
            self.accept()
        else:
            self._clicked(pointer)

    # The keyboard

    def accept(self) -> bool:
        """Make the chosen answer a region; if it is still on its way, as soon as it comes."""
        if self.prompt.empty:
            return False
        if self.waiting_since_s is not None or self._collecting:
            self._accept_soon = True
            if self._collecting:
                self._ask()
        elif self.prompt.proposal:
            self._keep(self.prompt.proposal)
        return True

    def cancel(self) -> bool:
        """Throw the points away; False where there were none."""
        had = not self.prompt.empty or self._pressed is not None
        self._reset()
        return had

    def back(self) -> bool:
        """Take the last point away, or the box."""
        if self.prompt.empty:
            return False
        if self.prompt.points:
            self.prompt = self.prompt.without_point(len(self.prompt.points) - 1)
        else:
            self.prompt = PromptState(level=self.prompt.level)
        self._ask()
        return True

    def key(self, key: int, *, shift: bool) -> bool:
        """`,` smaller, `.` larger."""
        del shift
        ways = {Qt.Key.Key_Comma: -1, Qt.Key.Key_Period: 1}
        return key in ways and self._cycle(ways[Qt.Key(key)])

    def key_up(self, key: int) -> None:
        """Ctrl let go: the points collected are asked for."""
        if key == Qt.Key.Key_Control and self._collecting:
            self._ask()

    # Answers

    def answer(self, points: Any, box: Any, lane: str, proposals: Sequence[Proposed]) -> None:
        """Take it if it is for what is pointed at now."""
        found = tuple(each for each in proposals if not each.mask.empty)
        if lane == "hover":
            if self.prompt.empty and self._hover_spot and tuple(points) == (self._hover_spot,):
                self.hovered = PromptState(level=self.prompt.level).with_found(found).proposal
        elif tuple(points) == self.prompt.points and box == self.prompt.box:
            self._found(found)
        self.stage.redraw()

    def refused(self, points: Any, box: Any, lane: str, text: str) -> None:
        """Say so, once, for a click; a hover says nothing."""
        if lane != "hover" and tuple(points) == self.prompt.points and box == self.prompt.box:
            self.waiting_since_s = None
            self._accept_soon = False
            self.stage.say(text)

    @property
    def unfinished(self) -> bool:
        """Whether points or a box wait to be accepted."""
        return not self.prompt.empty

    def paint(self, painter: QPainter) -> None:
        """Outlines, points and the dots of the choice."""
        self._look.paint(painter, self.prompt, self.hovered, self.rubber)

    # Steps

    def _inside(self, pointer: Pointer) -> bool:
        scene = self.stage.scene
        return scene is not None and Box.of(scene.size).contains(math.floor(pointer.x), math.floor(pointer.y))

    def _point_at(self, screen: QPointF) -> int | None:
        """The uppermost point under the pointer."""
        for index in reversed(range(len(self.prompt.points))):
            x, y, _ = self.prompt.points[index]
            if near(self.stage.to_screen(x, y), screen, GRAB_PX):
                return index
        return None

    def _clicked(self, pointer: Pointer) -> None:
        if not self._inside(pointer):
            return
        if self.prompt.empty and self._adopt_at(pointer):
            return
        include = not (pointer.right or pointer.alt)
        if pointer.shift and not pointer.by_key and self.prompt.proposal:
            self._keep(self.prompt.proposal)
        self.prompt = self.prompt.with_point(pointer.x, pointer.y, include)
        self.hovered = None
        self._collecting = pointer.ctrl
        if pointer.ctrl:
            self.stage.redraw()
        else:
            self._ask()

    def _boxed(self, start: Pointer, end: Pointer) -> None:
        """A drag: a box to search in, or several suggestions at once."""
        scene = self.stage.scene
        if scene is None:
            return
        (x0, y0), (x1, y1) = start.point, end.point
        edges = (
            math.floor(min(x0, x1)),
            math.floor(min(y0, y1)),
            math.ceil(max(x0, x1)),
            math.ceil(max(y0, y1)),
        )
        box = Box.between(*edges).intersect(Box.of(scene.size))
        if box.empty:
            self.stage.redraw()
        elif self.stage.suggestions and self.prompt.empty:
            self._adopt_in(box)
        else:
            self.prompt = PromptState(box=box)
            self._ask()

    def _ask(self) -> None:
        self._collecting = False
        self.hovered = None
        if self.prompt.empty:
            self._reset()
            return
        self.waiting_since_s = time.monotonic()
        self.stage.ask(self.prompt.points, self.prompt.box, "click", self.prompt.memory)
        self.stage.redraw()

    def _found(self, found: tuple[Proposed, ...]) -> None:
        self.waiting_since_s = None
        self.prompt = self.prompt.with_found(found)
        soon, self._accept_soon = self._accept_soon, False
        if not found:
            self.stage.say(
                QCoreApplication.translate("tools", "Nothing found here. Try a box, or the brush (B).")
            )
        elif soon and self.prompt.proposal:
            self._keep(self.prompt.proposal)

    def _cycle(self, way: int) -> bool:
        if len(self.prompt.found) < 2:
            return False
        self.prompt = self.prompt.cycled(way)
        self.stage.redraw()
        return True

    def _keep(self, proposal: Proposed) -> None:
        prompts = self.prompt.as_prompts()
        if finish(self.stage, proposal.mask, self.stage.boolean, proposal.label, prompts):
            self._reset()

    def _reset(self) -> None:
        self.prompt = PromptState(level=self.prompt.level)
        self.hovered = self.rubber = self._pressed = self._grabbed = self._hover_spot = None
        self.waiting_since_s = None
        self._collecting = self._accept_soon = self._dragging = False
        self.stage.redraw()

    # Suggestions

    def _adopt_at(self, pointer: Pointer) -> bool:
        """The smallest suggestion under a click becomes a region."""
        x, y = math.floor(pointer.x), math.floor(pointer.y)
        under = [each for each in self.stage.suggestions if each.mask.contains(x, y)]
        if not under:
            return False
        self._adopt([min(under, key=lambda each: each.mask.area)])
        return True

    def _adopt_in(self, box: Box) -> None:
        """Every suggestion that a drag has touched becomes one region."""
        asked = Mask.filled(box)
        touched = [each for each in self.stage.suggestions if not each.mask.intersect(asked).empty]
        if touched:
            self._adopt(touched)
        self.stage.redraw()

    def _adopt(self, chosen: list[Proposed]) -> None:
        scene = self.stage.scene
        if scene is None:
            return
        mask = chosen[0].mask
        for each in chosen[1:]:
            mask = mask.union(each.mask)
        wanted = chosen[0].priority if len(chosen) == 1 else None
        made = new_region(
            scene,
            mask,
            chosen[0].label if len(chosen) == 1 else "",
            priority=wanted or self.stage.new_priority,
        )
        if self.stage.change(QCoreApplication.translate("tools", "Take suggestion"), made):
            self.stage.adopted(chosen)
