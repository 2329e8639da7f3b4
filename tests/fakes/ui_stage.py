"""A canvas with a picture in it, and a proposer that is no engine: what tests of ui/model, canvas and tools share."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.geometry import Box, Size
from core.regions import shapes
from ui.canvas.canvas import Canvas
from ui.model import scene as scene_edits
from ui.model.document import Document


@dataclass(frozen=True)
class Offer:
    """What a segmenter would say."""

    box: Box
    mask: np.ndarray
    score: float
    label: str = ""
    priority: float | None = None
    memory: str | None = None


def picture(width=160, height=120, seed=0, bands=3):
    """(height, width, bands) uint8 with a gradient and grain."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    base = np.stack([x * 255 // width, y * 255 // height, (x + y) % 256, x * 0 + 255], 2)[..., :bands]
    return np.clip(base + rng.integers(-8, 9, base.shape), 0, 255).astype(np.uint8)


def wait_for(qtbot, ready, timeout=8000):
    qtbot.waitUntil(ready, timeout=timeout)


def opened(qtbot, array=None, regions=None):
    """A document that shows an array."""
    document = Document()
    document.open_array(picture() if array is None else array, "test", regions=regions)
    wait_for(qtbot, lambda: document.source is not None)
    return document


def canvas_of(qtbot, document, width=640, height=480):
    """A canvas of this size, shown, with the whole picture in sight."""
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.set_document(document)
    canvas.resize(width, height)
    canvas.set_reduce_motion(True)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


def with_regions(document, count=2, priority=2.0):
    """So many discs, the last one selected."""
    size, scene = document.scene.size, document.scene
    for number in range(count):
        x = size.width * (number + 1) // (count + 1)
        mask = shapes.ellipse(Box(x - 12, size.height // 2 - 12, 24, 24), size)
        scene = scene_edits.add_region(scene, mask, priority=priority - number)
    document.apply("Make regions", scene)
    return document.scene


def at(canvas, x, y):
    """The canvas pixel over a source point."""
    return canvas.camera.to_canvas(x, y).toPoint()


def click(canvas, x, y, button=Qt.MouseButton.LeftButton, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(canvas, button, modifier, at(canvas, x, y))


def drag(canvas, points, button=Qt.MouseButton.LeftButton, modifier=Qt.KeyboardModifier.NoModifier):
    """Press at the first source point, move over the others, let go at the last."""
    places = [at(canvas, *point) for point in points]
    QTest.mousePress(canvas, button, modifier, places[0])
    for place in places[1:]:
        _move(canvas, place, button, modifier)
    QTest.mouseRelease(canvas, button, modifier, places[-1])


def hover(canvas, x, y):
    _move(canvas, at(canvas, x, y), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier)


def _move(canvas, place, button, modifier):
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(canvas.mapToGlobal(QPoint(place))),
        Qt.MouseButton.NoButton,
        button,
        modifier,
    )
    QApplication.sendEvent(canvas, event)


def disc_offers(size: Size, x, y, radii=(8, 16, 30)):
    """Part, object and whole: three discs around a point, the middle one scored best."""
    scores = (0.6, 0.9, 0.7)
    for radius, score in zip(radii, scores, strict=False):
        side = 2 * radius
        mask = shapes.ellipse(Box(round(x) - radius, round(y) - radius, side, side), size)
        yield Offer(mask.box, mask.pixels, score)


class Proposer:
    """Answers every wish of a canvas at once, as an engine would later; keeps what was asked."""

    def __init__(self, canvas, *, empty=False):
        self.canvas, self.empty, self.asked, self.times = canvas, empty, [], []
        self.memories, self.corrected = (None, None, None), []
        canvas.wantProposal.connect(self.answer)

    def answer(self, points, box, lane, memory):
        self.asked.append((points, box, lane))
        if lane != "hover":
            self.corrected.append(memory)
        self.times.append(time.monotonic())
        size = self.canvas.scene.size
        x, y = points[0][:2] if points else (box.x + box.width / 2, box.y + box.height / 2)
        discs = [] if self.empty else disc_offers(size, x, y)
        offers = [replace(one, memory=kept) for one, kept in zip(discs, self.memories, strict=False)]
        self.canvas.offer(points, box, lane, offers)
