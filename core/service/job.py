"""A job as the queue keeps it. Everything here is done under the queue's lock."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from core.engine_location import private_folder, write_private
from core.errors import InputError
from core.files import remove_tree
from core.geometry import Box
from core.service.protocol import CANCELLED, DONE, ENDS, FAILED, QUEUED, RUNNING, JobEvent, JobInfo
from core.service.task import target_file, tile_file
from plugin.bridge.saving import read_small

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from core.service.protocol import JobSpec
    from core.service.store import Shelved


MOST_TILES = 64
PARKED_BYTES = 1 << 16


class Job:
    """State, events and files of one job. `number` rises from job to job."""

    def __init__(
        self, number: int, identity: str, spec: JobSpec, source: Shelved | None, folder: Path
    ) -> None:
        self.number, self.id, self.spec, self.source = number, identity, spec, source
        self.keep, self.listeners, self.fetched = spec.keep, 0, False
        self.attempt, self.since = 0, time.monotonic()
        self.state, self.position = QUEUED, -1
        self.ended = threading.Event()
        self.events: list[JobEvent] = []
        self.private: dict[str, Any] = {}
        self.added: dict[str, Any] | None = None
        self.folder = folder / identity
        self._parked: Path | None = None
        self._next, self._tiles = 1, dict[int, Box]()
        self._done, self._total, self._left_s = 0, 0, None
        self._notes: list[str] = []
        self._error: Mapping[str, str] | None = None
        self._result: Mapping[str, Any] | None = None

    @property
    def over(self) -> bool:
        """Whether it is done, failed or cancelled."""
        return self.state in ENDS

    @property
    def unheard(self) -> bool:
        """Whether nobody listens to a job that somebody should listen to."""
        return not (self.keep or self.listeners or self.over)

    @property
    def awaited(self) -> bool:
        """Whether somebody counts on it though nobody listens: on its end, or on pixels that were never fetched."""
        unfetched = self.state == DONE and self.spec.kind == "upscale" and not self.fetched
        return self.keep and (unfetched or not self.over)

    @property
    def first_tile(self) -> int:
        """The number of the next tile."""
        return max(self._tiles, default=-1) + 1

    def info(self, position: int = 0) -> JobInfo:
        """As it stands."""
        progress = (self._done, self._total, self._left_s)
        notes = tuple(self._notes)
        spec = self.spec
        return JobInfo(
            self.id, spec.kind, spec.client, self.state, position, *progress, notes, self._error, self._result
        )

    def happened(self, kind: str, data: Mapping[str, Any]) -> None:
        """Note an event, and what it changes; news replace older ones of their kind."""
        if kind == "state":
            self.state = data["state"]
        elif kind == "progress":
            self._done, self._total, self._left_s = data["done"], data["total"], data["left_s"]
        elif kind == "tile":
            self._keep_tile(data["n"], Box(*data["box"]))
        elif kind == "note":
            self._notes.append(data["text"])
        elif kind in ENDS:
            data = self._ended(kind, data)
        self._append(kind, data)

    def queued_at(self, position: int) -> None:
        """Tell the place in the queue, where it is another than before."""
        if position != self.position:
            self.position = position
            self.happened("state", {"state": QUEUED, "position": position})

    def running(self) -> None:
        """It is being worked on."""
        self.happened("state", {"state": RUNNING})

    def again(self, words: str) -> None:
        """Back into the queue after the worker died of it."""
        self.attempt, self.position = self.attempt + 1, -1
        self._done, self._total, self._left_s = 0, 0, None
        self.happened("note", {"text": words})
        self.state = QUEUED

    @property
    def result_bytes(self) -> int:
        """What its target takes on the disk."""
        paths = (target_file(self.folder), *filter(None, [self._parked]))
        return sum(path.stat().st_size for path in paths if self.state == DONE and path.exists())

    @property
    def body(self) -> Mapping[str, Any]:
        """What was asked, as it came. InputError where it was let go of and cannot be read any more."""
        if self._parked is None:
            return self.spec.body
        try:
            return json.loads(self._parked.read_bytes())
        except (OSError, ValueError) as error:
            raise InputError("The masks of this job are not here any more.", "Ask for it again.") from error

    def park_body(self) -> None:
        """Keep large masks of a job that is over on the disk: 256 jobs with 7.7 MB each would be two gigabytes."""
        regions = self.spec.body.get("regions") or ()
        if self._parked or sum(len(row.get("mask") or "") for row in regions) < PARKED_BYTES:
            return
        path = self.folder / "body.json"
        with contextlib.suppress(OSError):  # a full disk: they stay in memory
            if self.state == DONE:
                path.write_text(json.dumps(dict(self.spec.body)), "utf-8")
            self._parked, self.spec = path, replace(self.spec, body={})

    def tile(self, number: int) -> tuple[Box, Path]:
        """Its box and file; KeyError where it is not kept."""
        return self._tiles[number], tile_file(self.folder, number)

    def clear(self) -> None:
        """Delete its files."""
        remove_tree(self.folder)
        self._tiles.clear()

    def _ended(self, kind: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
        self.state, self.since = kind, time.monotonic()
        self.ended.set()
        self._left_s = None
        if kind == DONE:
            whole: Mapping[str, Any] = data["result"]
            self._result = {key: value for key, value in whole.items() if not key.startswith("_")}
            self.private = {key: value for key, value in whole.items() if key.startswith("_")}
            return {"result": self._result}
        if kind == FAILED:
            self._error = data["error"]
        return data if kind != CANCELLED else {}

    def _keep_tile(self, number: int, box: Box) -> None:
        self._tiles[number] = box
        if len(self._tiles) > MOST_TILES:
            oldest = min(self._tiles)
            del self._tiles[oldest]
            tile_file(self.folder, oldest).unlink(missing_ok=True)

    def _append(self, kind: str, data: Mapping[str, Any]) -> None:
        if kind in ("progress", "state"):
            stale = [event for event in self.events if event.kind == kind]
            for event in stale:
                self.events.remove(event)
        self.events.append(JobEvent(self._next, kind, data))
        self._next += 1


# Kept jobs that an engine did not finish or give out: written down when it leaves, told as failed by the next.

log = logging.getLogger("semantic_upscale.engine")
FILE_LIMIT_BYTES = 1 << 20
JOB_ID = re.compile(r"[0-9a-f]{16}")
MOST = 256


@dataclass(frozen=True)
class LeftJob:
    """A job that was not done, `done` of `total` steps; or one that was, `made`, whose result nobody had fetched."""

    id: str
    kind: str
    client: str
    done: int
    total: int
    made: bool = False

    @property
    def sound(self) -> bool:
        """Whether it can have been written by an engine: its id becomes the name of a folder."""
        texts = (self.id, self.kind, self.client)
        if not (
            all(isinstance(text, str) for text in texts) and JOB_ID.fullmatch(self.id) and self.kind in PLACES
        ):
            return False
        return all(isinstance(count, int) for count in (self.done, self.total, self.made))

    @property
    def error(self) -> dict[str, str]:
        """Why it ended, as the protocol tells errors."""
        how_far = f" {self.done} of {self.total} steps were done." if self.total else ""
        words = f"The engine was ended before this job was done.{how_far}"
        if self.made:
            words = "The engine was ended before the result of this job was fetched."
        return {"code": "stopping", "message": words, "advice": "Ask for it again."}


def write_left(path: Path, jobs: Iterable[LeftJob]) -> None:
    """Write them down, and say it in the log; no file where there are none. OSError as it comes."""
    left = list(jobs)[-MOST:]
    if not left:
        return
    for words, made in (("left unfinished", False), ("left unfetched", True)):
        told = ", ".join(f"{job.kind} {job.id} of {job.client}" for job in left if job.made is made)
        if told:
            log.warning("%s: %s", words, told)
    private_folder(path.parent)
    write_private(path, json.dumps([asdict(job) for job in left]) + "\n")


def read_left(path: Path) -> list[LeftJob]:
    """What was written down, once; a damaged file says nothing."""
    try:
        left = [LeftJob(**row) for row in read_small(path, FILE_LIMIT_BYTES)]
    except TypeError:
        left = []
    left = [job for job in left[:MOST] if job.sound]
    path.unlink(missing_ok=True)
    for job in left:
        log.warning("%s %s of %s: %s", job.kind, job.id, job.client, job.error["message"])
    return left


# Whose turn it is: previews and clicks before upscales, and of equals the client that waits longest for a turn.

# Kind → the worker's lane and the rank in it. Lanes work side by side, one job each.
SHORT, LONG, LOADS = "short", "long", "loads"
PLACES = {
    "preview": (SHORT, 0),
    "propose": (SHORT, 0),
    "estimate": (SHORT, 1),
    "prepare": (SHORT, 2),
    "suggest": (LONG, 0),
    "everything": (LONG, 0),
    "added": (LONG, 0),
    "upscale": (LONG, 1),
    "download": (LOADS, 0),
    "add_model": (LOADS, 0),
}
LANES = (SHORT, LONG, LOADS)


class Waiting(NamedTuple):
    """A job in the queue: `number` rises with every job that comes."""

    number: int
    kind: str
    client: str


def lane_of(kind: str) -> str:
    """The lane in which jobs of this kind are done."""
    return PLACES[kind][0]


def next_jobs(waiting: Iterable[Waiting], served: Mapping[str, int], lane: str) -> list[Waiting]:
    """Jobs of one lane in the order in which they will be done, if no other comes.

    `served` tells for each client when it last had a turn (any rising number); who never had one comes first.
    """
    queues = _queues(job for job in waiting if lane_of(job.kind) == lane)
    turns = dict(served)
    now = max(turns.values(), default=0)
    order: list[Waiting] = []
    while queues:
        rank, client = min(queues, key=lambda key: (key[0], turns.get(key[1], -1), queues[key][0].number))
        queue = queues[rank, client]
        order.append(queue.popleft())
        if not queue:
            del queues[rank, client]
        now += 1
        turns[client] = now
    return order


def _queues(jobs: Iterable[Waiting]) -> dict[tuple[int, str], deque[Waiting]]:
    """Jobs by rank and client, oldest first."""
    queues: dict[tuple[int, str], deque[Waiting]] = {}
    for job in sorted(jobs):
        queues.setdefault((PLACES[job.kind][1], job.client), deque()).append(job)
    return queues
