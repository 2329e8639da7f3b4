"""Helpers of the Krita plug-in's tests: pixels, and time that passes."""

import time
from importlib import import_module

import numpy as np

SIZE = (8, 6)
KINDS = {"U8": np.uint8, "U16": np.uint16, "F32": np.float32}


def grain(space=("RGBA", "U8"), size=SIZE, opaque=False):
    """Random pixels in Krita's own order."""
    shape = (size[1], size[0], {"RGBA": 4, "GRAYA": 2, "CMYKA": 5}[space[0]])
    kind = KINDS.get(space[1], np.uint16)
    most = {"F32": 1, "F16": 1000}.get(space[1]) or np.iinfo(kind).max
    values = (np.random.default_rng(1).random(shape) * most).astype(kind)
    if opaque:
        values[..., -1] = most
    return values


def run(desk, seconds=20, until=None):
    """Tick until the road ends, or until something holds."""
    end = time.monotonic() + seconds
    while desk.busy and not (until and until()):
        assert time.monotonic() < end, desk.standing
        desk.road.tick()
        time.sleep(0.001)
    return desk.standing


def settle(until=None, seconds=0.3):
    """Let Qt's timers run for a moment, or until something holds."""
    core = import_module("PySide6.QtCore")
    end = time.monotonic() + (20 if until else seconds)
    while time.monotonic() < end and not (until and until()):
        core.QCoreApplication.processEvents()
        time.sleep(0.003)
    assert until is None or until()


def layer(app, name="Semantic Upscale"):
    """A layer of the document that was opened last."""
    return next(node for node in app.opened[-1].root.children if node.name() == name)
