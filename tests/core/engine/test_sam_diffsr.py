"""The method of SAM-DiffSR: under the map, from a wrapped file of its authors' form, others refused by name."""

from pathlib import Path

import pytest
import torch
from recipe import filled

from core.checkpoints.check import check_weights
from core.checkpoints.detect import SAM_DIFFSR
from core.checkpoints.files import Weights, load_weights
from core.engine.methods.base import TileInput
from core.engine.methods.sam_diffsr import SamDiffSRMethod
from core.errors import CheckpointError
from core.nets.sam_diffsr import SamDiffSR, SamDiffSRConfig

SMALL = SamDiffSRConfig(16, (1, 2, 3, 4), 8, 5, 4)


@pytest.fixture(scope="module")
def tensors():
    return dict(filled(SamDiffSR(SMALL)).state_dict())


@pytest.fixture
def method(tensors):
    return SamDiffSRMethod(Weights(tensors, {}), Path("a.ckpt"), "", "cpu", torch.float32)


def tile(seed=0, weight=1.0, size=(9, 11), steps=3):
    rng = torch.Generator().manual_seed(7)
    height, width = size
    source = torch.rand(1, 3, height, width, generator=rng) * 2 - 1
    noise = torch.randn(1, 3, 4 * height, 4 * width, generator=torch.Generator().manual_seed(seed))
    return TileInput(source, torch.full((1, 1, 4 * height, 4 * width), weight), noise, 0.0, steps)


def test_the_map_rules(method):
    with torch.inference_mode():
        whole, none = method.estimate(tile()), method.estimate(tile(weight=0.0))
        other = method.estimate(tile(seed=1))
    assert whole.target.shape == (1, 3, 36, 44)
    assert torch.equal(none.target, none.faithful)
    assert torch.equal(whole.faithful, other.faithful)
    assert (whole.target - other.target).abs().mean() > 1e-3
    assert torch.equal(whole.target, method.estimate(tile()).target)


@pytest.mark.parametrize("steps", [1, 15])
def test_any_number_of_steps_gives_a_picture(method, steps):
    with torch.inference_mode():
        found = method.estimate(tile(size=(1, 5), steps=steps)).target
    assert found.shape == (1, 3, 4, 20)
    assert found.isfinite().all()


def test_a_file_of_the_authors_form_is_taken_with_its_schedule_and_wrappers(tmp_path, tensors, method):
    held = {f"module.{key}": value for key, value in tensors.items()} | {"module.betas": torch.zeros(100)}
    torch.save({"state_dict": {"model": held}, "global_step": 7}, tmp_path / "a.ckpt")
    loaded = check_weights(load_weights(tmp_path / "a.ckpt"), SAM_DIFFSR, "a.ckpt")
    again = SamDiffSRMethod(loaded, tmp_path / "a.ckpt", "", "cpu", torch.float32)
    with torch.inference_mode():
        assert torch.equal(again.estimate(tile()).target, method.estimate(tile()).target)


def test_half_a_file_is_refused_by_name(tensors):
    half = {key: value for key, value in tensors.items() if "ups" not in key}
    with pytest.raises(CheckpointError, match=r"a\.ckpt"):
        check_weights(Weights(half, {}), SAM_DIFFSR, "a.ckpt")
    with pytest.raises(CheckpointError, match="SAM-DiffSR's networks"):
        check_weights(Weights({"a": torch.zeros(1)}, {}), SAM_DIFFSR, "a.ckpt")
