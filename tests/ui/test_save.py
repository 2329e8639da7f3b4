"""Where a target goes, and that nothing there is replaced or overfilled."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import OutputError, UsageError
from core.geometry import Size
from plugin.bridge.saving import free_name
from ui import output
from ui.output import SaveChoice, file_bytes, target_name, target_path


def test_a_target_lies_beside_its_source_in_its_format():
    assert target_path("/a/photo.jpg", 4.0, SaveChoice()) == Path("/a/photo_x4.jpg")


def test_a_format_that_cannot_be_written_becomes_png():
    assert target_path("/a/photo.heic", 2.0, SaveChoice()).name == "photo_x2.png"


def test_a_template_names_the_file_and_the_ending_is_never_lost():
    assert target_name("big {name} by {scale}", "cat", 2.5, ".tif") == "big cat by 2.5.tif"


@pytest.mark.parametrize("template", ["{nome}", "{name}/{scale}", "..{name}", "{name", "a:b"])
def test_a_template_that_makes_no_file_name_is_told(template):
    with pytest.raises(UsageError):
        target_name(template, "photo", 4, ".png")


@settings(max_examples=40)
@given(
    st.text(st.characters(blacklist_characters='/\\:*?"<>|', blacklist_categories=["Cc", "Cs"]), min_size=1)
)
def test_any_plain_name_comes_back_whole(stem):
    assert target_name("x_{name}{ext}", stem, 4, ".png") == f"x_{stem}.png"


def test_a_taken_name_gets_a_number(tmp_path):
    for name in ("a.png", "a-2.png"):
        (tmp_path / name).touch()
    assert free_name(tmp_path / "a.png").name == "a-3.png"


def test_a_full_disk_is_told_with_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(output, "free_bytes", lambda folder: 1_100_000_000)
    with pytest.raises(OutputError, match=r"3.2 GB .* 1.1 GB is free"):
        output.check_room(tmp_path, 3_200_000_000)


def test_a_target_too_large_for_its_format_is_told_before_it_is_written(tmp_path):
    with pytest.raises(OutputError, match="too large for JPEG"):
        SaveChoice().check_before(tmp_path / "a.jpg", {"width": 70_000, "height": 10})


def test_a_deeper_file_is_larger_and_jpeg_stays_at_eight_bits():
    size = Size(1000, 1000)
    assert file_bytes(size, ".png", 16) == 2 * file_bytes(size, ".png", 8)
    assert file_bytes(size, ".jpg", 16) == file_bytes(size, ".jpg", 8)


def test_the_engine_is_told_only_what_was_chosen():
    assert SaveChoice().for_engine() == {"metadata": True, "location": True}
    assert SaveChoice(depth=16, quality=80, location=False).for_engine() == {
        "metadata": True,
        "location": False,
        "depth": "u16",
        "quality": 80,
    }


@pytest.mark.parametrize(("count", "words"), [(12, "12 B"), (36_000_000, "36 MB"), (3_200_000_000, "3.2 GB")])
def test_sizes_have_two_figures_and_a_unit(count, words):
    assert output.size_words(count) == words
