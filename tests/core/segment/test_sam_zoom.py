"""Small objects are drawn anew from near."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from core.geometry import Box, Size
from core.regions.mask import Mask
from core.segment.interface import Embedding, Point, Proposal
from core.segment.zoom import crop_around, iou, refine_on_crop, worth_zooming

IMAGE = np.zeros((600, 800, 3), np.float32)
OLD = Proposal(Mask.filled(Box(700, 500, 40, 20)), 0.7, "object", memory="kept")


@dataclass(frozen=True)
class Fake:
    """Answers with one mask in the crop and remembers what it was shown and asked."""

    answer: Mask
    heard: list = field(default_factory=list)
    id: str = "fake"

    def encode(self, image):
        self.heard.append(image.shape)
        return Embedding(Size(image.shape[1], image.shape[0]), self.id, "", None)

    def propose(self, embedding, prompt):
        self.heard.append(prompt)
        return (Proposal(self.answer.within(embedding.size), 0.9, ""),)


def crop():
    return crop_around(OLD.mask.box, Size(800, 600))


def test_the_crop_holds_the_object_with_room_around_it_and_stays_in_the_picture():
    assert crop() == Box(680, 470, 80, 80)
    assert crop_around(Box(0, 0, 10, 10), Size(800, 600)) == Box(0, 0, 37, 37)


def test_the_nearer_look_replaces_the_old_one():
    fake = Fake(Mask.filled(Box(20, 29, 41, 22)))
    points = Point(710, 510), Point(3, 3, include=False)
    new = refine_on_crop(fake, IMAGE, OLD, points)
    assert new.mask == Mask.filled(Box(700, 499, 41, 22))
    assert (new.kind, new.memory, new.score) == ("object", "kept", 0.9)
    shape, prompt = fake.heard
    assert shape == (80, 80, 3)
    assert prompt.points == (Point(30, 40),)
    assert prompt.box == Box(20, 30, 40, 20)


def test_a_nearer_look_that_shows_something_else_is_not_taken():
    assert refine_on_crop(Fake(Mask.filled(Box(0, 0, 10, 10))), IMAGE, OLD) is OLD


@pytest.mark.parametrize("box", [Box(10, 10, 300, 20), Box(0, 0, 800, 600)])
def test_large_objects_are_left_as_they_are(box):
    fake = Fake(Mask.nothing())
    large = Proposal(Mask.filled(box), 0.9, "object")
    assert refine_on_crop(fake, IMAGE, large) is large
    assert fake.heard == []


def test_nothing_is_gained_in_a_tiny_picture():
    assert not worth_zooming(Mask.filled(Box(0, 0, 4, 4)), Size(64, 64))
    assert not worth_zooming(Mask.nothing(), Size(800, 600))


def test_the_iou_of_masks():
    one = Mask.filled(Box(0, 0, 4, 2))
    assert iou(one, one) == 1
    assert iou(one, Mask.filled(Box(2, 0, 4, 2))) == pytest.approx(1 / 3)
    assert iou(one, Mask.filled(Box(9, 9, 1, 1))) == iou(Mask.nothing(), Mask.nothing()) == 0
