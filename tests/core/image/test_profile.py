"""Colours come back in the source's own profile, unclipped."""

import struct

import numpy as np
import pytest
import pyvips
from PIL import Image, ImageCms

from core.image.colour import (
    ParametricCurve,
    SampledCurve,
    TableProfile,
    is_srgb,
    matrix_profile,
    profile_from,
)
from core.image.io import open_picture


def red(dtype=np.uint16):
    pixels = np.zeros((4, 6, 3), dtype)
    pixels[..., 0] = np.iinfo(dtype).max
    return pixels


def grey_profile(gamma):
    """A minimal grey profile: header, one tag, one number."""
    tag = b"curv" + struct.pack(">LLH", 0, 1, round(gamma * 256))
    body = struct.pack(">L4sLL", 1, b"kTRC", 144, len(tag)) + tag + b"\0\0"
    head = bytearray(128)
    head[12:24] = b"mntrGRAYXYZ "
    head[36:40] = b"acsp"
    head[0:4] = struct.pack(">L", 128 + len(body))
    return bytes(head) + body


@pytest.mark.parametrize("suffix", [".png", ".tif", ".avif", ".webp"])
def test_a_saturated_wide_red_comes_back(tmp_path, *, write, read, road, wide, suffix):
    saved = road(write(tmp_path / "a.png", red(), icc=wide), tmp_path / f"b{suffix}")
    pixels, header = read(saved.path)
    white = 255 if pixels.dtype == np.uint8 else 65535
    assert np.abs(pixels / white - red() / 65535).max() <= (1 / 255 if white == 255 else 1 / 4095)
    assert bytes(header.get("icc-profile-data")) == wide


def test_wide_colour_lies_outside_srgb_and_is_kept(tmp_path, write, whole, wide):
    with open_picture(write(tmp_path / "a.png", red(), icc=wide)) as picture:
        np.testing.assert_allclose(whole(picture.colour)[0, 0], [1.093, -0.227, -0.150], atol=0.01)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("bands", [3, 4])
def test_wide_pixels_come_back_exactly(tmp_path, *, noise, write, read, road, wide, dtype, bands):
    pixels = noise((17, 19, bands), dtype)
    if bands == 4:
        pixels[..., 3] = np.iinfo(dtype).max
    saved = road(write(tmp_path / "a.png", pixels, icc=wide), tmp_path / "b.png")
    np.testing.assert_array_equal(read(saved.path)[0], pixels)


def test_wide_float_beyond_white_comes_back(tmp_path, *, noise, write, read, road, wide):
    pixels = noise((7, 9, 3), np.float32) * 2
    saved = road(write(tmp_path / "a.tif", pixels, icc=wide, space="scrgb"), tmp_path / "b.tif")
    np.testing.assert_allclose(read(saved.path)[0], pixels, atol=1e-5)


def test_an_srgb_profile_is_attached_and_changes_nothing(tmp_path, noise, write, read, road):
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = noise((17, 19, 3))
    found, header = read(road(write(tmp_path / "a.png", pixels, icc=icc), tmp_path / "b.png").path)
    np.testing.assert_array_equal(found, pixels)
    assert bytes(header.get("icc-profile-data")) == icc


def test_a_grey_profile_gives_grey_back(tmp_path, noise, write, read, road):
    icc, pixels = grey_profile(1.8), noise((17, 19, 1))
    found, header = read(road(write(tmp_path / "a.tif", pixels, icc=icc), tmp_path / "b.tif").path)
    np.testing.assert_array_equal(found, pixels)
    assert bytes(header.get("icc-profile-data")) == icc


@pytest.mark.parametrize("suffix", [".tif", ".jpg"])
def test_cmyk_with_a_profile_stays_cmyk(tmp_path, write, read, road, suffix):
    icc = pyvips.Image.profile_load("cmyk")
    pixels = np.full((16, 16, 4), (40, 90, 20, 10), np.uint8)
    found, header = read(road(write(tmp_path / "a.tif", pixels, icc, "cmyk"), tmp_path / f"b{suffix}").path)
    assert (header.interpretation, found.shape[2]) == ("cmyk", 4)
    assert bytes(header.get("icc-profile-data")) == icc
    shown = [TableProfile(icc, "cmyk").srgb(values[:1, :1] / np.float32(255)) for values in (found, pixels)]
    np.testing.assert_allclose(*shown, atol=0.03)


@pytest.mark.parametrize(("icc", "suffix"), [(None, ".tif"), (pyvips.Image.profile_load("cmyk"), ".png")])
def test_cmyk_becomes_srgb_where_it_cannot_stay(tmp_path, *, write, read, road, icc, suffix):
    pixels = np.full((16, 16, 4), (255, 0, 0, 0), np.uint8)
    found, header = read(road(write(tmp_path / "a.tif", pixels, icc, "cmyk"), tmp_path / f"b{suffix}").path)
    assert found.shape[2] == 3
    assert found[0, 0, 2] > 150 > found[0, 0, 0]
    assert not header.get_typeof("icc-profile-data")


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("suffix", [".tif", ".jpg"])
def test_a_profile_that_does_not_fit_is_left_out_and_said(tmp_path, wide, mode, suffix):
    icc = wide if mode == "L" else wide[:128] + b"rubbish" * 50
    Image.new(mode, (8, 8)).save(tmp_path / f"a{suffix}", icc_profile=icc)
    with open_picture(tmp_path / f"a{suffix}") as picture:
        assert picture.carried.icc is None
        assert "profile" in picture.notices[0]


@pytest.mark.parametrize("name", ["p3", "srgb"])
def test_curves_and_matrix_agree_with_little_cms(noise, name):
    icc = pyvips.Image.profile_load(name)
    device = noise((30, 40, 3), np.float32)
    ours, theirs = matrix_profile(icc, "rgb"), TableProfile(icc, "rgb")
    np.testing.assert_allclose(ours.srgb(device), theirs.srgb(device), atol=0.006)
    assert is_srgb(profile_from(icc, "rgb"), "rgb") == (name == "srgb")


@pytest.mark.parametrize(
    "curve",
    [
        ParametricCurve(2.2),
        ParametricCurve(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
        ParametricCurve(2.0, 0.9, 0.1, 0.0, -0.1 / 0.9),
        SampledCurve((0.0, 0.1, 0.5, 1.0)),
    ],
)
def test_a_curve_and_its_inverse_cancel(curve):
    values = np.linspace(0, 1, 50, dtype=np.float32)
    np.testing.assert_allclose(curve.values(curve.light(values)), values, atol=1e-5)
