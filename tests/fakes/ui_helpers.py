"""Small documents and pictures for the tests of docks and engine link."""

import gc
from contextlib import contextmanager

import numpy as np

from core.geometry import Box
from core.regions.mask import Mask
from ui.engine.client import EngineLink
from ui.model import scene as scene_edits
from ui.model.document import Document

# Objects of Qt may only be freed on the interface thread; the garbage collector runs on any.
KEPT = []


@contextmanager
def linked(engine):
    """A link to a fake engine; what it leaves behind is freed on this thread, after its own have ended."""
    gc.disable()
    link = kept(EngineLink(engine.connect))
    yield link
    engine.gate.set()
    link.close(wait_s=5)
    gc.collect()
    gc.enable()


def kept(thing):
    """Keep it until the tests end."""
    KEPT.append(thing)
    return thing


def picture(width=40, height=30):
    """(height, width, 3) uint8 with something in every corner."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 255 // width, y * 255 // height, (x + y) % 256], axis=2).astype(np.uint8)


def open_document(qtbot, width=40, height=30, title="photo", path=None):
    """A document that shows a picture, of a file where one is named."""
    document = kept(Document())
    with qtbot.waitSignal(document.opened, timeout=20_000):
        if path:
            document.open_picture(path)
        else:
            document.open_array(picture(width, height), title)
    return document


def add_region(document, box=(2, 2, 8, 8), name="Face", priority=0.0, **fields):
    """One more region on top; its id."""
    scene = scene_edits.add_region(document.scene, Mask.filled(Box(*box)), name, priority=priority, **fields)
    document.apply("Add region", scene)
    return document.scene.selected
