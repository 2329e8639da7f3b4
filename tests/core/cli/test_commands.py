"""The smaller commands: version, models, doctor, regions."""

import json

import numpy as np
import pytest
import pyvips
import tifffile

from core.regions.suproj import read_project
from resources import FOLDER


def test_version_is_one_line(shell):
    done = shell("version")
    assert done.stdout.startswith("semantic-upscale ")
    assert shell("--version").stdout == done.stdout


def test_version_in_json(shell):
    assert set(json.loads(shell("version", "--json").stdout)) >= {"version", "python", "system"}


def test_models_are_listed_with_licence_and_place(shell, tiny_models):
    assert "Apache-2.0" in shell("models", "list").stdout
    row = json.loads(shell("models", "list", "--json").stdout)
    assert (row["id"], row["path"]) == ("compact", str(tiny_models / "compact-x4.safetensors"))


def test_the_doctor_finds_this_machine_fit(shell):
    report = json.loads(shell("doctor", "--json").stdout)
    found = {finding["name"]: finding for finding in report["findings"]}
    assert report["ok"], report
    assert found["self-test"]["ok"]
    assert found["device cpu"]["ok"]


def test_the_doctor_fails_where_the_model_is_missing(shell, tiny_models, tmp_path, monkeypatch):
    from core.checkpoints import catalog  # noqa: PLC0415

    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "models.json").write_bytes((tiny_models / "models.json").read_bytes())
    monkeypatch.setattr(catalog, "bundled_folder", lambda: tmp_path / "bare")
    done = shell("doctor")
    assert done.exit_code == 9
    assert "FAIL" in done.stdout


def test_regions_are_proposed_and_kept_beside_the_picture(shell, photo, tmp_path):
    picture = photo(tmp_path / "photo.png", 60, 50)
    done = shell("regions", picture)
    path = tmp_path / "photo.png.suproj"
    project = read_project(path)
    assert done.stdout.strip() == str(path)
    assert (project.source.path, project.regions.size.width) == ("photo.png", 60)


def test_a_box_gives_one_region_and_no_project_is_overwritten(shell, photo, tmp_path):
    picture, path = photo(tmp_path / "photo.png", 60, 50), tmp_path / "face.suproj"
    path.write_bytes(b"precious")
    done = shell("regions", picture, "--box", "5,5,30,30", "--points", "12,12 40,40-", "-o", path)
    assert path.read_bytes() == b"precious"
    assert done.stdout.strip() == str(tmp_path / "face-2.suproj")
    assert len(read_project(tmp_path / "face-2.suproj").regions) == 1


@pytest.mark.parametrize(
    "option", [("--box", "1,2"), ("--points", "x"), ("--points", "900,1"), ("--segmenter", "hal")]
)
def test_prompts_that_make_no_sense_are_wrong_usage(shell, photo, tmp_path, option):
    assert shell("regions", photo(tmp_path / "photo.png", 20, 20), *option).exit_code == 2


@pytest.mark.parametrize("name", ["chelsea", "coffee"])
def test_the_samples_have_regions_of_their_size_from_faithful_to_inventive(name):
    project = read_project(FOLDER / "samples" / f"{name}.suproj")
    priorities = {region.priority for region in project.regions}
    assert {-2, 2} <= priorities
    assert (FOLDER / "samples" / project.source.path).stat().st_size == project.source.size_bytes


@pytest.mark.parametrize("command", ["evaluate", "train"])
def test_commands_of_other_rooms_show_their_own_help(shell, command):
    done = shell(command, "--help")
    assert done.exit_code == 0
    assert f"semantic-upscale {command}" in done.stdout


def test_errors_of_lent_commands_are_told_like_others(shell, tmp_path):
    done = shell("train", "magic", "--data", tmp_path)
    assert done.exit_code == 2
    assert "magic" in done.stderr


def test_what_a_target_lost_is_said_once_and_with_strict_it_is_not_written(shell, photo, tmp_path):
    source = photo(tmp_path / "a.jpg", comment="Grüße")
    done = shell("upscale", source, "-o", tmp_path / "b.webp", "--json")
    (lost,) = json.loads(done.stdout)["losses"]
    assert lost == "WEBP has no place for 1 comment."
    assert done.stderr.count("comment") == 1
    refused = shell("upscale", source, "-o", tmp_path / "c.webp", "--strict")
    assert (refused.exit_code, "comment" in refused.stderr) == (4, True)
    assert not (tmp_path / "c.webp").exists()
    assert shell("upscale", source, "-o", tmp_path / "d.png", "--strict").exit_code == 0


def test_one_absurd_value_ends_no_batch_and_is_felt_nowhere_else(shell, tmp_path):
    pixels = np.full((8, 40, 3), 0.5, np.float32)
    tifffile.imwrite(tmp_path / "plain.tif", pixels, photometric="rgb")
    pixels[4, 2] = 1e30
    tifffile.imwrite(tmp_path / "absurd.tif", pixels, photometric="rgb")
    far = []
    for name in ("plain", "absurd"):
        done = shell(
            "upscale", tmp_path / f"{name}.tif", "-o", tmp_path / f"{name}-x4.tif", "--clean", "0", "--json"
        )
        assert done.exit_code == 0
        json.loads(done.stdout, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
        far.append(pyvips.Image.new_from_file(str(tmp_path / f"{name}-x4.tif")).numpy()[:, 4 * 23 :])
    assert np.abs(far[0] - far[1]).max() < 1 / 255
