"""Workers die and are missed for a moment only; none outlives its queue."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from jobs_work import last_event, queue_in, reached, upscale

from core.service import dispatcher

ROOT = Path(__file__).parents[3]


@pytest.fixture
def line(tmp_path):
    with queue_in(tmp_path) as parts:
        yield parts


def test_a_worker_that_dies_is_replaced_and_the_job_tried_again(line):
    queue, _, picture = line
    job = queue.submit(upscale(picture, die=1))
    assert last_event(queue, job.id).data["result"]["attempt"] == 1
    assert "once more, with smaller tiles" in queue.info(job.id).notes[0]


def test_a_job_over_which_workers_die_twice_fails_with_words(line):
    queue, _, picture = line
    job = queue.submit(upscale(picture, die=2))
    error = last_event(queue, job.id).data["error"]
    assert error["code"] == "device"
    assert "twice" in error["message"]
    assert last_event(queue, queue.submit(upscale(picture)).id).kind == "done"


def test_a_job_killed_from_outside_is_tried_again(line):
    queue, _, picture = line
    job = queue.submit(upscale(picture, steps=30, pause_s=0.03))
    assert reached(lambda: queue.info(job.id).done > 2)
    os.kill(queue.status().worker_pid, signal.SIGKILL)
    assert last_event(queue, job.id).kind == "done"
    assert len(queue.info(job.id).notes) == 1


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="signals of POSIX")
def test_a_worker_that_stands_still_is_replaced_and_the_job_says_so(line, monkeypatch):
    """Its job was "running" for ever, and every preview after it waited."""
    queue, _, picture = line
    job = queue.submit(upscale(picture, steps=60, pause_s=0.03))
    assert reached(lambda: queue.info(job.id).done > 2)
    stopped = queue.status().worker_pid
    monkeypatch.setattr(dispatcher, "STILL_S", 6.0)
    os.kill(stopped, signal.SIGSTOP)
    assert last_event(queue, job.id).kind == "done"
    assert "it stood still" in queue.info(job.id).notes[0]
    assert not psutil.pid_exists(stopped)


def test_an_idle_worker_gives_its_memory_back_and_comes_again(tmp_path):
    with queue_in(tmp_path, idle_release_s=0.3) as (queue, _, picture):
        last_event(queue, queue.submit(upscale(picture)).id)
        assert reached(lambda: queue.status().worker_pid is None)
        assert last_event(queue, queue.submit(upscale(picture)).id).kind == "done"


def test_close_ends_the_worker_and_every_job(tmp_path):
    with queue_in(tmp_path) as (queue, _, picture):
        job = queue.submit(upscale(picture, steps=1000, pause_s=0.02))
        assert reached(lambda: queue.info(job.id).state == "running")
        worker = psutil.Process(queue.status().worker_pid)
        queue.close(finish_tile=True)
        assert queue.info(job.id).state == "cancelled"
        assert not worker.is_running()
        assert not (tmp_path / "jobs").exists()


PARENT = """
import sys, time
from pathlib import Path
from jobs_work import queue_in, reached, upscale
with queue_in(Path(sys.argv[1])) as (queue, _, picture):
    job = queue.submit(upscale(picture, steps=100000, pause_s=0.05))
    reached(lambda: queue.info(job.id).state == "running")
    print(queue.status().worker_pid, flush=True)
    time.sleep(600)
"""


def test_no_worker_outlives_a_parent_that_was_killed(tmp_path):
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "fakes")])
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths},
        text=True,
    ) as parent:
        worker = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
        assert reached(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
