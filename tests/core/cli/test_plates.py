"""Inks and channels of data: given back as what they were, through the shell."""

import json

import numpy as np
import pytest
import tifffile
from PIL import Image

from core.image.read import open_header, read_carried


def waves(height, width, bands):
    y, x = np.mgrid[:height, :width]
    planes = [110 + 80 * np.sin(x / (3 + band) + y / 5) for band in range(bands)]
    return np.stack(planes, 2).astype(np.uint8)


@pytest.fixture
def enlarged(shell, tmp_path):
    """Write a TIFF, enlarge it faithfully through the shell, and read the target's stored values."""

    def make(name, stored, photometric, suffix=".tif", **options):
        source = tmp_path / f"{name}.tif"
        tifffile.imwrite(source, stored, photometric=photometric, planarconfig="contig", **options)
        target = tmp_path / f"{name}_x4{suffix}"
        done = shell("upscale", source, "-o", target, "--detail", "-4", "--clean", "0", "--json")
        assert done.exit_code == 0, done.output
        return np.asarray(Image.open(target)) if suffix != ".tif" else stored_in(target), json.loads(
            done.stdout
        )

    return make


def stored_in(path):
    image = open_header(path).image
    return image.numpy().reshape(image.height, image.width, image.bands)


@pytest.mark.parametrize(("photometric", "bands"), [("rgb", 3), ("separated", 4), ("minisblack", 1)])
def test_a_channel_of_data_comes_back_enlarged_and_colour_never_hears_of_it(
    tmp_path, enlarged, photometric, bands
):
    stored = waves(24, 20, bands + 1)
    stored[:12, :, bands] = 0
    plain, _ = enlarged("plain", stored[..., :bands].squeeze().copy(), photometric)
    more, told = enlarged("more", stored, photometric, extrasamples=["unspecified"])
    assert np.array_equal(more[..., :bands], plain)
    assert told["losses"] == []
    assert read_carried(open_header(tmp_path / "more_x4.tif")).extra == (0,)
    small = more[..., bands].reshape(24, 4, 20, 4).mean((1, 3))
    assert np.abs(small - stored[..., bands]).mean() < 4


def test_a_format_without_a_place_for_data_says_so(enlarged):
    _, told = enlarged("a", waves(12, 10, 4), "rgb", ".png", extrasamples=["unspecified"])
    assert told["losses"] == ["PNG has no place for 1 channel of data."]


def test_alpha_and_data_side_by_side(tmp_path, enlarged):
    stored = waves(16, 16, 5)
    stored[..., 3] = 255
    more, told = enlarged("a", stored, "rgb", extrasamples=["unassalpha", "unspecified"])
    carried = read_carried(open_header(tmp_path / "a_x4.tif"))
    assert (more.shape, carried.has_alpha, carried.extra, told["losses"]) == ((64, 64, 5), True, (0,), [])


@pytest.mark.parametrize("suffix", [".tif", ".jpg"])
def test_black_text_stays_black_alone(enlarged, suffix):
    stored = np.zeros((40, 40, 4), np.uint8)
    stored[10:30, 10:14, 3] = stored[10:30, 24:26, 3] = 255
    stored[34:, :, 3] = 120
    inks, told = enlarged("k", stored, "separated", suffix)
    inks = 255 - inks if suffix == ".jpg" and inks[0, 0, 3] > 128 else inks
    assert told["losses"] == []
    assert inks[..., :3].max() <= (0 if suffix == ".tif" else 2)
    text, paper, grey = (
        inks[50:110, 44:52, 3].mean(),
        inks[:20, :20, 3].mean(),
        inks[144:156, 20:140, 3].mean(),
    )
    assert text > 180  # by a model that knows nothing
    assert paper < 8
    assert abs(grey - 120) < 20


def test_no_more_ink_than_there_was(enlarged):
    stored = waves(30, 30, 4)
    inks, _ = enlarged("i", stored, "separated")
    assert inks.astype(int).sum(2).max() <= stored.astype(int).sum(2).max() + 12  # bicubic, rounded


# Other wishes about files.


