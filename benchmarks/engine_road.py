"""The road to the engine and back: start, overhead per byte, a preview, thirty previews a second.

"copy" is the least that such a road needs: the same bytes through a bare socket into a hash and a file, and back.
The road may take 15 % and 5 ms more; a preview 128² → 512² 120 ms; the engine is ready 4 s after its start; a client
hears of an engine killed in the middle of a job within 2 s.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from common.copying import Copier
from common.runs import ROOT, environment
from common.tell import tell
from common.timing import Times, interleaved, timed

from core import engine_location
from core.metrics.tables import Column, Table
from plugin.bridge import Bridge, EngineGone, PixelPlanes, connect, find

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDES_PX = (128, 512, 1024, 2048)
REPETITIONS, STARTS, PREVIEWS = 9, 3, 15
OVERHEAD_BAR, OVERHEAD_BAR_S, PREVIEW_BAR_S, READY_BAR_S, DEATH_BAR_S = 0.15, 0.005, 0.12, 4.0, 2.0
RATE_HZ, SECONDS, MOST_QUEUED = 30, 5.0, 2
IDENTITY = [sys.executable, str(Path(__file__).parent / "common" / "identity.py")]


def planes_of(side_px: int, seed: int) -> PixelPlanes:
    """Noise, so that no two pictures are one."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side_px, side_px, 3), np.uint8)
    return PixelPlanes(side_px, side_px, "RGB", "u8", pixels.tobytes())


@contextmanager
def engine(command: list[str] | None = None) -> Iterator[Bridge]:
    """An engine in folders of its own: the program's, or that of a command."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["SEMANTIC_UPSCALE_HOME"] = home
        engine_location.record_command()
        child = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL) if command else None
        bridge = connect("bench", wait_s=60) if child is None else _waited()
        try:
            yield bridge
        finally:
            bridge.stop()
            bridge.close()
            while (Path(home) / "engine" / "engine.json").exists():
                time.sleep(0.02)
            if child:
                child.wait(30)


def _waited() -> Bridge:
    while (bridge := find("bench")) is None:
        time.sleep(0.02)
    return bridge


def ready() -> Times:
    """From asking for an engine to its first answer."""
    seconds = []
    for _ in range(STARTS):
        began = time.perf_counter()
        with engine() as bridge:
            bridge.hello()
            seconds.append(time.perf_counter() - began)
    return Times(tuple(seconds))


def death() -> Times:
    """From killing the engine in the middle of a job to the error that its client gets."""
    seconds = []
    for _ in range(STARTS):
        with suppress(EngineGone), engine() as bridge:
            events = bridge.upscale(bridge.post_picture(planes_of(1024, 3)).id).events()
            next(events)
            pid, began = bridge.hello().pid, time.perf_counter()
            os.kill(pid, signal.SIGKILL)
            try:
                list(events)
            finally:
                seconds.append(time.perf_counter() - began)
    return Times(tuple(seconds))


def road(table: Table) -> Table:
    """Raw planes in, identity, planes out, against the bare copy; every time another picture."""
    copier = Copier()
    with engine(IDENTITY) as bridge:
        for side_px in SIDES_PX:
            pictures = iter([planes_of(side_px, seed) for seed in range(REPETITIONS + 1)])
            data = planes_of(side_px, 99).data

            def walk(pictures: Iterator[PixelPlanes] = pictures) -> None:
                planes = next(pictures)
                job = bridge.upscale(bridge.post_picture(planes).id)
                job.wait()
                if bytes(job.planes().data) != planes.data:
                    raise AssertionError
                job.cancel()

            times = interleaved({"copy": lambda data=data: copier(data), "road": walk}, REPETITIONS)
            copied, walked = times["copy"].least, times["road"].least
            bar_s = copied * (1 + OVERHEAD_BAR) + OVERHEAD_BAR_S
            cells = (copied * 1e3, walked * 1e3, (walked - copied) * 1e3, walked / copied, walked <= bar_s)
            table = table.with_row(f"{side_px}², {len(data) / 1e6:.1f} MB", *cells)
    copier.close()
    return table


def preview(bridge: Bridge, picture: str, x: int) -> None:
    """128² to 512² pixels in hand."""
    job = bridge.preview(picture, (x, 64, 128, 128), options={"clean_up": 0.0})
    job.wait()
    if len(job.planes().data) != 512 * 512 * 3:
        raise AssertionError


def hurried(bridge: Bridge, picture: str) -> tuple[int, int, int]:
    """Thirty previews a second: how many were asked for, came, and the most that were ever in the queue."""
    came, most, asked = [], 0, 0
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        job = bridge.preview(picture, (asked % 300, 64, 128, 128), options={"clean_up": 0.0})
        threading.Thread(
            target=lambda job=job: came.extend(e for e in job.events() if e.kind == "done")
        ).start()
        asked += 1
        most = max(most, len(bridge.status()["queue"]))
        time.sleep(max(0.0, asked / RATE_HZ - (SECONDS - (until - time.perf_counter()))))
    while bridge.status()["queue"]:
        time.sleep(0.05)
    return asked, len(came), most


def main() -> None:
    """Start, walk, look, hurry; print, write."""
    os.chdir(ROOT)
    columns = (
        Column("copy", "ms"),
        Column("road", "ms"),
        Column("more", "ms"),
        Column("ratio", "×"),
        Column("≤ bar"),
    )
    tell("engine-road", road(Table("Raw planes in, identity, planes out", columns)))
    started = ready()
    with engine() as bridge:
        picture = bridge.post_picture(planes_of(512, 7)).id
        preview(bridge, picture, 0)
        looked = Times(tuple(timed(lambda x=x: preview(bridge, picture, x)) for x in range(PREVIEWS)))
        asked, came, most = hurried(bridge, picture)
    times = Table(
        "The engine", (Column("least", "ms"), Column("median", "ms"), Column("bar", "ms"), Column("holds"))
    )
    for name, what, bar_s in (
        ("ready", started, READY_BAR_S),
        ("preview 128² → 512²", looked, PREVIEW_BAR_S),
        ("an error after kill −9", death(), DEATH_BAR_S),
    ):
        times = times.with_row(name, what.least * 1e3, what.median * 1e3, bar_s * 1e3, what.least <= bar_s)
    tell("engine-times", times)
    queue = Table(
        "Thirty previews a second", (Column("asked"), Column("came"), Column("most queued"), Column("holds"))
    )
    tell("engine-queue", queue.with_row(f"{SECONDS:g} s", asked, came, most, most <= MOST_QUEUED))


if __name__ == "__main__":
    main()
