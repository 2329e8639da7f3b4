"""What the window shows of a job: a frozen value, made anew whenever something changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.geometry import Size

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
ENDED = (DONE, FAILED, CANCELLED)


@dataclass(frozen=True)
class JobView:
    """A run in the window's queue or history.

    | field | meaning |
    | --- | --- |
    | number | the window's own, 1, 2, …; what `EngineLink` takes and gives as `job` |
    | title | the picture's name |
    | source | its size |
    | options | fields of `core.request.UpscaleRequest` that were asked for |
    | scene | the document's scene at the click, to restore settings and regions |
    | state | waiting, running, done, failed or cancelled |
    | done, total | tiles |
    | left_s | None while it is not known |
    | note | the newest quiet line, such as a step down to smaller tiles |
    | message, advice | why it failed |
    | result | what the engine answered at the end |
    """

    number: int
    title: str
    source: Size
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    scene: Any = field(default=None, hash=False, compare=False)
    state: str = WAITING
    stage: str = ""
    done: int = 0
    total: int = 0
    elapsed_s: float = 0.0
    left_s: float | None = None
    note: str = ""
    message: str = ""
    advice: str = ""
    result: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED

    @property
    def share(self) -> float:
        """0 … 1: how much of it is done."""
        return self.done / self.total if self.total else float(self.state == DONE)
