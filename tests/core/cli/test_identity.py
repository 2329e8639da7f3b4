"""Batches go by what a file is, not by its name: no source is replaced, no picture skipped that was never made."""

import hashlib
import json
import os
import random

import numpy as np
import pytest
from PIL import Image

from core.cli import run as run_of_all
from core.image.io import read_record, read_source_hash


def lines_of(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def hashed(folder):
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()
    }


def test_another_source_of_the_run_is_never_replaced(shell, photo, tmp_path):
    sources = photo(tmp_path / "in" / "a.jpg"), photo(tmp_path / "in" / "a.png", 9, 7)
    before = hashed(tmp_path / "in")
    done = shell("upscale", *sources, "-f", "png", "--name", "{name}", "--overwrite", "--json")
    assert done.exit_code == 1
    assert "source of this run" in lines_of(done)[0]["error"]["message"]
    assert {path: hashed(tmp_path / "in")[path] for path in before} == before


def test_a_hard_link_to_a_source_is_that_source(shell, photo, tmp_path):
    source = photo(tmp_path / "a.png")
    os.link(source, tmp_path / "b.png")
    before = source.read_bytes()
    assert shell("upscale", source, "-o", tmp_path / "b.png", "--overwrite").exit_code == 4
    assert source.read_bytes() == before


def test_a_picture_of_ones_own_is_enlarged_whatever_it_is_called(shell, photo, tmp_path):
    photo(tmp_path / "in" / "car.png")
    photo(tmp_path / "in" / "car_x4.png", 5, 5)
    made = [
        line["target"].rpartition("/")[2] for line in lines_of(shell("upscale", tmp_path / "in", "--json"))
    ]
    assert made == ["car_x4-2.png", "car_x4_x4.png"]


def test_skip_existing_makes_what_was_never_made(shell, photo, tmp_path):
    source = photo(tmp_path / "car.png")
    other = photo(tmp_path / "car_x4.png", 5, 5).read_bytes()
    command = ("upscale", source, "--skip-existing", "--json")
    first, again = lines_of(shell(*command))[0], lines_of(shell(*command))[0]
    assert (first["skipped"], again["skipped"]) == (False, True)
    assert first["target"] == again["target"] == str(tmp_path / "car_x4-2.png")
    assert (tmp_path / "car_x4.png").read_bytes() == other


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".avif"])
@pytest.mark.parametrize("words", [(), ("--no-record",)])
def test_a_target_carries_the_hash_of_its_source(shell, photo, tmp_path, suffix, words):
    source = photo(tmp_path / "a.png")
    shell("upscale", source, "-o", tmp_path / f"b{suffix}", *words)
    assert read_source_hash(tmp_path / f"b{suffix}") == hashlib.sha256(source.read_bytes()).hexdigest()
    assert read_source_hash(source) is None


def test_a_changed_source_is_made_again_by_skip_existing(shell, photo, tmp_path):
    command = ("upscale", photo(tmp_path / "a.png"), "--skip-existing", "--json")
    shell(*command)
    photo(tmp_path / "a.png", 7, 7)
    assert lines_of(shell(*command))[0]["skipped"] is False


def test_the_record_names_the_source_and_no_folder(shell, photo, tmp_path):
    shell("upscale", photo(tmp_path / "holiday" / "a.png"), "-o", tmp_path / "big" / "b.png")
    assert json.loads(read_record(tmp_path / "big" / "b.png"))["source"]["path"] == "a.png"


def test_what_nobody_foresaw_is_the_failure_of_one_picture(shell, photo, tmp_path, monkeypatch):
    for name in "abc":
        photo(tmp_path / "in" / f"{name}.png")
    whole = run_of_all.enlarge

    def breaking(bench, found, title):
        if found.path.stem == "b":
            raise ZeroDivisionError("a fault")
        return whole(bench, found, title)

    monkeypatch.setattr(run_of_all, "enlarge", breaking)
    done = shell("upscale", tmp_path / "in", "--json")
    assert [line["error"] is None for line in lines_of(done)] == [True, False, True]
    assert "report" in lines_of(done)[1]["error"]["advice"]
    assert done.exit_code == 1


@pytest.mark.skipif(os.name == "nt", reason="names are bytes only where they are bytes")
def test_names_that_are_no_utf8_or_as_long_as_can_be_are_done(shell, photo, tmp_path):
    folder = tmp_path / "in"
    photo(folder / "plain.png")
    for name in (b"odd\xff.png", "ä".encode() * 125 + b".png"):
        (folder / os.fsdecode(name)).write_bytes((folder / "plain.png").read_bytes())
    done = shell("upscale", folder, "--json")
    assert [line["error"] for line in lines_of(done)] == [None] * 3
    assert done.exit_code == 0
    again = shell("upscale", folder, "--json", "--skip-existing")
    assert [line["skipped"] for line in lines_of(again)] == [True] * 3


def test_what_is_not_read_in_a_folder_is_named(shell, photo, tmp_path):
    photo(tmp_path / "in" / "a.png")
    for name in ("b.dng", "c.xcf", "notes.txt"):
        (tmp_path / "in" / name).write_bytes(b"something")
    told = shell("upscale", tmp_path / "in").stderr
    assert "camera raw (1)" in told
    assert "GIMP document (1)" in told
    assert "notes" not in told


def test_a_dry_run_says_that_the_folder_cannot_be_made_and_makes_none(shell, photo, tmp_path):
    source = photo(tmp_path / "a.png")
    (tmp_path / "file").write_text("")
    assert shell("upscale", source, "-o", tmp_path / "file" / "b.png", "--dry-run").exit_code == 4
    assert shell("upscale", source, "-o", tmp_path / "new" / "b.png", "--dry-run").exit_code == 0
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
def test_no_command_line_changes_a_source(shell, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    chance = random.Random(17)  # noqa: S311  (nothing is secret here)
    for name in ("a.png", "a.jpg", "b.png", "b_x4.png", "a_x4.jpg"):
        pixels = np.full((6, 5, 3), chance.randrange(256), np.uint8)
        Image.fromarray(pixels).save(folder / name)
    sources = sorted(folder.iterdir())
    before = hashed(folder)
    for _ in range(50):
        words = [*chance.sample(sources, chance.randint(1, 5))]
        words += chance.choice([[], ["--overwrite"], ["--overwrite"], ["--skip-existing"]])
        words += ["--name", chance.choice(["{name}", "{name}_x{scale}", "a", "b_x{scale}"])]
        words += chance.choice([[], ["-f", "png"], ["-f", "jpg"], ["-o", f"{folder}/"]])
        done = shell("upscale", *words)
        assert done.exit_code in {0, 1, 4}, (words, done.stderr)
        now = hashed(folder)
        assert {path: now[path] for path in before if path in map(str, words) or path in words} == {
            path: value for path, value in before.items() if path in words
        }, words
        for path in set(now) - set(before):
            path.unlink()
        for path in set(before) - set(words):  # what the run was not given is not its source
            before[path] = hashlib.sha256(path.read_bytes()).hexdigest()
