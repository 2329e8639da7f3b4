"""The control measures say what was built into synthetic pictures."""

from __future__ import annotations

import json
import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from core.errors import InputError
from core.metrics.control import (
    Ramp,
    bit_equal,
    change,
    distance_outside,
    dynamic_range,
    leakage,
    leakage_over_distance,
    measure_ramp,
    monotonicity,
    spearman,
)
from core.metrics.detail import detail_of, high_frequency_energy, invention, invention_map
from core.metrics.pictures import on_target
from core.metrics.tables import json_ready

SCALE = 4


def soft(seed: int = 0, height: int = 240, width: int = 320) -> np.ndarray:
    noise = np.random.default_rng(seed).random((height, width, 3), dtype=np.float32)
    return cv2.GaussianBlur(noise, (0, 0), 3) * 0.5 + 0.25


def box_mask(height: int = 60, width: int = 80) -> np.ndarray:
    mask = np.zeros((height, width), bool)
    mask[20:40, 10:30] = True
    return mask


def detailed(picture: np.ndarray, strength: float, where: np.ndarray) -> np.ndarray:
    texture = np.random.default_rng(9).choice([-1, 1], picture.shape[:2]).astype(np.float32)
    return picture + strength * (texture * where)[..., None]


def ramp(strengths: tuple[float, ...] = (0, 0.01, 0.02, 0.03, 0.04)) -> Ramp:
    picture, inside = soft(), on_target(box_mask(), soft())
    targets = tuple(detailed(picture, strength, inside) for strength in strengths)
    return Ramp(targets, (-2, -1, 0, 1, 2), box_mask(), reference=picture)


def test_distance_counts_source_pixels_from_the_mask() -> None:
    distance = distance_outside(box_mask(), soft())
    assert distance[100, 60] == 0
    assert distance[100, 120 + 39] == 10
    assert np.isinf(distance_outside(box_mask() & False, soft())).all()


def test_what_stays_inside_does_not_leak() -> None:
    first, *_, last = ramp().targets
    assert leakage(first, last, box_mask(), beyond_px=0) == 0


def test_leakage_is_the_ratio_that_was_built_in() -> None:
    picture = soft()
    far = distance_outside(box_mask(), picture) > 32
    changed = picture + 0.1 * on_target(box_mask(), picture)[..., None] + 0.001 * far[..., None]
    assert leakage(picture, changed, box_mask()) == pytest.approx(0.01, rel=1e-3)
    assert leakage(picture, changed, box_mask(), beyond_px=40) == pytest.approx(0.01, rel=1e-3)


def test_leakage_without_a_change_or_an_outside_says_nothing() -> None:
    picture = soft()
    assert math.isnan(leakage(picture, picture, box_mask()))
    assert math.isnan(leakage(picture, picture + 0.1, np.ones((60, 80), bool)))


def test_the_curve_falls_as_the_change_falls() -> None:
    picture = soft()
    fading = np.exp(-distance_outside(box_mask(), picture) / 8)
    curve = leakage_over_distance(picture, picture + 0.1 * fading[..., None], box_mask(), (0, 4, 8, 16, 32))
    assert len(curve.shares) == 4
    assert all(near > far for near, far in zip(curve.shares, curve.shares[1:], strict=False))
    assert curve.inside == pytest.approx(0.1, rel=1e-3)


@given(st.lists(st.floats(-5, 5).map(lambda value: round(value, 1)), min_size=2, max_size=8))
@settings(max_examples=50, deadline=None)
def test_spearman_is_that_of_scipy(values: list[float]) -> None:
    if len(set(values)) == 1:
        assert spearman(values) == 0
    else:
        assert spearman(values) == pytest.approx(spearmanr(range(len(values)), values).statistic)


@given(st.lists(st.integers(-100, 100), min_size=2, max_size=8, unique=True))
@settings(max_examples=30, deadline=None)
def test_only_a_strict_rise_is_perfect(values: list[int]) -> None:
    order = monotonicity(values)
    assert order.perfect == (values == sorted(values))
    assert order.perfect == (order.rho == pytest.approx(1))


