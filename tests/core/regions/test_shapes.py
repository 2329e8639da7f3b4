"""Drawn shapes are exact to the pixel centre and stay in the picture."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UsageError
from core.geometry import Box, Size
from core.regions import shapes
from core.regions.mask import Mask

SIZE = Size(31, 23)
coordinates = st.floats(-40, 60, allow_nan=False, width=32)
points = st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=5)


def distance_to_segment(x, y, start, end):
    dx, dy = end[0] - start[0], end[1] - start[1]
    along = ((x - start[0]) * dx + (y - start[1]) * dy) / max(dx * dx + dy * dy, 1e-12)
    along = min(max(along, 0), 1)
    return math.hypot(x - start[0] - along * dx, y - start[1] - along * dy)


@settings(max_examples=30, deadline=None)
@given(points, st.floats(1, 30))
def test_a_stroke_is_every_centre_within_the_radius_of_the_path(path, radius_px):
    drawn = shapes.stroke(path, radius_px, SIZE)
    ends = path[1:] or path
    for y in range(0, SIZE.height, 3):
        for x in range(0, SIZE.width, 3):
            near = min(distance_to_segment(x + 0.5, y + 0.5, *pair) for pair in zip(path, ends, strict=False))
            if abs(near - radius_px) > 1e-3:
                assert drawn.contains(x, y) == (near < radius_px)


@given(st.floats(0, 30.99), st.floats(0, 22.99), st.floats(0.01, 0.5))
def test_even_the_finest_brush_marks_the_pixel_it_is_on(x, y, radius_px):
    assert shapes.stroke([(x, y)], radius_px, SIZE).contains(int(x), int(y))


def test_a_brush_at_a_fraction_of_a_pixel_is_not_the_brush_beside_it():
    assert shapes.stroke([(10.5, 10.5)], 2.2, SIZE) != shapes.stroke([(10.9, 10.5)], 2.2, SIZE)


def test_a_long_stroke_is_as_thick_in_the_middle_as_at_its_ends():
    size = Size(5000, 40)
    drawn = shapes.stroke([(20, 20), (4980, 20)], 3, size)
    assert set(drawn.pixels[:, 5:-5].sum(axis=0).tolist()) == {6}


@settings(max_examples=50)
@given(st.integers(-5, 35), st.integers(-5, 35), st.integers(1, 40), st.integers(1, 40))
def test_a_polygon_with_square_corners_is_the_rectangle(x, y, width, height):
    box = Box(x, y, width, height)
    corners = [(x, y), (box.right, y), (box.right, box.bottom), (x, box.bottom)]
    assert shapes.polygon(corners, SIZE) == shapes.rectangle(box, SIZE)


@settings(max_examples=50)
@given(points)
def test_a_polygon_does_not_mind_its_direction(path):
    assert shapes.polygon(path, SIZE) == shapes.polygon(path[::-1], SIZE)


def test_triangles_that_share_a_side_meet_without_gap_or_overlap():
    left = shapes.polygon([(1.3, 2.1), (28.7, 3.9), (7.2, 20.4)], SIZE)
    right = shapes.polygon([(28.7, 3.9), (7.2, 20.4), (27.1, 21.6)], SIZE)
    both = shapes.polygon([(1.3, 2.1), (28.7, 3.9), (27.1, 21.6), (7.2, 20.4)], SIZE)
    assert left.intersect(right).empty
    assert left.union(right) == both


def test_a_line_that_goes_round_twice_leaves_no_hole():
    once = [(2, 2), (20, 2), (20, 18), (2, 18)]
    assert shapes.polygon(once + once, SIZE) == shapes.polygon(once, SIZE)


def test_an_ellipse_touches_the_sides_of_its_box_and_is_symmetric():
    drawn = shapes.ellipse(Box(4, 3, 20, 14), SIZE)
    assert drawn.box == Box(4, 3, 20, 14)
    assert np.array_equal(drawn.pixels, drawn.pixels[::-1, ::-1])
    assert drawn.area == pytest.approx(math.pi * 10 * 7, rel=0.03)


@settings(max_examples=50)
@given(points, st.floats(0.5, 50))
def test_no_shape_leaves_the_picture(path, radius_px):
    corner = Box(int(path[0][0]), int(path[0][1]), 30, 30)
    drawn = [
        shapes.stroke(path, radius_px, SIZE),
        shapes.polygon(path, SIZE),
        shapes.ellipse(corner, SIZE),
        shapes.rectangle(corner, SIZE),
    ]
    assert all(mask.within(SIZE) == mask for mask in drawn)


def test_no_points_draw_nothing():
    assert shapes.stroke([], 3, SIZE) == Mask.nothing()
    assert shapes.polygon([(1, 1), (5, 5)], SIZE) == Mask.nothing()


@pytest.mark.parametrize("radius_px", [0, -1, math.nan, math.inf])
def test_a_brush_without_a_radius_is_refused(radius_px):
    with pytest.raises(UsageError, match="radius"):
        shapes.stroke([(1, 1)], radius_px, SIZE)


@pytest.mark.parametrize("place", [math.nan, math.inf, 1e9])
def test_a_point_that_is_nowhere_is_refused(place):
    with pytest.raises(UsageError, match="nowhere near"):
        shapes.polygon([(1, 1), (place, 5), (4, 4)], SIZE)
