"""Shared by all rooms: a tiny model, small pictures, and the shell in this process."""

import json
import os
from dataclasses import asdict

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from typer.testing import CliRunner

from core.checkpoints import catalog
from core.cli import build_app
from core.engine.methods.compact import ARCHITECTURE
from core.nets.compact import Compact, CompactConfig, DirtGauge, describe

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # tests need no screen; those that want one set it

TINY = CompactConfig(
    width=8, deep_width=8, entry_blocks=1, deep_blocks=1, exit_blocks=1, detail_width=8, detail_blocks=1
)


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory):
    """A folder like resources/models, whose compact model is small and knows nothing, but obeys the map."""
    folder = tmp_path_factory.mktemp("models")
    row = asdict(next(row for row in catalog.read_catalog(catalog.catalog_file()) if row.id == "compact"))
    with torch.random.fork_rng():
        torch.random.manual_seed(0)
        parts = {"network.": Compact(TINY), "gauge.": DirtGauge()}
    tensors = {prefix + name: v for prefix, part in parts.items() for name, v in part.state_dict().items()}
    save_file(tensors, folder / row["file"], {"architecture": ARCHITECTURE, **describe(TINY)})
    whole = {"version": 1, "models": [{**row, "size_bytes": None, "sha256": None}]}
    (folder / "models.json").write_text(json.dumps(whole), "utf-8")
    return folder


@pytest.fixture
def tiny_model(tiny_models, monkeypatch):
    """The tiny model stands in for the bundled one; gives its folder."""
    monkeypatch.setattr(catalog, "bundled_folder", lambda: tiny_models)
    return tiny_models


@pytest.fixture
def shell(tiny_model, tmp_path, monkeypatch):
    """Run `semantic-upscale` with these arguments in an empty folder, with a home of its own."""
    del tiny_model
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SEMANTIC_UPSCALE_MODELS", raising=False)
    monkeypatch.delenv("SEMANTIC_UPSCALE_CACHE", raising=False)

    def run(*arguments, given=None):
        return CliRunner().invoke(build_app(), [str(argument) for argument in arguments], input=given)

    return run


@pytest.fixture
def photo():
    """Write a small picture with shapes and grain, and give its path."""

    def make(path, width=12, height=10, mode="RGB", **saving):
        rng = np.random.default_rng(width * 1000 + height)
        y, x = np.mgrid[:height, :width]
        waves = np.stack([np.sin(x / 3), np.cos(y / 4), np.sin((x + y) / 5)], axis=2)
        pixels = np.clip(128 + 60 * waves + rng.normal(0, 6, waves.shape), 0, 255).astype(np.uint8)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).convert(mode).save(path, **saving)
        return path

    return make


@pytest.fixture
def pixels_of():
    """The pixels of a picture file."""

    def read(path):
        with Image.open(path) as image:
            return np.array(image)

    return read
