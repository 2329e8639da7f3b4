"""What a preview is asked with: only what has a say in it, and as much as a hand can wait for."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.priority import priority_map
from core.regions.region import Region, RegionSet
from ui.engine.order import PictureIn, UpscaleOrder, regions_near
from ui.engine.questions import SIDES_PX, Pace, PreviewSpot

SIZE = Size(400, 300)
SPOT = Box(150, 120, 40, 40)
boxes = st.builds(Box, st.integers(0, 350), st.integers(0, 250), st.integers(1, 50), st.integers(1, 50))
priorities = st.floats(-2, 2, allow_nan=False)
regions = st.lists(st.tuples(boxes, priorities, st.sampled_from((0.0, 3.0, 40.0)), st.booleans()), max_size=5)


def region_set(rows):
    made = [
        Region(f"r{n}", f"r{n}", Mask.filled(box), priority=priority, feather_px=feather, locked=locked)
        for n, (box, priority, feather, locked) in enumerate(rows)
    ]
    return RegionSet(SIZE, tuple(made), 0.5)


def sent(near, rest):
    """The regions as the engine reads them."""
    made = [
        Region(
            f"r{n}",
            each.name,
            Mask(Box(*each.box), np.frombuffer(each.mask, np.uint8).reshape(each.box[3], each.box[2]) > 0),
            priority=each.priority,
            feather_px=each.feather_px,
            locked=each.locked,
        )
        for n, each in enumerate(near)
    ]
    return RegionSet(SIZE, tuple(made), rest)


@given(regions)
@settings(max_examples=40, deadline=None)
def test_what_lies_far_away_is_left_out_and_changes_nothing(rows):
    whole = region_set(rows)
    near = sent(regions_near(whole, SPOT), whole.rest)
    around = SPOT.grown(64)
    assert np.array_equal(priority_map(near, 0.0, around), priority_map(whole, 0.0, around))


def test_a_large_mask_is_cut_to_what_the_spot_needs():
    whole = RegionSet(Size(4000, 3000), (Region("a", "a", Mask.full(Size(4000, 3000)), feather_px=2.0),))
    (near,) = regions_near(whole, Box(2000, 1500, 128, 128))
    assert len(near.mask) < 400 * 400


def test_hidden_and_distant_regions_are_not_sent():
    far, hidden = Mask.filled(Box(0, 0, 5, 5)), Mask.filled(Box(150, 120, 9, 9))
    whole = RegionSet(SIZE, (Region("a", "a", far), Region("b", "b", hidden, visible=False)))
    assert regions_near(whole, Box(300, 250, 20, 20)) == ()
    assert regions_near(None, SPOT) == ()


def spot(side_px, seconds):
    pixels = np.zeros((4 * side_px, 4 * side_px, 3), np.uint8)
    return PreviewSpot(
        Box(0, 0, side_px, side_px), pixels, UpscaleOrder(PictureIn("k", "t", SIZE)), seconds, "live"
    )


def test_a_fast_engine_shows_whole_spots_and_a_slow_one_small_ones():
    pace = Pace()
    assert pace.quick_px < pace.rested_px == SIDES_PX[0]
    pace.heard(spot(64, 0.01))
    assert pace.quick_px == pace.rested_px == SIDES_PX[0]
    pace.heard(spot(128, 5.0))
    assert pace.quick_px == pace.rested_px == SIDES_PX[-1]


def test_a_side_is_as_large_as_a_tenth_of_a_second_allows():
    pace = Pace()
    pace.heard(spot(128, 0.2))
    assert SIDES_PX[-1] < pace.quick_px < pace.rested_px == SIDES_PX[0]
