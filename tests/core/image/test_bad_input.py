"""Bad files are refused in a sentence, and nothing is left behind."""

import os
import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import InputError
from core.image.io import ReadOptions, open_picture, read_mask, read_record

SUFFIXES = [".png", ".jpg", ".webp", ".tif", ".avif"]


def chunk(name, data):
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def lying_png(side):
    head = chunk(b"IHDR", struct.pack(">LLBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def lying_jpeg(side):
    frame = b"\xff\xc2\0\x11\x08" + struct.pack(">HH", side, side) + b"\3\1\x22\0\2\x11\1\3\x11\1"
    return b"\xff\xd8\xff\xdb\0\x43\0" + bytes(range(1, 65)) + frame + bytes(100)


def lying_tiff(side):
    tags = [
        (256, side),
        (257, side),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 150),
        (277, 1),
        (278, side),
        (279, 40),
    ]
    rows = b"".join(struct.pack("<HHLL", tag, 4, 1, value) for tag, value in tags)
    return (struct.pack("<2sHLH", b"II", 42, 8, len(tags)) + rows + bytes(4)).ljust(200, b"\0")


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("share", [0.03, 0.5, 0.9])
def test_a_file_cut_short_is_refused(tmp_path, noise, write, suffix, share):
    whole = write(tmp_path / f"a{suffix}", noise((200, 300, 3))).read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(InputError, match="damaged or cut short"):
        open_picture(cut)


@pytest.mark.parametrize("lie", [lying_png, lying_jpeg, lying_tiff])
@pytest.mark.parametrize("side", [40_000, 60_000])
def test_a_lying_header_is_refused_before_anything_is_decoded(tmp_path, lie, side):
    (tmp_path / "a").write_bytes(lie(side))
    with pytest.raises(InputError, match=r"pixels|damaged"):
        open_picture(tmp_path / "a", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("content", "word"), [(b"", "zero bytes"), (b"hello", "no picture"), (b"%PDF-1.4 ....", "no picture")]
)
def test_what_is_no_picture_is_named(tmp_path, content, word):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(InputError, match=word):
        open_picture(tmp_path / "a.png")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="folder"):
        open_picture(tmp_path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="no file"):
        open_picture(tmp_path / "none.png")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(InputError, match="not a file"):
        open_picture(tmp_path / "pipe.png")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path, noise, write):
    path = write(tmp_path / "a.png", noise((4, 4, 3)))
    path.chmod(0)
    with pytest.raises(InputError, match="may not be read"):
        open_picture(path)


def test_the_pixel_limit_names_both_numbers(tmp_path, noise, write):
    with pytest.raises(InputError, match=r"300×200.*megapixels"):
        open_picture(write(tmp_path / "a.png", noise((200, 300, 3))), how=ReadOptions(pixel_limit=50_000))


def test_of_many_pages_the_first_is_taken_and_said(tmp_path, whole):
    pages = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    with open_picture(tmp_path / "a.tif") as picture:
        assert "2 pages" in picture.notices[0]
        assert whole(picture.colour)[0, 0].tolist() == [1, 0, 0]


def test_pixels_of_an_unusual_type_are_refused(tmp_path):
    Image.fromarray(np.zeros((4, 4), np.int32)).save(tmp_path / "a.tif")
    with pytest.raises(InputError, match="type"):
        open_picture(tmp_path / "a.tif")


def test_not_a_number_becomes_a_number(tmp_path, write, whole):
    pixels = np.full((4, 4, 3), np.nan, np.float32)
    pixels[0, 0] = 0.25
    with open_picture(write(tmp_path / "a.tif", pixels, space="scrgb")) as picture:
        assert (whole(picture.colour) == 0.25).all()


def test_a_field_whose_name_is_no_text_is_told(tmp_path, noise, write):
    """Libvips names an AVIF's blocks by what the file says; four bytes of it need be no UTF-8."""
    data = write(tmp_path / "a.avif", noise((40, 30, 3))).read_bytes()
    assert b"Exif" in data
    (tmp_path / "a.avif").write_bytes(data.replace(b"Exif", b"\x80xif"))
    with pytest.raises(InputError, match="damaged"), open_picture(tmp_path / "a.avif"):
        pass


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(SUFFIXES),
    st.lists(st.tuples(st.integers(0), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_flipped_bytes_give_a_picture_or_a_sentence(tmp_path, noise, write, suffix, flips):
    data = bytearray(write(tmp_path / f"a{suffix}", noise((16, 20, 3))).read_bytes())
    for place, value in flips:
        data[place % min(len(data), 400)] = value
    (tmp_path / "b").write_bytes(bytes(data))
    try:
        with open_picture(tmp_path / "b", how=ReadOptions(pixel_limit=10_000_000)) as picture:
            assert picture.size.area > 0
        read_record(tmp_path / "b")
    except InputError as error:
        refused = str(error)
        assert refused


def test_a_mask_that_is_no_picture_is_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"nothing")
    with pytest.raises(InputError):
        read_mask(tmp_path / "a.png", None)
