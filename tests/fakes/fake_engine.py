"""An engine for plug-in tests, behind the bridge's own interface: it repeats pixels, as the test scripts it."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from plugin.bridge import Event, JobCancelled, ProposedRegion
from plugin.bridge.facts import BANDS

KINDS = {"u8": np.uint8, "u16": np.uint16, "f32": np.float32}


def pixels(planes):
    """(height, width, bands) of what was sent."""
    data = np.frombuffer(bytes(planes.data), KINDS[planes.depth])
    return data.reshape(planes.height, planes.width, BANDS[planes.mode])


class FakeJob:
    def __init__(self, bridge, planes, scale=4.0):
        self.bridge, self.planes, self.scale, self.id = bridge, planes, scale, "job-1"
        self.cancelled = threading.Event()

    def events(self):
        yield Event("state", {"state": "queued", "position": 1})
        yield Event("state", {"state": "running"})
        yield from self.bridge.script
        if self.bridge.endless:
            self.cancelled.wait(20)
            yield Event("cancelled", {})
            return
        yield Event("progress", {"done": 1, "total": 2, "left_s": 3.0})
        width, height = round(self.planes.width * self.scale), round(self.planes.height * self.scale)
        yield Event("done", {"result": {"width": width, "height": height, "notes": ["made by a test"]}})

    def made(self):
        whole = pixels(self.planes).repeat(4, axis=0).repeat(4, axis=1)
        rows = np.arange(round(self.planes.height * self.scale)) * 4 // self.scale
        columns = np.arange(round(self.planes.width * self.scale)) * 4 // self.scale
        return whole[rows.astype(int)][:, columns.astype(int)]

    def rows(self, mode, depth, y=0, count=None, *, space="source"):
        self.bridge.asked_rows = (mode, depth)
        values = self.made()
        if space == "srgb":
            wide = values if values.shape[2] == 4 else values[..., [0, 0, 0, 1]]
            values = (
                wide // 257
                if self.planes.depth == "u16"
                else wide * (255 if self.planes.depth == "f32" else 1)
            )
            values = values.astype(np.uint8)
        elif depth != self.planes.depth:
            values = np.rint(values * 65535).astype(np.uint16)
        for start in range(y, y + (count or len(values)), 5):  # pieces that fit nothing
            yield values[start : min(start + 5, y + (count or len(values)))].tobytes()

    def proposals(self):
        mask = bytes([255] * 6)
        return [
            ProposedRegion((2, 3, 3, 2), mask, 0.9, "cup"),
            ProposedRegion((0, 0, 8, 6), bytes([255] * 48), 0.5),
        ]

    def cancel(self):
        self.cancelled.set()
        self.bridge.cancels += 1


class FakeBridge:
    """`script` are events before the end, `endless` a job that waits for its cancel, `fault` what posting raises."""

    def __init__(self):
        self.script, self.endless, self.fault = (), False, None
        self.posted, self.upscales, self.cancels = [], [], 0
        self.handed, self.answer = [], {"job": "job-1"}
        self.window = SimpleNamespace(poll=lambda: None)

    def connect(self, name, start=True, wait_s=20, on_wait=None):
        if isinstance(self.fault, Exception):
            raise self.fault
        return self

    def post_picture(self, planes):
        self.posted.append(planes)
        return type("Ref", (), {"id": f"picture-{len(self.posted)}"})

    def upscale(self, picture, regions=(), rest=0.0, options=None, keep=False):
        self.upscales.append({"regions": regions, "rest": rest, "options": options or {}})
        return FakeJob(self, self.posted[-1], (options or {}).get("scale", 4.0))

    def preview(self, picture, box, **what):
        self.upscales.append({"box": box, **what})
        left, top, wide, high = box
        cut = pixels(self.posted[-1])[top : top + high, left : left + wide]
        return FakeJob(self, replace(self.posted[-1], width=wide, height=high, data=cut.tobytes()))

    def propose(self, picture, points=(), **_):
        self.upscales.append({"points": points, "picture": picture})
        return FakeJob(self, self.posted[-1])

    def hand_off(self, picture, **what):
        self.handed.append(what)
        return "handoff-1"

    def handoff(self, identity, wait_s=0):
        return {"answer": self.answer}

    def job(self, identity):
        return FakeJob(self, self.posted[-1])

    def hello(self):
        return type("Hello", (), {"version": "0", "device": "CPU", "log": "", "pid": 1})

    def status(self):
        return {"queue": [1, 2]}

    def stop(self):
        raise JobCancelled
