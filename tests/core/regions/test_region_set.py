"""Regions are ordered values; a change gives a new set and the old one stays."""

from __future__ import annotations

import math
from dataclasses import FrozenInstanceError, replace

import pytest

from core.errors import UsageError
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.region import REST, Region, RegionSet

SIZE = Size(40, 30)


def region(identity, name="", **fields):
    return Region(identity, name, Mask.filled(Box(2, 2, 5, 5)), **fields)


def three():
    return RegionSet(SIZE, (region("r1", "face"), region("r2", "tree"), region("r3", "sky")))


def ids(regions):
    return [each.id for each in regions]


def test_a_new_region_lies_on_top():
    assert ids(three().add(region("r9"))) == ["r9", "r1", "r2", "r3"]


def test_replacing_keeps_the_place():
    changed = three().replace(region("r2", "oak"))
    assert [each.name for each in changed] == ["face", "oak", "sky"]


def test_removing_by_name_or_id():
    assert ids(three().remove("tree")) == ids(three().remove("r2")) == ["r1", "r3"]


@pytest.mark.parametrize(("index", "order"), [(0, "312"), (1, "132"), (9, "123"), (-4, "312")])
def test_moving_goes_to_the_index_or_the_end(index, order):
    assert ids(three().move("sky", index)) == [f"r{number}" for number in order]


def test_undo_is_the_set_from_before():
    before = three()
    before.remove("face").move("sky", 0).with_priority("tree", 2)
    assert before == three()
    assert hash(before) == hash(three())


def test_a_name_is_found_whatever_the_case_and_an_id_goes_first():
    regions = three().add(region("r8", "r1"))
    assert regions.by_name("FACE").id == "r1"
    assert regions.by_name("r1").name == "face"


def test_of_two_equal_names_the_upper_one_is_meant():
    assert three().add(region("r7", "tree")).by_name("tree").id == "r7"


def test_priorities_are_set_by_name_by_id_and_for_the_rest():
    regions = three().with_priority("face", -2).with_priority("r2", 1.5).with_priority(REST, -1)
    assert [each.priority for each in regions] == [-2, 1.5, 0]
    assert regions.rest == -1


def test_an_unknown_name_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="'dog'") as caught:
        three().with_priority("dog", 1)
    assert all(word in caught.value.advice for word in ("face", "tree", "sky", REST))


@pytest.mark.parametrize("priority", [7, -2.01, math.nan, math.inf])
def test_a_priority_out_of_range_is_refused_by_the_name_of_the_region(priority):
    with pytest.raises(UsageError, match="'face'"):
        three().with_priority("face", priority)
    with pytest.raises(UsageError, match="rest"):
        three().with_priority(REST, priority)


@pytest.mark.parametrize(
    "fields",
    [{"feather_px": -1}, {"feather_px": 251}, {"feather_px": math.nan}, {"seed": -1}, {"seed": 2**63}],
)
def test_a_field_out_of_range_is_refused(fields):
    with pytest.raises(UsageError, match="'face'"):
        region("r1", "face", **fields)


@pytest.mark.parametrize("identity", ["", "../x", "a b", "ä", "x" * 65, "r1\n"])
def test_an_id_that_cannot_name_a_file_is_refused(identity):
    with pytest.raises(UsageError, match="id"):
        region(identity)


def test_two_equal_ids_are_refused():
    with pytest.raises(UsageError, match="'r1'"):
        three().add(region("r1"))


@pytest.mark.parametrize("box", [Box(38, 0, 3, 1), Box(-1, 0, 2, 2), Box(0, 29, 1, 2)])
def test_a_mask_that_leaves_the_picture_is_refused(box):
    with pytest.raises(UsageError, match="outside the picture"):
        RegionSet(SIZE, (replace(region("r1", "face"), mask=Mask.filled(box)),))


@pytest.mark.parametrize("size", [Size(0, 5), Size(5, 0), Size(-1, -1)])
def test_a_picture_without_pixels_is_refused(size):
    with pytest.raises(UsageError, match="no pixels"):
        RegionSet(size)


def test_a_fresh_id_is_the_first_free_number():
    assert RegionSet(SIZE).fresh_id() == "r1"
    assert three().remove("r2").fresh_id() == "r2"


def test_a_set_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        three().rest = 1.0  # pyright: ignore[reportAttributeAccessIssue]
