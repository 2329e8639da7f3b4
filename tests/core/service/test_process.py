"""The engine as a process: found, started once, killed, told to leave, and gone without a trace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest
from server_fake import until

from core import engine_location, folders
from core.files import make_own_folder
from plugin.bridge import EngineGone, PixelPlanes, connect, find, recorded_command
from plugin.bridge import locate as starting

pytestmark = pytest.mark.slow  # whole processes, torch and all
SERVE = [sys.executable, "-m", "core.cli", "serve"]
READY_S = 120.0  # on a busy machine; benchmarks/engine_road.py measures it


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SEMANTIC_UPSCALE_CACHE", raising=False)
    engine_location.record_command()
    yield tmp_path / "home"
    told = engine_location.read_engine_info()
    if told and psutil.pid_exists(told.pid) and find("end"):
        psutil.Process(told.pid).kill()


@pytest.fixture
def bridge(home):
    made = connect("test", wait_s=READY_S)
    yield made
    made.close()


def _endless(bridge):
    """A job that is at work, and takes long."""
    picture = bridge.post_picture(PixelPlanes(512, 512, "RGB", "u8", bytes(512 * 512 * 3)))
    return bridge.upscale(picture.id, options={"tile_px": 32, "clean_up": 0.0}, keep=True)


def test_a_recorded_command_starts_an_engine_that_two_clients_share(bridge):
    assert recorded_command().words == (*SERVE,)
    assert connect("other", start=False).address == bridge.address
    until(lambda: bridge.status()["device"], READY_S)


def test_killed_in_the_middle_it_is_told_in_words_and_started_anew(bridge):
    pid = bridge.hello().pid
    job = _endless(bridge)
    events = job.events()
    next(events)
    workers = psutil.Process(pid).children(recursive=True)

    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(EngineGone, match="gone away"):  # a line that is only silent is said to "not answer"
        list(events)
    assert find() is None
    with pytest.raises(EngineGone):
        bridge.hello()
    assert connect("again", wait_s=READY_S).hello().pid != pid
    assert psutil.wait_procs(workers, READY_S)[1] == []


@pytest.mark.skipif(os.name != "posix", reason="signals are a matter of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_leave_it_finishes_the_tile_and_leaves_nothing(bridge, number):
    process = psutil.Process(bridge.hello().pid)
    job = _endless(bridge)
    until(lambda: job.info()["state"] == "running", READY_S)
    family = [process, *process.children(recursive=True)]
    process.send_signal(number)
    assert psutil.wait_procs(family, READY_S)[1] == []
    assert engine_location.read_engine_info() is None
    assert not engine_location.scratch().exists()
    log = (folders.log() / "engine.log").read_text("utf-8")
    assert "has left" in log
    assert f"left unfinished: upscale {job.id}" in log
    assert connect("again", wait_s=READY_S).job(job.id).info()["error"]["code"] == "stopping"


@pytest.mark.skipif(os.name != "posix", reason="signals are a matter of POSIX")
def test_a_second_signal_ends_it_now(home):
    with subprocess.Popen(SERVE, stderr=subprocess.PIPE, text=True) as process:
        assert "listens on 127.0.0.1:" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=READY_S)
    assert process.returncode in (0, 143)
    assert engine_location.read_engine_info() is None


def test_a_second_start_finds_the_first_and_says_so(bridge):
    run = subprocess.run(SERVE, capture_output=True, text=True, check=False, timeout=READY_S)
    assert run.returncode == 0
    assert bridge.address in run.stderr
    assert engine_location.read_engine_info().token not in run.stdout + run.stderr


def test_what_a_dead_engine_left_is_cleaned_away(home):
    (home / "engine").mkdir(parents=True, exist_ok=True)
    (home / "engine" / "engine.json").write_text(
        '{"protocol": 1, "pid": 1, "address": "127.0.0.1:1", "token": "x"}'
    )
    (home / "engine" / "x.part").touch()
    make_own_folder(engine_location.scratch())
    (engine_location.scratch() / "old").mkdir()
    mine = engine_location.take_lock()
    assert engine_location.read_engine_info() is None
    assert not list((home / "engine").glob("*.part"))
    assert not (engine_location.scratch() / "old").exists()
    assert engine_location.take_lock() is None  # it is held
    mine.leave()
    again = engine_location.take_lock()
    assert again
    again.leave()


def test_idle_for_long_enough_it_leaves(home):
    run = subprocess.run(
        [*SERVE, "--idle-stop", "0.02"], capture_output=True, text=True, check=False, timeout=READY_S
    )
    assert run.returncode == 0, run.stderr
    assert "idle for" in (folders.log() / "engine.log").read_text("utf-8")


def test_many_that_start_at_once_start_one(home):
    found = []
    threads = [threading.Thread(target=lambda: found.append(connect("a", wait_s=READY_S))) for _ in range(3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len({bridge.address for bridge in found}) == 1
    found[0].stop()
    until(lambda: engine_location.read_engine_info() is None, READY_S)


def test_a_start_that_fails_says_why(home):
    (home / "engine" / "engine.lock").unlink(missing_ok=True)
    (home / "engine" / "engine.lock").mkdir()
    with pytest.raises(starting.EngineMissing, match="exit code 4") as missing:
        connect(wait_s=READY_S)
    assert "folder cannot be written" in missing.value.log_tail


def test_the_server_wakes_without_torch():
    code = "import core.service.run, core.cli.app, sys; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_code_planted_where_the_user_stands_is_never_run(home, tmp_path):
    """`serve` in a downloads folder: its worker looks elsewhere first."""
    planted = tmp_path / "downloads"
    (planted / "core").mkdir(parents=True)
    for name in ("numpy.py", "torch.py", "core/__init__.py"):
        (planted / name).write_text("open('RUN', 'w')")
    program = folders.program() / "core" / "cli" / "__main__.py"
    with subprocess.Popen(
        [sys.executable, str(program), "serve"], cwd=planted, stderr=subprocess.PIPE
    ) as process:
        assert b"listens on" in process.stderr.readline()
        bridge = connect("planted", start=False)
        picture = bridge.post_picture(PixelPlanes(8, 8, "RGB", "u8", bytes(192))).id
        assert "clean_up" in bridge.estimate(picture).wait()
        bridge.stop()
        process.communicate(timeout=READY_S)
    assert not list(tmp_path.rglob("RUN"))
