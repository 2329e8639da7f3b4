"""Masks come in as anything that a paint program writes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import InputError
from core.geometry import Size
from core.image.io import read_grey_png, read_mask, write_grey_png

SHAPE = np.zeros((6, 9), np.uint8)
SHAPE[2:5, 3:7] = 255


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGB", "RGBA", "LA"])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_brightness_is_the_mask(tmp_path, mode, suffix):
    if mode == "LA" and suffix == ".tif":
        pytest.skip("Pillow writes no such TIFF")
    Image.fromarray(SHAPE).convert(mode).save(tmp_path / f"m{suffix}")
    mask = read_mask(tmp_path / f"m{suffix}", Size(9, 6))
    assert mask.dtype == np.float32
    np.testing.assert_allclose(mask, SHAPE / 255, atol=1e-6)


@pytest.mark.parametrize("colour", ["black", "red", "white"])
def test_transparency_is_the_mask_whatever_the_colour(tmp_path, colour):
    image = Image.new("RGB", (9, 6), colour)
    image.putalpha(Image.fromarray(SHAPE))
    image.save(tmp_path / "m.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png", Size(9, 6)), SHAPE / 255)


def test_16_bits_and_rotation_are_understood(tmp_path, write):
    write(tmp_path / "m.png", SHAPE.astype(np.uint16)[..., None] * 257, orientation=6)
    np.testing.assert_allclose(read_mask(tmp_path / "m.png", Size(6, 9)), np.rot90(SHAPE, -1) / 255)


def test_another_size_is_refused_with_both_sizes(tmp_path):
    Image.fromarray(SHAPE).save(tmp_path / "m.png")
    with pytest.raises(InputError, match=r"9×6.*8×6"):
        read_mask(tmp_path / "m.png", Size(8, 6))


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40))
def test_grey_bytes_come_back(height, width):
    mask = np.random.default_rng(height).integers(0, 256, (height, width), np.uint8)
    np.testing.assert_array_equal(read_grey_png(write_grey_png(mask)), mask)
    np.testing.assert_array_equal(read_grey_png(write_grey_png(mask > 99)), (mask > 99) * 255)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_bytes_give_a_mask_or_a_sentence(data):
    whole = bytearray(write_grey_png(SHAPE))
    place = data.draw(st.integers(0, len(whole)))
    try:
        read_grey_png(bytes(whole[:place]) + data.draw(st.binary(max_size=40)))
    except InputError as error:
        assert "PNG" in str(error)  # noqa: PT017  (either outcome is right)


@pytest.mark.parametrize("bad", [np.zeros((2, 2, 3), np.uint8), np.zeros((2, 2), np.float32)])
def test_other_arrays_are_no_grey_png(bad):
    with pytest.raises(ValueError):
        write_grey_png(bad)
