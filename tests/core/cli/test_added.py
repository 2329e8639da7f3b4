"""`upscale --added`: where detail was invented, as a picture and as numbers."""

import json

import numpy as np
import pytest
from PIL import Image

from core.cli.run import colour_map, drawn, in_words, write_added
from core.errors import OutputError
from core.geometry import Box, Size
from core.metrics.detail import Added
from core.regions.mask import Mask
from core.regions.project import Project
from core.regions.region import Region, RegionSet
from core.regions.suproj import write_project


@pytest.fixture
def project(tmp_path):
    """Half of a 48×20 picture Inventive, the rest Faithful."""
    half = Region("r1", "Half", Mask.filled(Box(0, 0, 24, 20)), priority=2)
    write_project(Project(RegionSet(Size(48, 20), (half,), rest=-2)), tmp_path / "p.suproj")
    return tmp_path / "p.suproj"


def test_each_region_has_its_share_and_the_picture_is_there(shell, photo, project, tmp_path):
    source, shown = photo(tmp_path / "a.png", 48, 20), tmp_path / "shown.png"
    done = shell("upscale", source, "--regions", project, "--added", shown, "--json")
    (half, rest) = json.loads(done.stdout)["added"]
    assert (half["name"], rest["name"]) == ("Half", "rest")
    assert half["share"] > rest["share"]
    with Image.open(shown) as image:
        assert image.width >= 480


def test_a_faithful_run_added_nothing(shell, photo, tmp_path):
    done = shell(
        "upscale", photo(tmp_path / "a.png"), "--detail", "-4", "--added", tmp_path / "b.png", "--json"
    )
    assert json.loads(done.stdout)["added"] == [{"name": "rest", "share": 0.0}]


def test_without_the_option_nothing_is_measured(shell, photo, tmp_path):
    assert json.loads(shell("upscale", photo(tmp_path / "a.png"), "--json").stdout)["added"] == []


def test_a_picture_of_that_name_stays(shell, photo, tmp_path):
    there = tmp_path / "shown.png"
    there.write_bytes(b"precious")
    shell("upscale", photo(tmp_path / "a.png"), "--added", there)
    assert there.read_bytes() == b"precious"
    assert (tmp_path / "shown-2.png").is_file()


@pytest.mark.parametrize("wrong", [("--added", "x.jpg"), ("--added", "o.png", "-o", "o.png")])
def test_what_cannot_be_is_refused_before_any_work(shell, photo, tmp_path, wrong):
    assert shell("upscale", photo(tmp_path / "a.png"), *wrong).exit_code == 2


def test_several_pictures_cannot_share_one(shell, photo, tmp_path):
    pictures = [photo(tmp_path / name) for name in ("a.png", "b.png")]
    assert shell("upscale", *pictures, "--added", tmp_path / "c.png").exit_code == 2


def test_where_nothing_was_invented_the_source_stays_grey():
    shown = colour_map(np.array([[0, 255]], np.uint8), np.array([[200, 200]], np.uint8))
    assert len(set(shown[0, 0])) == 1
    assert len(set(shown[0, 1])) > 1


def test_a_large_picture_is_shown_smaller_and_a_tiny_one_larger():
    for side, least, most in ((4000, 1500, 1600), (10, 480, 600)):
        plane = np.zeros((side, side), np.float32)
        shown = drawn(Added(plane, plane), plane.astype(np.uint8), (("rest", 0.0),))
        assert least <= shown.shape[1] <= most


def test_a_little_is_never_called_nothing():
    assert (
        in_words((("Hair", 0.412), ("Eyes", 0.001), ("rest", 0.0))) == "Hair 41 %, Eyes under 1 %, rest 0 %"
    )


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError):
        write_added(np.zeros((4, 4, 3), np.uint8), tmp_path / "file" / "x.png")
