"""Many pictures: what fails is told, the rest go on."""

import json

import pytest


@pytest.fixture
def scans(photo, tmp_path):
    """A folder with two pictures, one of them a level deeper, a text and a hidden picture."""
    folder = tmp_path / "scans"
    photo(folder / "a.png", 5, 4)
    photo(folder / "deep" / "b.jpg", 6, 3)
    photo(folder / ".hidden.png")
    (folder / "notes.txt").write_text("")
    return folder


def lines_of(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def made(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_tree_is_mirrored(shell, scans, tmp_path):
    done = shell("upscale", scans, "-o", tmp_path / "big", "--recursive")
    assert done.exit_code == 0
    assert made(tmp_path / "big") == ["a_x4.png", "deep/b_x4.jpg"]


def test_without_recursive_only_the_folder_itself(shell, scans, tmp_path):
    shell("upscale", scans, "-o", tmp_path / "big")
    assert made(tmp_path / "big") == ["a_x4.png"]


def test_what_is_damaged_is_told_and_the_rest_go_on(shell, scans):
    (scans / "0.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = shell("upscale", scans, "--json")
    first, second = lines_of(done)
    assert done.exit_code == 1
    assert first["error"]["exit_code"] == 3
    assert second["error"] is None
    assert "1 of 2" in done.stderr


def test_skip_existing_does_nothing_twice(shell, scans, tmp_path):
    command = ("upscale", scans, "-o", tmp_path / "big", "--recursive", "--skip-existing", "--json")
    assert [line["skipped"] for line in lines_of(shell(*command))] == [False, False]
    again = shell(*command)
    assert [line["skipped"] for line in lines_of(again)] == [True, True]
    assert again.exit_code == 0


def test_targets_beside_their_sources_are_not_taken_for_sources(shell, scans):
    command = ("upscale", scans, "--recursive", "--skip-existing")
    shell(*command)
    shell(*command)
    assert made(scans) == [".hidden.png", "a.png", "a_x4.png", "deep/b.jpg", "deep/b_x4.jpg", "notes.txt"]


def test_targets_in_a_folder_below_are_not_taken_for_sources(shell, scans):
    command = ("upscale", scans, "-o", scans / "big", "--recursive", "--skip-existing")
    shell(*command)
    shell(*command)
    assert made(scans / "big") == ["a_x4.png", "deep/b_x4.jpg"]


def test_two_sources_of_one_name_get_two_targets(shell, photo, tmp_path):
    sources = photo(tmp_path / "one" / "a.png", 4, 4), photo(tmp_path / "two" / "a.png", 5, 5)
    command = ("upscale", *sources, "-o", tmp_path / "big", "--overwrite")
    shell(*command)
    shell(*command)
    assert made(tmp_path / "big") == ["a_x4-2.png", "a_x4.png"]


def test_a_picture_named_twice_is_enlarged_once(shell, scans):
    done = shell("upscale", scans / "a.png", scans, "--json")
    assert len(lines_of(done)) == 1


def test_several_pictures_do_not_fit_into_one_file(shell, scans, tmp_path):
    assert shell("upscale", scans, "-o", tmp_path / "one.png").exit_code == 2


def test_a_folder_with_a_dot_is_a_folder_when_written_as_one(shell, scans, tmp_path):
    shell("upscale", scans, "-o", f"{tmp_path}/v1.2/")
    assert made(tmp_path / "v1.2") == ["a_x4.png"]


def test_an_unknown_device_ends_the_run_at_once(shell, scans):
    done = shell("upscale", scans, "--recursive", "--device", "tpu")
    assert done.exit_code == 6
    assert done.stderr.count("Error") == 1
