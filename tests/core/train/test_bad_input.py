"""What may go wrong in training, and what is left then."""

import errno

import numpy as np
import pytest
import torch
from PIL import Image

from core.errors import CheckpointError, InputError, OutputError, SelfTestError
from core.files import write_whole
from core.nets.compact import Compact, CompactConfig
from core.train.data import Batch, Shape, load_photographs, stream
from core.train.loop import keep_state, learn
from core.train.recipe import StageRecipe
from core.train.stages import FidelityStage, prepare_network


def stage(config=None):
    return FidelityStage(prepare_network(Compact(config)), StageRecipe())


def good():
    target = torch.rand((1, 3, 32, 32), generator=torch.Generator().manual_seed(0)) * 2 - 1
    return Batch(torch.nn.functional.avg_pool2d(target, 4), target, torch.zeros(1))


def endless(done):
    del done
    while True:
        yield good()


@pytest.fixture
def full_disk(monkeypatch):
    """What is written finds no room when it is to reach the disk."""

    def refuse(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("core.files.os.fsync", refuse)


def test_a_missing_folder_is_told_by_its_name(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        load_photographs(tmp_path / "nowhere", 64)
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="no folder"):
        load_photographs(tmp_path / "file", 64)


def test_small_and_broken_pictures_are_left_out_and_counted(tmp_path):
    for name, side in (("small.png", 10), ("good.png", 80)):
        Image.fromarray(np.zeros((side, side, 3), np.uint8)).save(tmp_path / name)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8 no more")
    found = load_photographs(tmp_path, 64)
    assert (len(found.pictures), found.left_out) == (1, 2)


def test_a_full_disk_is_told_and_the_last_state_stays(tmp_path, full_disk):
    (tmp_path / "state").write_bytes(b"precious")
    with pytest.raises(OutputError, match="state"):
        keep_state(stage(), 3, tmp_path / "state")
    assert [path.name for path in tmp_path.iterdir()] == ["state"]
    assert (tmp_path / "state").read_bytes() == b"precious"


def test_a_run_whose_disk_is_full_ends_in_words(tmp_path, full_disk):
    with pytest.raises(OutputError):
        list(learn(stage(), endless, 1, tmp_path / "state"))


def test_weights_that_are_no_numbers_are_never_kept(tmp_path):
    one = stage()
    keep_state(one, 1, tmp_path / "state")
    before = (tmp_path / "state").read_bytes()
    next(one.network.parameters()).data.fill_(torch.nan)
    with pytest.raises(SelfTestError, match=r"update 2: a weight is no number"):
        keep_state(one, 2, tmp_path / "state")
    assert (tmp_path / "state").read_bytes() == before


def test_divergence_says_where_and_how_to_go_on(tmp_path):
    one = stage()
    keep_state(one, 0, tmp_path / "fidelity.state")
    bad = Batch(good().source, torch.full((1, 3, 32, 32), torch.inf), torch.zeros(1))
    with pytest.raises(SelfTestError, match="fidelity diverged at update 10") as raised:
        list(learn(one, lambda done: (bad for _ in range(20)), 20, tmp_path / "fidelity.state"))
    assert "fidelity.state" in raised.value.advice


def test_a_state_of_another_size_is_refused_and_stays(tmp_path):
    keep_state(stage(CompactConfig(8, 8, 1, 1, 1, 8, 1)), 1, tmp_path / "state")
    before = (tmp_path / "state").read_bytes()
    with pytest.raises(CheckpointError, match="does not fit"):
        list(learn(stage(), endless, 2, tmp_path / "state"))
    assert (tmp_path / "state").read_bytes() == before


@pytest.mark.parametrize("held", [[1, 2], {"stage": "fidelity"}, {"stage": "detail", "done": 1, "state": {}}])
def test_what_is_no_state_is_refused(tmp_path, held):
    torch.save(held, tmp_path / "state")
    with pytest.raises(CheckpointError):
        list(learn(stage(), endless, 2, tmp_path / "state"))


def test_an_interrupted_update_is_not_kept(tmp_path):
    class Interrupted(FidelityStage):
        def step(self, batch, share):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(learn(Interrupted(prepare_network(Compact()), StageRecipe()), endless, 2, tmp_path / "state"))
    assert not (tmp_path / "state").exists()


def test_what_goes_wrong_while_batches_are_made_is_raised(tmp_path):
    Image.fromarray(np.zeros((80, 80, 3), np.uint8)).save(tmp_path / "a.png")
    batches = stream(load_photographs(tmp_path, 64), 0, Shape(1, 400))
    with pytest.raises(ValueError):
        next(batches)
    batches.close()


def test_a_file_is_whole_or_not_there(tmp_path, full_disk):
    with pytest.raises(OutputError):
        write_whole(tmp_path / "x", b"0" * 5000)
    assert list(tmp_path.iterdir()) == []
