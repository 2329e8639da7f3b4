"""A record says everything that it takes to run again, and comes back from its JSON unchanged."""

import contextlib
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.record import Outcome, Record, Saving, mask_from, mask_values
from core.errors import InputError
from core.geometry import Size
from core.regions.mask import Mask
from core.regions.project import ProjectKeys, ProjectSource
from core.regions.region import Region, RegionSet
from core.request import UpscaleRequest

SIZE = Size(13, 7)
OUTCOME = Outcome(
    "compact",
    "c.safetensors",
    "ab",
    0.3,
    "a CPU",
    "float32",
    Size(64, 48),
    2,
    1.5,
    10**9,
    ("note",),
    "CC-BY-NC-SA-4.0",
)


@pytest.fixture
def record():
    pixels = np.random.default_rng(1).random((7, 13)) < 0.4
    face = Region("r1", "Gesicht ü", Mask.of(pixels), priority=-2, feather_px=1.5, locked=True, seed=2**62)
    hidden = Region("r2", "", Mask.nothing(), priority=2, visible=False)
    regions = RegionSet(SIZE, (face, hidden), rest=-1)
    request = UpscaleRequest(scale=3, seed=7, detail=0.5, clean_up=0.25, tile_px=64, tile_height_px=48)
    return Record(
        "1.0", ProjectSource("in/ö.png", "a" * 64, 99), regions, request, Saving(".jpg", 8, 90), OUTCOME
    )


def test_a_record_comes_back_from_its_json(record):
    assert Record.from_json(record.to_json()) == record


def test_a_record_of_before_licences_were_kept_is_read(record):
    old = record.to_json().replace(',"licence":"CC-BY-NC-SA-4.0"', "")
    assert "licence" not in old
    assert Record.from_json(old).outcome.licence == ""


def test_a_record_is_one_line_of_ascii(record):
    text = record.to_json()
    assert text.isascii()
    assert "\n" not in text


def test_a_record_whose_masks_found_no_room_in_an_old_jpeg_is_read_without_them(record):
    values = json.loads(record.to_json())
    values["whole"] = False
    for region in values["regions"]:
        region["mask"] = None
    short = Record.from_json(json.dumps(values))
    assert short == replace(record, regions=RegionSet(SIZE, rest=-1), whole=False)
    assert Record.from_json(short.to_json()) == short


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_any_mask_comes_back(width, height, seed):
    mask = Mask.of(np.random.default_rng(seed).random((height, width)) < 0.3)
    values = json.loads(json.dumps(mask_values(mask)))
    assert mask_from(ProjectKeys(values, "the mask"), Size(width, height)) == mask


def test_a_newer_version_is_refused_by_number(record):
    text = record.to_json().replace('"record":1', '"record":2', 1)
    with pytest.raises(InputError, match="version 2"):
        Record.from_json(text)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("request", {"scale": 0}),
        ("request", {"seed": "7"}),
        ("rest", 7),
        ("source", {"path": "/etc/passwd", "sha256": "", "size_bytes": 0, "width": 13, "height": 7}),
        ("outcome", {"tile": [0, 1]}),
        ("saving", {"suffix": ".png", "depth": 9}),
        ("regions", [{"mask": {"box": [0, 0, 10**9, 10**9], "bits": ""}}]),
        ("regions", [{"mask": {"box": [0, 0, 8, 1], "bits": "not base64!"}}]),
        ("regions", [{"mask": {"box": [0, 0, 0, -1], "bits": ""}}]),
        ("regions", 3),
    ],
)
def test_a_value_that_cannot_be_is_refused(record, key, value):
    values = {**json.loads(record.to_json()), key: value}
    with pytest.raises(InputError, match="record cannot be used"):
        Record.from_json(json.dumps(values))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_record_raises_and_never_crashes(data):
    regions = RegionSet(SIZE, (Region("r1", "a", Mask.full(SIZE)),))
    whole = Record("1", ProjectSource(), regions, UpscaleRequest(), Saving(), OUTCOME).to_json()
    at = data.draw(st.integers(0, len(whole) - 1))
    text = whole[:at] + data.draw(st.text(max_size=3)) + whole[at + data.draw(st.integers(0, 30)) :]
    with contextlib.suppress(InputError):
        assert isinstance(Record.from_json(text), Record)
