"""Sees to it that jobs get to a worker, and that there is one while it is needed."""

from __future__ import annotations

import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

from core.engine.jobs.lineup import LANES, lane_of
from core.engine.jobs.process import WorkerProcess
from core.engine.jobs.task import error_values
from core.engine.jobs.values import CANCELLED, ENDS, FAILED
from core.errors import DeviceError

if TYPE_CHECKING:
    from pathlib import Path

    from core.engine.jobs.board import Board
    from core.engine.jobs.job import Job
    from core.engine.jobs.wire import Message

UNHEARD_S = 10.0
GLANCE_S = 1.0
STOP_S = 15.0
MOST_ATTEMPTS = 2


class Dispatcher:
    """A thread that hands out jobs. `work` names the worker's class as "module:class"."""

    def __init__(self, board: Board, folder: Path, work: str, idle_release_s: float) -> None:
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
        while True:
            with self._board.changed:
                if self._board.closing:
                    return
                self._drop_unheard()
                errands = self._errands()
                self._board.tell_places()
                leaving = self._leaving()
                if not errands and not leaving:
                    self._board.stir.wait(GLANCE_S)
            _run_errands(errands)
            if leaving:
                leaving.leave()

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


def emptied(folder: Path) -> Path:
    """The folder, made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder
