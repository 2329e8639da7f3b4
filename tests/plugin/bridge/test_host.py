"""Names that carry a priority, wishes, words and channels: what Krita and GIMP share."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.bridge.errors import BridgeError, EngineGone, EngineMismatch, EngineMissing, JobCancelled
from plugin.bridge.facts import target_px
from plugin.bridge.host import (
    HostRequest,
    engine_words,
    is_marked,
    parse_region_name,
    priority_name,
    swap_red_blue,
    target_name,
)


@pytest.mark.parametrize(
    ("text", "name", "priority"),
    [
        ("su:-2 face", "face", -2.0),
        ("su:−2 face", "face", -2.0),
        ("SU: +1,5 Himmel", "Himmel", 1.5),
        ("su:9", "", 2.0),
        ("su: Rich sky", "sky", 1.0),
        ("su:face", "face", None),
        ("Faithful face", "face", -2.0),
        ("face (Rich)", "face", 1.0),
        ("Treu: Gesicht", "Gesicht", -2.0),
        ("Himmel – erfinderisch", "Himmel", 2.0),
        ("balanced", "", 0.0),
        ("Too rich for me", "Too rich for me", None),
        ("Enriched", "Enriched", None),
        ("Layer 1", "Layer 1", None),
    ],
)
def test_a_name_tells_its_priority(text, name, priority):
    assert parse_region_name(text) == (name, priority)


@given(st.text(max_size=60))
def test_any_name_can_be_read(text):
    name, priority = parse_region_name(text)
    assert priority is None or -2 <= priority <= 2
    assert name == name.strip()


def test_the_mark_is_seen_with_and_without_a_number():
    assert is_marked("su:-2 face")
    assert is_marked(" SU: face")
    assert not is_marked("superb")


def test_priorities_and_targets_are_named():
    assert [priority_name(step) for step in (-2, 0.0, 2)] == ["Faithful −2", "Balanced 0", "Inventive +2"]
    assert target_name("photo.kra", 4) == "photo ×4 (Semantic)"
    assert target_name("v1.2 final", 2.5) == "v1.2 final ×2.5 (Semantic)"
    assert (target_px(3, 2.5), target_px(1, 1.1)) == (8, 1)


def test_a_wish_comes_back_from_json_and_survives_nonsense():
    wish = HostRequest(source="layer", scale=2.5, clean_up=0.3, result="resize", resize_asked=True)
    assert HostRequest().with_values(json.loads(json.dumps(wish.as_dict()))) == wish
    assert wish.with_values({"clean_up": None}).clean_up is None
    assert (
        HostRequest().with_values({"scale": "big", "rest": True, "resize_asked": 1, "new": 3})
        == HostRequest()
    )


def test_only_what_differs_is_asked_of_the_engine():
    assert HostRequest().options() == {}
    assert HostRequest(scale=2.0, detail=1.0, clean_up=0.0).options() == {
        "scale": 2.0,
        "detail": 1.0,
        "clean_up": 0.0,
    }


@pytest.mark.parametrize(
    "error",
    [
        EngineMissing(""),
        EngineGone(),
        EngineMismatch(""),
        BridgeError(""),
        JobCancelled(),
        ZeroDivisionError("x"),
    ],
)
def test_every_error_is_told_in_words(error):
    happened, advice = engine_words(error)
    assert happened.endswith(".")
    assert advice or isinstance(error, (JobCancelled, BridgeError))


@given(st.binary(min_size=8, max_size=64).map(lambda data: data[: len(data) // 8 * 8]))
def test_swapping_twice_changes_nothing(data):
    for depth in ("u8", "u16"):
        assert swap_red_blue(swap_red_blue(data, depth), depth) == data


def test_red_and_blue_change_places():
    assert swap_red_blue(bytes([1, 2, 3, 4]), "u8") == bytes([3, 2, 1, 4])
    assert swap_red_blue(bytes(range(8)), "u16") == bytes([4, 5, 2, 3, 0, 1, 6, 7])