def test_a_plateau_is_not_a_rise() -> None:
    assert monotonicity([1, 2, 2, 3, 4]).rising == 0.75
    assert not monotonicity([1, 2, 2, 3, 4]).perfect


def test_an_order_of_nothing_is_refused() -> None:
    with pytest.raises(InputError):
        spearman([1])
    with pytest.raises(InputError):
        monotonicity([1, math.nan])


def test_dynamic_range_is_last_less_first() -> None:
    assert dynamic_range([30, 29, 28.5]) == -1.5


def test_energy_of_a_checkerboard_is_known() -> None:
    board = np.indices((64, 64)).sum(axis=0) % 2
    picture = np.repeat(board[..., None], 3, axis=2).astype(np.float32)
    assert high_frequency_energy(picture) == pytest.approx((4 * 219) ** 2)


def test_energy_looks_inside_the_mask_only() -> None:
    picture = soft()
    spoiled = detailed(picture, 0.1, ~on_target(box_mask(), picture))
    assert high_frequency_energy(spoiled, box_mask()) == high_frequency_energy(picture, box_mask())
    assert math.isnan(high_frequency_energy(picture, box_mask() & False))


def test_detail_begins_at_the_nyquist_limit_of_the_source() -> None:
    for cycles_per_source_px, share in ((0.05, 0.0), (0.5, 0.5), (1.5, 1.0)):
        wave = np.cos(2 * np.pi * cycles_per_source_px / SCALE * np.arange(400))
        picture = np.broadcast_to(wave[None, :, None], (40, 400, 3))
        middle = detail_of(picture, SCALE)[20, 100:300, 0]
        assert np.abs(middle).max() == pytest.approx(share, abs=0.02)


def test_a_shift_of_brightness_is_no_invention() -> None:
    picture = soft()
    assert invention_map(picture + 0.1, picture, SCALE).max() < 1e-6


def test_invention_lies_where_it_was_put() -> None:
    first, *_, last = ramp().targets
    added = invention_map(last, first, SCALE)
    assert (added.shape, added.dtype) == ((240, 320), np.float32)
    assert invention(added, box_mask()) > 30 * invention(added, ~box_mask())


def test_bit_equality_knows_no_tolerance() -> None:
    picture = soft()
    other = picture.copy()
    other[3, 5, 0] = np.nextafter(other[3, 5, 0], 1, dtype=np.float32)
    elsewhere = np.ones(picture.shape[:2], bool)
    elsewhere[3, 5] = False
    assert bit_equal(picture, picture.copy())
    assert not bit_equal(picture, other)
    assert bit_equal(picture, other, where=elsewhere)
    assert not bit_equal(picture, picture.astype(np.float64))


def test_an_obedient_ramp_is_measured_as_one() -> None:
    result = measure_ramp(ramp())
    assert result.energy.perfect
    assert result.energy_gain > 2
    assert result.leakage == 0
    assert result.inventions[0] == 0
    assert list(result.inventions) == sorted(result.inventions)
    assert result.psnr_given_up == math.inf


def test_a_ramp_that_turns_back_is_seen() -> None:
    result = measure_ramp(ramp((0, 0.01, 0.03, 0.02, 0.04)))
    assert result.energy.rho == pytest.approx(0.9)
    assert result.energy.rising == 0.75


def test_ramps_that_do_not_fit_are_refused() -> None:
    targets = ramp().targets
    for wrong in (
        lambda: Ramp(targets, (-2, 2), box_mask()),
        lambda: Ramp(targets[:2], (2, -2), box_mask()),
        lambda: Ramp(targets[:2], (-2, 2), box_mask() & False),
        lambda: Ramp((targets[0], targets[1][:-4]), (-2, 2), box_mask()),
    ):
        with pytest.raises(InputError):
            wrong()


def test_results_become_strict_json() -> None:
    ready = json_ready(measure_ramp(ramp()))
    assert json.loads(json.dumps(ready, allow_nan=False))["psnr_given_up"] == "inf"


def test_change_refuses_two_sizes() -> None:
    with pytest.raises(InputError):
        change(soft(), soft()[:-1])
