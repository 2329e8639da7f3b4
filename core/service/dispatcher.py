"""Sees to it that jobs get to a worker, and that there is one while it is needed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import psutil

from core import folders
from core.errors import DeviceError
from core.files import make_own_folder, remove_tree
from core.service.job import LANES, Waiting, lane_of, next_jobs
from core.service.protocol import CANCELLED, DONE, ENDS, FAILED, QUEUED
from core.service.task import Sender, error_values, receive_messages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.service.job import Job
    from core.service.store import PictureStore
    from core.service.task import Message


# All jobs, and what they hold: one lock, under which everything is done.

MOST_OVER = 256
MOST_RESULT_BYTES = 16 << 30
MOST_CLIENTS = 1000


class JobBoard:
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
        return [by_number[one.number] for one in next_jobs(waiting, self._served, lane)]

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
        job.park_body()
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


# The worker's process as the queue sees it.

LEAVE_S = 5.0
# Threads that wait for each other in a loop take the time of the program that the user paints in; beside busy
# processes they made a preview three times as slow. And glibc gives the memory of every tensor back to the system at
# once and asks for it again, which made one slower by a twelfth: up to so many bytes stay here.
USUAL = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "MALLOC_MMAP_THRESHOLD_": str(64 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(128 << 20),
}


class WorkerProcess:
    """Started at once; `hear` gets its messages and `lost` tells its end, both from a thread of this object.

    On Linux it dies with the thread that made it, so that must be one that lives as long as the queue.
    """

    def __init__(
        self,
        work: str,
        folder: Path,
        hear: Callable[[WorkerProcess, Message], None],
        lost: Callable[[WorkerProcess], None],
    ) -> None:
        self.status: dict[str, Any] = {}
        self.heard_at = time.monotonic()
        self._beats = self._stood_still = False
        self.scratch = Path(tempfile.mkdtemp(prefix="worker-", dir=folder))
        self._process = subprocess.Popen(  # noqa: S603  (our own program)
            [sys.executable, "-m", "core.service.worker", work, str(self.scratch), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folders.program(),  # not where the user stands, who may have a numpy.py there
            env={**USUAL, **os.environ, "PYTHONPATH": _path_of_house()},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._stdin = cast("BinaryIO", self._process.stdin)
        self._stdout = cast("BinaryIO", self._process.stdout)
        self._sender = Sender(self._stdin)
        self._hear, self._lost = hear, lost
        self._listening = threading.Thread(target=self._listen, name="jobs-worker", daemon=True)
        self._listening.start()

    @property
    def pid(self) -> int:
        """The process number."""
        return self._process.pid

    @property
    def memory_bytes(self) -> int:
        """What it takes now; 0 once it is gone."""
        try:
            return psutil.Process(self.pid).memory_info().rss
        except psutil.Error:
            return 0

    @property
    def end(self) -> str:
        """How it ended, in words."""
        code = self._process.poll()
        if self._stood_still:
            return "it stood still"
        if code is None:
            return "it stopped talking"
        if code < 0:
            with contextlib.suppress(ValueError):
                name = signal.Signals(-code).name
                return "it was killed, perhaps for want of memory" if name == "SIGKILL" else f"by {name}"
        return f"with code {code}"

    def send(self, message: Message) -> None:
        """Send what it can still hear; if it is gone, `lost` will tell."""
        with contextlib.suppress(OSError, ValueError):
            self._sender.send(message)

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def end_if_still(self) -> None:
        """Kill it where nothing, not even its beat, was heard for too long: `lost` is told, as of any death."""
        if time.monotonic() - self.heard_at > (STILL_S if self._beats else STARTING_S):
            self._stood_still = True
            self.kill()

    def leave(self, wait_s: float = LEAVE_S) -> None:
        """Ask it to end, and see to it that it does."""
        with contextlib.suppress(OSError, ValueError):
            self._stdin.close()
        try:
            self._process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self.kill()
        if threading.current_thread() is not self._listening:
            self._listening.join(wait_s)

    def _listen(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            for message in receive_messages(self._stdout):
                self.heard_at, self._beats = time.monotonic(), True
                if "alive" not in message:
                    self._hear(self, message)
        try:
            self._process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        with contextlib.suppress(OSError, ValueError):
            self._stdin.close()
        self._stdout.close()
        remove_tree(self.scratch)
        self._lost(self)


def _path_of_house() -> str:
    """PYTHONPATH by which the worker finds this very program, wherever it was started."""
    others = [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    return os.pathsep.join([str(folders.program()), *map(os.path.abspath, others)])


UNHEARD_S = 10.0
GLANCE_S = 1.0
STILL_S, STARTING_S = (
    30.0,
    180.0,
)  # a worker beats every 2 s once it is up; loading it from a slow disk takes its time
STOP_S = 15.0
MOST_ATTEMPTS = 2


class Dispatcher:
    """A thread that hands out jobs. `work` names the worker's class as "module:class"."""

    def __init__(self, board: JobBoard, folder: Path, work: str, idle_release_s: float) -> None:
        self._board, self._folder, self._work_name = board, folder, work
        self._idle_release_s = idle_release_s
        self._worker: WorkerProcess | None = None
        self._wanted = False
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def worker(self) -> WorkerProcess | None:
        """The one that runs."""
        return self._worker

    def prestart(self) -> None:
        """A worker is wanted though there may be no job yet."""
        with self._board.changed:
            self._wanted = True
            self._board.ended_at = time.monotonic()
            self._board.stir.notify_all()

    def cancel(self, job: Job) -> None:
        """End a job for its clients now, and for the worker as soon as it asks."""
        with self._board.changed:
            worker = self._worker if job in self._board.at_work.values() else None
            self._board.end(job, CANCELLED, {})
        if worker:
            worker.send({"cancel": job.id})

    def forget_picture(self, picture_id: str) -> None:
        """The worker need not remember it."""
        worker = self._worker
        if worker:
            worker.send({"forget": picture_id})

    def close(self, finish_tile: bool) -> None:
        """Stop; the worker's tile at work is finished first, or not."""
        board = self._board
        with board.changed:
            board.closing = True
            for job in list(board.jobs.values()):
                board.end(job, CANCELLED, {})
            board.changed.notify_all()
            board.stir.notify_all()
            worker = self._worker
        if worker and finish_tile:
            worker.send({"stop": True})
            with board.changed:
                board.changed.wait_for(lambda: not board.at_work, STOP_S)
        if worker:
            worker.leave(0 if not finish_tile else 2.0)
        if self._thread.ident:
            self._thread.join(STOP_S)

    def _run(self) -> None:
        looked_at = time.monotonic()
        while True:
            with self._board.changed:
                if self._board.closing:
                    return
                looked_at = self._watch(looked_at)
                self._drop_unheard()
                errands = self._errands()
                self._board.tell_places()
                leaving = self._leaving()
                if not errands and not leaving:
                    self._board.stir.wait(GLANCE_S)
            _run_errands(errands)
            if leaving:
                leaving.leave()

    def _watch(self, looked_at: float) -> float:
        """End a worker that stands still; not where this process stood still itself, as in a computer that slept."""
        now, worker = time.monotonic(), self._worker
        if worker and now - looked_at > STILL_S / 2:
            worker.heard_at = now
        elif worker:
            worker.end_if_still()
        return now

    def hand_out(self) -> None:
        """Give a job that has just come to the worker, without waking another thread; a first worker needs that one."""
        with self._board.changed:
            errands = self._errands() if self._worker and not self._board.closing else []
            self._board.tell_places()
            if not errands:
                self._board.stir.notify_all()
        _run_errands(errands)

    def _drop_unheard(self) -> None:
        late = time.monotonic() - UNHEARD_S
        for job in [job for job in self._board.jobs.values() if job.unheard and job.since < late]:
            self.cancel(job)

    def _errands(self) -> list[tuple[WorkerProcess, Message]]:
        """What is to be sent, once the lock is free: sending may take a while."""
        errands = []
        for lane in LANES:
            if lane not in self._board.at_work:
                for job in self._board.in_turn(lane)[:1]:
                    worker = self._ready_worker()
                    if worker:
                        errands.append((worker, {"do": _task(job, lane)}))
                        self._board.start(job)
        if self._wanted:
            self._ready_worker()
            self._wanted = False
        return errands

    def _ready_worker(self) -> WorkerProcess | None:
        """The worker, started where there is none; None where that fails, and then no job is left waiting."""
        if self._worker is None:
            try:
                self._worker = WorkerProcess(self._work_name, self._folder, self._hear, self._lost)
            except OSError as error:
                reason = DeviceError(f"The worker cannot be started: {error}.", "Restart the computer.")
                for job in [job for job in self._board.jobs.values() if not job.over]:
                    self._board.end(job, FAILED, {"error": error_values(reason)})
        return self._worker

    def _leaving(self) -> WorkerProcess | None:
        """The worker where it has been idle for too long."""
        board, worker = self._board, self._worker
        idle_s = time.monotonic() - board.ended_at
        if not worker or board.at_work or not 0 < self._idle_release_s <= idle_s:
            return None
        self._worker = None
        return worker

    def _hear(self, worker: WorkerProcess, message: Message) -> None:
        with self._board.changed:
            if worker is not self._worker and not self._board.closing:
                return
            if "ready" in message or "status" in message:
                worker.status = message["ready"] if "ready" in message else message["status"]
                return
            job = next((one for one in self._board.at_work.values() if one.id == message["id"]), None)
            if job is not None:
                self._happened(job, message["event"], message["data"])

    def _happened(self, job: Job, kind: str, data: dict[str, Any]) -> None:
        if kind in ENDS:
            self._board.end(job, kind, data)
            self._board.free(lane_of(job.spec.kind))
        elif not job.over:
            job.happened(kind, data)
        self._board.changed.notify_all()

    def _lost(self, worker: WorkerProcess) -> None:
        """The worker is gone: what it was at is tried once more, more gently."""
        with self._board.changed:
            if worker is not self._worker:
                return
            self._worker = None
            for lane in list(self._board.at_work):
                job = self._board.free(lane)
                if not job.over:
                    self._again(job, worker)
            self._board.changed.notify_all()
            self._board.stir.notify_all()

    def _again(self, job: Job, worker: WorkerProcess) -> None:
        if job.attempt + 1 < MOST_ATTEMPTS and not self._board.closing:
            how = _gentler(job.spec.kind, str(worker.status.get("computes_on", "cpu")))
            job.again(f"The worker process ended ({worker.end}); the job is tried once more{how}.")
            return
        error = DeviceError(
            f"The worker process ended twice over this job ({worker.end}).",
            "Try smaller tiles, another device, or close other programs; the log tells more.",
        )
        self._board.end(job, FAILED, {"error": error_values(error)})


def _run_errands(errands: list[tuple[WorkerProcess, Message]]) -> None:
    for worker, message in errands:
        worker.send(message)


def _gentler(kind: str, computes_on: str) -> str:
    if kind not in ("upscale", "preview", "added"):
        return ""
    return ", with smaller tiles" if computes_on == "cpu" else ", on the CPU"


def _task(job: Job, lane: str) -> dict[str, Any]:
    return {
        "id": job.id,
        "kind": job.spec.kind,
        "lane": lane,
        "body": dict(job.spec.body),
        "picture": job.source.for_worker() if job.source else None,
        "folder": str(job.folder),
        "attempt": job.attempt,
        "first_tile": job.first_tile,
    }


def empty_folder(folder: Path) -> Path:
    """The folder, made anew."""
    remove_tree(folder)
    make_own_folder(folder)
    return folder
