"""Bad input ends in two clear lines and the right exit code, and nothing is lost or left behind."""

import json
import os
import struct
import zipfile
import zlib

import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from core.checkpoints import catalog
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.project import Project
from core.regions.region import Region, RegionSet
from core.regions.suproj import write_project


@pytest.fixture
def refused(shell, tmp_path):
    """Run, and check that it ends with this code, two lines on stderr, nothing on stdout and no new file."""

    def run(code, *arguments):
        before = files_below(tmp_path)
        done = shell("upscale", *arguments)
        assert (done.exit_code, done.stdout) == (code, ""), done.stderr
        assert done.stderr.startswith("Error: ")
        assert len(done.stderr.strip().splitlines()) == 2
        assert files_below(tmp_path) == before
        return done.stderr

    return run


def files_below(folder):
    return {path for path in folder.rglob("*") if path.is_file()}


def png_chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def project_file(path, width=12):
    half = Region("r1", "Half", Mask.filled(Box(0, 0, 6, 10)))
    write_project(Project(RegionSet(Size(width, 10), (half,))), path)
    return path


def rewritten(path, change):
    """The same zip with its members changed."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, data in change(members).items():
            new.writestr(name, data)
    return path


def test_a_truncated_picture(refused, photo, tmp_path):
    path = photo(tmp_path / "cut.png", 60, 60)
    path.write_bytes(path.read_bytes()[:2000])
    assert "cut.png" in refused(3, path)


def test_a_header_that_lies(refused, tmp_path):
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", bytes(130)))
    assert "40000" in refused(3, path)


def test_zero_bytes(refused, tmp_path):
    path = tmp_path / "nothing.jpg"
    path.touch()
    assert "zero bytes" in refused(3, path)


def test_a_missing_file(refused, tmp_path):
    assert "no file" in refused(3, tmp_path / "gone.jpg")


def test_a_text_that_is_called_a_picture(refused, tmp_path):
    path = tmp_path / "letter.jpg"
    path.write_text("Dear Sir")
    assert "no picture" in refused(3, path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_no_permission(refused, photo, tmp_path):
    path = photo(tmp_path / "secret.png")
    path.chmod(0)
    assert "may not be read" in refused(3, path)


def test_a_wrong_ending_is_no_hindrance(shell, photo, tmp_path):
    path = photo(tmp_path / "really.png").rename(tmp_path / "really.jpg")
    assert shell("upscale", path).stdout.strip() == str(tmp_path / "really_x4.png")


def test_spaces_and_letters_of_any_script(shell, photo, tmp_path):
    path = photo(tmp_path / "Ordner mit Bäumen" / "фото 写真 é.png")
    done = shell("upscale", path)
    assert done.stdout.strip() == str(path.with_name("фото 写真 é_x4.png"))


def test_a_folder_without_pictures_is_nothing_to_do(shell, tmp_path):
    (tmp_path / "empty").mkdir()
    done = shell("upscale", tmp_path / "empty")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "Nothing to do" in done.stderr


def test_a_mask_of_another_size(refused, photo, tmp_path):
    Image.new("L", (5, 5), 255).save(tmp_path / "small.png")
    words = refused(3, photo(tmp_path / "photo.png"), "--mask", f"{tmp_path}/small.png=1")
    assert "5×5" in words
    assert "12×10" in words


def test_a_project_of_another_picture(refused, photo, tmp_path):
    path = project_file(tmp_path / "p.suproj", 99)
    assert "99×10" in refused(3, photo(tmp_path / "photo.png"), "--regions", path)


def test_a_project_of_a_newer_version(refused, photo, tmp_path):
    def newer(members):
        values = {**json.loads(members["project.json"]), "version": 99}
        return {**members, "project.json": json.dumps(values)}

    path = rewritten(project_file(tmp_path / "p.suproj"), newer)
    assert "version 99" in refused(3, photo(tmp_path / "photo.png"), "--regions", path)


def test_a_project_whose_mask_is_missing(refused, photo, tmp_path):
    def without_mask(members):
        return {name: data for name, data in members.items() if not name.startswith("masks/")}

    path = rewritten(project_file(tmp_path / "p.suproj"), without_mask)
    assert "masks/r1.png" in refused(3, photo(tmp_path / "photo.png"), "--regions", path)


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--priority", "rest=+7"), "7"),
        (("--priority", "rest"), "no priority"),
        (("--priority", "face=1"), "face"),
        (("--mask", "m.png=lots"), "lots"),
        (("--scale", "0"), "scale"),
        (("--scale", "nan"), "scale"),
        (("--seed", "-1"), "seed"),
        (("--detail", "9"), "Detail"),
        (("--clean", "1.5"), "Clean-up"),
        (("--method", "magic"), "magic"),
        (("--precision", "float8"), "float8"),
        (("--tile", "7"), "7"),
        (("--tile", "big"), "big"),
        (("--memory", "much"), "much"),
        (("--format", "bmp"), "bmp"),
        (("--quality", "0"), "quality"),
        (("--name", "{who}"), "{who}"),
        (("--name", "../{name}"), "../"),
        (("--overwrite", "--skip-existing"), "--overwrite"),
        (("-o", "a.png", "--format", "jpg"), "a.png"),
        (("-o", "-", "--json"), "Stdout"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(refused, photo, tmp_path, options, word):
    assert word in refused(2, photo(tmp_path / "photo.png"), *options)


def test_no_picture_at_all(refused):
    assert "No picture" in refused(2)


def test_an_option_that_does_not_exist(shell):
    assert shell("upscale", "x.png", "--bogus").exit_code == 2


def test_an_unknown_device(refused, photo, tmp_path):
    assert "tpu" in refused(6, photo(tmp_path / "photo.png"), "--device", "tpu")


def test_an_ending_that_is_not_written(refused, photo, tmp_path):
    assert ".gif" in refused(4, photo(tmp_path / "photo.png"), "-o", tmp_path / "out.gif")


def test_a_target_too_large_for_its_format_is_told_before_the_work(refused, photo, tmp_path):
    assert "16384×4" in refused(4, photo(tmp_path / "wide.webp", 4096, 1))


def test_a_folder_that_cannot_be_made(refused, photo, tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be made" in refused(4, photo(tmp_path / "photo.png"), "-o", tmp_path / "file" / "out.png")


def test_a_disk_that_is_too_small_is_told_with_numbers(refused, photo, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    words = refused(4, photo(tmp_path / "photo.png", 60, 50))
    assert "0 MB free" in words


@pytest.fixture
def catalog_in(tmp_path, tiny_model, monkeypatch):
    """The catalog in a folder of its own, without weights; gives the path where they should be."""
    folder = tmp_path / "other-models"
    folder.mkdir()
    (folder / "models.json").write_bytes((tiny_model / "models.json").read_bytes())
    monkeypatch.setattr(catalog, "bundled_folder", lambda: folder)
    return folder / "compact-x4.safetensors"


def test_missing_weights(refused, photo, tmp_path, catalog_in):
    assert catalog_in.name in refused(5, photo(tmp_path / "photo.png"))


def test_weights_cut_short(refused, photo, tmp_path, catalog_in, tiny_models):
    catalog_in.write_bytes((tiny_models / catalog_in.name).read_bytes()[:1000])
    assert catalog_in.name in refused(5, photo(tmp_path / "photo.png"))


def test_weights_of_half_a_model(refused, photo, tmp_path, catalog_in, tiny_models):
    some = dict(list(load_file(tiny_models / catalog_in.name).items())[:2])
    save_file(some, catalog_in, {"architecture": "compact"})
    assert catalog_in.name in refused(5, photo(tmp_path / "photo.png"))


def test_a_fault_of_the_program_leaves_a_report_and_no_traceback(shell, photo, tmp_path, monkeypatch):
    monkeypatch.setattr("core.cli.run.enlarge", lambda *_: 1 / 0)
    done = shell("upscale", photo(tmp_path / "photo.png"))
    reports = list((tmp_path / "home" / "log").glob("error-*.txt"))
    assert done.exit_code == 70
    assert "Traceback" not in done.stderr
    assert "ZeroDivisionError" in reports[0].read_text()
    assert str(reports[0]) in done.stderr
