"""Logits become masks: enlarged, filled, freed of specks, smooth."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from core.geometry import Box, Size
from core.regions.mask import Mask
from core.segment.sam.predict import Clicks, clean_logits, enlarge_logits, finish_mask


def disc(shape, y, x, radius):
    """Logits above 0 inside a disc."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return (radius - np.hypot(rows - y, columns - x)).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.integers(1, 20)] * 2), st.tuples(*[st.integers(1, 70)] * 2), st.integers(0, 99))
def test_enlarging_is_torchs_bilinear_in_every_box(small, large, seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=small).astype(np.float32)
    whole = F.interpolate(torch.from_numpy(logits)[None, None], large, mode="bilinear")[0, 0].numpy()
    x, y = rng.integers(0, large[1]), rng.integers(0, large[0])
    box = Box(int(x), int(y), int(rng.integers(1, large[1] - x + 1)), int(rng.integers(1, large[0] - y + 1)))
    found, sure = enlarge_logits(logits, large, box), np.abs(whole[box.slices]) > 1e-4
    assert np.array_equal(found[sure], (whole[box.slices] > 0)[sure])


def test_a_large_picture_is_enlarged_in_strips_without_a_seam():
    logits, shape = disc((64, 64), 30, 30, 20), (5000, 3000)
    whole = enlarge_logits(logits, shape, Box(0, 0, 3000, 5000))
    assert np.array_equal(enlarge_logits(logits, shape, Box(100, 1390, 2500, 20)), whole[1390:1410, 100:2600])
    assert abs(whole.mean() - (logits > 0).mean()) < 0.01


def test_a_hole_is_filled_and_a_speck_dropped_unless_a_click_says_otherwise():
    logits = np.maximum(disc((100, 100), 50, 50, 30), disc((100, 100), 5, 5, 2))
    logits[48:51, 48:51] = -1
    plain = clean_logits(logits, Clicks())
    asked = clean_logits(logits, Clicks(wanted=((5, 5),), unwanted=((49, 49),)))
    assert (plain[5, 5] > 0, plain[49, 49] > 0) == (False, True)
    assert (asked[5, 5] > 0, asked[49, 49] > 0) == (True, False)


def test_the_other_half_of_an_object_behind_a_pole_stays():
    logits = disc((100, 100), 50, 50, 30)
    logits[:, 48:52] = -1
    assert np.array_equal(clean_logits(logits, Clicks()), logits)


def test_a_clean_disc_is_drawn_at_the_pictures_size():
    mask = finish_mask(disc((64, 96), 30, 40, 20), (640, 960))
    assert mask.contains(405, 305)
    assert abs(mask.area / 100 / (np.pi * 20**2) - 1) < 0.02
    assert abs(mask.box.width - 400) <= 4


def test_one_pixel_of_ragged_edge_is_smoothed():
    logits = disc((60, 60), 30, 30, 15)
    logits[15, 30], logits[14, 30], logits[13, 30] = 1, 1, 1
    assert not finish_mask(logits, (60, 60)).contains(30, 13)


@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (64, 64)])
def test_no_logit_above_zero_is_no_mask_and_all_above_is_the_picture(shape):
    assert finish_mask(np.full((16, 16), -1, np.float32), shape) == Mask.nothing()
    assert finish_mask(np.ones((16, 16), np.float32), shape) == Mask.full(Size(shape[1], shape[0]))
