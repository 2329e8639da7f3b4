"""The built-in segmenter on drawn pictures."""

import threading

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Cancelled, InputError, UsageError
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.segment.built_in.segmenter import BuiltInSegmenter
from core.segment.interface import Embedding, Point, Prompt, Segmenter

SEGMENTER = BuiltInSegmenter()
WHOLE = Box(0, 0, 160, 120)
ORANGE, BLUE, GREEN = (0.9, 0.5, 0.1), (0.2, 0.3, 0.7), (0.1, 0.6, 0.2)


def disc(x, y, radius, box=WHOLE):
    rows, columns = np.ogrid[: box.height, : box.width]
    return (columns - x) ** 2 + (rows - y) ** 2 <= radius**2


def two_discs(scale=1):
    """A large orange and a small green disc on grainy blue."""
    picture = np.empty((120, 160, 3), np.float32)
    picture[:] = BLUE
    picture[disc(60, 60, 35)] = ORANGE
    picture[disc(130, 60, 18)] = GREEN
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    grain = np.random.default_rng(3).normal(0, 0.01, picture.shape)
    return np.clip(picture + grain, 0, 1).astype(np.float32)


def iou(mask, truth):
    found = mask.in_box(Box(0, 0, *truth.shape[::-1]))
    return (found & truth).sum() / (found | truth).sum()


@pytest.fixture(scope="module")
def embedding():
    return SEGMENTER.encode(two_discs())


def test_it_fulfils_the_interface():
    assert isinstance(SEGMENTER, Segmenter)


def test_a_click_finds_the_disc(embedding):
    found = SEGMENTER.propose(embedding, Prompt((Point(60, 60),)))
    assert max(iou(p.mask, disc(60, 60, 35)) for p in found) > 0.9


def test_one_click_gives_up_to_three_proposals_smallest_first(embedding):
    found = SEGMENTER.propose(embedding, Prompt((Point(130, 60),)))
    assert 1 <= len(found) <= 3
    assert [p.area for p in found] == sorted(p.area for p in found)
    assert all(p.mask.contains(130, 60) and p.kind and 0 <= p.score <= 1 for p in found)


def test_a_second_click_adds_the_other_disc(embedding):
    (found,) = SEGMENTER.propose(embedding, Prompt((Point(60, 60), Point(130, 60))))
    assert iou(found.mask, disc(60, 60, 35) | disc(130, 60, 18)) > 0.9


def test_an_excluding_click_takes_a_disc_away(embedding):
    points = Point(60, 60), Point(130, 60), Point(5, 5, include=False)
    (both,) = SEGMENTER.propose(embedding, Prompt(points))
    (one,) = SEGMENTER.propose(embedding, Prompt((Point(10, 110), Point(130, 60, include=False))))
    assert not both.mask.contains(5, 5)
    assert not one.mask.contains(130, 60)
    assert one.mask.contains(10, 110)


def test_points_closer_than_any_piece_are_still_told_apart(embedding):
    (found,) = SEGMENTER.propose(embedding, Prompt((Point(60, 60), Point(64, 60, include=False))))
    assert found.mask.contains(60, 60)
    assert not found.mask.contains(64, 60)


def test_a_box_finds_what_it_holds_and_nothing_outside(embedding):
    box = Box(105, 38, 50, 45)
    found = SEGMENTER.propose(embedding, Prompt(box=box))
    assert iou(found[0].mask, disc(130, 60, 18)) > 0.5
    assert all(p.mask.box.intersect(box) == p.mask.box for p in found)


def test_a_box_with_an_excluding_click_leaves_only_the_disc(embedding):
    prompt = Prompt((Point(108, 41, include=False),), Box(105, 38, 50, 45))
    found = SEGMENTER.propose(embedding, prompt)
    assert iou(found[0].mask, disc(130, 60, 18)) > 0.9


def test_everything_finds_both_discs_and_its_objects_cover_the_picture_once(embedding):
    found = SEGMENTER.propose_everything(embedding)
    for truth in (disc(60, 60, 35), disc(130, 60, 18)):
        assert max(iou(p.mask, truth) for p in found) > 0.9
    covered = sum(p.mask.in_box(WHOLE).astype(int) for p in found if p.kind == "object")
    assert np.all(covered == 1)


def test_everything_comes_smallest_first(embedding):
    areas = [p.area for p in SEGMENTER.propose_everything(embedding)]
    assert areas == sorted(areas)


def test_a_reporter_hears_progress_and_can_stop_it(embedding):
    heard = []

    def stop(progress):
        heard.append(progress)
        if len(heard) == 2:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        SEGMENTER.propose_everything(embedding, stop)
    assert [p.done for p in heard] == [0, 1]


def test_the_same_picture_gives_the_same_answers_in_any_thread():
    prompt = Prompt((Point(60, 60), Point(64, 60, include=False)))
    answers = []

    def work():
        answers.append(SEGMENTER.propose(SEGMENTER.encode(two_discs()), prompt))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 3
    assert answers[0] == answers[1] == answers[2]


