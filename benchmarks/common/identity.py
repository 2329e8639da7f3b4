"""The engine with a worker that computes nothing, so that only the road to it and back is timed.

python identity.py: serves until it is stopped, in the folders that the environment names.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.engine.jobs.queue import JobQueue
from core.engine.jobs.task import target_file
from core.image.planes import ScratchPlanes
from core.server import place, running

if TYPE_CHECKING:
    from core.engine.jobs.task import Line, Task

WORK = "common.identity:Identity"


class Identity:
    """A worker whose target is its source, packed RGB u8 without a profile."""

    def __init__(self, scratch: Path) -> None:
        del scratch

    def prepare(self) -> dict[str, Any]:
        """Nothing to load."""
        return self.status()

    def do(self, task: Task, line: Line) -> dict[str, Any]:
        """Copy the rows behind the gap that a kept target begins with."""
        line.check()
        picture = task.picture or {}
        task.folder.mkdir(parents=True, exist_ok=True)
        with Path(picture["path"]).open("rb") as source, target_file(task.folder).open("wb") as target:
            target.seek(ScratchPlanes.head_bytes)
            shutil.copyfileobj(source, target, 1 << 22)
        return {"width": picture["raw"]["width"], "height": picture["raw"]["height"]}

    def status(self) -> dict[str, Any]:
        """Nothing but a word."""
        return {"device": "none"}

    def forget(self, picture_id: str) -> None:
        """Nothing is kept."""


def main() -> None:
    """Serve."""
    os.environ["PYTHONPATH"] = os.pathsep.join(
        [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    )
    mine = place.taken()
    if mine is None:
        sys.exit("an engine runs already")
    making = running.Making(queue=lambda store: JobQueue(store, place.scratch() / "jobs", work=WORK))
    running.run(mine, 0.0, print, making)


if __name__ == "__main__":
    main()
