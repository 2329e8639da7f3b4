"""Folders are answered, never made."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import folders
from core.errors import UsageError

ALL = (
    folders.config,
    folders.data,
    folders.models,
    folders.cache,
    folders.state,
    folders.engine,
    folders.log,
)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for part in ("HOME", "MODELS", "CACHE"):
        monkeypatch.delenv(f"SEMANTIC_UPSCALE_{part}", raising=False)


@pytest.mark.parametrize("folder", ALL)
def test_every_folder_is_absolute_and_carries_the_programs_name(folder):
    assert folder().is_absolute()
    assert "semantic-upscale" in folder().parts


@pytest.mark.parametrize("folder", ALL)
def test_home_moves_every_folder_and_makes_none(folder, monkeypatch, tmp_path):
    home = tmp_path / "Größe 大"
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(home))
    assert home in folder().parents
    assert not home.exists()


def test_weights_and_cache_move_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", str(tmp_path / "weights"))
    monkeypatch.setenv("SEMANTIC_UPSCALE_CACHE", str(tmp_path / "fast"))
    assert folders.models() == tmp_path / "weights"
    assert folders.cache() == tmp_path / "fast"
    assert folders.data() == tmp_path / "home" / "data"


def test_a_relative_home_counts_from_the_current_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", ".")
    assert folders.config() == tmp_path / "config"


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    usual = folders.models()
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", " ")
    assert folders.models() == usual


def test_the_tilde_is_the_users_home(monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", "~/weights")
    assert folders.models() == Path.home() / "weights"


def test_a_variable_that_names_a_file_is_told(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(file))
    with pytest.raises(UsageError, match="not a folder"):
        folders.data()
