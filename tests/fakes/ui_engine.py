"""An engine in memory with the bridge's methods: nearest neighbour ×4, same answer every time, and it obeys.

engine = FakeEngine()
link = EngineLink(engine.connect)
engine.gate.clear()          # slow: every job waits until gate.set()
engine.fail("upscale", JobFailed("…", "…"))
engine.die(); engine.refuse(EngineMissing("…"))
"""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import numpy as np
from PIL import Image

from plugin.bridge import (
    EngineGone,
    EngineRefused,
    Event,
    Hello,
    JobCancelled,
    JobFailed,
    PictureRef,
    ProposedRegion,
)

SCALE = 4
TILE_PX = 16
ABLE = {
    "methods": ["compact", "sinsr"],
    "segmenters": ["built-in"],
    "depths": ["u8", "u16", "f32"],
    "modes": ["GREY", "GREYA", "RGB", "RGBA"],
    "formats": ["png", "jpeg", "tiff"],
    "most_pixels": 10**9,
    "scale": 4,
}


class FakeEngine:
    """State of the engine, whichever bridge asks; `log` has every call by name."""

    def __init__(self):
        self.log, self.faults, self.refusal = [], {}, None
        self.spaces = []
        self.gate, self.step = threading.Event(), None
        self.gate.set()
        self.ids = itertools.count(1)
        self.restart()

    def restart(self):
        """A new process: it knows no picture and no job."""
        self.life, self.alive = object(), True
        self.pictures, self.jobs = {}, {}
        self.handoffs, self.answers = {}, {}

    def die(self):
        self.alive = False
        self.gate.set()

    def refuse(self, error):
        """Let connections fail with this; None: let them work again."""
        self.refusal = error

    def fail(self, kind, error):
        """Let the next job of a kind end with this."""
        self.faults[kind] = error

    def count(self, name):
        return self.log.count(name)

    def connect(self, on_wait=None, **_):
        self.log.append("connect")
        if self.refusal:
            raise self.refusal
        if not self.alive:
            if on_wait:
                on_wait()
            self.restart()
        return FakeBridge(self)


class FakeBridge:
    def __init__(self, engine):
        self.engine, self.life = engine, engine.life

    def _call(self, name):
        self.engine.log.append(name)
        self.check()

    def check(self):
        if not self.engine.alive or self.life is not self.engine.life:
            raise EngineGone

    def hello(self, timeout_s=None):
        self._call("hello")
        return Hello(1, "0.1.0", 4321, "/log/engine.log", "Test processor", ABLE)

    def stop(self):
        self._call("stop")
        self.engine.die()

    def close(self):
        pass

    def _post(self, pixels, name):
        identity = f"{name}-{pixels.shape[1]}x{pixels.shape[0]}-{int(pixels.sum())}"
        self.engine.pictures[identity] = pixels
        return PictureRef(identity, pixels.shape[1], pixels.shape[0], "RGB", "u8")

    def post_file(self, path):
        self._call("post_file")
        with Image.open(path) as image:
            return self._post(np.array(image.convert("RGB")), Path(path).name)

    def post_picture(self, planes):
        self._call("post_picture")
        rows = np.frombuffer(planes.data, np.uint8).reshape(planes.height, planes.width, -1)
        return self._post(rows[..., :3].copy(), "raw")

    def picture_pixels(self, identity):
        self._call("picture_pixels")
        pixels = self.engine.pictures[identity]
        return PictureRef(identity, pixels.shape[1], pixels.shape[0], "RGB", "u8"), pixels.tobytes()

    def handoff(self, identity, wait_s=0):
        self._call("handoff")
        return self.engine.handoffs[identity]

    def answer_handoff(self, identity, job_id=None):
        self._call("answer_handoff")
        self.engine.answers[identity] = job_id

    def job(self, identity):
        return self.engine.jobs[identity]

    def forget_picture(self, identity):
        self._call("forget_picture")
        self.engine.pictures.pop(identity, None)

    def _job(self, kind, picture_id=None, **asked):
        self._call(kind)
        if picture_id is not None and picture_id not in self.engine.pictures:
            raise EngineRefused("The engine does not know this picture.", "Post it.", "picture-unknown", 404)
        job = FakeJob(self, kind, f"j{next(self.engine.ids)}", self.engine.pictures.get(picture_id), asked)
        self.engine.jobs[job.id] = job
        return job

    def upscale(self, picture_id, regions=(), rest=0.0, options=None, *, keep=False):
        return self._job("upscale", picture_id, regions=regions, rest=rest, options=options or {}, keep=keep)

    def preview(self, picture_id, box, regions=(), rest=0.0, options=None, *, lane="spot"):
        return self._job("preview", picture_id, box=box, regions=regions, rest=rest, options=options or {})

    def propose(self, picture_id, points=(), box=None, segmenter="auto", lane=None, *, memory=None):
        return self._job("propose", picture_id, points=points, box=box, memory=memory)

    def everything(self, picture_id, segmenter="auto"):
        return self._job("everything", picture_id)

    def suggest(self, picture_id):
        return self._job("suggest", picture_id)

    def prepare(self, picture_id):
        return self._job("prepare", picture_id)

    def estimate(self, picture_id):
        return self._job("estimate", picture_id)

    def models(self):
        self._call("models")
        row = {
            "id": "compact",
            "title": "Compact",
            "licence": "Apache-2.0",
            "installed": True,
            "size_bytes": 7,
        }
        return [row]

    def download(self, model, accept_licence=False):
        return self._job("download", None, model=model)


