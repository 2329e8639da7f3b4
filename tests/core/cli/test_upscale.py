"""`semantic-upscale upscale`: one picture, what it gets and where it goes."""

import io
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.engine.record import Record
from core.geometry import Box, Size
from core.image.io import open_picture, read_record
from core.regions.mask import Mask
from core.regions.project import Project, sidecar_of
from core.regions.region import Region, RegionSet
from core.regions.suproj import write_project
from plugin.bridge.facts import target_px

LABEL = b"compositeWithTrainedAlgorithmicMedia"


@pytest.fixture
def project():
    """A project with one Inventive region over the left half of a 12×10 picture, and a seed of its own."""

    def make(path, **values):
        half = Region("r1", "Half", Mask.filled(Box(0, 0, 6, 10)), priority=2)
        write_project(Project(RegionSet(Size(12, 10), (half,), rest=-2), **values), path)
        return path

    return make


def kind_of(file):
    with Image.open(file) as image:
        return image.format, image.size


def xmp_of(path):
    with open_picture(path) as picture:
        return picture.carried.xmp


def record_of(path):
    return Record.from_json(read_record(path))


def test_the_target_lies_beside_its_source_in_the_same_format(shell, photo, tmp_path):
    source = photo(tmp_path / "in" / "photo.jpg")
    done = shell("upscale", source)
    target = source.with_name("photo_x4.jpg")
    assert (done.exit_code, done.stdout) == (0, f"{target}\n")
    assert kind_of(target) == ("JPEG", (48, 40))


def test_nothing_is_overwritten(shell, photo, tmp_path):
    source = photo(tmp_path / "photo.png")
    there = tmp_path / "photo_x4.png"
    there.write_bytes(b"precious")
    done = shell("upscale", source)
    assert there.read_bytes() == b"precious"
    assert done.stdout.strip() == str(tmp_path / "photo_x4-2.png")


def test_a_named_target_is_numbered_too_unless_overwriting_was_asked(shell, photo, tmp_path):
    source, target = photo(tmp_path / "photo.png"), tmp_path / "out.png"
    target.write_bytes(b"precious")
    assert shell("upscale", source, "-o", target).stdout.strip() == str(tmp_path / "out-2.png")
    assert shell("upscale", source, "-o", target, "--overwrite").stdout.strip() == str(target)
    assert kind_of(target)[1] == (48, 40)


def test_a_target_never_replaces_its_source(shell, photo, tmp_path):
    source = photo(tmp_path / "photo.png")
    before = source.read_bytes()
    done = shell("upscale", source, "--overwrite", "--name", "{name}")
    assert done.exit_code == 4
    assert source.read_bytes() == before


def test_a_format_that_is_only_read_becomes_png(shell, photo, tmp_path):
    source = photo(tmp_path / "photo.gif", mode="P")
    assert shell("upscale", source).stdout.strip() == str(tmp_path / "photo_x4.png")


def test_other_scales_give_other_sizes_and_names(shell, photo, tmp_path):
    done = shell("upscale", photo(tmp_path / "photo.png"), "--scale", "2.5")
    assert done.stdout.strip() == str(tmp_path / "photo_x2.5.png")
    assert kind_of(tmp_path / "photo_x2.5.png")[1] == (30, 25)


def test_format_depth_and_name_are_obeyed(shell, photo, tmp_path):
    done = shell(
        "upscale",
        photo(tmp_path / "photo.jpg"),
        "--format",
        "tiff",
        "--bit-depth",
        "16",
        "--name",
        "big-{name}",
    )
    with open_picture(tmp_path / "big-photo.tif") as picture:
        assert (picture.carried.depth, picture.carried.format) == (16, "tiff")
    assert done.exit_code == 0


def test_the_sidecar_is_found_and_said(shell, photo, project, tmp_path):
    source = photo(tmp_path / "photo.png")
    project(sidecar_of(source), seed=9, detail=0.5)
    done = shell("upscale", source)
    record = record_of(tmp_path / "photo_x4.png")
    assert "photo.png.suproj" in done.stderr
    assert [region.name for region in record.regions] == ["Half"]
    assert (record.request.seed, record.request.detail) == (9, 0.5)


def test_options_win_over_the_project(shell, photo, project, tmp_path):
    source, path = photo(tmp_path / "photo.png"), project(tmp_path / "p.suproj", seed=9)
    shell(
        "upscale",
        source,
        "--regions",
        path,
        "--seed",
        4,
        "--priority",
        "half=faithful",
        "--priority",
        "rest=1",
    )
    record = record_of(tmp_path / "photo_x4.png")
    assert record.request.seed == 4
    assert (record.regions.by_name("Half").priority, record.regions.rest) == (-2, 1)


def test_the_sidecar_can_be_left_alone(shell, photo, project, tmp_path):
    source = photo(tmp_path / "photo.png")
    project(sidecar_of(source))
    shell("upscale", source, "--regions", "none")
    assert len(record_of(tmp_path / "photo_x4.png").regions) == 0


def test_masks_lie_above_the_project_and_later_ones_on_top(shell, photo, project, tmp_path):
    source, path = photo(tmp_path / "photo.png"), project(tmp_path / "p.suproj")
    for name in ("face", "tree"):
        Image.new("L", (12, 10), 255).save(tmp_path / f"{name}.png")
    masks = ("--mask", f"{tmp_path}/face.png=-2", "--mask", f"{tmp_path}/tree.png=+2")
    shell("upscale", source, "--regions", path, *masks)
    regions = record_of(tmp_path / "photo_x4.png").regions
    assert [(region.name, region.priority) for region in regions] == [("tree", 2), ("face", -2), ("Half", 2)]


