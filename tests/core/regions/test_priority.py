"""The priority map obeys: upper wins, Faithful and locked are 0, more is never less, a crop is a crop."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UsageError
from core.geometry import Box, Size
from core.regions import shapes
from core.regions.mask import Mask, squared_distance
from core.regions.priority import priority_map, region_labels, region_weight, semantic_weight
from core.regions.region import Region, RegionSet

SIZES = [Size(1, 1), Size(1, 5000), Size(5000, 1), Size(37, 53), Size(61, 7)]
priorities = st.floats(-2, 2)
details = st.sampled_from([0.0, -4.0, 4.0]) | st.floats(-4, 4)


@st.composite
def boxes(draw, size):
    x, y = draw(st.integers(0, size.width - 1)), draw(st.integers(0, size.height - 1))
    return Box(x, y, draw(st.integers(1, size.width - x)), draw(st.integers(1, size.height - y)))


@st.composite
def region_sets(draw):
    size, regions = draw(st.sampled_from(SIZES)), []
    for number in range(draw(st.integers(0, 5))):
        shape = draw(st.sampled_from([shapes.rectangle, shapes.ellipse]))
        mask = shape(draw(boxes(size)), size)
        fields = {"locked": draw(st.booleans()), "visible": draw(st.booleans())}
        feather_px = draw(st.sampled_from([0.0, 2.0]) | st.floats(0, 40))
        regions.append(Region(f"r{number}", "", mask, draw(priorities), feather_px, **fields))
    return RegionSet(size, tuple(regions), draw(priorities))


def one(priority, feather_px=0.0, rest=0.0, **fields):
    mask = Mask.filled(Box(10, 10, 20, 20))
    return RegionSet(Size(60, 50), (Region("r1", "", mask, priority, feather_px, **fields),), rest)


@settings(max_examples=40, deadline=None)
@given(region_sets(), details, st.data())
def test_the_map_of_a_box_is_the_crop_of_the_map_of_the_whole(regions, detail, data):
    box = data.draw(boxes(regions.size))
    whole = priority_map(regions, detail)
    assert np.array_equal(priority_map(regions, detail, box), whole[box.slices])
    assert np.array_equal(region_labels(regions, box), region_labels(regions)[box.slices])


@settings(max_examples=40, deadline=None)
@given(region_sets(), details)
def test_the_map_is_float32_between_0_and_the_owners_weight(regions, detail):
    weights, labels = priority_map(regions, detail), region_labels(regions)
    owners = [region_weight(region, detail) for region in regions] + [semantic_weight(regions.rest, detail)]
    assert weights.dtype == np.float32
    assert weights.shape == (regions.size.height, regions.size.width)
    assert (weights >= 0).all()
    assert (weights <= np.float32(owners)[labels]).all()


@settings(max_examples=60, deadline=None)
@given(region_sets(), details, st.data())
def test_more_priority_lowers_the_map_nowhere(regions, detail, data):
    who = data.draw(st.sampled_from([*(region.id for region in regions), "rest"]))
    now = regions.rest if who == "rest" else regions.by_name(who).priority
    more = regions.with_priority(who, data.draw(st.floats(now, 2)))
    assert (priority_map(more, detail) >= priority_map(regions, detail)).all()


@settings(max_examples=40, deadline=None)
@given(region_sets(), details, st.floats(0, 4))
def test_more_detail_lowers_the_map_nowhere(regions, detail, more):
    assert (priority_map(regions, detail + more) >= priority_map(regions, detail)).all()


@settings(max_examples=40, deadline=None)
@given(region_sets(), details)
def test_locked_and_faithful_hold_in_every_pixel_they_own(regions, detail):
    weights, labels = priority_map(regions, detail), region_labels(regions)
    for index, region in enumerate(regions):
        if region.visible and region_weight(region, detail) == 0:
            assert (weights[labels == index] == 0).all()
        if region.visible and region.locked:
            assert (weights[region.mask.box.slices][region.mask.pixels] == 0).all()


@settings(max_examples=40, deadline=None)
@given(region_sets(), details)
def test_a_region_without_feather_is_hard_whoever_its_neighbours_are(regions, detail):
    weights, labels = priority_map(regions, detail), region_labels(regions)
    for index, region in enumerate(regions):
        if region.feather_px == 0:
            assert (weights[labels == index] == np.float32(region_weight(region, detail))).all()


@settings(max_examples=40, deadline=None)
@given(region_sets(), details)
def test_a_hidden_region_does_not_act(regions, detail):
    seen = replace(regions, regions=tuple(region for region in regions if region.visible))
    assert np.array_equal(priority_map(regions, detail), priority_map(seen, detail))


@pytest.mark.parametrize(("priority", "weight"), [(-2, 0), (-1, 0.25), (0, 0.5), (1, 0.75), (2, 1)])
def test_the_five_steps_are_quarters(priority, weight):
    assert set(np.unique(priority_map(one(priority))[10:30, 10:30])) == {weight}


def test_without_regions_the_map_is_the_rest():
    assert (priority_map(RegionSet(Size(9, 7), rest=1.0), detail=-0.5) == 0.625).all()


def test_the_upper_region_wins():
    under = one(-1).add(Region("r2", "", Mask.filled(Box(20, 20, 20, 20)), 2, 0))
    assert priority_map(under)[25, 25] == 1
    assert priority_map(under.move("r2", 1))[25, 25] == 0.25


def test_what_is_locked_wins_over_what_lies_on_it():
    covered = one(0, locked=True).add(Region("r2", "", Mask.full(Size(60, 50)), 2, 0))
    assert (priority_map(covered, 4)[10:30, 10:30] == 0).all()
    assert region_labels(covered)[15, 15] == 1


def test_invention_ramps_up_inside_its_own_mask():
    weights = priority_map(one(2, feather_px=4))
    expected = 0.5 + 0.5 * np.array([0.125, 0.375, 0.625, 0.875, 1.0])
    assert weights[20, 10:15] == pytest.approx(expected)
    outside = np.delete(weights.ravel(), np.flatnonzero(region_labels(one(2)) == 0))
    assert set(outside.tolist()) == {0.5}


def test_fidelity_ramps_down_outside_its_mask():
    weights = priority_map(one(-2, feather_px=4))
    assert weights[20, 5:10] == pytest.approx(0.5 - 0.5 * np.array([0, 0.125, 0.375, 0.625, 0.875]))


def test_the_picture_border_is_no_edge():
    full = RegionSet(Size(40, 30), (Region("r1", "", Mask.full(Size(40, 30)), 2, 20),), -2)
    assert (priority_map(full) == 1).all()


def test_a_feather_across_the_inner_blocks_is_seamless():
    size = Size(1200, 40)
    left = Mask.filled(Box(0, 0, 500, 40))
    weights = priority_map(RegionSet(size, (Region("r1", "", left, -2, 250),), 2))
    assert weights[0, 500:750] == pytest.approx((np.arange(250) + 0.5) / 250, abs=1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (53, 1013)])
def test_distances_are_exact(shape):
    random = np.random.default_rng(sum(shape))
    inside = random.random(shape) < 0.01
    inside[shape[0] // 2, shape[1] // 2] = True
    rows, columns = np.nonzero(inside)
    y, x = np.mgrid[: shape[0], : shape[1]]
    wanted = ((y[..., None] - rows) ** 2 + (x[..., None] - columns) ** 2).min(axis=-1)
    assert np.array_equal(squared_distance(inside), wanted)


def test_a_tile_of_a_huge_picture_needs_no_array_of_its_size():
    size = Size(500_000, 400_000)
    regions = RegionSet(size, (Region("r1", "", Mask.filled(Box(100_000, 100_000, 64, 64)), 2, 0),))
    assert priority_map(regions, box=Box(99_990, 99_990, 20, 20))[15, 15] == 1


@pytest.mark.parametrize("box", [Box(-1, 0, 5, 5), Box(58, 0, 3, 3), Box(0, 48, 1, 3)])
def test_a_box_that_leaves_the_picture_is_refused(box):
    with pytest.raises(UsageError, match="leaves the picture"):
        priority_map(one(0), box=box)


@pytest.mark.parametrize("detail", [math.nan, math.inf])
def test_a_detail_without_end_is_refused(detail):
    with pytest.raises(UsageError, match="Detail"):
        priority_map(one(0), detail)