def test_colour_under_no_alpha_is_data_where_that_is_asked_for(shell, tmp_path):
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels[..., 0], pixels[:, :8, 3] = 200, 255
    pixels[:, 8:, 1] = 180
    Image.fromarray(pixels).save(tmp_path / "a.png")
    for name, more in (("plain", ()), ("kept", ("--keep-hidden",))):
        target = tmp_path / f"{name}.png"
        assert shell("upscale", tmp_path / "a.png", "-o", target, "--detail", "-4", *more).exit_code == 0
    plain, kept = (np.asarray(Image.open(tmp_path / f"{name}.png")) for name in ("plain", "kept"))
    assert plain[:, 50:, 1].mean() < 60
    assert kept[:, 50:, 1].mean() > 130
    assert kept[:, 50:, 3].mean() < 20


def test_of_a_cut_jpeg_what_is_there_is_taken_and_its_share_is_said(shell, tmp_path):
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)).save(tmp_path / "a.jpg")
    data = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(data[: len(data) // 2])
    assert shell("upscale", tmp_path / "a.jpg").exit_code == 3
    done = shell("upscale", tmp_path / "a.jpg", "--salvage", "--json")
    assert done.exit_code == 0, done.output
    (lost,) = json.loads(done.stdout)["losses"]
    share = int(lost.split("%")[0].split()[-1])
    assert 30 <= share <= 70


@pytest.mark.parametrize(("text", "size"), [("2x1in@100dpi", (100, 200)), ("25.4x50.8mm@50dpi", (50, 100))])
def test_a_print_is_a_size_and_a_resolution(shell, photo, tmp_path, text, size):
    source = photo(tmp_path / "a.png", 40, 80)
    done = shell("upscale", source, "-o", tmp_path / "b.png", "--print", text)
    assert done.exit_code == 0, done.output
    with Image.open(tmp_path / "b.png") as image:
        assert image.size == size
        assert image.info["dpi"][0] == pytest.approx(float(text.split("@")[1][:-3]), abs=0.1)


@pytest.mark.parametrize("text", ["30", "0x3cm", "axb in", "1.2.3x4cm"])
def test_what_is_no_print_is_said(shell, photo, tmp_path, text):
    done = shell("upscale", photo(tmp_path / "a.png"), "--print", text)
    assert (done.exit_code, "30x40cm@300dpi" in done.stderr) == (2, True)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_hard_work_makes_no_larger_file(shell, photo, tmp_path, suffix):
    source, sizes = photo(tmp_path / "a.png", 40, 30), []
    for level in ("0", "9"):
        target = tmp_path / f"{level}{suffix}"
        assert shell("upscale", source, "-o", target, "--compression", level).exit_code == 0
        sizes.append(target.stat().st_size)
    assert sizes[1] <= sizes[0]


def test_each_page_becomes_a_target_where_that_is_asked_for(shell, tmp_path):
    pages = [waves(12, 10 + 4 * number, 3) for number in range(3)]
    with tifffile.TiffWriter(tmp_path / "scan.tif") as file:
        for page in pages:
            file.write(page, photometric="rgb")
    first = shell("upscale", tmp_path / "scan.tif", "-o", tmp_path / "first.png", "--json")
    assert json.loads(first.stdout)["losses"] == ["It has 3 pages; the first is taken."]
    done = shell(
        "upscale",
        tmp_path / "scan.tif",
        "-o",
        f"{tmp_path / 'out'}/",
        "--pages",
        "all",
        "-f",
        "png",
        "--json",
    )
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["size"] for line in lines] == [[40, 48], [56, 48], [72, 48]]
    assert [line["losses"] for line in lines] == [[], [], []]
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["scan_p1_x4.png", "scan_p2_x4.png", "scan_p3_x4.png"]


def test_frames_of_a_gif_are_taken_one_by_one_and_a_plain_picture_stays_one(shell, photo, tmp_path):
    frames = [Image.fromarray(waves(8, 8, 3) // (number + 1)) for number in range(2)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    photo(tmp_path / "b.png")
    done = shell(
        "upscale", tmp_path / "a.gif", tmp_path / "b.png", "--pages", "all", "-o", f"{tmp_path / 'out'}/"
    )
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["a_p1_x4.png", "a_p2_x4.png", "b_x4.png"]
