import numpy as np
import pytest
from golden import golden
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UsageError
from core.geometry import Size
from core.tiling import StripBlender, axis_windows, plan_by_stride, plan_tiles, tile_starts

KINDS = ["cosine", "linear", "equal"]


def blended(plan, scale, crop, **options):
    """The target's rows joined, after checking that they came in order and once."""
    blender, rows = StripBlender(plan, scale, 3, **options), []
    for tile in plan.tiles:
        for strip in blender.add(tile, crop(tile)):
            assert strip.y == sum(map(len, rows))
            rows.append(strip.rows)
    assert blender.done
    return np.concatenate(rows)


@given(
    length=st.integers(1, 400),
    tile=st.integers(1, 90),
    overlap=st.floats(0, 0.95),
    margin=st.integers(0, 20),
    kind=st.sampled_from(KINDS),
)
@settings(max_examples=80, deadline=None)
def test_windows_sum_to_one_at_every_pixel(length, tile, overlap, margin, kind):
    tile = min(tile, length)
    starts = tile_starts(length, tile, max(1, int(tile * (1 - overlap))))
    total = np.zeros(length)
    for start, window in zip(starts, axis_windows(starts, tile, margin, kind), strict=True):
        assert window.min() >= 0
        total[start : start + tile] += window
    np.testing.assert_allclose(total, 1.0, atol=1e-6)


def test_windows_are_flat_without_neighbour_and_ignore_the_margin_beside_one():
    first, second = axis_windows((0, 60), 100, margin=10)
    assert (first[:70] == 1).all()
    assert (first[90:] == 0).all()
    assert (second[:10] == 0).all()
    assert (second[30:] == 1).all()


def test_a_margin_too_large_for_the_overlap_gives_a_clean_cut():
    first, second = axis_windows((0, 8), 10, margin=5)
    assert first.tolist() == [1] * 9 + [0]
    assert second.tolist() == [0] + [1] * 9


tile_sizes = st.builds(Size, st.integers(9, 60), st.integers(9, 60))
source_sizes = st.builds(Size, st.integers(1, 130), st.integers(1, 130))
plans = st.builds(plan_tiles, source_sizes, tile_sizes, st.integers(0, 8))


def rounding(plan):
    """What a sum of so many tiles at one pixel may be off in single precision: up to sixteen of them 1e-6."""
    across, down = (
        max(sum(start <= one < start + tile for start in starts) for one in starts)
        for starts, tile in ((plan.xs, plan.tile.width), (plan.ys, plan.tile.height))
    )
    return max(1e-6, across * down * np.finfo(np.float32).eps / 2)


@given(plan=plans, margin=st.integers(0, 4), scale=st.sampled_from([1, 2, 4]), kind=st.sampled_from(KINDS))
@settings(max_examples=50, deadline=None)
def test_blending_crops_of_a_picture_gives_the_picture_back(plan, margin, scale, kind):
    target = plan.source.scaled(scale)
    picture = np.random.default_rng(0).random((target.height, target.width, 3), np.float32)
    result = blended(plan, scale, lambda t: picture[t.box.scaled(scale).slices], margin_px=margin, kind=kind)
    np.testing.assert_allclose(result, picture, atol=rounding(plan))


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 5000), (5000, 1), (997, 13)])
def test_odd_shapes_come_back_too(width, height):
    plan = plan_tiles(Size(width, height), 64, 16)
    picture = np.random.default_rng(0).random((height, width, 3), np.float32)
    result = blended(plan, 1, lambda t: picture[t.box.slices], margin_px=4)
    np.testing.assert_allclose(result, picture, atol=1e-6)


@pytest.mark.golden
def test_the_authors_equal_weight_blend_is_reproduced():
    vectors, notes = golden("tiling")
    for number, case in enumerate(notes["cases"]):
        plan = plan_by_stride(Size(case["W"], case["H"]), case["tile"], case["stride"])
        image = vectors[f"case{number}.image"][0].permute(1, 2, 0).numpy()

        def crop(tile, image=image, scale=case["sf"]):
            return image[tile.box.slices].repeat(scale, 0).repeat(scale, 1) * (1 + 0.1 * tile.index)

        result = blended(plan, case["sf"], crop, kind="equal")
        np.testing.assert_allclose(result[..., 0], vectors[f"case{number}.out_ch0"][0, 0], atol=1e-6)


def test_only_one_band_is_held_and_every_strip_comes_as_soon_as_it_can():
    plan = plan_tiles(Size(40, 1000), 32, 8)
    blender, heights = StripBlender(plan, 4, 1), []
    for tile in plan.tiles:
        pixels = np.ones((tile.box.height * 4, tile.box.width * 4, 1), np.float32)
        strips = blender.add(tile, pixels)
        assert bool(strips) == (tile.column == len(plan.xs) - 1)
        heights += [len(strip.rows) for strip in strips]
    assert blender._band.shape[0] == plan.tile.height * 4
    assert (max(heights), sum(heights)) == (plan.tile.height * 4, 4000)


def test_strips_given_out_do_not_change_afterwards():
    plan = plan_tiles(Size(30, 90), 32, 8)
    blender, kept = StripBlender(plan, 1, 1), []
    for tile in plan.tiles:
        strips = blender.add(tile, np.ones((tile.box.height, tile.box.width, 1), np.float32))
        kept += [(strip, strip.rows.copy()) for strip in strips]
    assert all((strip.rows == copy).all() for strip, copy in kept)


def test_tiles_out_of_turn_or_of_another_shape_are_refused():
    plan = plan_tiles(Size(60, 60), 32, 8)
    blender = StripBlender(plan, 1, 1)
    first, *_, last = plan.tiles
    pixels = np.ones((plan.tile.height, plan.tile.width, 1), np.float32)
    with pytest.raises(UsageError, match="out of turn"):
        blender.add(last, pixels)
    with pytest.raises(UsageError, match="not"):
        blender.add(first, pixels[1:])
    blender.add(first, pixels)
    with pytest.raises(UsageError, match="out of turn"):
        blender.add(first, pixels)
