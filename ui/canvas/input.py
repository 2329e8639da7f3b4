"""What mouse, pen, touch and keys do on the canvas: first the canvas' own habits, then the tool in hand."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer, Signal

from core.geometry import Box
from ui.canvas import camera, decorations
from ui.tools.tool import Pointer

if TYPE_CHECKING:
    from ui.canvas.display import Workbench


REST_MS = 60
_WHEEL_STEP = 120
_WHEEL_ZOOM = 1.25
_BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)


class Input(QObject):
    """One for each canvas. `take(event)` says whether the event was for it."""

    cursorMoved = Signal(QPoint)  # noqa: N815  (Qt's manner, here and below)
    previewSpotWanted = Signal(QPoint)  # noqa: N815
    regionMenuWanted = Signal(QPoint)  # noqa: N815

    def __init__(self, canvas: Workbench) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._at = canvas.pointing
        self._down: Pointer | None = None
        self._moving: QPointF | None = None
        self._splitting = False
        self._hand_held = False
        self._pressure = 1.0
        self._wheel_rest = 0
        self._rest = QTimer(canvas, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._rested)
        kinds = QEvent.Type
        self._answers = {
            kinds.MouseButtonPress: self._press,
            kinds.MouseMove: self._move,
            kinds.MouseButtonRelease: self._release,
            kinds.MouseButtonDblClick: self._double,
            kinds.Wheel: self._wheel,
            kinds.Leave: self._leave,
            kinds.TabletPress: self._pen,
            kinds.TabletMove: self._pen,
            kinds.TabletRelease: self._pen,
            kinds.NativeGesture: self._native_gesture,
            kinds.Gesture: self._gesture,
            kinds.ContextMenu: self._menu,
            kinds.FocusOut: self._focus_out,
        }

    def take(self, event: QEvent) -> bool:
        """Answer an event."""
        answer = self._answers.get(event.type())
        return answer is not None and bool(answer(event))

    def let_go(self) -> None:
        """Whatever was held is held no more."""
        self._down = self._moving = None
        self._splitting = self._hand_held = False
        self._rest.stop()
        self.show_cursor()

    def hold_hand(self, held: bool) -> None:
        """The hand while Space is down."""
        self._hand_held = held
        if not held:
            self._moving = None
        self.show_cursor()

    def show_cursor(self) -> None:
        """The pointer's shape for what a press would do."""
        canvas = self._canvas
        if canvas.scene is None:
            canvas.unsetCursor()
        elif self._moving is not None:
            canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._hand_held:
            canvas.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._on_handle(self._at.place):
            canvas.setCursor(Qt.CursorShape.SplitHCursor)
        else:
            canvas.setCursor(canvas.tool.cursor())

    def pointer_at(
        self, place: QPointF, modifiers: Any, *, right: bool = False, by_key: bool = False
    ) -> Pointer:
        """What a tool is told; `place` is in the canvas' pixels, the pointer in the pane's."""
        canvas = self._canvas
        ratio = canvas.camera.ratio
        left = camera.pane_left(canvas.screen_size(), canvas.compare, place.x() * ratio)
        screen = QPointF(place.x() - left / ratio, place.y())
        x, y = canvas.camera.to_source(screen)
        held = Qt.KeyboardModifier
        return Pointer(
            x,
            y,
            screen,
            right=right,
            shift=bool(modifiers & held.ShiftModifier),
            alt=bool(modifiers & held.AltModifier),
            ctrl=bool(modifiers & held.ControlModifier),
            pressure=self._pressure,
            by_key=by_key,
        )

    # The mouse

    def _press(self, event: Any) -> bool:
        self._seen(event.position())
        button = event.button()
        if button == Qt.MouseButton.MiddleButton or (button == _BUTTONS[0] and self._hand_held):
            self._moving = event.position()
        elif button == _BUTTONS[0] and self._on_handle(event.position()):
            self._splitting = True
        elif button in _BUTTONS and self._down is None:
            self._tool_press(event, right=button == _BUTTONS[1])
        self.show_cursor()
        return True

    def _tool_press(self, event: Any, *, right: bool) -> None:
        canvas = self._canvas
        pointer = self.pointer_at(event.position(), event.modifiers(), right=right)
        if canvas.tool.name == "zoom" and pointer.alt and not right:
            self.previewSpotWanted.emit(QPoint(math.floor(pointer.x), math.floor(pointer.y)))
            return
        self._down = pointer
        canvas.tool.press(pointer)

    def _move(self, event: Any) -> bool:
        place = event.position()
        if self._moving is not None:
            way = place - self._moving
            self._moving = place
            self._canvas.camera.pan(way.x(), way.y())
            return True
        if self._splitting:
            self._canvas.set_split(place.x() / max(1, self._canvas.width()))
            return True
        self._seen(place)
        down = self._down
        pointer = self.pointer_at(place, event.modifiers(), right=down.right if down else False)
        if down:
            self._canvas.tool.drag(pointer)
        else:
            self._hovered(pointer)
        return True

    def _release(self, event: Any) -> bool:
        if self._moving is not None:
            self._moving = None
        elif self._splitting:
            self._splitting = False
        elif self._down and event.button() == _BUTTONS[int(self._down.right)]:
            right, self._down = self._down.right, None
            self._canvas.tool.release(self.pointer_at(event.position(), event.modifiers(), right=right))
        self.show_cursor()
        return True

    def _double(self, event: Any) -> bool:
        """Qt sends it in the place of a second press."""
        if event.button() == _BUTTONS[0] and not self._hand_held and not self._on_handle(event.position()):
            self._canvas.tool.double(self.pointer_at(event.position(), event.modifiers()))
        return True

    def _seen(self, place: QPointF) -> None:
        """The mouse is used: the crosshair goes."""
        canvas = self._canvas
        if self._at.cross or canvas.compare == camera.LOUPE or self._at.by_key:
            canvas.update()
        self._at.place, self._at.cross, self._at.by_key = place, None, False
        self._tell(*self.pointer_at(place, Qt.KeyboardModifier.NoModifier).point)

    def _tell(self, x: float, y: float) -> None:
        scene = self._canvas.scene
        if scene and Box.of(scene.size).contains(math.floor(x), math.floor(y)):
            self.cursorMoved.emit(QPoint(math.floor(x), math.floor(y)))

    def _hovered(self, pointer: Pointer) -> None:
        self._canvas.tool.hover(pointer)
        self._rest.start()
        if self._canvas.compare == camera.SPLIT:
            self.show_cursor()

    def _rested(self) -> None:
        if self._canvas.scene is None or self._down:
            return
        place = self._canvas.camera.to_canvas(*self._at.cross) if self._at.cross else self._at.place
        self._canvas.tool.rest(self.pointer_at(place, Qt.KeyboardModifier.NoModifier))

    def _leave(self, event: Any) -> bool:
        del event
        self._rest.stop()
        self._canvas.tool.leave()
        return False

    def _on_handle(self, place: QPointF) -> bool:
        canvas = self._canvas
        if canvas.compare != camera.SPLIT:
            return False
        return abs(place.x() - canvas.split * canvas.width()) <= decorations.HANDLE_PX

    # Wheel, pen, touch, menu

    def _wheel(self, event: Any) -> bool:
        canvas, held = self._canvas, event.modifiers()
        turn = event.angleDelta()
        if held & Qt.KeyboardModifier.AltModifier:
            self._wheel_rest += turn.y() or turn.x()
            steps, self._wheel_rest = _whole_steps(self._wheel_rest)
            if steps and not canvas.tool.wheel(steps, self.pointer_at(event.position(), held)):
                canvas.camera.pan(turn.x() or turn.y(), 0)
        elif held & Qt.KeyboardModifier.ControlModifier:
            self._zoom_by(_WHEEL_ZOOM ** (turn.y() / _WHEEL_STEP), event.position())
        else:
            way = event.pixelDelta() if not event.pixelDelta().isNull() else turn * 0.5
            if held & Qt.KeyboardModifier.ShiftModifier and not way.x():
                way = QPoint(way.y(), 0)
            canvas.camera.pan(way.x(), way.y())
        return True

    def _zoom_by(self, factor: float, place: QPointF) -> None:
        """Around a place of the canvas."""
        canvas = self._canvas
        pointer = self.pointer_at(place, Qt.KeyboardModifier.NoModifier)
        canvas.camera.zoom_to(canvas.camera.view.zoom * factor, pointer.screen)

    def _pen(self, event: Any) -> bool:
        """Remember the pressure; Qt then sends the same as mouse events."""
        up = event.type() == QEvent.Type.TabletRelease
        self._pressure = 1.0 if up else max(0.01, event.pressure())
        return False

    def _native_gesture(self, event: Any) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._zoom_by(1 + event.value(), event.position())
        return True

    def _gesture(self, event: Any) -> bool:
        """Two fingers move and zoom."""
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if pinch is None:
            return False
        place = QPointF(self._canvas.mapFromGlobal(pinch.centerPoint().toPoint()))
        way = pinch.centerPoint() - pinch.lastCenterPoint()
        self._canvas.camera.pan(way.x(), way.y())
        self._zoom_by(pinch.scaleFactor(), place)
        event.accept(pinch)
        return True

    def _menu(self, event: Any) -> bool:
        """The menu key; the right button belongs to the tools."""
        if event.reason() == event.Reason.Keyboard:
            self.regionMenuWanted.emit(event.globalPos())
        return True

    def _focus_out(self, event: Any) -> bool:
        """Keys that are held elsewhere are not held here."""
        del event
        self._hand_held = False
        self._canvas.hold(False)
        self.show_cursor()
        return False

    # The crosshair

    def move_cross(self, dx: int, dy: int) -> None:
        """By whole source pixels; it begins in the middle of what can be seen."""
        canvas = self._canvas
        size = canvas.camera.view.picture
        if self._at.cross is None:
            seen = canvas.visible_box
            self._at.cross = seen.x + seen.width // 2 + 0.5, seen.y + seen.height // 2 + 0.5
        else:
            x, y = self._at.cross[0] + dx, self._at.cross[1] + dy
            self._at.cross = min(max(x, 0.5), size.width - 0.5), min(max(y, 0.5), size.height - 0.5)
        canvas.camera.show(*self._at.cross)
        self._at.place, self._at.by_key = canvas.camera.to_canvas(*self._at.cross), True
        self._tell(*self._at.cross)
        self._hovered(self.cross_pointer(right=False))
        canvas.update()

    def cross_pointer(self, *, right: bool) -> Pointer:
        """The crosshair as a tool is told of it."""
        x, y = self._at.cross or (0.5, 0.5)
        return Pointer(x, y, self._canvas.camera.to_canvas(x, y), right=right, by_key=True)


def _whole_steps(turned: int) -> tuple[int, int]:
    """Steps of a wheel, and what is left over of a fine one."""
    steps = int(turned / _WHEEL_STEP)
    return steps, turned - steps * _WHEEL_STEP
