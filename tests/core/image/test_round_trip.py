"""What goes in comes out: every format, depth, number of channels and way up."""

import numpy as np
import pytest
from PIL import Image

from core.geometry import Size
from core.image.io import FileEncoder, SaveOptions, open_picture, picture_from_array, save_picture

LOSSLESS = [".png", ".tif", ".webp", ".avif"]
ROTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip


def opaque(pixels):
    """Alpha of at least an eighth, so that no colour is hidden."""
    if pixels.shape[2] in (2, 4):
        top = 1.0 if pixels.dtype.kind == "f" else np.iinfo(pixels.dtype).max
        pixels[..., -1] = np.maximum(pixels[..., -1], pixels.dtype.type(top / 8 + 1 / 16))
    return pixels


@pytest.mark.parametrize("bands", [1, 2, 3, 4])
@pytest.mark.parametrize("suffix", LOSSLESS)
def test_8_bits_come_back_exactly(tmp_path, *, noise, write, read, road, suffix, bands):
    pixels = opaque(noise((19, 23, bands)))
    source = write(tmp_path / f"a{suffix}", pixels)
    saved = road(source, tmp_path / f"b{suffix}")
    np.testing.assert_array_equal(read(saved.path)[0], read(source)[0])
    assert not saved.losses


@pytest.mark.parametrize("bands", [1, 2, 3, 4])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_16_bits_come_back_exactly(tmp_path, *, noise, write, read, road, suffix, bands):
    pixels = opaque(noise((19, 23, bands), np.uint16))
    saved = road(write(tmp_path / f"a{suffix}", pixels), tmp_path / f"b{suffix}")
    np.testing.assert_array_equal(read(saved.path)[0], pixels)


@pytest.mark.parametrize(("bands", "space"), [(1, "b-w"), (3, "scrgb"), (4, "scrgb")])
def test_float_comes_back_exactly_even_beyond_white(tmp_path, *, noise, write, read, road, bands, space):
    pixels = opaque(noise((19, 23, bands), np.float32))
    pixels[3, 4, 0] = 2.5
    saved = road(write(tmp_path / "a.tif", pixels, space=space), tmp_path / "b.tif")
    np.testing.assert_array_equal(read(saved.path)[0], pixels)


def test_12_bits_of_avif_come_back_exactly(tmp_path, noise, write, read, road):
    first = road(write(tmp_path / "a.png", noise((19, 23, 3), np.uint16)), tmp_path / "b.avif")
    second = road(first.path, tmp_path / "c.avif")
    np.testing.assert_array_equal(read(first.path)[0], read(second.path)[0])
    assert "12 bits" in first.losses[0]


def test_jpeg_comes_back_nearly(tmp_path, write, read, road):
    ramp = np.broadcast_to(np.arange(64, dtype=np.uint8)[:, None, None] * 3, (64, 48, 3)).copy()
    source = write(tmp_path / "a.jpg", ramp)
    saved = road(source, tmp_path / "b.jpg")
    assert np.abs(read(saved.path)[0].astype(int) - read(source)[0]).max() <= 3
    assert read(saved.path)[1].get("jpeg-chroma-subsample") == "4:4:4"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_rotation_is_carried_out_and_reset(tmp_path, *, noise, write, read, road, suffix, orientation):
    pixels = np.repeat(np.repeat(noise((3, 4, 3)), 16, 0), 16, 1)
    source = write(tmp_path / f"a{suffix}", pixels, orientation=orientation)
    seen = np.array(Image.fromarray(read(source)[0]).transpose(ROTATIONS[orientation])).astype(int)
    found, header = read(road(source, tmp_path / f"b{suffix}", quality=100).path)
    assert np.abs(found - seen).max() <= (6 if suffix == ".jpg" else 0)
    assert header.get("orientation") == 1


@pytest.mark.parametrize("mode", ["P", "1", "L", "LA", "RGBA"])
def test_palette_and_bilevel_become_8_bits(tmp_path, mode, whole):
    image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (9, 11, 3), np.uint8)).convert(mode)
    image.save(tmp_path / "a.png")
    with open_picture(tmp_path / "a.png") as picture:
        expected = np.array(image.convert("RGB"), np.float32) / 255
        np.testing.assert_array_equal(whole(picture.colour), expected)
        assert picture.carried.depth == 8


@pytest.mark.parametrize("name", ["a b.png", "Straße – 東京.png", "x[1].png", "y.png[page=2]", "%s.png"])
def test_names_are_taken_as_they_are(tmp_path, noise, write, road, name):
    source = write(tmp_path / "plain.png", noise((5, 6, 3))).rename(tmp_path / name)
    assert road(source, tmp_path / f"{name}-x4.png").path.exists()


def test_the_content_decides_not_the_suffix(tmp_path, noise, write):
    source = write(tmp_path / "a.png", noise((5, 6, 3))).rename(tmp_path / "a.jpg")
    with open_picture(source) as picture:
        assert picture.carried.format == "png"


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (31, 37)])
def test_any_size_goes_through(tmp_path, *, noise, write, read, road, size):
    pixels = opaque(noise((*size, 4)))
    saved = road(write(tmp_path / "a.png", pixels), tmp_path / "b.tif")
    np.testing.assert_array_equal(read(saved.path)[0], pixels)


def test_the_target_can_be_reduced(tmp_path, noise, write, read, road):
    source = write(tmp_path / "a.png", noise((40, 60, 3)))
    saved = road(source, tmp_path / "b.png", resize_to=Size(31, 17))
    assert read(saved.path)[0].shape == (17, 31, 3)


def test_an_array_is_a_picture_too(tmp_path, noise, read):
    picture = picture_from_array(noise((5, 6, 3), np.float32), np.ones((5, 6), np.float32))
    options = SaveOptions(suffix=".png")
    encoder = FileEncoder(picture.carried, options)
    target = encoder.blank(picture.size)
    target.planes.write(0, encoder.encode(picture.colour.array, picture.alpha.array))
    assert read(save_picture(target, tmp_path / "a.png", options, picture.carried).path)[0].shape == (5, 6, 4)


def test_halves_are_rounded_to_even():
    encoder = FileEncoder(picture_from_array(np.zeros((1, 1, 3), np.float32)).carried, SaveOptions())
    rows = encoder.encode(np.array([[[0.5 / 255, 1.5 / 255, 2.5 / 255]]], np.float32))
    assert rows.tolist() == [[[0, 2, 2]]]
