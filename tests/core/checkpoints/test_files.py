"""Weights are read whole and unharmed, or refused in words."""

from __future__ import annotations

import hashlib
import json
import pickle

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save, save_file
from torch import nn

from core.checkpoints import catalog
from core.checkpoints.files import Weights, fit, load_pth, load_safetensors, load_weights
from core.checkpoints.seal import seal
from core.errors import CheckpointError
from core.files import sha256_of

TENSORS = {"body.weight": torch.arange(6.0).reshape(2, 3), "body.bias": torch.ones(2, dtype=torch.bfloat16)}


@pytest.fixture
def weights_file(tmp_path):
    path = tmp_path / "größe 大.safetensors"
    save_file(TENSORS, path, {"architecture": "compact"})
    return path


def test_tensors_and_metadata_come_back_as_they_were_saved(weights_file):
    weights = load_safetensors(weights_file, sha256_of(weights_file))
    assert weights.metadata == {"architecture": "compact"}
    assert weights.tensors.keys() == TENSORS.keys()
    assert all(torch.equal(weights.tensors[name], TENSORS[name]) for name in TENSORS)


def test_the_hash_is_that_of_the_whole_file(weights_file):
    assert sha256_of(weights_file) == hashlib.sha256(weights_file.read_bytes()).hexdigest()


def test_a_changed_byte_is_seen_by_the_hash(weights_file):
    expected = sha256_of(weights_file)
    data = bytearray(weights_file.read_bytes())
    data[-1] ^= 1
    weights_file.write_bytes(data)
    with pytest.raises(CheckpointError, match="another file"):
        load_safetensors(weights_file, expected)


@pytest.mark.parametrize("keep", [0, 1, 7, 8, 60, -1])
def test_a_file_cut_off_anywhere_is_refused(keep, weights_file):
    weights_file.write_bytes(weights_file.read_bytes()[:keep])
    with pytest.raises(CheckpointError, match=r"empty|whole"):
        load_safetensors(weights_file)


@settings(max_examples=60)
@given(place=st.integers(0, 200), value=st.integers(0, 255))
def test_no_changed_byte_makes_the_reader_fall_over(place, value, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "changed.safetensors"
    data = bytearray(save(TENSORS))
    data[place % len(data)] = value
    path.write_bytes(data)
    try:
        weights = load_safetensors(path)
    except CheckpointError as error:
        assert str(path) in str(error)  # noqa: PT017
    else:
        assert len(weights.tensors) == len(TENSORS)


@pytest.mark.parametrize("load", [load_safetensors, load_pth])
def test_a_missing_file_a_folder_and_another_kind_of_file_are_told(load, tmp_path):
    text = tmp_path / "text"
    text.write_text("No weights here, only words. " * 20)
    for path in (tmp_path / "none", tmp_path, text):
        with pytest.raises(CheckpointError, match=path.name):
            load(path)


@pytest.mark.parametrize("nest", [None, "params", "params_ema", "state_dict", "model"])
def test_a_pth_gives_its_state_dict_however_nested(nest, tmp_path):
    path = tmp_path / "model.pth"
    torch.save({nest: TENSORS, "epoch": 3} if nest else TENSORS, path)
    assert load_weights(path).tensors.keys() == TENSORS.keys()


class Poison:
    def __reduce__(self):
        return exec, ("raise SystemExit('code from a weights file has run')",)


@pytest.mark.parametrize("write", [torch.save, lambda thing, path: path.write_bytes(pickle.dumps(thing))])
def test_a_poisoned_pth_is_refused_and_nothing_of_it_runs(write, tmp_path):
    path = tmp_path / "poison.pth"
    write({"weight": Poison()}, path)
    with pytest.raises(CheckpointError, match=r"refused|whole"):
        load_pth(path)


@pytest.mark.parametrize("keep", [0, 1, 100, -20])
def test_a_pth_cut_off_anywhere_is_refused(keep, tmp_path):
    path = tmp_path / "model.pth"
    torch.save(TENSORS, path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(CheckpointError):
        load_pth(path)


def test_a_pth_without_tensors_and_an_unknown_ending_are_told(tmp_path):
    path = tmp_path / "model.pth"
    torch.save({"epoch": 3}, path)
    with pytest.raises(CheckpointError, match="no named weights"):
        load_weights(path)
    with pytest.raises(CheckpointError, match="ends neither"):
        load_weights(tmp_path / "model.onnx")


def test_a_network_takes_weights_that_fit():
    network, other = nn.Linear(3, 2), nn.Linear(3, 2)
    fit(network, Weights(other.state_dict(), {}), "file")
    assert torch.equal(network.weight, other.weight)


@pytest.mark.parametrize(("donor", "words"), [(nn.Linear(4, 2), "shape"), (nn.PReLU(), "left over|missing")])
def test_weights_of_another_architecture_leave_the_network_as_it_was(donor, words):
    network = nn.Linear(3, 2)
    before = network.weight.detach().clone()
    with pytest.raises(CheckpointError, match=f"not a weights file for Linear.*({words})"):
        fit(network, Weights(donor.state_dict(), {}), "file")
    assert torch.equal(network.weight, before)


def test_the_catalog_knows_the_default_and_says_what_else_there_is():
    assert catalog.catalog()[0].id == "compact"
    with pytest.raises(CheckpointError) as caught:
        catalog.entry("compcat")
    assert "compact" in caught.value.advice


def test_every_bundled_file_is_the_one_the_catalog_names():
    for row in catalog.catalog():
        path = catalog.bundled_folder() / row.file
        if row.bundled and path.exists():
            assert (path.stat().st_size, sha256_of(path)) == (row.size_bytes, row.sha256)


def test_weights_in_the_users_folder_are_found_and_missing_ones_told(monkeypatch, tmp_path):
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", str(tmp_path))
    row = catalog.CatalogEntry(
        "other", "Other", "compact", 4, "other.safetensors", None, None, "MIT", "", True, False
    )
    assert catalog.find(row) is None
    (tmp_path / row.file).touch()
    assert catalog.find(row) == tmp_path / row.file


def test_a_bundled_model_that_is_not_there_names_the_places_looked_in(monkeypatch, tmp_path):
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", str(tmp_path))
    monkeypatch.setattr(catalog, "bundled_folder", lambda: tmp_path / "bundled")
    monkeypatch.setattr(catalog, "catalog", lambda: catalog.read_catalog(SHIPPED))
    with pytest.raises(CheckpointError, match=r"compact-x4\.safetensors is not in") as caught:
        catalog.find_file("compact")
    assert str(tmp_path) in str(caught.value)


SHIPPED = catalog.catalog_file()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "models": []}', '{"version": 1, "models": [{}]}']
)
def test_a_damaged_or_newer_catalog_is_told(text, tmp_path):
    path = tmp_path / "models.json"
    path.write_text(text)
    with pytest.raises(CheckpointError):
        catalog.read_catalog(path)


def test_sealing_writes_size_and_hash_of_the_files_that_are_there(weights_file, tmp_path):
    path = tmp_path / "models.json"
    rows = [{"file": weights_file.name, "sha256": None}, {"file": "absent", "sha256": None}]
    path.write_text(json.dumps({"version": 1, "models": rows}))
    seal(path)
    first, second = json.loads(path.read_text("utf-8"))["models"]
    assert (first["size_bytes"], first["sha256"]) == (weights_file.stat().st_size, sha256_of(weights_file))
    assert second["sha256"] is None
