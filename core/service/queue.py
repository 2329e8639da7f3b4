"""One queue, fair between clients; the work is done by a worker process of its own."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from core.errors import Cancelled, InputError, ProtocolError, SemanticUpscaleError, UsageError
from core.files import remove_tree
from core.service.dispatcher import Dispatcher, JobBoard, empty_folder
from core.service.job import Job, LeftJob, read_left, write_left
from core.service.protocol import DONE, FAILED, KINDS, JobSpec, QueueStatus, check_body
from core.service.result import ResultReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from core.geometry import Box
    from core.service.protocol import JobEvent, JobInfo
    from core.service.store import PictureStore, Shelved


IDLE_RELEASE_S = 600.0
ENGINE = "core.service.tasks:EngineWorker"
POLL_S = 0.25
_REPLACED = ("preview", "propose")
_INSIDE = "added"


class JobQueue:
    """Takes jobs and sees to it that each of them ends. Safe to share between threads.

    `folder` is emptied first. `idle_release_s` without a job end the worker, so that its memory is free again; 0 is
    never. `work` names the worker's class ("module:class", see `core.service.task.Worker`). In the file `left` kept
    jobs are written down that `close` ends; they are known here, as failed, to the queue that is made next. KeyError
    wherever a job is named that is not here (any more).
    """

    def __init__(
        self,
        store: PictureStore,
        folder: Path,
        *,
        work: str = ENGINE,
        idle_release_s: float = IDLE_RELEASE_S,
        left: Path | None = None,
    ) -> None:
        self._store, self._folder, self._left = store, empty_folder(folder), left
        self._board = JobBoard(store)
        self._count = 0
        for old in read_left(left) if left else ():
            self._recall(old)
        self._dispatcher = Dispatcher(self._board, self._folder, work, idle_release_s)
        self._dispatcher.start()

    def prestart(self) -> None:
        """Start the worker in the background, so that the first job finds it ready."""
        self._dispatcher.prestart()

    def submit(self, spec: JobSpec) -> JobInfo:
        """Take a job. UsageError for a body that cannot be carried out, KeyError for an unknown picture."""
        if spec.kind not in KINDS:
            raise UsageError(f"No job is of kind {spec.kind!r}.", f"Take one of: {', '.join(KINDS)}.")
        return self._submit(spec)

    def info(self, job_id: str) -> JobInfo:
        """The job as it stands."""
        with self._board.changed:
            return self._info(self._board.find(job_id))

    def infos(self) -> tuple[JobInfo, ...]:
        """Every job that is known, oldest first."""
        with self._board.changed:
            jobs = [job for job in self._board.jobs.values() if job.spec.kind != _INSIDE]
            return tuple(self._info(job) for job in jobs)

    def attach(self, job_id: str) -> None:
        """Somebody listens."""
        with self._board.changed:
            self._board.find(job_id).listeners += 1

    def detach(self, job_id: str) -> None:
        """Somebody stopped listening; was it the last one, a job that is not kept is cancelled."""
        with self._board.changed:
            job = self._board.jobs.get(job_id)
            if job is None:
                return
            job.listeners = max(0, job.listeners - 1)
            if not job.unheard:
                return
        self._dispatcher.cancel(job)

    def events(self, job_id: str, after: int = 0, wait_s: float = 0.0) -> list[JobEvent]:
        """Events with a number above `after`; waits up to `wait_s` for the first, but for none after the last one."""
        with self._board.changed:
            job = self._board.find(job_id)

            def news() -> list[JobEvent]:
                return [event for event in job.events if event.number > after]

            self._board.changed.wait_for(lambda: news() or job.over, wait_s)
            return news()

    def settled(self, job_id: str, wait_s: float) -> JobInfo:
        """The job once it is over, or after so many seconds."""
        with self._board.changed:
            job = self._board.find(job_id)
        job.ended.wait(wait_s)
        with self._board.changed:
            return self._info(job)

    def tile(self, job_id: str, n: int) -> tuple[Box, bytes]:
        """A finished tile: target box and its RGB u8 rows. KeyError where it is no longer kept."""
        with self._board.changed:
            box, path = self._board.find(job_id).tile(n)
        try:
            return box, path.read_bytes()
        except OSError as error:
            raise KeyError(n) from error

    def result(self, job_id: str) -> ResultReader:
        """UsageError where the job is not done, or is of a kind without pixels."""
        with self._board.changed:
            job = self._board.find(job_id)
            if job.state != DONE or job.source is None or job.spec.kind not in ("upscale", "preview"):
                raise UsageError("The job has no pixels (yet).", "Wait for its end.")
            job.fetched = True
            return ResultReader.of(job)

    def added(self, job_id: str, listening: Callable[[], bool] = lambda: True) -> dict[str, Any]:
        """What was added; takes a second run at the first call. Cancelled once `listening` says False.

        UsageError where the job is no upscale that is done, InputError where its picture is not here any more.
        """
        with self._board.changed:
            job = self._board.find(job_id)
            if job.state != DONE or job.spec.kind != "upscale":
                raise UsageError("The job is no upscale that is done.", "Wait for its end.")
            if job.added is not None:
                return job.added
            second = self._second_run(job)
        job.added = self._awaited(second, listening)
        return job.added

    def cancel(self, job_id: str) -> None:
        """Stop a job; nothing happens to one that is over."""
        with self._board.changed:
            job = self._board.find(job_id)
        self._dispatcher.cancel(job)

    def keep(self, job_id: str) -> None:
        """The job outlives its listeners."""
        with self._board.changed:
            self._board.find(job_id).keep = True

    def forget(self, job_id: str) -> None:
        """Drop a job that is over with everything it made; one that is not over is cancelled first."""
        with self._board.changed:
            job = self._board.find(job_id)
        self._dispatcher.cancel(job)
        with self._board.changed:
            self._board.forget(job)

    def forget_picture(self, picture_id: str) -> None:
        """Let go of a picture here, in the store and in the worker."""
        self._store.forget(picture_id)
        self._dispatcher.forget_picture(picture_id)

    def status(self) -> QueueStatus:
        """How queue and worker stand."""
        with self._board.changed:
            worker, busy = self._dispatcher.worker, bool(self._board.at_work)
            idle_s = 0.0 if busy else time.monotonic() - self._board.ended_at
        jobs = tuple(info for info in self.infos() if not info.over)
        if worker is None:
            return QueueStatus(jobs, idle_s=idle_s)
        says = worker.status
        device, precision = says.get("device", ""), says.get("precision", "")
        loaded = tuple(says.get("loaded", ()))
        return QueueStatus(jobs, worker.pid, device, precision, worker.memory_bytes, loaded, idle_s)

    def close(self, finish_tile: bool = True) -> None:
        """End the worker and every job; with `finish_tile` the tile at work is finished first.

        OSError where jobs that are left cannot be written down; all else is done all the same.
        """
        left = self._unfinished()
        try:
            if self._left:
                write_left(self._left, left)
        finally:
            self._end(finish_tile)

    def _end(self, finish_tile: bool) -> None:
        self._dispatcher.close(finish_tile)
        remove_tree(self._folder)

    def _unfinished(self) -> list[LeftJob]:
        """The jobs that somebody counts on though nobody listens."""
        with self._board.changed:
            jobs = [job for job in self._board.jobs.values() if job.awaited and job.spec.kind != _INSIDE]
            infos = [self._info(job) for job in jobs]
        return [
            LeftJob(one.id, one.kind, one.client, one.done, one.total, one.state == DONE) for one in infos
        ]

    def _recall(self, left: LeftJob) -> None:
        """A job of an engine that was ended, as one that failed."""
        self._count += 1
        spec = JobSpec(left.kind, left.client, {}, keep=True)
        job = Job(self._count, left.id, spec, None, self._folder)
        job.happened(FAILED, {"error": left.error})
        self._board.jobs[job.id] = job

    def _submit(self, spec: JobSpec) -> JobInfo:
        source = None
        if spec.picture_id is not None and spec.kind not in ("download", "add_model"):
            source = self._store.hold(spec.picture_id)
        try:
            if spec.kind != _INSIDE:
                check_body(spec.kind, spec.body, source.size if source else None)
            job, stale = self._entered(spec, source)
        except BaseException:
            if source:
                self._store.release(source.picture.id)
            raise
        for old in stale:
            self._dispatcher.cancel(old)
        self._dispatcher.hand_out()
        with self._board.changed:
            return self._info(job)

    def _entered(self, spec: JobSpec, source: Shelved | None) -> tuple[Job, list[Job]]:
        """The new job, and those that it replaces."""
        with self._board.changed:
            if self._board.closing:
                raise ProtocolError("The engine is stopping.", "Start it again.")
            self._count += 1
            job = Job(self._count, secrets.token_hex(8), spec, source, self._folder)
            stale = self._stale(spec)
            self._board.jobs[job.id] = job
            return job, stale

    def _stale(self, spec: JobSpec) -> list[Job]:
        """What waits in the same lane of the same client."""
        if spec.lane is None or spec.kind not in _REPLACED:
            return []
        key = (spec.kind, spec.client, spec.lane)
        waiting = [job for job in self._board.jobs.values() if job.state == "queued"]
        return [job for job in waiting if (job.spec.kind, job.spec.client, job.spec.lane) == key]

    def _info(self, job: Job) -> JobInfo:
        return job.info(self._board.place_of(job))

    def _second_run(self, job: Job) -> str:
        asked = job.body
        options = {**asked.get("options", {}), "clean_up": job.private["_outcome"]["clean_up"]}
        body = {**asked, "options": options}
        try:
            return self._submit(replace(job.spec, kind=_INSIDE, body=body, keep=True, lane=None)).id
        except KeyError as error:
            raise InputError("The source is not here any more.", "Post it and upscale it again.") from error

    def _awaited(self, job_id: str, listening: Callable[[], bool]) -> dict[str, Any]:
        """The result of a job of our own, which is forgotten then."""
        try:
            while not self.info(job_id).over:
                if not listening():
                    raise Cancelled("Nobody listens any more.")
                self.events(job_id, self.events(job_id)[-1].number, POLL_S)
            info = self.info(job_id)
            if info.result is None:
                raise _error_of(info)
            return dict(info.result)
        finally:
            self.forget(job_id)


def _error_of(info: JobInfo) -> SemanticUpscaleError:
    if info.error is None:
        return Cancelled("The job was cancelled.")
    return SemanticUpscaleError(info.error["message"], info.error["advice"])
