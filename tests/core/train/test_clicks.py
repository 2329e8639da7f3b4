"""The click network is taught by labels and then answers clicks."""

import numpy as np
import pytest

from core.errors import InputError
from core.nets.click import load_click_net
from core.train.clicks import lessons_in, things_in, train_click
from core.train.teachers import PLANES, Teachers, pack_labels


def labelled():
    """A bright square on grain, and the plane that says so."""
    rng = np.random.default_rng(4)
    picture = rng.integers(0, 60, (120, 160, 3)).astype(np.uint8)
    picture[30:90, 40:110] += 150
    planes = np.zeros((len(PLANES), 120, 160), np.uint8)
    planes[-1, 30:90, 40:110] = 255
    return picture, planes


def test_a_thing_is_a_connected_part_that_a_teacher_is_sure_of():
    _, planes = labelled()
    planes[0, :2, :2] = 255
    (thing,) = things_in(planes)
    assert thing.sum() == 60 * 70


def test_a_click_into_a_thing_finds_its_node_among_those_around():
    lessons = list(lessons_in(*labelled(), np.random.default_rng(1)))
    assert len(lessons) == 3
    assert all(lesson.overlap.max() > 0.9 for lesson in lessons)


def test_what_was_learnt_prefers_the_node_that_was_meant(tmp_path):
    (tmp_path / "a.npz").write_bytes(pack_labels(*labelled()))
    *_, last = train_click(tmp_path, tmp_path / "click.safetensors")
    assert last[0] == last[1]
    network = load_click_net(tmp_path / "click.safetensors")
    (lesson, *_) = lessons_in(*labelled(), np.random.default_rng(2))
    assert lesson.overlap[network.quality(lesson.measures).argmax()] > 0.9


def test_labels_without_a_thing_and_a_folder_without_teachers_are_told(tmp_path):
    with pytest.raises(InputError, match="nothing to click on"):
        list(train_click(tmp_path, tmp_path / "click.safetensors"))
    with pytest.raises(InputError, match=r"onnxruntime|u2netp"):
        Teachers(tmp_path)
