"""`semantic-upscale models`: what a user sees, and the exit codes."""

from __future__ import annotations

import json

import pytest
import torch
from typer.testing import CliRunner

from core.cli import build_app
from core.nets.sam import PUBLISHED, build_sam


@pytest.fixture
def models(monkeypatch, tmp_path):
    """Run `semantic-upscale models …` with an empty models folder."""
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", str(tmp_path / "models"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    return lambda *words: CliRunner().invoke(build_app(), ["models", *map(str, words)])


def test_the_list_names_every_model_its_size_and_licence(models):
    words = models("list").stdout
    assert all(name in words for name in (*PUBLISHED, "sinsr", "samsr", "resshift", "375.0 MB", "missing"))


def test_info_tells_licence_addresses_and_hash(models):
    words = models("info", "sam-vit-b").stdout
    for fact in (
        "Apache-2.0 (commercial use allowed)",
        "sam_vit_b_01ec64.pth",
        "375042383",
        "ec2df627",
        "missing",
    ):
        assert fact in words
    assert json.loads(models("info", "sinsr", "--json").stdout)["needs"] == ["vq-f4"]


def test_a_licence_is_shown_before_it_must_be_accepted(models):
    done = models("get", "sinsr")
    assert done.exit_code == 2
    assert done.stderr.index("CC-BY-NC-SA-4.0") < done.stderr.index("--accept-licence")


def test_offline_is_refused_politely(models, tmp_path):
    done = models("get", "mobile-sam", "--offline")
    assert done.exit_code == 5
    assert "models import" in done.stderr
    assert not (tmp_path / "models").exists()


def test_unknown_models_and_files_are_told(models, tmp_path):
    (tmp_path / "weights.pth").touch()
    assert models("get", "sam3").exit_code == 5
    assert models("import", tmp_path / "weights.pth").exit_code == 5
    assert models("import", tmp_path, "--as", "mobile-sam").exit_code == 2
    assert models("import", tmp_path / "weights.pth", "--as", "compact").exit_code == 2
    assert models("remove", "compact").exit_code == 2


@pytest.mark.slow
def test_weights_of_ones_own_are_imported_verified_and_removed(models, tmp_path):
    torch.save(build_sam(PUBLISHED["mobile-sam"]).state_dict(), tmp_path / "mine.pth")
    asked = ("import", tmp_path / "mine.pth", "--as", "mobile-sam")
    assert models(*asked).exit_code == 5  # not the published file
    assert models(*asked, "--other-weights").exit_code == 0
    path = tmp_path / "models" / "mobile-sam.safetensors"
    assert "As it was installed" in models("verify", "mobile-sam").stdout
    path.write_bytes(path.read_bytes()[:-1])
    assert models("verify", "mobile-sam").exit_code == 5
    assert models("remove", "mobile-sam").exit_code == 0
    assert list(path.parent.iterdir()) == []