def test_a_large_picture_is_found_to_its_own_pixels():
    scale = 6
    found = SEGMENTER.propose(SEGMENTER.encode(two_discs(scale)), Prompt((Point(60 * scale, 60 * scale),)))
    truth = np.kron(disc(60, 60, 35), np.ones((scale, scale), bool)).astype(bool)
    assert max(iou(p.mask, truth) for p in found) > 0.97


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (2, 3), (7, 401)])
@pytest.mark.parametrize("flat", [True, False])
def test_odd_sizes_work(shape, flat):
    rng = np.random.default_rng(1)
    image = np.full((*shape, 3), 0.5, np.float32) if flat else rng.random((*shape, 3), np.float32)
    embedding = SEGMENTER.encode(image)
    assert embedding.size == Size(shape[1], shape[0])
    assert SEGMENTER.propose(embedding, Prompt((Point(0, 0),)))
    corners = Prompt((Point(0, 0), Point(shape[1] - 1, shape[0] - 1, include=False)), Box.of(embedding.size))
    for proposal in SEGMENTER.propose(embedding, corners) + SEGMENTER.propose_everything(embedding):
        assert not proposal.mask.empty
        assert proposal.mask == proposal.mask.within(embedding.size)


@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
def test_a_flat_picture_is_one_object(grey):
    embedding = SEGMENTER.encode(np.full((90, 130, 3), grey, np.float32))
    (only,) = SEGMENTER.propose_everything(embedding)
    assert only.mask == Mask.full(Size(130, 90))
    assert len(SEGMENTER.propose(embedding, Prompt((Point(3, 4),)))) == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 99), st.data())
def test_any_prompt_in_any_picture_stays_in_the_picture(width, height, seed, data):
    image = np.random.default_rng(seed).integers(0, 3, (height, width, 3)).astype(np.float32) / 2
    point = st.builds(Point, st.integers(0, width - 1), st.integers(0, height - 1), st.booleans())
    points = data.draw(st.lists(point, max_size=4))
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    box = Box(x, y, data.draw(st.integers(1, width - x)), data.draw(st.integers(1, height - y)))
    for proposal in SEGMENTER.propose(SEGMENTER.encode(image), Prompt(tuple(points), box)):
        assert proposal.mask == proposal.mask.clipped(box)
        assert proposal.area > 0


@pytest.mark.parametrize("point", [(-1, 0), (0, -1), (160, 0), (0, 120)])
def test_a_point_outside_is_refused(embedding, point):
    with pytest.raises(UsageError, match="outside the picture"):
        SEGMENTER.propose(embedding, Prompt((Point(*point),)))


@pytest.mark.parametrize("box", [Box(-1, 0, 5, 5), Box(150, 0, 20, 5), Box(3, 3, 0, 4), Box(200, 200, 5, 5)])
def test_a_box_that_leaves_the_picture_is_refused(embedding, box):
    with pytest.raises(UsageError, match="box"):
        SEGMENTER.propose(embedding, Prompt(box=box))


def test_a_prompt_must_point_at_something():
    with pytest.raises(UsageError):
        Prompt((Point(1, 1, include=False),))


def test_what_is_no_picture_is_refused():
    for shape in [(4, 4), (4, 4, 4), (0, 4, 3)]:
        with pytest.raises(InputError):
            SEGMENTER.encode(np.zeros(shape, np.float32))


def test_another_segmenters_embedding_is_refused(embedding):
    foreign = Embedding(embedding.size, "other", "0", None)
    with pytest.raises(UsageError, match="other"):
        SEGMENTER.propose(foreign, Prompt((Point(1, 1),)))
    with pytest.raises(UsageError, match="other"):
        SEGMENTER.propose_everything(foreign)


def test_the_fingerprint_follows_the_pixels(embedding):
    changed = two_discs()
    changed[0, 0, 0] = 1.0
    assert SEGMENTER.encode(two_discs()).fingerprint == embedding.fingerprint
    assert SEGMENTER.encode(changed).fingerprint != embedding.fingerprint


def test_values_that_are_no_number_or_out_of_range_are_taken_as_the_nearest_colour():
    picture = two_discs()
    picture[0, 0], picture[0, 1] = np.nan, 7.0
    found = SEGMENTER.propose(SEGMENTER.encode(picture), Prompt((Point(60, 60),)))
    assert max(iou(p.mask, disc(60, 60, 35)) for p in found) > 0.9


def test_a_box_whose_only_pixel_is_excluded_holds_nothing():
    embedding = SEGMENTER.encode(np.zeros((1, 1, 3), np.float32))
    assert not any(
        p.area for p in SEGMENTER.propose(embedding, Prompt((Point(0, 0, False),), Box(0, 0, 1, 1)))
    )


def test_a_second_point_inside_the_chosen_level_changes_nothing():
    embedding = SEGMENTER.encode(two_discs())
    click, beside = Point(60, 60), Point(62, 61)
    for level in SEGMENTER.propose(embedding, Prompt((click,))):
        if level.mask.contains(beside.x, beside.y):
            (same,) = SEGMENTER.propose(embedding, Prompt((click, beside), memory=level.memory))
            assert same.mask == level.mask


def test_three_answers_are_scored_and_named_by_size():
    found = SEGMENTER.propose(SEGMENTER.encode(two_discs()), Prompt((Point(60, 60),)))
    areas = [one.area for one in found]
    assert areas == sorted(areas)
    assert all(0 < one.score < 1 for one in found)
    assert [one.kind for one in found] == {
        1: ["object"],
        2: ["part", "whole"],
        3: ["part", "object", "whole"],
    }[len(found)]
