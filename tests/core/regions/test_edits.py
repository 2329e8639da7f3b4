"""Edits obey the algebra of sets, give new masks, and touch only the pixels concerned."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import UsageError
from core.geometry import Box, Size
from core.regions import edits, shapes
from core.regions.mask import Mask

SIZE = Size(19, 17)
LARGE = Size(4000, 3000)
masks = arrays(np.bool_, (SIZE.height, SIZE.width)).map(Mask.of)
radii = st.floats(0, 6)


def is_within(inner, outer):
    return inner.subtract(outer).empty


def disc(x, y, radius_px, size=LARGE):
    return shapes.stroke([(x, y)], radius_px, size)


@given(masks)
def test_inverting_twice_changes_nothing(mask):
    assert edits.invert(edits.invert(mask, SIZE), SIZE) == mask


@given(masks, masks)
def test_cutting_keeps_what_the_inverse_has_too(one, other):
    assert edits.subtract(one, other) == edits.intersect(one, edits.invert(other, SIZE))


@given(masks, masks)
def test_joining_is_what_cut_and_intersection_leave_together(one, other):
    joined = edits.join(one, other)
    assert joined == edits.join(other, one)
    assert edits.join(edits.subtract(one, other), other) == joined
    assert edits.subtract(joined, other) == edits.subtract(one, other)


@settings(max_examples=60)
@given(masks, radii)
def test_grow_is_every_pixel_within_the_radius(mask, radius_px):
    grown = edits.grow(mask, radius_px, SIZE)
    rows, columns = np.nonzero(mask.in_box(Box.of(SIZE)))
    y, x = np.mgrid[: SIZE.height, : SIZE.width]
    square = (y[..., None] - rows) ** 2 + (x[..., None] - columns) ** 2
    wanted = square.min(axis=-1, initial=10**9) <= radius_px**2
    assert np.array_equal(grown.in_box(Box.of(SIZE)), wanted)


@given(masks, radii)
def test_growing_then_shrinking_loses_nothing(mask, radius_px):
    assert is_within(mask, edits.shrink(edits.grow(mask, radius_px, SIZE), radius_px, SIZE))


@given(masks, radii)
def test_shrinking_then_growing_adds_nothing(mask, radius_px):
    assert is_within(edits.grow(edits.shrink(mask, radius_px, SIZE), radius_px, SIZE), mask)


@given(masks, radii)
def test_shrinking_is_growing_what_is_outside(mask, radius_px):
    outside = edits.grow(edits.invert(mask, SIZE), radius_px, SIZE)
    assert edits.shrink(mask, radius_px, SIZE) == edits.invert(outside, SIZE)


@pytest.mark.parametrize("size", [Size(1, 1), Size(1, 5000), Size(5000, 1), Size(97, 89)])
def test_a_mask_of_the_whole_picture_has_no_edge_to_shrink_from(size):
    full = Mask.full(size)
    assert edits.shrink(full, 9, size) == full
    assert edits.smooth(full, 4, size) == full
    assert edits.grow(full, 9, size) == full


@pytest.mark.parametrize("edit", [edits.grow, edits.shrink, edits.smooth])
def test_an_empty_mask_stays_empty(edit):
    assert edit(Mask.nothing(), 3, SIZE) == Mask.nothing()
    assert edits.fill_holes(Mask.nothing()) == edits.drop_specks(Mask.nothing(), 5) == Mask.nothing()


def test_painting_adds_and_erasing_takes_the_same_stroke_away():
    square = Mask.filled(Box(30, 30, 40, 40))
    path = [(10.5, 20.25), (90.75, 60)]
    painted = edits.paint(square, path, 6.5, LARGE)
    assert is_within(square, painted)
    assert edits.erase(painted, path, 6.5) == edits.subtract(square, shapes.stroke(path, 6.5, LARGE))


def test_drawn_shapes_add_to_the_mask():
    dot, box = disc(5, 5, 3), Box(50, 50, 10, 8)
    assert edits.rectangle(dot, box, LARGE) == dot.union(shapes.rectangle(box, LARGE))
    assert edits.ellipse(dot, box, LARGE) == dot.union(shapes.ellipse(box, LARGE))
    line = [(50, 50), (70, 50), (60, 80)]
    assert edits.lasso(dot, line, LARGE) == dot.union(shapes.polygon(line, LARGE))


def test_holes_are_filled_up_to_an_area():
    ring = disc(50, 50, 30).subtract(disc(50, 50, 10)).subtract(disc(35, 50, 1))
    hole = disc(50, 50, 10)
    assert edits.fill_holes(ring) == disc(50, 50, 30)
    assert edits.fill_holes(ring, 20) == disc(50, 50, 30).subtract(hole)


def test_a_bay_that_is_open_to_one_side_or_the_border_is_no_hole():
    shape = Mask.filled(Box(0, 0, 20, 20)).subtract(Mask.filled(Box(0, 5, 10, 5)))
    assert edits.fill_holes(shape) == shape


@given(masks)
def test_filling_twice_is_filling_once(mask):
    filled = edits.fill_holes(mask)
    assert is_within(mask, filled)
    assert edits.fill_holes(filled) == filled


def test_specks_below_an_area_go_and_others_stay():
    large, speck = disc(50, 50, 20), Mask.filled(Box(100, 100, 2, 2))
    both = large.union(speck)
    assert edits.drop_specks(both, 5) == large
    assert edits.drop_specks(both, 4) == both


def test_smoothing_takes_the_spike_and_keeps_the_body():
    body, spike = disc(100, 100, 40), Mask.filled(Box(100, 30, 1, 40))
    smooth = edits.smooth(body.union(spike), 3, LARGE)
    assert not smooth.contains(100, 40)
    assert smooth.area == pytest.approx(body.area, rel=0.02)


@settings(max_examples=50)
@given(masks, st.floats(0, 9), st.integers(-4, 12), st.integers(-4, 12))
def test_a_feathered_crop_is_the_crop_of_the_feathered_whole(mask, feather_px, x, y):
    whole, box = Box(-9, -9, 50, 50), Box(x, y, 7, 5)
    soft = edits.feather_mask(mask, feather_px, whole)
    assert np.array_equal(edits.feather_mask(mask, feather_px, box), soft[box.moved(9, 9).slices])


@given(masks, st.floats(0, 9))
def test_a_feather_is_one_inside_and_falls_outside(mask, feather_px):
    soft = edits.feather_mask(mask, feather_px, Box.of(SIZE))
    inside = mask.in_box(Box.of(SIZE))
    reach = edits.grow(mask, feather_px + 0.5, SIZE).in_box(Box.of(SIZE))
    assert soft.dtype == np.float32
    assert (soft[inside] == 1).all()
    assert (soft[~inside] < 1).all()
    assert (soft[~reach] == 0).all()


def test_without_feather_the_edge_is_hard():
    assert set(np.unique(edits.feather_mask(disc(9, 9, 4), 0, Box.of(SIZE)))) == {0, 1}


def test_an_edit_of_a_large_picture_keeps_a_small_array():
    mask = disc(2000, 1500, 20)
    for edited in (
        edits.paint(mask, [(2010, 1500)], 5, LARGE),
        edits.erase(mask, [(2010, 1500)], 5),
        edits.grow(mask, 10, LARGE),
        edits.smooth(mask, 4, LARGE),
        edits.fill_holes(mask),
    ):
        assert max(edited.pixels.shape) <= 62


def test_undo_is_keeping_the_old_value():
    before = disc(50, 50, 9)
    copy = Mask(before.box, before.pixels)
    edits.grow(edits.paint(before, [(60, 60)], 4, LARGE), 3, LARGE)
    assert before == copy


@pytest.mark.parametrize("length", [-1, math.nan, math.inf])
@pytest.mark.parametrize("edit", [edits.grow, edits.shrink, edits.smooth])
def test_a_length_that_is_none_is_refused(edit, length):
    with pytest.raises(UsageError, match="radius"):
        edit(disc(5, 5, 3), length, LARGE)
