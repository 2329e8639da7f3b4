"""`--again`: the record in a target repeats its run."""

import numpy as np
import pytest
from PIL import Image

from core.engine.record import Record
from core.image.io import read_record


@pytest.fixture
def made(shell, photo, tmp_path):
    """A source, and a target made from it with a mask, in small tiles, without clean-up being said."""

    def make(suffix=".png", width=70, height=40, pixels=None, tile="64x40"):
        source = photo(tmp_path / "photo.png", width, height)
        mask = np.zeros((height, width), bool) if pixels is None else pixels
        mask[:20, :30] = True
        Image.fromarray(mask).save(tmp_path / "face.png")
        target = tmp_path / f"out{suffix}"
        options = ("--priority", "rest=+1", "--seed", 77, "--tile", tile, "--quality", "80")
        done = shell("upscale", source, "-o", target, "--mask", f"{tmp_path}/face.png=-2", *options)
        assert done.exit_code == 0, done.stderr
        return source, target

    return make


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp"])
def test_again_gives_the_same_pixels(shell, made, pixels_of, tmp_path, suffix):
    _, target = made(suffix)
    done = shell("upscale", "--again", target)
    assert done.stdout.strip() == str(tmp_path / f"out-2{suffix}")
    assert np.array_equal(pixels_of(target), pixels_of(tmp_path / f"out-2{suffix}"))


def test_again_needs_neither_the_mask_nor_the_same_free_memory(shell, made, pixels_of, tmp_path, monkeypatch):
    _, target = made()
    (tmp_path / "face.png").unlink()
    monkeypatch.setenv("SEMANTIC_UPSCALE_MEMORY_LIMIT", "64MiB")
    shell("upscale", "--again", target)
    assert np.array_equal(pixels_of(target), pixels_of(tmp_path / "out-2.png"))


def test_options_given_with_again_win(shell, made, pixels_of, tmp_path):
    _, target = made()
    shell("upscale", "--again", target, "--seed", 78, "-o", tmp_path / "other.png")
    record = Record.from_json(read_record(tmp_path / "other.png"))
    assert (record.request.seed, record.regions.rest) == (78, 1)
    assert not np.array_equal(pixels_of(target), pixels_of(tmp_path / "other.png"))


def test_a_missing_source_is_told_with_both_names(shell, made):
    source, target = made()
    source.unlink()
    done = shell("upscale", "--again", target)
    assert done.exit_code == 3
    assert "out.png" in done.stderr
    assert "photo.png" in done.stderr


def test_a_moved_source_can_be_named(shell, made, pixels_of, tmp_path):
    source, target = made()
    moved = source.rename(tmp_path / "moved.png")
    shell("upscale", moved, "--again", target)
    assert np.array_equal(pixels_of(target), pixels_of(tmp_path / "out-2.png"))


def test_a_changed_source_is_told_with_both_names(shell, made, photo):
    source, target = made()
    photo(source, 71, 50)
    done = shell("upscale", "--again", target)
    assert done.exit_code == 3
    assert "changed" in done.stderr
    assert "out.png" in done.stderr
    assert "photo.png" in done.stderr


def test_a_picture_without_a_record_is_told(shell, photo, tmp_path):
    done = shell("upscale", "--again", photo(tmp_path / "plain.png"))
    assert done.exit_code == 3
    assert "no record" in done.stderr


def test_the_record_names_no_folder(made, tmp_path):
    _, target = made()
    assert Record.from_json(read_record(target)).source.path == "photo.png"
    assert str(tmp_path) not in read_record(target)
