"""A target appears whole or not at all, with everything that the source carried."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import OutputError
from core.geometry import Size
from core.image.io import (
    SaveOptions,
    check_format,
    default_suffix,
    free_name,
    open_picture,
    read_record,
    read_source_hash,
)
from core.image.xmp import packet, record_in

SUFFIXES = [".png", ".jpg", ".webp", ".tif", ".avif"]
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6">caf\xc3\xa9'
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)


@pytest.fixture
def photo(tmp_path):
    """A JPEG as a camera writes it: EXIF, XMP, 300 dpi, lying on its side."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x0131] = "Camera & Co", 6, "Camera 1.0"
    exif.get_ifd(0x8769)[0x9003] = "2020:01:02 03:04:05"
    exif.get_ifd(0x8825)[0x0001] = "N"
    Image.new("RGB", (40, 24), "teal").save(tmp_path / "photo.jpg", exif=exif, dpi=(300, 300), xmp=XMP)
    return tmp_path / "photo.jpg"


def tree(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_cameras_words_come_along(tmp_path, photo, road, suffix):
    saved = road(photo, tmp_path / f"b{suffix}")
    with Image.open(saved.path) as image:
        exif = image.getexif()
        assert (exif[0x010F], exif[0x0131], exif.get(0x0112, 1)) == ("Camera & Co", "Camera 1.0", 1)
        assert exif.get_ifd(0x8769)[0x9003] == "2020:01:02 03:04:05"
        assert exif.get_ifd(0x8825)[0x0001] == "N"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_they_come_along_a_second_time(tmp_path, photo, road, suffix):
    second = road(road(photo, tmp_path / f"b{suffix}").path, tmp_path / f"c{suffix}")
    with open_picture(second.path) as picture:
        fields = dict(picture.carried.fields)
        assert fields["exif-ifd0-Make"].startswith("Camera & Co")
        assert fields["exif-ifd2-DateTimeOriginal"].startswith("2020:01:02")
        assert picture.carried.dpi == pytest.approx((300, 300))
        assert "café" in picture.carried.xmp.decode()
        assert 'Orientation="1"' in picture.carried.xmp.decode()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_camera_is_made_up_and_the_program_names_itself(tmp_path, noise, road, suffix):
    Image.fromarray(noise((16, 16, 3))).save(tmp_path / "a.webp")
    saved = road(tmp_path / "a.webp", tmp_path / f"b{suffix}", software="Semantic Upscale 9.9")
    with open_picture(saved.path) as picture:
        assert b"<su:software>Semantic Upscale 9.9<" in picture.carried.xmp
    with Image.open(saved.path) as image:
        own = dict(image.getexif()) if suffix != ".tif" else {}  # a TIFF's tags are its own
        assert not own
        assert not image.info.get("dpi") or suffix == ".tif"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_record_is_read_back(tmp_path, photo, road, suffix):
    record = '{"regions": "<é> & \\"東京\\"", "seed": 7}'
    first = road(photo, tmp_path / f"b{suffix}", record='{"old": 1}')
    second = road(first.path, tmp_path / f"c{suffix}", record=record, invented=True)
    assert read_record(second.path) == record
    assert read_record(photo) is None
    with open_picture(second.path) as picture:
        assert picture.carried.xmp.count(b"su:record") == 2
        assert b"compositeWithTrainedAlgorithmicMedia" in picture.carried.xmp


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1))
def test_any_record_survives_its_packet(text):
    assert record_in(packet(XMP, SaveOptions(record=text))) == text


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_any_rubbish_for_xmp_is_survived(xmp):
    assert record_in(packet(xmp, SaveOptions(record="{}"))) == "{}"


def test_a_record_too_long_for_one_segment_of_a_jpeg_is_read_back(tmp_path, photo, road):
    saved = road(photo, tmp_path / "b.jpg", record="1" * 200_000, source_sha256="a" * 64)
    assert saved.losses == ()
    assert read_record(saved.path) == "1" * 200_000
    assert read_source_hash(saved.path) == "a" * 64


def test_nothing_is_ever_overwritten_unasked(tmp_path, photo, road):
    road(photo, tmp_path / "b.png")
    before = (tmp_path / "b.png").read_bytes()
    assert road(photo, tmp_path / "b.png").path.name == "b-2.png"
    with pytest.raises(OutputError, match="exists"):
        road(photo, tmp_path / "b.png", on_exists="error")
    assert (tmp_path / "b.png").read_bytes() == before
    assert tree(tmp_path) == ["b-2.png", "b.png", "photo.jpg"]