def test_a_painted_mask_as_regions_asks_for_more(shell, photo, tmp_path):
    source = photo(tmp_path / "photo.png")
    Image.new("L", (12, 10), 255).save(tmp_path / "fur.png")
    shell("upscale", source, "--regions", tmp_path / "fur.png")
    assert record_of(tmp_path / "photo_x4.png").regions.by_name("fur").priority == 1


def test_regions_can_be_found_on_the_way(shell, photo, tmp_path):
    source = photo(tmp_path / "photo.png", 40, 32)
    assert shell("upscale", source, "--regions", "auto", "--priority", "rest=-1").exit_code == 0
    assert record_of(tmp_path / "photo_x4.png").regions.rest == -1


def test_priority_changes_pixels_inside_its_region_only(shell, photo, pixels_of, tmp_path):
    source = photo(tmp_path / "photo.png", 60, 10)
    mask = np.zeros((10, 60), np.uint8)
    mask[:, :20] = 255
    Image.fromarray(mask).save(tmp_path / "m.png")
    for priority in (-2, 2):
        options = ("--priority", "rest=-2", "--clean", "0", "-o", tmp_path / f"{priority}.png")
        shell("upscale", source, "--mask", f"{tmp_path}/m.png={priority}", *options)
    changed = pixels_of(tmp_path / "-2.png").astype(int) != pixels_of(tmp_path / "2.png")
    assert changed[:, :80].mean() > 0.2
    assert not changed[:, 4 * 45 :].any()


def test_the_rest_has_a_priority_without_any_region(shell, photo, pixels_of, tmp_path):
    source = photo(tmp_path / "photo.png")
    for priority in (-2, 2):
        shell("upscale", source, "--priority", f"rest={priority}", "-o", tmp_path / f"{priority}.png")
    assert not np.array_equal(pixels_of(tmp_path / "-2.png"), pixels_of(tmp_path / "2.png"))
    assert record_of(tmp_path / "2.png").regions.rest == 2


def test_the_label_says_invented_only_where_invention_was_allowed(shell, photo, tmp_path):
    source = photo(tmp_path / "photo.png")
    shell("upscale", source, "-o", tmp_path / "rich.png")
    shell("upscale", source, "-o", tmp_path / "true.png", "--priority", "rest=-2")
    shell("upscale", source, "-o", tmp_path / "quiet.png", "--no-label")
    labels = [LABEL in xmp_of(tmp_path / f"{name}.png") for name in ("rich", "true", "quiet")]
    assert labels == [True, False, False]


def test_no_record_leaves_none(shell, photo, tmp_path):
    shell("upscale", photo(tmp_path / "photo.png"), "--no-record")
    assert read_record(tmp_path / "photo_x4.png") is None


def test_stdin_goes_to_stdout(shell, photo, tmp_path):
    given = photo(tmp_path / "photo.png").read_bytes()
    done = shell("upscale", "-", given=given)
    assert kind_of(io.BytesIO(done.stdout_bytes))[1] == (48, 40)
    assert done.exit_code == 0


def test_json_lines_tell_all(shell, photo, tmp_path):
    source = photo(tmp_path / "photo.png")
    line = json.loads(shell("upscale", source, "--json", "--seed", 5, "--clean", "0.25").stdout)
    assert line["source"] == str(source)
    assert line["target"] == str(tmp_path / "photo_x4.png")
    assert (line["size"], line["seed"], line["clean_up"], line["error"]) == ([48, 40], 5, 0.25, None)
    assert line["seconds"] > 0


def test_the_estimated_clean_up_is_said(shell, photo, tmp_path):
    assert "(estimated)" in shell("upscale", photo(tmp_path / "photo.png", 20, 20)).stderr


def test_a_dry_run_computes_and_writes_nothing(shell, photo, tmp_path):
    source = photo(tmp_path / "photo.png")
    done = shell("upscale", source, "--dry-run", "-o", tmp_path / "new" / "out.png")
    assert done.stdout.strip() == str(tmp_path / "new" / "out.png")
    assert not (tmp_path / "new").exists()


def test_quiet_leaves_only_the_result(shell, photo, tmp_path):
    done = shell("upscale", photo(tmp_path / "photo.png"), "--quiet")
    assert done.stderr == ""
    assert done.stdout


def test_options_of_other_programs_are_understood(shell, photo, tmp_path):
    source, target = photo(tmp_path / "photo.png"), tmp_path / "out.jpg"
    done = shell(
        "upscale", "-i", source, "-o", target, "-s", 2, "-t", 0, "-g", "-1", "-n", "compact", "-f", "jpg"
    )
    assert done.exit_code == 0
    assert kind_of(target)[1] == (24, 20)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([(1, 1), (1, 300), (300, 1), (7, 13), (31, 37), (2, 65)]), st.sampled_from([1.5, 3, 4])
)
def test_any_size_goes_the_whole_road(shell, photo, tmp_path, size, scale):
    source = photo(tmp_path / "any.png", *size)
    done = shell("upscale", source, "-o", tmp_path / "any_out.png", "--overwrite", "--scale", scale)
    assert done.exit_code == 0, done.stderr
    assert kind_of(tmp_path / "any_out.png")[1] == tuple(target_px(side, scale) for side in size)


def test_no_scratch_is_left(shell, photo, tmp_path):
    shell("upscale", photo(tmp_path / "photo.png"))
    assert list((tmp_path / "home" / "cache" / "scratch").iterdir()) == []
