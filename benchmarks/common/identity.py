"""The engine with a worker that computes nothing, so that only the road to it and back is timed.

python identity.py: serves until it is stopped, in the folders that the environment names.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core import engine_location
from core.image.planes import ScratchPlanes
from core.service import run
from core.service.queue import JobQueue
from core.service.task import target_file

if TYPE_CHECKING:
    from core.service.task import JobReporter, Task

WORK = "common.identity:Identity"


class Identity:
    """A worker whose target is its source, packed RGB u8 without a profile."""

    def __init__(self, scratch: Path) -> None:
        del scratch

    def prepare(self) -> dict[str, Any]:
        """Nothing to load."""
        return self.status()

    def do(self, task: Task, line: JobReporter) -> dict[str, Any]:
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
    mine = engine_location.take_lock()
    if mine is None:
        sys.exit("an engine runs already")
    making = run.Making(queue=lambda store: JobQueue(store, engine_location.scratch() / "jobs", work=WORK))
    run.run(mine, 0.0, print, making)


if __name__ == "__main__":
    main()
