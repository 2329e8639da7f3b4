"""`models add`, `models check`, `--method NAME`: the whole way of a shared model, its file read in a process apart."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from core.engine.record import Record
from core.image.io import read_record
from tests.community import write_pth


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "shared"
    folder.mkdir()
    return write_pth(folder, "Compact")


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    pixels = np.random.default_rng(0).integers(40, 200, (20, 28, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    return path


def test_a_model_is_added_listed_and_used(shell, model, photo, tmp_path):
    added = shell("models", "add", model, "--json")
    assert added.exit_code == 0, added.output
    assert json.loads(added.stdout)["id"] == "4x_Compact"
    assert "4x_Compact" in shell("models", "list").stdout
    target = tmp_path / "out.png"
    run = shell("upscale", photo, "-o", target, "--method", "4x_Compact", "--detail", "2", "--clean", "0")
    assert run.exit_code == 0, run.output
    record = Record.from_json(read_record(target))
    assert (record.outcome.method, record.outcome.licence) == ("4x_Compact", "unknown licence")
    assert record.outcome.lr_psnr > 0
    assert record.outcome.precision == "float32"


def test_check_says_what_a_file_is_and_keeps_nothing(shell, model):
    told = json.loads(shell("models", "check", model, "--json").stdout)
    assert (told["architecture"], told["scale"], told["licence"]) == ("Compact", 4, "unknown licence")
    assert "4x_Compact" not in shell("models", "list").stdout


def test_of_a_folder_what_is_no_model_is_named_and_the_rest_is_added(shell, model):
    model.with_name("broken.pth").write_text("no model")
    added = shell("models", "add", model.parent)
    assert added.exit_code == 5
    assert "broken.pth" in added.output
    assert "4x_Compact" in shell("models", "list").stdout


def test_an_unknown_method_names_the_added_ones(shell, model, photo):
    added = shell("models", "add", model)
    assert added.exit_code == 0, added.output
    run = shell("upscale", photo, "--method", "4x_Other")
    assert run.exit_code == 2
    assert "4x_Compact" in run.output
