import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.diffusion.noise import NoiseField
from core.geometry import Box

CANVAS = Box(-70, -10, 230, 150)
boxes = st.builds(Box, st.integers(-70, 100), st.integers(-10, 100), st.integers(1, 60), st.integers(1, 40))


@given(box=boxes, seed=st.integers(0, 2**63 - 1), channels=st.sampled_from([1, 3, 4]))
@settings(max_examples=30, deadline=None)
def test_any_crop_is_the_crop_of_the_whole(box, seed, channels):
    noise = NoiseField(seed, channels)
    whole = noise.crop(CANVAS)
    rows, columns = box.moved(70, 10).slices
    np.testing.assert_array_equal(noise.crop(box), whole[rows, columns])


def test_the_noise_is_standard_normal_and_white():
    noise = NoiseField(7, 3).crop(Box(0, 0, 640, 640)).astype(np.float64)
    assert abs(noise.mean()) < 0.005
    assert noise.std() == pytest.approx(1.0, abs=0.005)
    assert (noise**4).mean() == pytest.approx(3.0, abs=0.05)
    neighbours = [(noise[1:] * noise[:-1]).mean(), (noise[:, 1:] * noise[:, :-1]).mean()]
    channels = (noise[..., 0] * noise[..., 1]).mean()
    assert max(map(abs, [*neighbours, channels])) < 0.01


def test_blocks_seeds_and_streams_are_unrelated():
    block = Box(0, 0, 64, 64)
    fields = [NoiseField(1, 1), NoiseField(2, 1), NoiseField(1, 1, stream=1)]
    samples = [noise.crop(block).ravel() for noise in fields]
    samples += [NoiseField(1, 1).crop(block.moved(dx, dy)).ravel() for dx, dy in ((64, 0), (0, 64), (-64, 0))]
    correlation = np.corrcoef(samples) - np.eye(len(samples))
    assert np.abs(correlation).max() < 0.08


def test_the_noise_is_the_same_on_every_machine():
    crop = NoiseField(2**63 - 1, 3).crop(Box(62, 63, 2, 2))
    expected = [
        [0.9054741, -0.54831296, 1.4949423],
        [-0.6286899, 0.5915538, 0.9405526],
        [-0.28228757, -0.7898129, -1.8115855],
        [0.29840535, -0.5424546, 2.0904944],
    ]
    np.testing.assert_array_equal(crop.reshape(-1, 3), np.array(expected, np.float32))


def test_far_corners_of_a_huge_canvas_cost_no_more_than_near_ones():
    assert NoiseField(3, 3).crop(Box(10**9, 10**9, 5, 4)).shape == (4, 5, 3)
