"""The window's process: free of torch, one thread for OpenCV, and an interface thread that never waits."""

import gc
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer

from core.geometry import Box
from ui.app import Collector
from ui.recent import Remembered
from ui.threads import Begun, ToUiThread
from ui.watchdog import Watchdog

ROOT = Path(__file__).parents[2]
WAIT_S, WAIT_MS = 20, 20_000
MAIN = """
import gc, json, sys
import cv2
from PySide6.QtCore import QTimer
from ui import app
def told(program, file, handoff):
    state = {"opencv": cv2.getNumThreads(), "torch": "torch" in sys.modules, "collects": gc.isenabled()}
    print(json.dumps(state), flush=True)
    QTimer.singleShot(0, program.app.quit)
app.Program.show = told
sys.exit(app.main(["cat.jpg"]))
"""
EVERYTHING = """
import importlib, pkgutil, sys
import plugin.bridge, ui
for module in pkgutil.walk_packages(ui.__path__, "ui."):
    importlib.import_module(module.name)
from core.image import io, metadata
assert "torch" not in sys.modules, sorted(name for name in sys.modules if name.startswith("torch"))[:3]
"""


def python(code, home):
    around = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "SEMANTIC_UPSCALE_HOME": str(home)}
    around["PYTHONPATH"] = str(ROOT)
    return subprocess.run(
        [sys.executable, "-c", code], env=around, capture_output=True, text=True, check=True, timeout=180
    ).stdout


def test_the_window_starts_with_one_thread_for_opencv_and_without_torch(tmp_path):
    told = json.loads(python(MAIN, tmp_path).splitlines()[-1])
    assert told == {"opencv": 1, "torch": False, "collects": False}


def test_nothing_that_the_window_can_load_loads_torch(tmp_path):
    python(EVERYTHING, tmp_path)


# Threads


def test_work_begins_without_waiting_and_can_be_waited_for():
    may_end, ran = threading.Event(), []
    begun = Begun(lambda: (may_end.wait(WAIT_S), ran.append(threading.current_thread().name)), "a worker")
    assert not begun.wait(0)
    may_end.set()
    assert begun.wait(WAIT_S)
    assert ran == ["a worker"]
    assert "a worker" not in [thread.name for thread in threading.enumerate()]


def test_calls_come_in_their_order_and_the_window_lives_between_them(qtbot):
    relay, came = ToUiThread(), []
    breaths = QTimer(interval=0)
    breaths.timeout.connect(lambda: came.append("breath"))
    breaths.start()
    for number in range(6):
        relay.later(lambda number=number: (came.append(number), _busy(0.01)))
    qtbot.waitUntil(lambda: 5 in came, timeout=WAIT_MS)
    breaths.stop()
    assert [each for each in came if each != "breath"] == list(range(6))
    assert "breath" in came[came.index(0) : came.index(5)]


def test_a_call_that_fails_holds_back_none_after_it(qtbot):
    relay, came = ToUiThread(), []
    with qtbot.captureExceptions() as faults:
        for call in (lambda: came.append(1), lambda: 1 / 0, lambda: came.append(2)):
            relay.later(call)
        qtbot.waitUntil(lambda: came == [1, 2], timeout=WAIT_MS)
    assert [kind for kind, *_ in faults] == [ZeroDivisionError]


def test_after_its_end_a_relay_says_nothing(qtbot):
    relay, came = ToUiThread(), []
    relay.later(lambda: came.append(1))
    relay.close()
    relay.later(lambda: came.append(2))
    last = ToUiThread()
    last.later(lambda: came.append("end"))
    qtbot.waitUntil(lambda: "end" in came, timeout=WAIT_MS)
    assert came == ["end"]


def _busy(seconds):
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


# What the window remembers


def test_what_is_remembered_is_written_beside_the_window_and_found_again(tmp_path):
    picture = tmp_path / "cat.jpg"
    picture.write_bytes(b"")
    remembered = Remembered(tmp_path / "window.toml")
    for _ in range(5):
        remembered.add_recent(picture)
    assert Remembered(tmp_path / "window.toml").recent() == [picture]


def test_a_folder_that_cannot_be_written_is_no_reason_to_stop(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    remembered = Remembered(tmp_path / "file" / "window.toml")
    remembered.set_folder("open", tmp_path)
    remembered.settle()
    assert remembered.folder("open") == str(tmp_path)


# The collector and the watchdog


@pytest.fixture
def collector(qapp):
    made = Collector()
    made.start()
    yield made
    made.stop()


def test_what_the_window_is_made_of_is_not_looked_through_again(collector):
    collector.collect()
    assert gc.get_freeze_count() > 1000
    assert not gc.isenabled()


def test_a_cycle_made_later_is_collected(collector):
    collector.collect()
    gone = []

    class Cycle:
        def __init__(self):
            self.itself = self

        def __del__(self):
            gone.append(True)

    Cycle()
    held = [[] for _ in range(2 * gc.get_threshold()[0])]
    collector.collect()
    assert gone
    assert held


def test_a_block_is_seen_with_its_place(qtbot):
    dog = Watchdog(0.1).start()
    QTimer.singleShot(0, lambda: _busy(0.4))
    qtbot.waitUntil(lambda: bool(dog.blocks), timeout=WAIT_MS)
    longest = dog.stop()[0]
    assert longest.seconds >= 0.3
    assert longest.spent.cpu_s > 0
    assert longest.spent.own_s <= longest.seconds
    assert "_busy" in longest.where
    assert "_busy" in str(longest)


def test_what_is_skipped_is_no_block(qtbot):
    dog = Watchdog(5.0).start()
    _busy(0.02)
    dog.skip()
    assert dog.stop() == []
    assert dog.longest_s == 0.0


def test_an_empty_box_has_no_pending_scene(qapp):
    from ui.canvas.canvas import Canvas  # noqa: PLC0415

    assert Canvas().pending(Box(0, 0, 0, 0)) is None
