"""What was added: at the source's size, by region, band by band."""

import numpy as np
import pytest

from core.geometry import Size
from core.metrics import detail as added_module
from core.metrics.detail import Added, added_detail, added_detail_between

SIZE = Size(20, 30)


@pytest.fixture
def targets():
    rng = np.random.default_rng(0)
    faithful = rng.random((120, 80, 3)).astype(np.float32)
    target = faithful.copy()
    target[:, 40:] += 0.1 * rng.standard_normal((120, 40, 3)).astype(np.float32)
    return target, faithful


def test_the_map_has_the_size_of_the_source_and_is_zero_where_nothing_was_invented(targets):
    found = added_detail(*targets, 4)
    assert found.added.shape == found.levels.shape == (30, 20)
    assert found.added[:, :8].max() == 0.0
    assert found.added[:, 12:].min() > 0.02


def test_the_share_grows_from_nothing_to_all(targets):
    target, faithful = targets
    where = np.zeros((30, 20), bool)
    where[:, 12:] = True
    assert added_detail(faithful, faithful, 4).share() == 0.0
    assert 0.1 < added_detail(target, faithful, 4).share(where) < 0.5
    assert added_detail(target, np.full_like(faithful, 0.5), 4).share() == pytest.approx(1.0)
    assert added_detail(target, faithful, 4).share(np.zeros((30, 20), bool)) == 0.0


def test_what_is_slow_is_no_detail(targets):
    _, faithful = targets
    assert added_detail(faithful + np.float32(0.2), faithful, 4).added.max() < 1e-6


def test_bands_give_what_the_whole_gives(targets, monkeypatch):
    monkeypatch.setattr(added_module, "BAND_ROWS", 7)
    target, faithful = targets
    banded = added_detail_between(lambda b: target[b.slices], lambda b: faithful[b.slices], SIZE, 4)
    whole = added_detail(target, faithful, 4)
    assert np.allclose(banded.added, whole.added, atol=1e-7)
    assert np.allclose(banded.plain, whole.plain, atol=1e-7)


def test_levels_end_at_white():
    found = Added(np.array([[0.0, 12 / 255, 1.0]], np.float32), np.zeros((1, 3), np.float32))
    assert found.levels.tolist() == [[0, 128, 255]]