def test_overwriting_can_be_asked_for(tmp_path, photo, road):
    (tmp_path / "b.png").write_text("old")
    assert road(photo, tmp_path / "b.png", on_exists="overwrite").path.read_bytes().startswith(b"\x89PNG")


def test_names_are_numbered(tmp_path):
    for name in ("a_x4.jpg", "a_x4-2.jpg"):
        assert free_name(tmp_path / "a_x4.jpg").name == name
        (tmp_path / name).touch()
    assert free_name(tmp_path / "a_x4.jpg").name == "a_x4-3.jpg"


def test_a_file_system_without_links_is_served_too(tmp_path, photo, road, monkeypatch):
    def link(*_):
        raise PermissionError(1, "no links")

    monkeypatch.setattr(os, "link", link)
    assert road(photo, tmp_path / "b.png").path.stat().st_size
    assert road(photo, tmp_path / "b.png").path.name == "b-2.png"


def test_a_missing_folder_is_an_output_error(tmp_path, photo, road):
    with pytest.raises(OutputError, match="folder"):
        road(photo, tmp_path / "none" / "b.png")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_leaves_nothing_behind(tmp_path, noise, write, suffix):
    resource = pytest.importorskip("resource")
    assert resource.RLIMIT_FSIZE
    write(tmp_path / "a.png", noise((120, 120, 3)))
    code = f"""
import resource, signal
from core.errors import OutputError
from core.image.io import *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
with open_picture("a.png") as picture:
    options = SaveOptions(suffix="{suffix}", quality=100)
    encoder = FileEncoder(picture.carried, options)
    target = encoder.blank(picture.size)
    target.planes.write(0, encoder.encode(picture.colour.array))
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
    try:
        save_picture(target, "b{suffix}", options, picture.carried)
    except OutputError as error:
        print("refused:", error)
"""
    env = {**os.environ, "PYTHONPATH": os.getcwd()}  # noqa: PTH109
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert "refused:" in done.stdout, done.stderr
    assert tree(tmp_path) == ["a.png"]


@pytest.mark.parametrize(
    ("suffix", "side", "fits"),
    [(".jpg", 65500, True), (".jpg", 65501, False), (".webp", 16383, True), (".webp", 16384, False),
     (".avif", 16385, False), (".png", 10**6, True), (".tiff", 10**6, True)],
)  # fmt: skip
def test_limits_are_found_before_the_work(suffix, side, fits):
    for size in (Size(side, 1), Size(1, side)):
        if fits:
            assert check_format(suffix, size) == ()
        else:
            with pytest.raises(OutputError, match=str(side)):
                check_format(f"folder/name{suffix}", size)


@pytest.mark.parametrize(
    ("suffix", "depth", "alpha", "words"),
    [(".jpg", 16, True, ["white", "8 bits"]), (".webp", 16, True, ["8 bits"]), (".png", "float", False, ["16"]),
     (".avif", 16, False, ["12 bits"]), (".tif", "float", True, []), (".png", 16, True, [])],
)  # fmt: skip
def test_what_a_format_does_not_keep_is_said(suffix, depth, alpha, words):
    notices = check_format(suffix, Size(9, 9), depth, alpha)
    assert len(notices) == len(words)
    assert all(word in notice for word, notice in zip(words, notices, strict=True))


@pytest.mark.parametrize("name", ["a.bmp", "a", ".xyz", "a.gif"])
def test_a_format_that_is_not_written_is_refused(name):
    with pytest.raises(OutputError, match="cannot be written"):
        check_format(name, Size(1, 1))


def test_the_default_format_is_the_sources_or_one_that_keeps_all():
    assert [default_suffix(name) for name in ("jpeg", "tiff", "gif", "heic")] == [
        ".jpg",
        ".tif",
        ".png",
        ".png",
    ]


def test_tiff_is_tiled_and_compressed(tmp_path, write, road, read):
    pixels = np.zeros((600, 700, 3), np.uint8)
    saved = road(write(tmp_path / "a.png", pixels), tmp_path / "b.tif")
    assert saved.path.stat().st_size < 20_000
    with Image.open(saved.path) as image:
        assert image.tag_v2[322] == 256
    assert not read(saved.path)[0].any()
