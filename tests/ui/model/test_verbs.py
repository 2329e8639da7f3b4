"""Region verbs are pure: a scene goes in, another comes out, the first one stays."""

import pytest

from core.errors import UsageError
from core.geometry import Box, Size
from core.regions import shapes
from core.regions.mask import Mask
from ui.model import scene as scene_edits
from ui.model.scene import Scene

SIZE = Size(60, 40)


@pytest.fixture
def scene():
    """Three squares: r3 above r2 above r1."""
    made = Scene.of(SIZE)
    for x in (5, 20, 35):
        made = scene_edits.add_region(made, shapes.rectangle(Box(x, 10, 10, 10), SIZE))
    return made


def mask_of(scene, identity):
    return scene.regions.by_name(identity).mask


def test_a_new_region_lies_on_top_and_is_selected(scene):
    assert [region.id for region in scene.regions] == ["r3", "r2", "r1"]
    assert scene.selected == "r3"
    assert [region.name for region in scene.regions] == ["Region 3", "Region 2", "Region 1"]


def test_grow_then_shrink_of_a_square_away_from_the_border(scene):
    grown = scene_edits.grow(scene, "r2", 3)
    assert mask_of(grown, "r2").box == Box(17, 7, 16, 16)
    assert mask_of(scene_edits.shrink(grown, "r2", 3), "r2").area <= mask_of(grown, "r2").area
    assert mask_of(scene, "r2").area == 100


def test_merging_down_keeps_the_lower_ones_name(scene):
    merged = scene_edits.merge_down(scene, "r3")
    assert merged.selected == "r2"
    assert mask_of(merged, "r2").area == 200
    with pytest.raises(UsageError):
        scene_edits.merge_down(scene, "r1")


@pytest.mark.parametrize(("mode", "area"), [("new", 50), ("add", 125), ("subtract", 75), ("intersect", 25)])
def test_boolean_modes(scene, mode, area):
    other = shapes.rectangle(Box(25, 10, 10, 5), SIZE)
    assert mask_of(scene_edits.combine(scene, "r2", other, mode), "r2").area == area


def test_a_locked_region_keeps_its_shape(scene):
    locked = scene_edits.set_locked(scene, "r2", True)
    for edit in (scene_edits.invert, scene_edits.fill_holes, lambda s, i: scene_edits.grow(s, i, 2)):
        with pytest.raises(UsageError, match="locked"):
            edit(locked, "r2")
    assert scene_edits.set_priority(locked, "r2", -2).regions.by_name("r2").priority == -2


def test_inverting_twice_is_nothing(scene):
    assert scene_edits.invert(scene_edits.invert(scene, "r1"), "r1") == scene


def test_clearing_what_lies_under(scene):
    covered = scene_edits.with_mask(scene, "r3", shapes.rectangle(Box(0, 0, 25, 40), SIZE))
    cleared = scene_edits.clear_under(covered, "r3")
    assert mask_of(cleared, "r2").box == Box(25, 10, 5, 10)
    assert mask_of(cleared, "r1").empty


def test_deleting_selects_the_next_one(scene):
    assert scene_edits.delete(scene, "r3").selected == "r2"
    assert scene_edits.delete(scene_edits.select(scene, "r1"), "r1").selected == "r2"


def test_going_through_the_regions_goes_round(scene):
    walked = scene
    for expected in ("r2", "r1", "r3"):
        walked = scene_edits.select_next(walked, 1)
        assert walked.selected == expected
    assert scene_edits.select_next(scene, -1).selected == "r1"


def test_a_copy_lies_above_and_is_not_locked(scene):
    copied = scene_edits.duplicate(scene_edits.set_locked(scene, "r2", True), "r2")
    assert [region.id for region in copied.regions] == ["r3", "r4", "r2", "r1"]
    assert not copied.region.locked


def test_dials_outside_their_range_are_refused(scene):
    assert scene_edits.set_dials(scene, scale=2.0, clean_up=0.5).request().scale == 2.0
    with pytest.raises(UsageError):
        scene_edits.set_dials(scene, scale=9.0)


def test_reordering_and_renaming(scene):
    moved = scene_edits.rename(scene_edits.reorder(scene, "r1", 0), "r1", "  Face ")
    assert [region.title for region in moved.regions] == ["Face", "Region 3", "Region 2"]


def test_masks_are_cut_to_the_picture(scene):
    wide = Mask.filled(Box(-10, -10, 200, 200))
    assert scene_edits.add_region(scene, wide).region.mask.area == SIZE.area
