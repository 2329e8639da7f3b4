"""The real server around a queue without a worker: jobs of it do at once, or never, what their seed says."""

from __future__ import annotations

import base64
import contextlib
import threading
import time
import zlib
from dataclasses import replace
from itertools import count

import pytest

from core import engine_location
from core.errors import UsageError
from core.geometry import Box
from core.service import run
from core.service.protocol import DONE, FAILED, JobEvent, JobInfo, QueueStatus
from core.service.store import PictureStore
from plugin.bridge import PixelPlanes, find

ENDLESS, FAILING, BREAKING = 7, 8, 9  # seeds
PIXELS = bytes(range(2 * 3 * 3))
ERROR = {"code": "out-of-memory", "message": "It did not fit.", "advice": "Take smaller tiles."}
MASK = base64.b64encode(zlib.compress(b"\xff\xff")).decode()
PROPOSAL = {
    "box": [0, 0, 2, 1], "mask": MASK, "score": 0.5, "label": "", "priority": None,
}  # fmt: skip


class FakeReader:
    """The source, every pixel four by four, as RGB u8 whatever is asked."""

    def __init__(self, width, height, folder):
        self.width, self.height, self.folder = 4 * width, 4 * height, folder

    def rows(self, mode="RGB", depth="u8", y=0, rows=None, *, space="source"):
        if y + rows > self.height:
            raise UsageError("These rows do not lie in the target.", "Take fewer.")
        values = {"GREY": 1, "GREYA": 2, "RGB": 3, "RGBA": 4}[mode] * {"u8": 1, "u16": 2, "f32": 4}[depth]
        return (bytes([row % 256]) * self.width * values for row in range(y, y + rows))

    def file(self, format_name="png", depth=None, quality=None, *, metadata=True, location=True):
        path = self.folder / f"file.{format_name}"
        path.write_bytes(f"{format_name} {depth} {quality} {metadata} {location}".encode())
        return path


class FakeQueue:
    """`listening` counts who listens to what; `breaking` jobs raise what no queue should."""

    def __init__(self, store):
        self.store, self.specs, self.jobs, self.log = store, {}, {}, []
        self.changed = threading.Condition()
        self.listening = {}
        self.kept, self.closed, self.numbers = set(), [], count(1)

    def prestart(self):
        pass

    def submit(self, spec):
        seed = spec.body.get("options", {}).get("seed")
        if seed == BREAKING:
            raise RuntimeError("nobody expected this")
        job_id = f"job-{next(self.numbers)}"
        self.specs[job_id] = spec
        with self.changed:
            self.jobs[job_id] = JobInfo(job_id, spec.kind, spec.client, "running")
            self.log += [(job_id, JobEvent(1, "state", {"state": "running"}))]
        if seed == FAILING:
            self.end(job_id, FAILED, {"error": ERROR}, error=ERROR)
        elif seed != ENDLESS:
            result = self.result_of(spec)
            self.end(job_id, DONE, {"result": result}, result=result)
        return self.jobs[job_id]

    def result_of(self, spec):
        if spec.kind in ("propose", "everything", "suggest"):
            return {"proposals": [PROPOSAL]}
        if spec.kind in ("download", "prepare", "add_model"):
            return {}
        picture = self.store.get(spec.picture_id)
        return {"width": 4 * picture.width, "height": 4 * picture.height}

    def end(self, job_id, state, data, **changes):
        with self.changed:
            if not self.jobs[job_id].over:
                self.log += [(job_id, JobEvent(2, state, data))]
                self.jobs[job_id] = replace(self.jobs[job_id], state=state, **changes)
            self.changed.notify_all()

    def info(self, job_id):
        return self.jobs[job_id]

    def infos(self):
        return tuple(self.jobs.values())

    def attach(self, job_id):
        self.listening[job_id] = self.listening.get(job_id, 0) + 1

    def detach(self, job_id):
        self.listening[job_id] -= 1

    def events(self, job_id, after=0, wait_s=0.0):
        def news():
            return [event for whose, event in self.log if whose == job_id and event.number > after]

        with self.changed:
            self.changed.wait_for(lambda: news() or self.jobs[job_id].over, wait_s)
            return news()

    def settled(self, job_id, wait_s):
        with self.changed:
            self.changed.wait_for(lambda: self.jobs[job_id].over, wait_s)
            return self.jobs[job_id]

    def tile(self, job_id, n):
        if n != 0:
            raise KeyError(n)
        return Box(0, 0, 2, 1), b"abcdef"

    def result(self, job_id):
        if "width" not in self.jobs[job_id].result:
            raise UsageError("The job has no pixels.")
        picture = self.store.get(self.specs[job_id].picture_id)
        return FakeReader(picture.width, picture.height, engine_location.scratch())

    def added(self, job_id, listening=lambda: True):
        return {"regions": [{"name": "rest", "share": 0.5}], "width": 2, "height": 1, "map": PROPOSAL["mask"]}

    def cancel(self, job_id):
        self.end(job_id, "cancelled", {})

    def keep(self, job_id):
        self.kept.add(self.jobs[job_id].id)

    def forget(self, job_id):
        del self.jobs[job_id]

    def forget_picture(self, picture_id):
        self.store.forget(picture_id)

    def status(self):
        jobs = tuple(info for info in self.infos() if not info.over)
        return QueueStatus(jobs, 1, "cpu", "float32", 5, ("compact",), 1e9)

    def close(self, finish_tile=True):
        self.closed.append(finish_tile)
        for job_id in self.jobs:
            self.cancel(job_id)


class Engine:
    """The engine in a thread of this process; `queue` is the fake one, `told` what engine.json says."""

    def __init__(self, idle_stop_s=0.0):
        self.said = []
        making = run.Making(
            lambda: PictureStore(engine_location.scratch() / "pictures", 1 << 24), self._queue
        )
        mine = engine_location.take_lock()
        self.thread = threading.Thread(target=run.run, args=(mine, idle_stop_s, self.said.append, making))
        self.thread.start()
        until(lambda: self.said)
        self.told = engine_location.read_engine_info()

    def _queue(self, store):
        self.queue = FakeQueue(store)
        return self.queue

    def stop(self):
        bridge = find("end")
        if bridge:
            bridge.stop()
            bridge.close()
        self.thread.join(60)
        assert not self.thread.is_alive()


@contextlib.contextmanager
def engine_in(home, monkeypatch, **how):
    """An engine whose folders are under `home`."""
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(home))
    for part in ("MODELS", "CACHE"):
        monkeypatch.delenv(f"SEMANTIC_UPSCALE_{part}", raising=False)
    engine = Engine(**how)
    try:
        yield engine
    finally:
        engine.stop()


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """One for all tests of a module."""
    with pytest.MonkeyPatch.context() as patch, engine_in(tmp_path_factory.mktemp("home"), patch) as made:
        yield made


@pytest.fixture
def bridge(engine):
    """A client of it."""
    made = find("test")
    yield made
    made.close()


@pytest.fixture
def picture(bridge):
    """The id of one that it holds."""
    return bridge.post_picture(PixelPlanes(2, 3, "RGB", "u8", PIXELS)).id


def until(holds, seconds=60.0):
    """Wait until it holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never held"
        time.sleep(0.005)
