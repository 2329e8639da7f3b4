"""numpy and torch agree on what a picture is."""

import numpy as np
import pytest
import torch

from core.image.tensor import from_batch, map_to_batch, to_batch


def test_a_batch_has_its_channels_first_and_its_zero_in_the_middle():
    batch = to_batch(np.array([[[0, 0.5, 1]], [[1, 1, 1]]], np.float32))
    assert batch.shape == (1, 3, 2, 1)
    assert batch[0, :, 0, 0].tolist() == [-1, 0, 1]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_picture_comes_back(noise, dtype):
    image = noise((5, 7, 3), np.float32)
    back = from_batch(to_batch(image).to(dtype))
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, image, atol=1e-6 if dtype == torch.float32 else 0.01)


def test_a_map_keeps_its_values_and_its_array(noise):
    values = noise((5, 7), np.float32)
    batch = map_to_batch(values)
    batch += 1
    assert batch.shape == (1, 1, 5, 7)
    assert values.max() <= 1


def test_many_pictures_are_not_one():
    with pytest.raises(ValueError):
        from_batch(torch.zeros(2, 3, 4, 4))
