"""Other kinds of files: read, or refused by their names."""

import struct
import sys

import numpy as np
import pytest
import tifffile
from PIL import Image

from core.errors import InputError
from core.geometry import Box
from core.image.io import open_picture


def pixels_in(path):
    with open_picture(path) as picture:
        return picture.colour.read(Box.of(picture.size)), picture


@pytest.fixture
def colours():
    return np.random.default_rng(5).integers(0, 256, (9, 14, 3), dtype=np.uint8)


@pytest.mark.parametrize("suffix", [".bmp", ".tga", ".ppm"])
def test_plain_kinds_are_read_as_they_are(tmp_path, colours, suffix):
    Image.fromarray(colours).save(tmp_path / f"a{suffix}")
    shown, _ = pixels_in(tmp_path / f"a{suffix}")
    assert np.array_equal(np.rint(shown * 255).astype(np.uint8), colours)


def test_a_deep_ppm_keeps_its_16_bits(tmp_path, colours):
    deep = colours.astype(np.uint16) * 257 // 3
    (tmp_path / "a.ppm").write_bytes(b"P6\n14 9\n65535\n" + deep.astype(">u2").tobytes())
    shown, picture = pixels_in(tmp_path / "a.ppm")
    assert picture.carried.depth == 16
    assert np.array_equal(np.rint(shown * 65535).astype(np.uint16), deep)


def test_a_psd_is_read_flattened(tmp_path, colours):
    head = struct.pack(">4sH6xHLLHH", b"8BPS", 1, 3, 9, 14, 8, 3) + bytes(12) + bytes(2)
    (tmp_path / "a.psd").write_bytes(head + colours.transpose(2, 0, 1).tobytes())
    shown, _ = pixels_in(tmp_path / "a.psd")
    assert np.array_equal(np.rint(shown * 255).astype(np.uint8), colours)


@pytest.mark.parametrize("suffix", [".dng", ".tif"])
def test_a_camera_raw_is_refused_by_its_name_whatever_the_file_is_called(tmp_path, suffix):
    tags = [(50706, "B", 4, b"\1\4\0\0", True)]
    tifffile.imwrite(
        tmp_path / f"a{suffix}", np.zeros((16, 24, 3), np.uint8), photometric="rgb", extratags=tags
    )
    with pytest.raises(InputError, match=r"camera raw.*24×16"):
        open_picture(tmp_path / f"a{suffix}")


@pytest.mark.parametrize(("head", "name"), [(b"gimp xcf", "GIMP document"), (b"\x76\x2f\x31\x01", "OpenEXR")])
def test_what_is_not_read_is_called_by_its_name(tmp_path, head, name):
    (tmp_path / "a.png").write_bytes(head + bytes(60))
    with pytest.raises(InputError, match=name):
        open_picture(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", [".bmp", ".tga", ".psd", ".ppm"])
def test_a_cut_file_of_another_kind_is_told(tmp_path, suffix, colours):
    if suffix == ".psd":
        (tmp_path / "a.psd").write_bytes(b"8BPS\0\1" + bytes(40))
    else:
        Image.fromarray(colours).save(tmp_path / f"a{suffix}")
        (tmp_path / f"a{suffix}").write_bytes((tmp_path / f"a{suffix}").read_bytes()[:40])
    with pytest.raises(InputError):
        open_picture(tmp_path / f"a{suffix}")


@pytest.mark.parametrize(("photometric", "channels"), [("rgb", 3), ("separated", 4)])
def test_a_channel_that_is_no_alpha_never_touches_colour(tmp_path, photometric, channels):
    stored = np.random.default_rng(6).integers(0, 256, (20, 24, channels + 1), dtype=np.uint8)
    stored[:10, :, channels] = 0
    options = {"photometric": photometric, "planarconfig": "contig"}
    tifffile.imwrite(tmp_path / "plain.tif", stored[..., :channels].copy(), **options)
    tifffile.imwrite(tmp_path / "more.tif", stored, extrasamples=["unspecified"], **options)
    shown, picture = pixels_in(tmp_path / "more.tif")
    assert np.array_equal(shown, pixels_in(tmp_path / "plain.tif")[0])
    assert not picture.carried.has_alpha
    assert picture.carried.extra == (0,)
    assert np.array_equal(
        np.rint(picture.data.read(Box.of(picture.size))[..., 0] * 255), stored[..., channels]
    )


def test_alpha_that_is_said_to_be_alpha_stays(tmp_path):
    stored = np.zeros((20, 24, 4), np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", extrasamples=["unassalpha"])
    assert pixels_in(tmp_path / "a.tif")[1].carried.has_alpha


@pytest.mark.parametrize("value", [np.inf, np.nan, -np.inf])
def test_a_value_that_is_not_finite_becomes_the_largest_that_is(tmp_path, value):
    stored = np.random.default_rng(7).random((20, 24, 3), np.float32)
    stored[3, 4, 1] = value
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb")
    shown, picture = pixels_in(tmp_path / "a.tif")
    stored[3, 4, 1] = stored[np.isfinite(stored)].max()
    assert np.array_equal(shown, stored)
    assert picture.notices[0].startswith("1 value was not finite")


def test_a_picture_without_a_finite_value_is_refused(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.full((8, 8, 3), np.nan, np.float32), photometric="rgb")
    with pytest.raises(InputError, match="not one finite value"):
        open_picture(tmp_path / "a.tif")


@pytest.mark.parametrize("name", ["heic", "jxl"])
def test_what_phones_and_new_programs_write_is_read(tmp_path, colours, name):
    pytest.importorskip({"heic": "pillow_heif", "jxl": "pillow_jxl"}[name])
    if name == "heic":
        __import__("pillow_heif").register_heif_opener()
    exif = Image.Exif()
    exif[0x010F] = "Camera & Co"
    lossless = {"quality": -1, "chroma": 444} if name == "heic" else {"lossless": True}
    Image.fromarray(colours).save(tmp_path / f"a.{name}", exif=exif.tobytes(), **lossless)
    with open_picture(tmp_path / f"a.{name}") as picture:
        read = picture.colour.read(Box.of(picture.size)) * 255
        assert (picture.carried.format, picture.carried.depth) == (name, 8)
        assert ("exif-ifd0-Make", "Camera & Co") in [(k, v[:11]) for k, v in picture.carried.fields]
    assert np.abs(read - colours).max() <= 3  # through YCbCr


def test_without_its_package_a_format_is_called_by_its_name_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)
    (tmp_path / "a.png").write_bytes(b"\xff\x0a" + bytes(40))
    with pytest.raises(InputError, match="JXL") as caught, open_picture(tmp_path / "a.png"):
        pass
    assert "semantic-upscale[jxl]" in caught.value.advice
