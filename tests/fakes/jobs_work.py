"""A worker that does nothing but tell of it, and what tests of the queue share."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from core.errors import InputError
from core.geometry import Box
from core.progress import FinishedTile, Progress
from core.service.protocol import JobSpec
from core.service.queue import JobQueue
from core.service.store import PictureStore, RawLayout

PATIENCE_S = 120.0


class ToyWorker:
    """`body["toy"]`: `steps` of `pause_s`; `gate`, a file waited for; `die` in that many attempts; `fail`; `tiles`."""

    def __init__(self, scratch):
        self.scratch, self.count = scratch, 0

    def prepare(self):
        return self.status()

    def status(self):
        return {"device": "toy", "computes_on": "cpu", "precision": "float32", "loaded": ["toy"]}

    def forget(self, picture_id):
        pass

    def do(self, task, line):
        toy = dict(task.body.get("toy", {}))
        for step in range(toy.get("steps", 1)):
            tile = FinishedTile(Box(0, 0, 4, 4), np.full((4, 4, 3), 0.5)) if toy.get("tiles") else None
            line(Progress("toy", step, toy.get("steps", 1), 1.0, tile))
            time.sleep(toy.get("pause_s", 0.0))
            while "gate" in toy and not Path(toy["gate"]).exists():
                line.check()
                time.sleep(0.01)
            if task.attempt < toy.get("die", 0):
                os.kill(os.getpid(), signal.SIGKILL)
        if toy.get("fail"):
            raise InputError("It is broken.", "Mend it.")
        self.count += 1
        (task.folder / "target").write_bytes(b"x" * toy.get("bytes", 0))
        return {"width": 1, "height": 1, "turn": self.count, "attempt": task.attempt, "_secret": 1}


@contextmanager
def queue_in(folder: Path, **options):
    """A queue with a toy worker and a picture of 8×8: (queue, store, picture id)."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(Path(__file__).parent)
    store = PictureStore(folder / "pictures", options.pop("most_bytes", 1 << 20))
    queue = JobQueue(store, folder / "jobs", **{"work": "jobs_work:ToyWorker", **options})
    try:
        picture = store.put_raw(RawLayout(8, 8, "RGB", "u8"), [bytes(192)])
        yield queue, store, picture.id
    finally:
        queue.close(finish_tile=False)
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)


def upscale(picture, client="one", keep=True, **toy):
    return JobSpec("upscale", client, {"toy": toy}, picture, keep)


def preview(picture, client="one", lane="spot", keep=True, **toy):
    return JobSpec("preview", client, {"box": [0, 0, 4, 4], "toy": toy}, picture, keep, lane)


def last_event(queue, job_id, patience_s=PATIENCE_S):
    """The last event of a job; fails where it does not come."""
    number, until = 0, time.monotonic() + patience_s
    while time.monotonic() < until:
        for event in queue.events(job_id, number, 1.0):
            number = event.number
            if event.last:
                return event
    raise AssertionError(f"the job does not end: {queue.info(job_id)}")


def reached(condition, patience_s=PATIENCE_S):
    """Whether it comes true in time."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False
