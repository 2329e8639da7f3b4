"""The bundled method draws what the faithful estimate lacks: in one step, in more, as far as the map says."""

import itertools
from pathlib import Path

import pytest
import torch

from core.checkpoints.files import Weights
from core.diffusion.consistency import shrink
from core.engine.methods.base import TileInput
from core.engine.methods.compact import FEW, CompactMethod, build
from core.engine.tile import CLEANED_FROM, cleaned_share, consistent
from core.errors import CheckpointError
from core.nets.compact import Compact, CompactConfig, DirtGauge, describe
from core.nets.denoiser import Denoiser, DenoiserConfig, describe_denoiser

TRUNK, HEAD = CompactConfig(8, 8, 1, 1, 1, 0, 0), DenoiserConfig(8, 8, 1, 8)
PATH = Path("model.safetensors")


def weights(*, student=True, denoiser=True, trunk=TRUNK):
    torch.manual_seed(0)
    parts = {"network.": Compact(trunk), "gauge.": DirtGauge()}
    parts |= {"denoiser.": Denoiser(HEAD)} if denoiser else {}
    parts |= {"student.": Denoiser(HEAD)} if student else {}
    tensors = {prefix + name: t for prefix, part in parts.items() for name, t in part.state_dict().items()}
    return Weights(tensors, {"architecture": "compact", **describe(trunk), **describe_denoiser(HEAD)})


def method(**parts):
    return CompactMethod(weights(**parts), PATH, "", "cpu", torch.float32)


def tile(weight, seed=1, size=(6, 7), steps=None, clean_up=0.0):
    height, width = size
    draw_ = torch.Generator().manual_seed(5)
    source = torch.rand(1, 3, height, width, generator=draw_) * 2 - 1
    noise = torch.randn(1, 3, 4 * height, 4 * width, generator=torch.Generator().manual_seed(seed))
    return TileInput(source, torch.full((1, 1, 4 * height, 4 * width), weight), noise, clean_up, steps)


def test_no_weight_is_the_faithful_estimate_to_the_bit():
    found = method().estimate(tile(0.0))
    assert torch.equal(found.target, found.faithful)


def test_the_seed_moves_what_is_added_and_not_the_faithful_estimate():
    one, other = method().estimate(tile(1.0, seed=1)), method().estimate(tile(1.0, seed=2))
    assert torch.equal(one.faithful, other.faithful)
    assert not torch.allclose(one.target, other.target)


def test_equal_noise_gives_equal_pixels():
    assert torch.equal(method().estimate(tile(0.7)).target, method().estimate(tile(0.7)).target)


def test_one_step_asks_the_student_and_more_ask_the_denoiser():
    ours, asked = method(), []
    for name in ("_student", "_denoiser"):
        network = getattr(ours, name)
        network.register_forward_hook(lambda *_, name=name: asked.append(name))
    ours.estimate(tile(1.0))
    ours.estimate(tile(1.0, steps=4))
    assert asked == ["_student"] + ["_denoiser"] * 4


def test_a_file_without_a_student_takes_a_few_steps():
    ours, asked = method(student=False), []
    ours._denoiser.register_forward_hook(lambda *_: asked.append(1))
    ours.estimate(tile(1.0))
    assert len(asked) == FEW


def test_a_file_of_0_1_0_goes_on_working():
    old = method(student=False, denoiser=False, trunk=CompactConfig(8, 8, 1, 1, 1, 8, 1))
    found = old.estimate(tile(1.0))
    assert found.target.shape == (1, 3, 24, 28)
    assert old.needs.most_steps == 1
    assert method().needs.most_steps == 15


def test_a_trunk_alone_is_no_model():
    with pytest.raises(CheckpointError, match="without a denoiser"):
        build(weights(student=False, denoiser=False), PATH)


def test_a_student_of_other_sizes_is_told():
    held = weights()
    held.tensors["student.entry.weight"] = torch.zeros(4, 4, 3, 3)
    with pytest.raises(CheckpointError, match="whole compact model"):
        build(held, PATH)


@pytest.mark.parametrize("size", [(1, 1), (3, 40), (5, 2)])
@pytest.mark.parametrize("steps", [1, 4])
def test_any_size_is_drawn(size, steps):
    found = method().estimate(tile(1.0, size=size, steps=steps))
    assert found.target.shape == found.faithful.shape == (1, 3, 4 * size[0], 4 * size[1])
    assert found.target.isfinite().all()


def test_without_noise_there_is_nothing_to_draw():
    bare = tile(0.0)._replace(noise=None)
    found = method().estimate(bare)
    assert torch.equal(found.target, found.faithful)


def test_a_region_acts_no_farther_than_the_noise_is_heard():
    ours, plain, painted = method(), tile(0.5, size=(40, 40)), tile(0.5, size=(40, 40))
    painted.weight[..., :80] = 1.0
    moved = (ours.estimate(plain).target - ours.estimate(painted).target).abs().amax((0, 1, 2))
    assert moved[:80].max() > 0
    assert not moved[80 + 4 * HEAD.reach_px :].any()


def test_a_target_that_is_to_be_cleaned_shrinks_to_the_cleaned_source_and_to_nothing_of_the_dirt():
    asked = tile(1.0, size=(16, 16), clean_up=0.6)
    found = method().estimate(asked)
    target = consistent(found, asked.source, 0.6)
    inside = found.faithful.clamp(-1, 1)
    assert (shrink(target) - shrink(inside)).abs().mean() < 0.02
    assert (shrink(target) - asked.source).abs().mean() > (shrink(target) - shrink(inside)).abs().mean()


def test_the_anchor_turns_from_the_source_to_the_cleaned_one_smoothly_and_early():
    shares = [cleaned_share(CLEANED_FROM * step / 10) for step in range(11)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1], cleaned_share(1.0)) == (0.0, 1.0, 1.0)
    assert max(b - a for a, b in itertools.pairwise(shares)) < 0.16
