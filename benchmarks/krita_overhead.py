"""What the Krita plug-in adds to the engine's time for a 4 MP layer, and how long its steps hold Krita's window up.

Bars: ≤ 10 % of the engine's time + 0.5 s; no step of the plug-in longer than 100 ms. The engine in here takes no time,
so that everything measured is the plug-in, the bridge and Krita. Making and showing a document is Krita's own work, as
with File ▸ New; it is told in a column of its own.
The docker's rows are what it does by itself, every 1.5 s and when another document comes to the front.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from common import instant_engine
from common.runs import environment
from common.sources import write_source
from common.tell import OUT, tell

from core.metrics.tables import Column, Table
from core.plugins.install import HostFolder, enable, install

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/hosts"))
import krita_rig  # type: ignore  # noqa: E402, PGH003

SIDE_PX, REPETITIONS = 2000, 3
ENGINE_PX = 512
ADDED, EXTRA_S, GAP_S = 0.1, 0.5, 0.1
DOCKER_ROWS = (
    ("now and then", False, False),
    ("another document", False, True),
    ("with its picture open", True, True),
)
PREPARE = """
import sys, time
desk = next(one for one in app.extensions() if type(one).__name__ == 'SemanticUpscale').desk
Wish, road = type(desk.wish), sys.modules['semantic_upscale.krita.run']
targets = sys.modules['semantic_upscale.krita.targets']
steps, host = [], {'create': 0.0, 'show': 0.0, 'cpu': 0.0}
def timed(inner, into):
    def run(self, *given):
        host['cpu'], own = 0.0, time.thread_time()
        try:
            return inner(self, *given)
        finally:
            into(time.thread_time() - own - host['cpu'])
    return run
road.UpscaleRun._step = timed(road.UpscaleRun._step, steps.append)
class Own:
    def __init__(self, name):
        self.name = name
    def __enter__(self):
        self.began, self.cpu = time.perf_counter(), time.thread_time()
    def __exit__(self, *_):
        host[self.name] = time.perf_counter() - self.began
        host['cpu'] += time.thread_time() - self.cpu
class Seen:
    def __getattr__(self, name):
        return getattr(app, name)
    def createDocument(self, *given):
        with Own('create'):
            return app.createDocument(*given)
    def activeWindow(self):
        return SeenWindow()
class SeenWindow:
    def addView(self, document):
        with Own('show'):
            return app.activeWindow().addView(document)
class Krita2:
    instance = staticmethod(lambda: Seen())
