"""What goes into the queue and what comes out of it. No torch here, nor in anything else that the server imports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
ENDS = (DONE, FAILED, CANCELLED)
KINDS = (
    "upscale",
    "preview",
    "propose",
    "everything",
    "suggest",
    "prepare",
    "estimate",
    "download",
)


@dataclass(frozen=True)
class JobSpec:
    """What a client asks for.

    `kind` is one of KINDS, `client` whoever asks ("krita/4f…"), `body` the rest of the request as in docs/protocol.md
    (keys that are named here are ignored in it). A newer preview or propose of the same client and `lane` drops the
    older ones that wait.
    """

    kind: str
    client: str
    body: Mapping[str, Any]
    picture_id: str | None = None
    keep: bool = False
    lane: str | None = None


@dataclass(frozen=True)
class JobEvent:
    """Something that happened to a job; numbers rise from 1. Kinds and data as in docs/protocol.md."""

    number: int
    kind: str
    data: Mapping[str, Any]

    @property
    def last(self) -> bool:
        """Whether nothing follows."""
        return self.kind in ENDS


@dataclass(frozen=True)
class JobInfo:
    """A job as it stands; `dict(…)` of its fields is the answer of `GET /v1/jobs/{id}`, less `client`.

    `position` is how many jobs go before it while it is queued, else 0; `done` of `total` steps; `left_s` seconds still
    to go or None; `error` {"code", "message", "advice"}; `result` as docs/protocol.md says for the kind.
    """

    id: str
    kind: str
    client: str
    state: str
    position: int = 0
    done: int = 0
    total: int = 0
    left_s: float | None = None
    notes: tuple[str, ...] = ()
    error: Mapping[str, str] | None = None
    result: Mapping[str, Any] | None = None

    @property
    def over(self) -> bool:
        """Whether it is done, failed or cancelled."""
        return self.state in ENDS


@dataclass(frozen=True)
class QueueStatus:
    """How the queue and its worker stand, for `GET /v1/status` and `hello`.

    `device`, `precision`, `loaded` and `memory_bytes` are the worker's, empty and 0 while none runs; `idle_s` seconds
    since the last job ended.
    """

    jobs: tuple[JobInfo, ...] = ()
    worker_pid: int | None = None
    device: str = ""
    precision: str = ""
    memory_bytes: int = 0
    loaded: tuple[str, ...] = field(default=())
    idle_s: float = 0.0
