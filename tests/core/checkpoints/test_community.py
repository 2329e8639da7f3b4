"""Community models: what a file is, and that only what is a model for pictures comes in."""

import json
import os
import pickle
import warnings

import pytest
import torch
from safetensors.torch import save_file

from core.checkpoints import adding, community
from core.checkpoints.adding import examine, model_files
from core.checkpoints.catalog import catalog, entry
from core.checkpoints.convert import convert
from core.checkpoints.files import load_weights
from core.checkpoints.install import remove
from core.checkpoints.ncnn import load_ncnn
from core.checkpoints.recognise import recognised_weights
from core.errors import CheckpointError
from tests.community import MAKERS, SCALES, seeded, write_pth


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))


def add(file):
    """Without a process for each file; the ways through one are tested with the commands."""
    return adding.add(file, converter=convert)


@pytest.mark.parametrize("name", MAKERS)
def test_each_architecture_is_recognised_with_its_scale(tmp_path, name):
    path = write_pth(tmp_path, name)
    found = recognised_weights(load_weights(path), path.name).metadata
    assert found["architecture"] == name.partition("-")[0]
    assert int(found["scale"]) == SCALES[name]


def test_an_added_model_is_in_the_catalog_and_can_be_removed(tmp_path):
    added = add(write_pth(tmp_path, "Compact"))
    row = entry("4x_Compact")
    assert added.row == row
    assert (row.architecture, row.scale, row.seeded, row.licence) == ("Compact", 4, False, "unknown licence")
    assert remove(row) is not None
    assert "4x_Compact" not in [other.id for other in catalog()]


def test_what_is_kept_are_the_weights_of_the_file(tmp_path):
    path = write_pth(tmp_path, "ESRGAN")
    add(path)
    kept = load_weights(community.community_folder() / "4x_ESRGAN.safetensors", entry("4x_ESRGAN").sha256)
    assert kept.tensors.keys() == seeded("ESRGAN").keys()
    assert all(torch.equal(kept.tensors[key], value) for key, value in seeded("ESRGAN").items())


def test_the_same_file_is_added_once_and_another_of_its_name_beside_it(tmp_path):
    first = add(write_pth(tmp_path, "Compact"))
    again = add(write_pth(tmp_path, "Compact"))
    other = add(write_pth(tmp_path, "Compact", seed=1))
    assert again.before
    assert again.row == first.row
    assert other.row.id.startswith("4x_Compact-")
    assert len([row for row in catalog() if row.community]) == 2


def test_a_model_that_we_know_is_named_by_its_hash(tmp_path, monkeypatch):
    path = write_pth(tmp_path, "Compact")
    sha256 = adding.seal_of(path).sha256
    facts = community.ModelFacts(
        "A Name", "Somebody", "CC-BY-4.0", "https://example.org", True, "photographs"
    )
    monkeypatch.setattr(community, "known_models", lambda: {sha256: facts})
    row = add(path).row
    assert (row.name, row.author, row.licence, row.commercial, row.use) == (
        "A Name", "Somebody", "CC-BY-4.0", True, "photographs",
    )  # fmt: skip


def test_the_table_of_known_models_is_whole():
    rows = json.loads((community.files("resources") / "models" / "community.json").read_text("utf-8"))[
        "models"
    ]
    hashes = [sha256 for row in rows for sha256 in row["sha256"]]
    assert len(hashes) == len(set(hashes)) == len(community.known_models())
    assert all(len(sha256) == 64 and int(sha256, 16) for sha256 in hashes)
    assert all(row["name"] and row["licence"] for row in rows)


def test_a_file_is_examined_and_nothing_kept(tmp_path):
    found = examine(write_pth(tmp_path, "SPAN"))
    assert (found.model.architecture, found.model.scale, found.before) == ("SPAN", 4, None)
    assert not [row for row in catalog() if row.community]


