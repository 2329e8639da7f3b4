"""What is written into a target besides pixels."""

import numpy as np
import pytest

from core.cli.run import invention_allowed, with_record
from core.engine.record import Outcome, Record, Saving
from core.geometry import Box, Size
from core.image.io import Carried, SaveOptions
from core.regions.mask import Mask
from core.regions.project import ProjectSource
from core.regions.region import Region, RegionSet
from core.request import UpscaleRequest

SIZE = Size(800, 600)
OUTCOME = Outcome("compact", "c", "", 0.0, "cpu", "float32", SIZE, 1, 1.0, 1, ())


def record_with(mask):
    regions = RegionSet(SIZE, (Region("r1", "ragged", mask),))
    return Record("1", ProjectSource(), regions, UpscaleRequest(), Saving(), OUTCOME)


@pytest.fixture
def ragged():
    return record_with(Mask.of(np.random.default_rng(0).random((600, 800)) < 0.5))


def test_masks_too_long_for_jpeg_stay_out_and_it_is_said(ragged):
    options, notes = with_record(SaveOptions(suffix=".jpg"), ragged, Carried())
    assert not Record.from_json(options.record).whole
    assert "PNG" in notes[0]


@pytest.mark.parametrize("suffix", [".png", ".tif", ".webp"])
def test_other_formats_keep_any_mask(ragged, suffix):
    options, notes = with_record(SaveOptions(suffix=suffix), ragged, Carried())
    assert Record.from_json(options.record) == ragged
    assert notes == ()


def test_jpeg_keeps_masks_that_people_draw():
    record = record_with(Mask.filled(Box(100, 50, 300, 400)))
    options, notes = with_record(SaveOptions(suffix=".jpg"), record, Carried())
    assert Record.from_json(options.record) == record
    assert notes == ()


@pytest.mark.parametrize(
    ("rest", "priority", "detail", "allowed"),
    [(0, -2, 0, True), (-2, -2, 0, False), (-2, -1, 0, True), (-2, -2, 0.5, True), (2, 2, -4, False)],
)
def test_invention_is_allowed_where_the_weight_rises_above_zero(rest, priority, detail, allowed):
    region = Region("r1", "a", Mask.filled(Box(1, 1, 9, 9)), priority=priority)
    regions = RegionSet(Size(20, 20), (region,), rest=rest)
    assert invention_allowed(regions, regions.size, detail) is allowed


def test_a_hidden_rest_allows_nothing():
    size = Size(20, 20)
    regions = RegionSet(size, (Region("r1", "all", Mask.full(size), priority=-2),), rest=2)
    assert not invention_allowed(regions, size, 0.0)
