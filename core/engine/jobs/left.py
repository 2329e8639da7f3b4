"""Kept jobs that an engine did not finish or give out: written down when it leaves, told as failed by the next."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from core.launch import private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

log = logging.getLogger("semantic_upscale.engine")
FILE_LIMIT_BYTES = 1 << 20
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
        with path.open(encoding="utf-8") as file:
            left = [LeftJob(**row) for row in json.loads(file.read(FILE_LIMIT_BYTES))]
    except (OSError, ValueError, TypeError):
        left = []
    path.unlink(missing_ok=True)
    for job in left:
        log.warning("%s %s of %s: %s", job.kind, job.id, job.client, job.error["message"])
    return left