def test_a_published_file_is_told_by_its_name_to_belong_to_its_method(tmp_path):
    path = tmp_path / "resshift_realsrx4_s15_v1.pth"
    row = next(row for row in catalog() if row.id == "resshift")
    path = tmp_path / row.source.file if row.source else path
    path.write_bytes(b"whatever")
    assert examine(path).catalogued == "resshift"


class _Poison:
    def __reduce__(self):
        return os.system, ("touch " + os.environ["SEMANTIC_UPSCALE_HOME"] + "-poisoned",)


def _poisoned(folder):
    path = folder / "4x_Poison.pth"
    path.write_bytes(pickle.dumps({"params": _Poison()}))
    return path


def _script(folder):
    class Small(torch.nn.Module):
        def forward(self, x):
            return x

    path = folder / "4x_Script.pt"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.trace(Small(), torch.zeros(1)).save(str(path))
    return path


def _tensors(folder, name, *keys):
    path = folder / name
    save_file({key: torch.zeros(4, 4) for key in keys}, path)
    return path


def _grey(folder):
    path = folder / "4x_Grey.pth"
    torch.save(dict(_compact(1, 1).state_dict()), path)
    return path


def _four(folder):
    path = folder / "4x_Four.pth"
    torch.save(dict(_compact(4, 4).state_dict()), path)
    return path


def _compact(inputs, outputs):
    from spandrel.architectures.Compact import Compact  # noqa: PLC0415

    return Compact(num_in_ch=inputs, num_out_ch=outputs, num_feat=8, num_conv=2, upscale=4)


def _cut(folder):
    path = write_pth(folder, "Compact")
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def _huge(folder):
    path = folder / "huge.safetensors"
    with path.open("wb") as file:
        file.truncate(6 << 30)
    return path


def _text(folder):
    path = folder / "readme.pth"
    path.write_text("no model")
    return path


def _picture(folder):
    path = folder / "photo.png"
    path.write_bytes(b"\x89PNG")
    return path


BAD = {
    "poison": (_poisoned, "refused"),
    "script": (_script, "TorchScript"),
    "lora": (lambda f: _tensors(f, "l.safetensors", "lora_unet_x.lora_up.weight"), "a LoRA"),
    "sd": (lambda f: _tensors(f, "s.safetensors", "model.diffusion_model.out.0.weight"), "Stable Diffusion"),
    "other": (lambda f: _tensors(f, "o.safetensors", "some.layer", "another"), "no architecture"),
    "grey": (_grey, "takes 1 channels"),
    "four": (_four, "takes 4 channels"),
    "cut": (_cut, "not a whole"),
    "huge": (_huge, "6.4 GB"),
    "text": (_text, "damaged"),
    "picture": (_picture, "ends neither"),
    "missing": (lambda f: f / "none.pth", "no file"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_model_is_refused_in_words_and_leaves_nothing(tmp_path, name):
    make, words = BAD[name]
    path = make(tmp_path)
    with pytest.raises(CheckpointError, match=words) as error:
        add(model_files(path)[0])
    assert error.value.advice
    assert not [row for row in catalog() if row.community]
    assert not (tmp_path / "home-poisoned").exists()
    assert not list(community.community_folder().glob("*"))


def test_half_of_an_ncnn_pair_is_told(tmp_path):
    path = tmp_path / "half.param"
    path.write_text("7767517\n")
    with pytest.raises(CheckpointError, match="half"):
        load_ncnn(path)


def test_without_the_library_one_line_says_how_to_get_it(tmp_path, monkeypatch):
    path = write_pth(tmp_path, "Compact")
    monkeypatch.setattr(community, "find_spec", lambda name: None)
    with pytest.raises(CheckpointError, match="spandrel") as error:
        add(path)
    assert "semantic-upscale[models]" in error.value.advice


def test_a_folder_gives_its_models_and_nothing_else(tmp_path):
    write_pth(tmp_path, "Compact")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "pair.param").write_text("x")
    (tmp_path / "pair.bin").write_bytes(b"x")
    assert [path.name for path in model_files(tmp_path)] == ["4x_Compact.pth", "pair.param"]
