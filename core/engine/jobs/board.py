"""All jobs, and what they hold: one lock, under which everything is done."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from core.engine.jobs.lineup import LANES, Waiting, in_turn, lane_of
from core.engine.jobs.values import CANCELLED, DONE, QUEUED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.engine.jobs.job import Job
    from core.engine.jobs.store import PictureStore

MOST_OVER = 256
MOST_RESULT_BYTES = 16 << 30
MOST_CLIENTS = 1000


class Board:
    """`changed` is the lock, and is notified whenever something happens to a job.

    `stir` shares it, and is notified only where there may be something to hand out or to tell: who waits for that need
    not look up at every step of every job.
    """

    def __init__(self, store: PictureStore) -> None:
        lock = threading.RLock()
        self.changed, self.stir = threading.Condition(lock), threading.Condition(lock)
        self.jobs: dict[str, Job] = {}
        self.at_work: dict[str, Job] = {}
        self.ended_at = time.monotonic()
        self.closing = False
        self._store = store
        self._served: dict[str, int] = {}
        self._turns = 0

    def find(self, job_id: str) -> Job:
        """KeyError where it is not here."""
        return self.jobs[job_id]

    def in_turn(self, lane: str) -> list[Job]:
        """What waits for a lane, in the order in which it will be done."""
        waiting = [
            Waiting(job.number, job.spec.kind, job.spec.client)
            for job in self.jobs.values()
            if job.state == QUEUED and self.at_work.get(lane) is not job
        ]
        by_number = {job.number: job for job in self.jobs.values()}
        return [by_number[one.number] for one in in_turn(waiting, self._served, lane)]

    def place_of(self, job: Job) -> int:
        """How many jobs go before it while it waits, else 0."""
        if job.state != QUEUED:
            return 0
        lane = lane_of(job.spec.kind)
        line = self.in_turn(lane)
        return (line.index(job) if job in line else 0) + (lane in self.at_work)

    def tell_places(self) -> None:
        """Let those who listen know where their jobs stand."""
        for lane in LANES:
            for place, job in enumerate(self.in_turn(lane), int(lane in self.at_work)):
                if job.listeners or job.position < 0:
                    job.queued_at(place)
        self.changed.notify_all()

    def start(self, job: Job) -> None:
        """The worker has it from now on."""
        self._turns += 1
        client = job.spec.client
        self._served.pop(client, None)
        self._served[client] = self._turns
        while len(self._served) > MOST_CLIENTS:
            del self._served[next(iter(self._served))]
        self.at_work[lane_of(job.spec.kind)] = job
        job.folder.mkdir(parents=True, exist_ok=True)
        job.running()

    def end(self, job: Job, kind: str, data: Mapping[str, Any]) -> None:
        """The last event of a job; what it holds is let go of once no worker is at it."""
        if job.over:
            return
        job.happened(kind, data)
        if job not in self.at_work.values():
            self.let_go(job)
        self.changed.notify_all()
        self.stir.notify_all()

    def free(self, lane: str) -> Job:
        """No worker is at the job of this lane any more."""
        job = self.at_work.pop(lane)
        if job.over:
            self.let_go(job)
        self.stir.notify_all()
        return job

    def let_go(self, job: Job) -> None:
        """What an ended job does not need any more."""
        self.ended_at = time.monotonic()
        if job.source:
            self._store.release(job.source.picture.id)
        if job.state != DONE:
            job.clear()
        if job.id not in self.jobs:
            job.clear()
        self._trim()

    def forget(self, job: Job) -> None:
        """Drop a job; one that is not over is cancelled."""
        self.end(job, CANCELLED, {})
        self.jobs.pop(job.id, None)
        if job not in self.at_work.values():
            job.clear()

    def _trim(self) -> None:
        """Forget the oldest jobs that are over and that nobody listens to, until few enough are left."""
        over = [job for job in self.jobs.values() if job.over and not job.listeners][:-1]
        count, total = len(over), sum(job.result_bytes for job in over)
        for job in over:
            if count <= MOST_OVER and total <= MOST_RESULT_BYTES:
                return
            count, total = count - 1, total - job.result_bytes
            self.forget(job)
