"""The person's map steers the published models, whatever the picture's size."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from published import at_ease, small_networks

from core.diffusion.consistency import shrink
from core.diffusion.noise import NoiseField
from core.diffusion.schedule import build_schedule
from core.engine.methods.base import Estimates, TileInput
from core.engine.methods.latent import (
    RESSHIFT,
    RESSHIFT_15,
    SAMSR,
    SINSR,
    LatentModel,
    Named,
    PublishedMethod,
    Start,
    blend_by_weight,
    latent_noises,
    pad_to_multiple,
    reflect_indices,
    sample_latent,
    strength,
)
from core.engine.tile import consistent
from core.geometry import Box

LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)


@pytest.fixture(autouse=True, scope="module")
def _without_gradients():
    with torch.inference_mode():
        yield


@pytest.fixture(scope="module")
def model():
    unet, codec = (at_ease(network) for network in small_networks())
    return LatentModel(unet, codec, torch.float32)


class Base:
    """A method that says bicubic, three tenths clean-up, and that no noise reached it."""

    def estimate(self, tile):
        assert tile.noise is None
        faithful = torch.nn.functional.interpolate(tile.source, scale_factor=4, mode="bicubic")
        return Estimates(faithful, faithful)

    def dirt(self, source):
        return 0.3


def method_of(model, recipe=SINSR):
    return PublishedMethod(recipe, model, Named("file", "hash"), Base())


def tile_of(height=12, width=10, weight=1.0, seed=0, batch=1):
    draw = torch.Generator().manual_seed(height * width)
    source = torch.rand(batch, 3, height, width, generator=draw) * 2.0 - 1.0
    draw.manual_seed(seed)
    noise = torch.randn(batch, 3, 4 * height, 4 * width, generator=draw)
    plane = torch.full((batch, 1, 4 * height, 4 * width), weight)
    return TileInput(source, plane, noise, 0.0, None, torch.ones(batch, 1, height, width))


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40))
def test_any_size_comes_out_four_times_as_large(model, height, width):
    target = method_of(model).estimate(tile_of(height, width)).target
    assert target.shape == (1, 3, 4 * height, 4 * width)
    assert bool(target.isfinite().all())


@given(st.integers(1, 300), st.integers(1, 200))
def test_reflection_is_numpys(length, more):
    expected = np.pad(np.arange(length), (0, more), mode="reflect")
    assert reflect_indices(length, length + more).tolist() == expected.tolist()


def test_what_fits_is_not_padded():
    batch = torch.zeros(1, 3, 64, 128)
    assert pad_to_multiple(batch, 64) is batch


def test_faithful_hears_neither_noise_nor_seed(model):
    targets = [method_of(model).estimate(tile_of(weight=0.0, seed=seed)).target for seed in (1, 2)]
    silent = method_of(model).estimate(tile_of(weight=0.0)._replace(noise=None))
    assert torch.equal(targets[0], targets[1])
    assert torch.equal(targets[0], silent.target)
    assert torch.equal(silent.target, silent.faithful)


def test_the_same_seed_gives_the_same_target_and_another_one_another(model):
    one, again, other = (method_of(model).estimate(tile_of(seed=seed)).target for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def departures(model, recipe):
    """How far the target, made consistent, is from the faithful estimate, made consistent, at each level of W."""
    tiles = [tile_of(weight=level) for level in LEVELS]
    estimates = [method_of(model, recipe).estimate(tile) for tile in tiles]
    targets = [consistent(each, tile.source, 0.0) for each, tile in zip(estimates, tiles, strict=True)]
    return [float((target - targets[0]).square().mean().sqrt()) for target in targets]


@pytest.mark.parametrize("recipe", [SINSR, SAMSR], ids=lambda recipe: recipe.name)
def test_more_priority_departs_further_from_the_faithful_estimate(model, recipe):
    found = departures(model, recipe)
    assert found[0] == 0.0
    steps = np.diff(found)
    assert (steps > 0.1 * found[-1]).all()


def test_a_map_is_obeyed_pixel_by_pixel(model):
    tile = tile_of()
    tile.weight[..., :20] = 0.0
    estimates = method_of(model).estimate(tile)
    apart = (estimates.target - estimates.faithful).abs().amax((0, 1))
    assert float(apart[:, :20].max()) == 0.0
    assert float(apart[:, 20:].mean()) > 0.01


def test_consistency_holds_at_every_level(model):
    for level in LEVELS:
        tile = tile_of(weight=level)
        tile = tile._replace(source=0.5 * tile.source)
        target = consistent(method_of(model).estimate(tile), tile.source, 0.0)
        assert float((shrink(target) - tile.source).abs().max()) < 0.05


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=2))
def test_strength_and_blend_grow_with_the_map(pair):
    low, high = (torch.full((1, 1, 4, 4), value) for value in sorted(pair))
    assert float(strength(low)) <= float(strength(high)) <= 1.0
    ends = torch.zeros(1, 3, 4, 4), torch.ones(1, 3, 4, 4)
    assert float(blend_by_weight(*ends, low).max()) <= float(blend_by_weight(*ends, high).max())


def test_at_full_weight_the_noise_is_as_published_and_at_none_half():
    assert float(strength(torch.ones(1, 1, 4, 4))) == 1.0
    assert float(strength(torch.zeros(1, 1, 4, 4))) == 0.5


def test_latent_noise_of_a_tile_is_the_crop_of_the_canvas():
    field = NoiseField(7, 3)
    whole = torch.from_numpy(field.crop(Box(0, 0, 64, 48))).permute(2, 0, 1)[None]
    part = torch.from_numpy(field.crop(Box(16, 8, 32, 24))).permute(2, 0, 1)[None]
    draws = zip(latent_noises(whole), latent_noises(part), strict=True)
    assert all(torch.equal(w[:, :, 2:8, 4:12], p) for w, p in draws)


@pytest.mark.parametrize("recipe", [SINSR, SAMSR, RESSHIFT], ids=lambda recipe: recipe.name)
def test_a_batch_is_its_members(model, recipe):
    both = tile_of(batch=2)
    together = method_of(model, recipe).estimate(both).target
    members = [[None if part is None else part[i : i + 1] for part in both[:3]] for i in range(2)]
    alone = [
        method_of(model, recipe).estimate(TileInput(*one, 0.0, None, both.overlaps[:1])).target
        for one in members
    ]
    assert float((together - torch.cat(alone)).abs().mean()) < 1e-4


def test_where_masks_overlap_samsr_starts_with_less_noise(model):
    tile = tile_of(32, 32)
    tile.overlaps[..., :16] = 4.0
    seen = []
    start = Start(torch.zeros(1, 3, 32, 32), latent_noises(tile.noise), 1.0, tile.overlaps)
    sample_latent(SAMSR, start, lambda x, t: seen.append(x) or x)
    left, right = seen[0][..., :16].std(), seen[0][..., 16:].std()
    assert float(left / right) == pytest.approx(0.5, rel=0.1)


@pytest.mark.parametrize(("recipe", "steps", "expected"), [
    (SINSR, None, [14]), (SINSR, 1, [14]), (SINSR, 3, [10, 5, 0]), (SAMSR, None, [14]), (RESSHIFT, 1, [3]),
    (RESSHIFT, None, [3, 2, 1, 0]), (RESSHIFT_15, 4, [11, 7, 3, 0]), (RESSHIFT_15, None, [*range(14, -1, -1)]),
])  # fmt: skip
def test_steps_are_those_that_the_model_knows(recipe, steps, expected):
    times = []
    noises = (torch.zeros(1, 3, 4, 4) for _ in range(16))
    start = Start(torch.zeros(1, 3, 4, 4), noises)
    sample_latent(recipe, start, lambda x, t: times.append(int(t)) or x, steps)
    assert times == expected


def test_sixteen_noises_are_enough_for_the_longest_chain():
    assert build_schedule(RESSHIFT_15.schedule).steps <= len(list(latent_noises(torch.zeros(1, 3, 8, 8))))


def test_methods_say_what_they_can(model):
    assert method_of(model).needs.most_steps == 15
    assert method_of(model, SAMSR).needs.most_steps == 1
    assert method_of(model, SAMSR).needs.overlaps
    assert method_of(model).dirt(torch.zeros(1, 3, 16, 16)) == 0.3
    assert PublishedMethod(SINSR, model, Named("file", "hash")).dirt(torch.zeros(1, 3, 16, 16)) is None


def test_half_precision_networks_keep_latents_in_single(model):
    half = replace(model, dtype=torch.bfloat16)
    seen = []
    half_model = replace(half, denoiser=lambda x, t, s: seen.append((x.dtype, s.dtype)) or x)
    out = half_model.listening_to(torch.zeros(1, 3, 8, 8))(torch.zeros(1, 3, 8, 8), torch.tensor([14]))
    assert seen == [(torch.bfloat16, torch.bfloat16)]
    assert out.dtype == torch.float32