class FakeJob:
    def __init__(self, bridge, kind, identity, pixels, asked):
        self.bridge, self.engine, self.kind, self.id = bridge, bridge.engine, kind, identity
        self.pixels, self.asked = pixels, asked
        self.stopped = threading.Event()

    # what it gives

    def _target(self):
        pixels = self.pixels
        if self.kind == "preview":
            x, y, width, height = self.asked["box"]
            pixels = pixels[y : y + height, x : x + width]
        return pixels.repeat(SCALE, 0).repeat(SCALE, 1)

    def _result(self):
        if self.kind == "estimate":
            return {"clean_up": 0.25}
        if self.kind != "upscale":
            return {}
        height, width = self._target().shape[:2]
        made = {"method": "compact", "checkpoint": "compact", "clean_up": 0.25, "device": "Test processor"}
        took = {
            "precision": "float32",
            "tile": [TILE_PX, TILE_PX],
            "tiles": len(self.boxes()),
            "seconds": 2.0,
        }
        return {"width": width, "height": height, **made, **took, "peak_bytes": 3 * 10**8, "notes": []}

    def boxes(self):
        height, width = self._target().shape[:2]
        side = TILE_PX * SCALE
        corners = itertools.product(range(0, height, side), range(0, width, side))
        return [(x, y, min(side, width - x), min(side, height - y)) for y, x in corners]

    # the bridge's methods

    def events(self):
        self.engine.gate.wait(20)
        fault = self.engine.faults.pop(self.kind, None)
        yield Event("state", {"state": "running"})
        if self.kind == "upscale":
            yield from self._tiles(fault)
        self.bridge.check()
        if fault:
            error = {"code": fault.code, "message": str(fault), "advice": fault.advice}
            yield Event("failed", {"error": error})
        elif self.stopped.is_set():
            yield Event("cancelled", {})
        else:
            yield Event("done", {"result": self._result()})

    def _tiles(self, fault):
        boxes = self.boxes()
        for n, box in enumerate(boxes):
            if self.engine.step is not None:
                self.engine.step.acquire(timeout=20)
            self.bridge.check()
            if self.stopped.is_set() or (fault and n):
                return
            yield Event("tile", {"n": n, "box": list(box)})
            times = {"elapsed_s": n + 1.0, "left_s": len(boxes) - n - 1.0}
            yield Event("progress", {"done": n + 1, "total": len(boxes), "stage": "tiles", **times})

    def wait(self):
        *_, last = self.events()
        if last.kind == "failed":
            told = last.data["error"]
            raise JobFailed(told["message"], told["advice"], told["code"])
        if last.kind == "cancelled":
            raise JobCancelled
        return last.data["result"]

    def cancel(self):
        self.stopped.set()
        self.engine.log.append("cancel")

    def keep(self):
        self.engine.log.append("keep")

    def rows(self, mode="RGB", depth="u8", y=0, count=None, *, space="source"):
        self.bridge.check()
        self.engine.spaces.append(space)
        yield self._target()[y : None if count is None else y + count].tobytes()

    def tile(self, n):
        x, y, width, height = self.boxes()[n]
        return self._target()[y : y + height, x : x + width].tobytes()

    def proposals(self):
        height, width = self.pixels.shape[:2]
        if self.kind == "suggest":
            return [_square(0, width // 4, "face", -2.0), _square(width // 2, width // 4, "sky", 1.0)]
        if self.kind == "everything":
            return [_square(x, 4, "") for x in range(0, width - 3, 8)]
        sides = (4, 8, min(width, height))
        return [_square(0, side, word) for side, word in zip(sides, ("part", "object", "whole"), strict=True)]

    def added(self):
        height, width = self.pixels.shape[:2]
        shares = [{"name": region.name, "share": 0.34} for region in self.asked["regions"]]
        return {"regions": shares, "width": width, "height": height, "map": bytes(width * height)}

    def save(self, path, format=None, overwrite=False, **options):  # noqa: A002
        self.engine.log.append("save")
        self.bridge.check()
        path, number = Path(path), 1
        free = path
        while free.exists() and not overwrite:
            number += 1
            free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        Image.fromarray(self._target()).save(free)
        self.saved_with = options
        return str(free)


def _square(x, side, label, priority=None):
    side = max(1, side)
    return ProposedRegion((x, 0, side, side), b"\xff" * (side * side), 0.9, label, priority)