targets.Krita = Krita2
document = app.createDocument(SIDE, SIDE, 'bench', 'RGBA', 'U8', 'sRGB-elle-V2-srgbtrc.icc', 72.0)
layer = document.rootNode().childNodes()[0]
layer.setPixelData(QtCore.QByteArray(bytes(range(256)) * (SIDE * SIDE * 4 // 256)), 0, 0, SIDE, SIDE)
app.activeWindow().addView(document)
document.refreshProjection()
"""
BEGIN = """
steps.clear()
host.update(create=0.0, show=0.0)
wish = Wish(source='layer', result=RESULT)
began = time.perf_counter()
ended = []
def heard(standing):
    if standing.kind != 'busy':
        ended.append((time.perf_counter() - began, standing.kind, standing.report))
sources = sys.modules['semantic_upscale.krita.source']
driver.gap_since()
desk.road = road.UpscaleRun(sources.choose(document, wish), wish, heard)
desk.road.start()
"""
ANSWER = """
answer = [ended[0], max(steps), host, driver.gap_since()]
"""
DOCKER = """
docker = next(one for one in app.dockers() if one.objectName() == 'semantic_upscale_docker')
docker.setFloating(True)
docker.show()
docker.timer.stop()
if OPEN:
    docker.preview.open.setChecked(True)
    docker.preview.previewer.stop()
docker.document = None if FRESH else document
def one_look():
    began, cpu = time.perf_counter(), time.thread_time()
    docker.look()
    docker.preview.previewer.stop()
    return time.perf_counter() - began, time.thread_time() - cpu
looked = one_look()
docker.preview.open.setChecked(False)
answer = looked
"""


def engine_seconds() -> float:
    """What the real engine takes for the layer: a smaller picture's time by the number of pixels, cautiously low."""
    source, target = write_source(OUT / "source-krita.jpg", ENGINE_PX, ENGINE_PX), OUT / "target-krita.tif"
    command = [sys.executable, str(ROOT / "benchmarks/common/child.py"), str(source), str(target)]
    told = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stdout
    target.unlink(missing_ok=True)
    return float(json.loads(told)["seconds"]) * SIDE_PX**2 / ENGINE_PX**2


def measured(rig: krita_rig.Rig, result: str) -> tuple[float, float, dict[str, float], float]:
    """Seconds in all, the longest own step (CPU), Krita's own seconds, and the longest time between two beats."""
    rig.run(BEGIN.replace("RESULT", repr(result)))
    rig.wait("bool(ended)", 300)
    (seconds, kind, report), own, host, gap = rig.run(ANSWER)
    if kind != "done":
        raise SystemExit(f"The road ended {kind}: {report}")
    return seconds, own, host, gap


def docker_look(rig: krita_rig.Rig, is_open: bool, is_fresh: bool) -> tuple[float, float]:
    """Seconds of one look of the docker at the document, by the clock and by the processor."""
    code = DOCKER.replace("OPEN", repr(is_open)).replace("FRESH", repr(is_fresh))
    wall, own = rig.run(code, 120)
    return wall, own


def idle_gap(rig: krita_rig.Rig, seconds: float = 3.0) -> float:
    """The longest time between two beats while the plug-in does nothing: what the machine itself does to Krita."""
    rig.run("driver.gap_since()")
    time.sleep(seconds)
    return float(rig.run("answer = driver.gap_since()"))


def main() -> None:
    """Start Krita once, measure each kind of result a few times, print, write."""
    if krita_rig.missing():
        raise SystemExit(f"Not installed here: {krita_rig.missing()}")
    folder = Path(tempfile.mkdtemp(prefix="krita-bench-"))
    server = instant_engine.start(folder / "home")
    engine_s = engine_seconds()
    columns = (
        Column("least", "s"),
        Column("of it Krita's own", "s"),
        Column("longest own step", "s"),
        Column("bars"),
    )
    table = Table(f"What the plug-in adds, {SIDE_PX}² layer, engine {engine_s:.0f} s", columns)
    with krita_rig.screen() as display:
        profile = Path(os.environ.get("KRITA_TEST_PROFILE") or folder / "krita")
        rig = krita_rig.Rig(profile, display, {"SEMANTIC_UPSCALE_HOME": str(folder / "home")})
        install(HostFolder("krita", "system", rig.data / "krita/pykrita"), "bench")
        enable(rig.folder / "config/kritarc")
        try:
            rig.start()
            rig.run(PREPARE.replace("SIDE", str(SIDE_PX)), 120)
            gap = idle_gap(rig)
            for result in ("layer", "document"):
                runs = [measured(rig, result) for _ in range(REPETITIONS if result == "layer" else 1)]
                best = min(runs, key=lambda run: run[0])
                own = float(np.max([run[1] for run in runs]))
                host = best[2]["create"] + best[2]["show"]
                held = best[0] - host <= ADDED * engine_s + EXTRA_S and own <= GAP_S
                table = table.with_row(f"result: {result}", best[0], host, own, bool(held))
            for name, is_open, is_fresh in DOCKER_ROWS:
                wall, own = docker_look(rig, is_open, is_fresh)
                table = table.with_row(f"docker: {name}", wall, 0.0, own, own <= GAP_S)
            tell("krita-overhead", table, engine_s=engine_s, idle_gap_s=gap, load=os.getloadavg()[0])
        finally:
            rig.kill()
            server.shutdown()


if __name__ == "__main__":
    main()
