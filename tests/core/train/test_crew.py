"""Several processes that train together, and what one of them shows."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.checkpoints.files import load_safetensors
from core.errors import DeviceError
from core.train.command import progress_line
from core.train.distributed import average_losses, process_group
from core.train.loop import UpdateResult
from core.train.run import TrainingUpdate

RECIPE = """
[fidelity]
steps = 3
count = 2
patch_px = 16
[denoiser]
steps = 3
count = 2
patch_px = 16
[student]
steps = 3
count = 2
patch_px = 16
distilled = 2
teacher_steps = 2
[gauge]
steps = 3
count = 2
patch_px = 16
"""
# Each process ends by writing what it has learnt, so that the two can be compared.
SCRIPT = """
import sys, torch
from pathlib import Path
from core.train.run import TrainingRun, train_compact
from core.train.distributed import process_group
from core.train.recipe import read_recipe
torch.set_num_threads(1)
data, out, recipe = map(Path, sys.argv[1:4])
with process_group("cpu") as crew:
    for lesson in train_compact(TrainingRun(data, out, read_recipe(recipe), crew=crew)):
        held = (lesson.network or lesson.trunk).state_dict(), lesson.learnt.losses
        torch.save(held, out.parent / f"{lesson.stage}-{crew.rank}")
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "photos").mkdir()
    rng = np.random.default_rng(0)
    for number in range(4):
        blocks = Image.fromarray(rng.integers(0, 255, (12, 16, 3), np.uint8))
        blocks.resize((128, 96), Image.Resampling.BICUBIC).save(tmp_path / "photos" / f"{number}.png")
    (tmp_path / "recipe.toml").write_text(RECIPE)
    (tmp_path / "script.py").write_text(SCRIPT)
    return tmp_path


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return str(door.getsockname()[1])


def test_two_processes_hold_equal_weights_and_one_writes(folder):
    root, port = Path(__file__).parents[3], free_port()
    shared = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "PYTHONPATH": str(root)}
    words = [sys.executable, "script.py", "photos", str(folder / "run"), "recipe.toml"]
    crew = [
        subprocess.Popen(words, cwd=folder, env={**os.environ, **shared, "RANK": rank, "LOCAL_RANK": rank})
        for rank in "01"
    ]
    try:
        assert [one.wait(timeout=400) for one in crew] == [0, 0]
    finally:
        for one in crew:
            one.kill()
            one.wait()
    for stage in ("fidelity", "denoiser", "student", "gauge"):
        (first, losses), (second, same) = (torch.load(folder / f"{stage}-{rank}") for rank in "01")
        assert all(torch.equal(first[name], second[name]) for name in first)
        assert losses == same
    assert load_safetensors(folder / "run" / "compact-x4.safetensors").metadata["architecture"] == "compact"


def test_alone_nothing_is_averaged():
    with process_group("cpu") as crew:
        assert (crew.device, crew.size, crew.leads) == ("cpu", 1, True)
    assert average_losses({"l1": 2.0}) == {"l1": 2.0}


def test_a_device_that_is_not_here_is_told(monkeypatch):
    with pytest.raises(DeviceError), process_group("cuda:77"):
        pass


def test_a_line_says_rate_and_time_left():
    lesson = TrainingUpdate("student", 1000, UpdateResult(600, 0.5, {"l1": 0.25}), None, None, None, 2.5e-4)
    assert (
        progress_line(lesson, 500, 200.0)
        == "student 600/1000 l1 0.2500 rate 2.5e-04, 2.00 s each, 0:13:20 left"
    )
