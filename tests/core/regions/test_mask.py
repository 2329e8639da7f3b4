"""Masks are sets of pixels, whatever box they came in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core.errors import UsageError
from core.geometry import Box, Size
from core.regions.mask import Mask

SIZE = Size(13, 11)
masks = arrays(np.bool_, (SIZE.height, SIZE.width)).map(Mask.of)


@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=17)))
def test_a_mask_holds_exactly_the_pixels_given(array):
    mask = Mask.of(array)
    assert np.array_equal(mask.in_box(Box(0, 0, array.shape[1], array.shape[0])), array)
    assert mask.area == array.sum()


@given(masks)
def test_the_box_is_the_smallest_one(mask):
    assert mask.empty or all(
        side.any() for side in (mask.pixels[0], mask.pixels[-1], mask.pixels[:, 0], mask.pixels[:, -1])
    )


@given(masks, st.integers(-5, 5), st.integers(-5, 5))
def test_equal_pixels_make_equal_masks_whatever_box_they_came_in(mask, dx, dy):
    around = mask.box.grown(3).moved(dx, dy).union(mask.box)
    again = Mask(around, mask.in_box(around))
    assert again == mask
    assert hash(again) == hash(mask)


@settings(max_examples=50)
@given(masks, masks)
def test_union_intersection_and_difference_are_those_of_sets(one, other):
    whole = Box.of(SIZE)
    a, b = one.in_box(whole), other.in_box(whole)
    assert np.array_equal(one.union(other).in_box(whole), a | b)
    assert np.array_equal(one.intersect(other).in_box(whole), a & b)
    assert np.array_equal(one.subtract(other).in_box(whole), a & ~b)


@given(masks, st.integers(-30, 30), st.integers(-30, 30))
def test_moving_there_and_back_changes_nothing(mask, dx, dy):
    there = mask.translate(dx, dy)
    assert there.in_box(there.box).sum() == mask.area
    assert there.translate(-dx, -dy) == mask


def test_a_mask_cannot_be_changed_through_its_array_or_the_one_it_came_from():
    array = np.ones((2, 2), np.bool_)
    mask = Mask.of(array)
    array[0, 0] = False
    with pytest.raises(ValueError, match="read-only"):
        mask.pixels[0, 0] = False
    assert mask == Mask.full(Size(2, 2))


def test_a_soft_picture_counts_from_half():
    soft = np.array([[0, 127, 128, 255]], np.uint8)
    assert Mask.from_soft(soft) == Mask.filled(Box(2, 0, 2, 1))


def test_a_small_mask_of_a_large_picture_keeps_only_its_own_pixels():
    large = np.zeros((3000, 4000), np.bool_)
    large[100:120, 200:230] = True
    mask = Mask.of(large)
    assert mask.pixels.shape == (20, 30)
    assert mask.pixels.base is None


def test_a_pixel_is_contained_or_not():
    mask = Mask.filled(Box(3, 4, 2, 1))
    assert [mask.contains(x, 4) for x in (2, 3, 4, 5)] == [False, True, True, False]
    assert not Mask.nothing().contains(0, 0)


def test_an_array_that_does_not_fit_its_box_is_refused():
    with pytest.raises(UsageError, match="does not fit"):
        Mask(Box(0, 0, 3, 2), np.ones((3, 2), np.bool_))
