"""Sizes as people think, and what stays out of a target, through the shell."""

import numpy as np
import pytest
from PIL import Image

from core.image.io import read_source_hash


@pytest.mark.parametrize(
    ("words", "size"),
    [
        (("--width", 30), (30, 25)),
        (("--height", 33), (40, 33)),
        (("--long-edge", 31), (31, 26)),
        (("--megapixels", 0.00108), (36, 30)),
    ],
)
def test_a_size_is_met(shell, photo, tmp_path, words, size):
    done = shell("upscale", photo(tmp_path / "a.png"), "-o", tmp_path / "b.png", *words)
    assert done.exit_code == 0, done.stderr
    with Image.open(tmp_path / "b.png") as made:
        assert made.size == size


@pytest.mark.parametrize(
    "words", [("--width", 49), ("--width", 12), ("--megapixels", "nan"), ("-s", 2, "--width", 20)]
)
def test_a_size_that_cannot_be_is_told(shell, photo, tmp_path, words):
    assert shell("upscale", photo(tmp_path / "a.png"), *words).exit_code == 2


def test_a_second_run_by_size_enlarges_no_target(shell, photo, tmp_path):
    photo(tmp_path / "in" / "a.png", 13, 7)
    for _ in range(2):
        shell("upscale", tmp_path / "in", "--long-edge", 30, "--skip-existing")
    assert len(list((tmp_path / "in").iterdir())) == 2


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif", ".webp"])
def test_strip_leaves_pixels_alone(shell, photo, tmp_path, suffix):
    tags = Image.Exif()
    tags[0x010F] = "Camera"
    source = photo(tmp_path / "a.jpg", exif=tags)
    shell("upscale", source, "-o", tmp_path / f"b{suffix}", "--strip")
    data = (tmp_path / f"b{suffix}").read_bytes()
    assert all(word not in data for word in (b"Camera", b"Semantic", b"su:source"))
    assert read_source_hash(tmp_path / f"b{suffix}") is None


def test_no_location_leaves_the_rest(shell, photo, tmp_path):
    tags = Image.Exif()
    tags[0x010F] = "Camera"
    tags.get_ifd(0x8825)[2] = (48.0, 8.0, 0.0)
    source = photo(tmp_path / "a.jpg", exif=tags)
    shell("upscale", source, "-o", tmp_path / "b.jpg", "--no-location")
    with Image.open(tmp_path / "b.jpg") as made:
        kept = made.getexif()
    assert kept[0x010F] == "Camera"
    assert not kept.get_ifd(0x8825)


def test_lossless_webp_has_the_pixels_of_the_png(shell, photo, pixels_of, tmp_path):
    source = photo(tmp_path / "a.png")
    shell("upscale", source, "-o", tmp_path / "b.png")
    shell("upscale", source, "-o", tmp_path / "b.webp", "--lossless")
    assert np.array_equal(pixels_of(tmp_path / "b.png"), pixels_of(tmp_path / "b.webp"))
