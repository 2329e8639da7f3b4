import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from core.diffusion.consistency import HALO_PX, correction, enlarge, keep, keep_within, shrink

SIZES = [(1, 1), (1, 5000), (5000, 1), (2, 3), (31, 17), (64, 96)]


def pair(height, width, seed=0):
    """A noisy target (standard deviation 1, range 2) and an anchor that has nothing to do with it."""
    generator = torch.Generator().manual_seed(seed)
    target = torch.randn(1, 3, height * 4, width * 4, generator=generator)
    return target, torch.rand(1, 3, height, width, generator=generator) * 2 - 1


def psnr(first, second, extent=2.0):
    return -10 * torch.log10((first - second).double().square().mean() / extent**2).item()


def smooth(height, width, seed=0):
    coarse = torch.rand(1, 3, height // 8, width // 8, generator=torch.Generator().manual_seed(seed))
    return F.interpolate(coarse, scale_factor=8, mode="bicubic").clamp(0, 1) * 2 - 1


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_one_iteration_makes_a_random_target_shrink_to_the_anchor(height, width):
    target, anchor = pair(height, width)
    assert psnr(shrink(target), anchor) < 20
    assert psnr(shrink(keep(target, anchor)), anchor) > 80


@given(height=st.integers(1, 70), width=st.integers(1, 70), seed=st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_three_iterations_reach_the_rounding_of_float32_at_any_size(height, width, seed):
    target, anchor = pair(height, width, seed)
    assert (shrink(keep(target, anchor, 3)) - anchor).abs().max() < 2e-6


def test_a_target_that_is_kept_already_does_not_change():
    target, anchor = pair(20, 20)
    kept = keep(target, anchor, 3)
    assert (keep(kept, anchor) - kept).abs().max() < 1e-5


def test_the_correction_adds_what_was_missing_and_nothing_where_nothing_was():
    residual = torch.zeros(1, 1, 40, 40)
    residual[0, 0, 20, 20] = 1.0
    added = correction(residual)
    assert (shrink(added) - residual).abs().max() < 2e-4
    assert added[..., : (20 - HALO_PX) * 4, :].abs().max() == 0


@pytest.mark.parametrize("iterations", [1, 2])
def test_a_change_is_felt_within_the_halo_and_not_beyond(iterations):
    target, anchor = pair(80, 80)
    changed = target.clone()
    changed[..., 160:164, 160:164] += 1.0
    difference = (keep(changed, anchor, iterations) - keep(target, anchor, iterations)).abs().amax((0, 1))
    far = difference.clone()
    halo = HALO_PX * iterations
    far[(40 - halo) * 4 : (41 + halo) * 4, (40 - halo) * 4 : (41 + halo) * 4] = 0
    assert far.max() == 0
    assert difference.max() > 0


def test_a_crop_with_its_halo_is_kept_as_the_whole_is():
    target, anchor = pair(60, 60)
    inner, outer = slice(25, 35), slice(25 - HALO_PX, 35 + HALO_PX)
    crop = keep(target[..., outer.start * 4 : outer.stop * 4, :], anchor[..., outer, :])
    whole = keep(target, anchor)
    ours = crop[..., HALO_PX * 4 : -HALO_PX * 4, :]
    torch.testing.assert_close(ours, whole[..., inner.start * 4 : inner.stop * 4, :], atol=1e-5, rtol=0)


def test_strength_is_the_share_that_goes_whatever_the_iterations():
    target, anchor = pair(16, 16)
    before = anchor - shrink(target)
    for iterations in (1, 3):
        after = anchor - shrink(keep(target, anchor, iterations, 0.25))
        torch.testing.assert_close(after, 0.75 * before, atol=2e-3, rtol=0)
    assert torch.equal(keep(target, anchor, strength=0.0), target)


def test_strength_may_differ_from_pixel_to_pixel():
    target, anchor = pair(40, 40)
    strength = torch.zeros(1, 1, 40, 40)
    strength[..., 20:] = 1.0
    shrunk = shrink(keep(target, anchor, 2, strength))
    assert psnr(shrunk[..., 20:], anchor[..., 20:]) > 80
    assert psnr(shrunk[..., :20], shrink(target)[..., :20]) > 80


@pytest.mark.parametrize("grey", [-1.0, -0.97, 0.0, 0.97, 1.0])
def test_flat_pictures_up_to_white_and_black_are_kept_in_range(grey):
    anchor = torch.full((1, 3, 48, 48), grey)
    target = enlarge(anchor) + 0.05 * torch.randn(1, 3, 192, 192, generator=torch.Generator().manual_seed(1))
    kept = keep_within(target, anchor)
    assert kept.abs().max() <= 1.0
    assert psnr(shrink(kept), anchor) > 52


def test_a_picture_with_saturated_places_is_kept_in_range():
    anchor = smooth(96, 96)
    target = enlarge(anchor) + 0.1 * torch.randn(1, 3, 384, 384, generator=torch.Generator().manual_seed(1))
    kept = keep_within(target, anchor)
    assert kept.abs().max() <= 1.0
    assert psnr(shrink(kept), anchor) > 60


def test_the_range_may_be_zero_to_one():
    anchor = smooth(48, 48) / 2 + 0.5
    kept = keep_within(enlarge(anchor), anchor, low=0.0, high=1.0)
    assert kept.min() >= 0
    assert kept.max() <= 1
    assert psnr(shrink(kept), anchor, 1.0) > 60


@pytest.mark.parametrize("shape", [(4, 3, 64, 4), (2, 1, 64, 4), (3, 1, 4, 64), (2, 3, 4, 4), (2, 3, 32, 48)])
def test_memory_layout_and_batch_mates_do_not_change_the_shrunk_picture(shape):
    batch = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    alone = torch.cat([shrink(one[None].repeat(1, 3, 1, 1))[:, : shape[1]] for one in batch])
    torch.testing.assert_close(shrink(batch), alone, atol=1e-6, rtol=0)
    torch.testing.assert_close(
        shrink(batch.contiguous(memory_format=torch.channels_last)), alone, atol=1e-6, rtol=0
    )


def test_shrinking_weighs_sixteen_pixels_by_the_cubic_kernel():
    row = torch.zeros(1, 1, 4, 64, dtype=torch.float64)
    row[..., 30] = 1.0
    offsets = ((torch.arange(16, dtype=torch.float64) + 0.5) * 4 - 30.5).abs() / 4
    inner = 1.5 * offsets**3 - 2.5 * offsets**2 + 1
    outer = -0.5 * offsets**3 + 2.5 * offsets**2 - 4 * offsets + 2
    kernel = torch.where(offsets < 1, inner, torch.where(offsets < 2, outer, torch.zeros(()))) / 4
    torch.testing.assert_close(shrink(row)[0, 0, 0], kernel)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 9), (7, 5)])
def test_flat_pictures_stay_flat_both_ways(height, width):
    flat = torch.full((1, 3, height, width), 0.3)
    assert enlarge(flat).shape == (1, 3, 4 * height, 4 * width)
    torch.testing.assert_close(enlarge(flat), torch.full((1, 3, 4 * height, 4 * width), 0.3))
    torch.testing.assert_close(shrink(enlarge(flat)), flat)
