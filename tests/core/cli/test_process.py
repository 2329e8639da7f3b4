"""The program as a process of its own: signals, streams, start."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.checkpoints.catalog import catalog, find

ROOT = Path(__file__).parents[3]
PROGRAM = [sys.executable, "-m", "core.cli"]
needs_model = pytest.mark.skipif(not find(catalog()[0]), reason="the bundled weights are not there")


@pytest.fixture
def environment(tmp_path):
    """This process's environment with a home of its own."""
    own = {"SEMANTIC_UPSCALE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    return {**os.environ, **own}


def everything_below(folder):
    return {path.name for path in folder.rglob("*") if path.is_file()}


@needs_model
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_no_half_file(environment, photo, tmp_path, number, code):
    photo(tmp_path / "photo.png", 400, 300)
    command = [*PROGRAM, "upscale", "photo.png", "-o", "out.png", "--tile", "64"]
    running = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509  (ignored in background jobs)
    )  # fmt: skip
    first = next(line for line in running.stderr if "tile" in line)
    running.send_signal(number)
    _, said = running.communicate(timeout=60)
    assert running.returncode == code, first + said
    assert "Traceback" not in said
    assert everything_below(tmp_path) == {"photo.png"}


@needs_model
def test_a_picture_goes_through_a_pipe(environment, photo, tmp_path):
    given = photo(tmp_path / "photo.png", 6, 5).read_bytes()
    command = [*PROGRAM, "upscale", "-", "-o", "-", "--format", "jpeg"]
    done = subprocess.run(
        command, input=given, cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert done.stdout.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize(
    "arguments", ["version", "--help", "models list", "upscale nothing.png --scale 0", "regions --help"]
)
def test_what_needs_no_engine_does_not_wake_torch(environment, tmp_path, arguments):
    script = (
        f"import sys; sys.argv = ['x'] + {arguments.split()!r}\n"
        "import core.cli\n"
        "try:\n    core.cli.main()\nexcept SystemExit:\n    pass\n"
        "sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise there")
def test_a_reader_that_goes_away_is_no_fault(environment, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        done = subprocess.run(
            [*PROGRAM, "models", "list"],
            stdout=gone,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env=environment,
            check=False,
        )
    assert b"Traceback" not in done.stderr
