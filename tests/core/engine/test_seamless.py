"""A texture that goes on at its other side still does when it is larger."""

import numpy as np
import pytest

from core.evaluate.quality import Upscaler
from core.request import UpscaleRequest

SHIFT = 10  # even: the network works at half the source's size, too


@pytest.fixture(scope="module")
def texture():
    """Waves that meet at all borders, and noise."""
    y, x = np.mgrid[:48, :64] * 2 * np.pi
    waves = [0.5 + 0.3 * np.sin(x / 64 * (2 + band)) * np.cos(y / 48 * 3) for band in range(3)]
    grain = np.random.default_rng(3).normal(0, 0.05, (48, 64, 3))
    return np.clip(np.stack(waves, 2) + grain, 0, 1).astype(np.float32)


@pytest.fixture(scope="module")
def upscaler():
    return Upscaler(UpscaleRequest(clean_up=0.0, seamless=True))


def step_across(target):
    """How far the two borders are apart, over how far neighbours are apart inside."""
    across = np.abs(target[:, 0] - target[:, -1]).mean()
    return across / np.abs(np.diff(target, axis=1)).mean()


@pytest.mark.parametrize("tile_px", [None, 64])
def test_where_the_picture_is_cut_does_not_matter(texture, upscaler, tile_px):
    whole = upscaler.everywhere(texture, -2.0).target
    rolled = upscaler.everywhere(np.roll(texture, (SHIFT, SHIFT), (0, 1)), -2.0, tile_px=tile_px).target
    assert np.abs(np.roll(whole, (4 * SHIFT, 4 * SHIFT), (0, 1)) - rolled).max() < 1 / 255


def test_invented_detail_meets_itself_at_the_other_side(texture, upscaler):
    seamless = step_across(upscaler.everywhere(texture, 2.0).target)
    plain = step_across(upscaler.everywhere(texture, 2.0, seamless=False).target)
    assert seamless < 1.3
    assert seamless < plain
