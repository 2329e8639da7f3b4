"""From proposals to suggested regions."""

import numpy as np
import pytest

from core.errors import Cancelled, UsageError
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.segment.built_in.segmenter import BuiltInSegmenter
from core.segment.interface import Proposal
from core.segment.registry import auto_regions
from core.segment.suggest import grid_of, judge_look, look_of, mask_count_weight, samsr_weight, suggest

SIZE = Size(120, 90)
LEFT, RIGHT = Mask.filled(Box(0, 0, 60, 90)), Mask.filled(Box(60, 0, 60, 90))


def leaves_and_wall():
    """Green noise on the left, smooth grey on the right."""
    picture = np.full((90, 120, 3), 0.5, np.float32)
    noise = np.random.default_rng(5).random((90, 60, 1)).astype(np.float32)
    picture[:, :60] = noise * np.array((0.3, 0.7, 0.1), np.float32)
    return picture


def proposals(*masks, kind=""):
    return tuple(Proposal(mask, 0.9, kind) for mask in masks)


def test_foliage_is_rich_and_a_flat_wall_balanced():
    found = suggest(leaves_and_wall(), proposals(LEFT, RIGHT))
    assert {(s.mask.box.x, s.name, s.priority) for s in found} == {(0, "Foliage?", 1.0), (60, "", 0.0)}


def test_what_has_no_name_is_never_above_balanced():
    grey_noise = np.random.default_rng(5).random((90, 120, 1)).astype(np.float32).repeat(3, 2)
    found = suggest(grey_noise * 0.4 + 0.3, proposals(LEFT, RIGHT))
    assert [(s.name, s.priority) for s in found] == [("", 0.0), ("", 0.0)]


def test_touching_suggestions_of_one_name_are_one():
    noise = np.random.default_rng(5).random((90, 120, 1)).astype(np.float32)
    leaves = noise * np.array((0.3, 0.7, 0.1), np.float32)
    (found,) = suggest(leaves, proposals(LEFT, RIGHT))
    assert (found.name, found.mask.area) == ("Foliage?", 90 * 120)


def test_suggestions_of_one_name_that_lie_apart_are_numbered():
    noise = np.random.default_rng(5).random((120, 180, 1)).astype(np.float32)
    leaves = noise * np.array((0.3, 0.7, 0.1), np.float32)
    leaves[:, 70:110] = (0.2, 0.2, 0.8)
    names = [region.name for region in auto_regions(leaves, BuiltInSegmenter())]
    assert sorted(name for name in names if name.startswith("Foliage")) == ["Foliage? 1", "Foliage? 2"]


def test_smooth_blue_at_the_top_is_sky():
    picture = np.full((90, 120, 3), (0.4, 0.6, 0.9), np.float32)
    look = look_of(grid_of(picture), Mask.filled(Box(0, 0, 120, 40)))
    assert judge_look(look) == ("Sky?", 0.0)


def test_black_strokes_on_white_are_text():
    picture = np.ones((90, 120, 3), np.float32)
    for row in range(5, 85, 10):
        for column in range(5, 110, 6):
            picture[row : row + 6, column : column + 1] = 0
            picture[row : row + 1, column : column + 4] = 0
            picture[row + 3, column : column + 4] = 0
    assert judge_look(look_of(grid_of(picture), Mask.full(SIZE))) == ("Text?", -2.0)


def test_a_label_that_the_segmenter_knows_is_kept():
    (found,) = suggest(leaves_and_wall(), (Proposal(LEFT, 0.9, "object", "oak"),))
    assert found.name == "oak"


def test_the_samsr_weight_counts_masks_and_divides_by_the_most():
    inner = Mask.filled(Box(0, 0, 60, 45))
    weight = mask_count_weight(grid_of(leaves_and_wall()), proposals(LEFT, inner, inner, inner))
    assert weight[10, 10] == 1.0
    assert weight[80, 10] == weight[10, 100] == 0.25


def test_without_a_proposal_the_samsr_weight_is_one_everywhere():
    assert np.all(mask_count_weight(grid_of(leaves_and_wall()), ()) == 1.0)


def test_the_samsr_priority_is_the_weight_on_the_scale_of_priorities():
    inner = Mask.filled(Box(0, 0, 30, 90))
    found = samsr_weight(leaves_and_wall(), proposals(inner, LEFT, RIGHT))
    assert [(s.mask.box.width, s.priority) for s in found] == [(30, 2.0), (60, 1.0), (60, 0.0)]


def test_specks_do_not_become_regions():
    assert suggest(leaves_and_wall(), proposals(Mask.filled(Box(3, 3, 2, 2)))) == ()


def test_objects_become_regions_before_parts_and_wholes():
    both = proposals(LEFT, kind="whole") + proposals(RIGHT, kind="object")
    assert [s.mask for s in suggest(leaves_and_wall(), both)] == [RIGHT]


@pytest.mark.parametrize("strategy", ["suggest", "samsr-weight"])
def test_auto_regions_are_ready_to_use_with_the_smaller_on_top(strategy):
    regions = auto_regions(leaves_and_wall(), BuiltInSegmenter(), strategy=strategy)
    areas = [region.mask.area for region in regions]
    assert regions.size == SIZE
    assert len(regions) >= 2
    assert areas == sorted(areas)
    assert all(region.name for region in regions)


def test_auto_regions_can_be_stopped():
    def stop(progress):
        if progress.stage == "find objects":
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        auto_regions(leaves_and_wall(), BuiltInSegmenter(), stop)


def test_an_unknown_strategy_is_refused():
    with pytest.raises(UsageError, match="magic"):
        auto_regions(leaves_and_wall(), BuiltInSegmenter(), strategy="magic")


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (33, 2)])
def test_auto_regions_of_odd_sizes(shape):
    regions = auto_regions(np.full((*shape, 3), 0.3, np.float32), BuiltInSegmenter())
    assert [region.mask for region in regions] == [Mask.full(Size(shape[1], shape[0]))]
