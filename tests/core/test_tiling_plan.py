from itertools import pairwise

import numpy as np
import pytest
from golden import golden
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UsageError
from core.geometry import Box, Size
from core.tiling import plan_by_stride, plan_tiles, tile_starts


@pytest.mark.golden
def test_starts_are_the_authors():
    vectors, notes = golden("tiling")
    for number, case in enumerate(notes["cases"]):
        plan = plan_by_stride(Size(case["W"], case["H"]), case["tile"], case["stride"])
        starts = [(tile.box.y, tile.box.x) for tile in plan.tiles]
        assert starts == [tuple(pair) for pair in vectors[f"case{number}.starts"].tolist()]


def test_the_published_examples_hold():
    assert tile_starts(1000, 512, 448) == (0, 448, 488)
    assert tile_starts(513, 512, 448) == (0, 1)
    assert tile_starts(20, 512, 448) == (0,)


@pytest.mark.parametrize("stride", [0, -1, 65])
def test_a_stride_that_leaves_gaps_is_refused(stride):
    with pytest.raises(UsageError, match="gaps"):
        tile_starts(100, 64, stride)


sizes = st.builds(Size, st.integers(1, 300), st.integers(1, 300))


@given(size=sizes, tile=st.integers(8, 80), overlap=st.integers(0, 7), multiple=st.sampled_from([1, 4, 8]))
@settings(max_examples=60, deadline=None)
def test_tiles_cover_the_source_and_never_leave_it(size, tile, overlap, multiple):
    covered = np.zeros((size.height, size.width), bool)
    for piece in plan_tiles(size, tile, overlap, multiple).tiles:
        assert piece.box.intersect(Box.of(size)) == piece.box
        covered[piece.box.slices] = True
    assert covered.all()


@given(size=sizes, tile=st.integers(8, 80), overlap=st.integers(0, 7), multiple=st.sampled_from([1, 4, 8]))
@settings(max_examples=60, deadline=None)
def test_neighbours_overlap_enough_and_cut_sides_are_multiples(size, tile, overlap, multiple):
    plan = plan_tiles(size, tile, overlap, multiple)
    for starts, side, length in (
        (plan.xs, plan.tile.width, size.width),
        (plan.ys, plan.tile.height, size.height),
    ):
        assert side == length if len(starts) == 1 and length <= tile else side % multiple == 0
        assert side <= tile
        assert all(b - a <= side - overlap for a, b in pairwise(starts))


def test_tiles_go_row_by_row_and_know_their_place():
    plan = plan_tiles(Size(100, 70), 40, 8)
    places = [(tile.index, tile.row, tile.column) for tile in plan.tiles]
    assert places == [(i, i // len(plan.xs), i % len(plan.xs)) for i in range(len(plan))]


def test_a_small_source_is_one_tile_of_its_own_size():
    (tile,) = plan_tiles(Size(7, 3), 256, 16, multiple=8).tiles
    assert tile.box == Box(0, 0, 7, 3)


def test_tiles_shrink_to_what_their_number_needs():
    plan = plan_tiles(Size(260, 100), 256, 16, multiple=4)
    assert (len(plan), plan.tile) == (2, Size(140, 100))


def test_a_wide_source_may_have_low_tiles():
    plan = plan_tiles(Size(5000, 200), Size(512, 64), 16)
    assert (plan.tile.width <= 512, plan.tile.height <= 64) == (True, True)


@pytest.mark.parametrize(("overlap", "multiple"), [(64, 1), (-1, 1), (10, 100)])
def test_no_room_in_the_tile_is_refused(overlap, multiple):
    with pytest.raises(UsageError, match="no room"):
        plan_tiles(Size(500, 500), 64, overlap, multiple)


def test_an_empty_source_is_refused():
    with pytest.raises(UsageError, match="no pixels"):
        plan_tiles(Size(0, 5), 64, 8)
