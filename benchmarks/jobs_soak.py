"""A thousand jobs with random cancels: every job ends, memory comes back, nothing is left.

    PYTHONPATH=. python benchmarks/jobs_soak.py [JOBS]

Prints one line per hundred jobs, and exits with 1 where a job is stuck, a file or a process stays, or the memory of
queue or worker after the last job is more than 5 % above that after the first hundred.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil

from core.files import MARK
from core.service.protocol import JobSpec
from core.service.queue import JobQueue
from core.service.store import PictureStore, RawLayout

if TYPE_CHECKING:
    from core.service.protocol import JobInfo

SIDE_PX = 48
STUCK_S = 120.0
MOST_GROWTH = 1.05
KINDS = ("upscale", "preview", "preview", "propose", "estimate", "suggest")


def spec(chance: random.Random, picture: str) -> JobSpec:
    """Some job."""
    kind = chance.choice(KINDS)
    body = {
        "upscale": {"options": {"device": "cpu", "tile_px": 32}},
        "preview": {"box": [4, 4, 24, 24], "options": {"device": "cpu"}},
        "propose": {"points": [[20, 20, 1]], "segmenter": "built-in"},
    }.get(kind, {})
    lane = chance.choice(["spot", None]) if kind in ("preview", "propose") else None
    return JobSpec(kind, chance.choice("abc"), body, picture, keep=True, lane=lane)


def ended(queue: JobQueue, job_id: str) -> JobInfo:
    """The job once it is over, or as it is stuck."""
    until = time.monotonic() + STUCK_S
    while not queue.info(job_id).over and time.monotonic() < until:
        queue.events(job_id, queue.events(job_id)[-1].number, 1.0)
    return queue.info(job_id)


def hundred(queue: JobQueue, store: PictureStore, chance: random.Random, count: int) -> dict[str, int]:
    """So many jobs on a new picture; how they ended."""
    pixels = np.random.default_rng(chance.randint(0, 1 << 30)).integers(
        0, 255, (SIDE_PX, SIDE_PX, 3), np.uint8
    )
    picture = store.put_raw(RawLayout(SIDE_PX, SIDE_PX, "RGB", "u8"), [pixels.tobytes()]).id
    ends: dict[str, int] = {}
    jobs = []
    for _ in range(count):
        jobs.append(queue.submit(spec(chance, picture)).id)
        if chance.random() < 0.4:
            queue.cancel(chance.choice(jobs))
        time.sleep(chance.random() * 0.02)
    for job in jobs:
        info = ended(queue, job)
        ends[info.state] = ends.get(info.state, 0) + 1
        queue.forget(job)
    queue.forget_picture(picture)
    return ends


def main(count: int) -> int:
    """The exit code."""
    chance, own = random.Random(1), psutil.Process()  # noqa: S311  (no secret)
    first: tuple[int, int] | None = None
    now = (0, 0)
    with tempfile.TemporaryDirectory() as folder:
        store = PictureStore(Path(folder) / "pictures")
        queue = JobQueue(store, Path(folder) / "jobs")
        stuck = 0
        for done in range(0, count, 100):
            ends = hundred(queue, store, chance, min(100, count - done))
            stuck += sum(number for state, number in ends.items() if state in ("queued", "running", "failed"))
            now = (own.memory_info().rss, queue.status().memory_bytes)
            first = first or now
            print(done + 100, ends, *(f"{size / 2**20:.0f} MiB" for size in now), flush=True)
        worker = queue.status().worker_pid
        queue.close()
        left = [str(path) for path in Path(folder).rglob("*") if path.is_file() and path.name != MARK]
    gone = worker is None or not psutil.pid_exists(worker)
    grown = [after / before for before, after in zip(first or now, now, strict=True)]
    print(
        f"stuck or failed {stuck}, files left {left}, worker gone {gone}, memory × {grown[0]:.3f} {grown[1]:.3f}"
    )
    return int(stuck > 0 or bool(left) or not gone or max(grown) > MOST_GROWTH)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
