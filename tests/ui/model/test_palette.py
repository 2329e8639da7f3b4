"""Five colours that nobody confuses, and the words and hatches beside them."""

from itertools import combinations

import numpy as np
import pytest

from core.image.colour import lab_from_srgb, linear_from_srgb, srgb_from_linear
from plugin.bridge.facts import PRIORITY_NAMES
from ui import palette

# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear light.
SIGHTS = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def seen(hex_colour, sight):
    rgb = np.array([int(hex_colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255
    light = linear_from_srgb(rgb) @ np.asarray(SIGHTS[sight], np.float32).T
    return lab_from_srgb(srgb_from_linear(np.clip(light, 0, 1))[None])[0]


@pytest.mark.parametrize("sight", SIGHTS)
def test_no_two_steps_look_alike_to_any_eye(sight):
    colours = [seen(colour, sight) for colour in palette.COLOURS.values()]
    assert min(np.linalg.norm(one - other) for one, other in combinations(colours, 2)) >= 30


def test_the_words_are_those_of_the_engine():
    assert [palette.name(step) for step in sorted(PRIORITY_NAMES)] == [
        PRIORITY_NAMES[s] for s in sorted(PRIORITY_NAMES)
    ]


@pytest.mark.parametrize(
    ("priority", "text"),
    [
        (-2, "−2 Faithful"),
        (0, "0 Balanced"),
        (0.5, "+0.5 Rich"),
        (-0.25, "−0.25 Balanced"),
        (2, "+2 Inventive"),
    ],
)
def test_a_priority_is_said_with_sign_and_word(priority, text):
    assert palette.sign_text(priority) == text


def test_each_step_has_its_own_hatch_and_colours_lie_between_steps():
    assert len({palette.hatch(step) for step in palette.COLOURS}) == 5
    low, high = palette.rgb(-2), palette.rgb(-1)
    assert all(min(a, b) <= c <= max(a, b) for a, b, c in zip(low, high, palette.rgb(-1.5), strict=True))


def test_cividis_gets_brighter_all_the_way():
    lightness = lab_from_srgb(palette.cividis().astype(np.float32) / 255)[:, 0]
    assert lightness.shape == (256,)
    assert (np.diff(lightness) > -0.2).all()
    assert lightness[-1] - lightness[0] > 70
