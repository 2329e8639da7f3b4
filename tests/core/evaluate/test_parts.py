"""Sets, masks, protocols, rivals and plots of the evaluation."""

from __future__ import annotations

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from core.errors import InputError
from core.evaluate.command import evaluate
from core.evaluate.data import (
    Protocol,
    degraded_source,
    from_files,
    from_segmenter,
    mask_files,
    masks_of,
    on_source,
    pair_of,
    pictures_in,
    read_colour,
    through_jpeg,
    worth_ramping,
)
from core.evaluate.figures import CROP_PX, added_picture, crop_around, liveliest
from core.evaluate.report import Axis, PlotLine, heading, plot, table_html, words
from core.evaluate.rivals import bicubic, by_tiles, rivals_at_hand
from core.geometry import Box, Size
from core.image.io import write_grey_png
from core.metrics.fidelity import psnr
from core.metrics.tables import Column, Table
from core.regions.mask import Mask


def waves(height, width):
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    grey = 0.5 + 0.3 * np.sin(x / 7) * np.cos(y / 9)
    return np.stack((grey, 1 - grey, grey * 0.5), axis=2)


def grey_file(path, values):
    path.write_bytes(write_grey_png(values))
    return path


def test_pictures_come_by_name_and_of_too_many_evenly_chosen_ones(tmp_path):
    for name in ("b.png", "a.PNG", "c.png", "d.png", "notes.txt"):
        grey_file(tmp_path / name, np.zeros((4, 4), np.uint8))
    assert [path.name for path in pictures_in(tmp_path, 2)] == ["a.PNG", "c.png"]
    assert len(pictures_in(tmp_path, 9)) == len(pictures_in(tmp_path)) == 4


@pytest.mark.parametrize("name", ["missing", "file"])
def test_what_is_no_folder_is_a_clear_error(tmp_path, name):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="no folder"):
        pictures_in(tmp_path / name)
    with pytest.raises(InputError, match="no folder"):
        mask_files(tmp_path / name, "a")


def test_masks_belong_to_the_picture_whose_name_they_begin_with(tmp_path):
    for name in ("a.png", "a_1.png", "a-2.png", "ab.png", "a_1.txt"):
        (tmp_path / name).touch()
    assert [path.name for path in mask_files(tmp_path, "a")] == ["a-2.png", "a.png", "a_1.png"]


def test_a_binary_mask_is_one_region_and_a_label_map_one_a_label():
    binary, labels = np.zeros((8, 8)), np.zeros((8, 8))
    binary[2:4] = 1.0
    labels[4:], labels[:, 6:] = 1 / 65535, 2 / 65535
    assert [int(mask.sum()) for mask in masks_of(binary)] == [16]
    assert [int(mask.sum()) for mask in masks_of(labels)] == [24, 24, 16]
    assert masks_of(np.zeros((4, 4))) == ()


def test_a_soft_binary_mask_is_still_one_region():
    soft = np.zeros((40, 40))
    soft[:, 20:] = 1.0
    soft[:, 19] = np.linspace(0.1, 0.9, 40)
    assert len(masks_of(soft)) == 1


def test_masks_drawn_on_the_picture_or_on_its_source_both_fit():
    large = np.zeros((42, 82), bool)
    large[:, 40:] = True
    small = on_source(large, Size(20, 10))
    assert small.shape == (10, 20)
    assert small.sum() == 100
    assert np.array_equal(on_source(small, Size(20, 10)), small)
    with pytest.raises(InputError, match="does not fit"):
        on_source(large, Size(30, 10))


def test_of_several_label_maps_the_first_counts(tmp_path):
    labels = np.zeros((8, 8), np.uint8)
    labels[4:], labels[:2] = 1, 2
    files = [grey_file(tmp_path / f"a_{k}.png", labels) for k in range(2)]
    assert len(from_files(files, Size(8, 8), Size(8, 8))) == 3


def test_specks_and_most_of_the_picture_are_not_ramped():
    masks = [Mask.filled(Box(0, 0, side, side)) for side in (2, 20, 30, 95)]
    chosen = worth_ramping(masks, Size(100, 100), 5)
    assert [mask.box.width for mask in chosen] == [30, 20]
    assert [mask.box for mask in worth_ramping([], Size(100, 80), 2)] == [Box(20, 20, 60, 40)]


def test_the_segmenter_gives_regions_of_the_source():
    picture = np.full((60, 60, 3), 0.2, np.float32)
    picture[15:45, 15:45] = (0.9, 0.5, 0.1)
    assert all(mask.within(Size(60, 60)) == mask for mask in from_segmenter(picture))


@pytest.mark.parametrize("protocol", [Protocol.BICUBIC, Protocol.DEGRADED, Protocol.DIRTY])
def test_a_source_is_a_quarter_in_eight_bits(protocol):
    pair = pair_of(waves(43, 66), protocol)
    assert pair.source.shape == (10, 16, 3)
    assert pair.reference is not None
    assert pair.reference.shape == (40, 64, 3)
    assert np.allclose(pair.source * 255, np.rint(pair.source * 255), atol=1e-4)


def test_without_a_protocol_the_picture_itself_is_the_source():
    pair = pair_of(waves(9, 7), Protocol.NONE)
    assert (pair.source.shape, pair.reference) == ((9, 7, 3), None)


def test_dirt_is_the_same_every_time_and_another_with_another_seed():
    picture = waves(64, 64)
    assert np.array_equal(degraded_source(picture, seed=1), degraded_source(picture, seed=1))
    assert not np.array_equal(degraded_source(picture, seed=1), degraded_source(picture, seed=2))


def test_only_clean_sources_fix_the_clean_up():
    assert [protocol.clean_up for protocol in Protocol] == [0.0, None, None, None]


def test_dirty_pictures_take_four_kinds_of_dirt_in_turn():
    picture = waves(64, 64)
    sources = [pair_of(picture, Protocol.DIRTY, index).source for index in range(5)]
    assert np.array_equal(sources[0], sources[4])
    assert np.array_equal(sources[0], pair_of(picture, Protocol.DEGRADED).source)
    assert len({source.tobytes() for source in sources}) == 4


def test_a_picture_below_four_pixels_cannot_be_a_reference():
    with pytest.raises(InputError, match="too small"):
        pair_of(waves(3, 9), Protocol.BICUBIC)


def test_jpeg_costs_a_little_and_keeps_the_size():
    picture = waves(33, 47)
    assert 25 < psnr(through_jpeg(picture, 75), picture) < 60


def test_bicubic_reproduces_a_smooth_picture():
    pair = pair_of(waves(160, 160), Protocol.BICUBIC)
    assert pair.reference is not None
    assert psnr(bicubic(pair.source), pair.reference, border_px=8) > 35


def test_a_rival_by_tiles_equals_the_rival_in_one_go():
    source = waves(300, 20)
    assert np.abs(by_tiles(source, bicubic) - bicubic(source)).max() < 1e-5


def test_bicubic_is_always_a_rival_and_the_rest_only_where_at_hand(tmp_path):
    assert [rival.name for rival in rivals_at_hand(tmp_path)] == ["bicubic"]


def test_a_crop_stays_in_the_picture_and_finds_the_texture():
    picture = np.full((600, 900, 3), 0.5, np.float32)
    picture[300:500, 600:800] += 0.2 * (np.indices((200, 200)).sum(0) % 2)[..., None].astype(np.float32)
    box = liveliest(picture)
    assert box.intersect(Box(600, 300, 200, 200)).size.area > 30000
    assert crop_around(899, 0, picture) == Box(900 - CROP_PX, 0, CROP_PX, CROP_PX)
    assert crop_around(2, 2, picture[:5, :7]) == Box(0, 0, 7, 5)


def test_what_was_added_shines_and_the_rest_is_dim():
    target, added = np.full((4, 4, 3), 0.5, np.float32), np.zeros((4, 4), np.float32)
    added[0, 0] = 1.0
    shown = added_picture(added, target)
    assert shown[0, 0].max() == 1.0
    assert shown[3, 3].max() < 0.25


def test_an_axis_keeps_what_is_beyond_it_on_its_border():
    axis = Axis("x", 1e-4, 1.0, (), logarithmic=True)
    assert [axis.share(value) for value in (0.0, 1e-2, 5.0)] == pytest.approx([0.0, 0.5, 1.0])


def test_a_plot_escapes_its_words():
    drawn = plot(
        Axis("<x>", 0, 1, (0, 1)), Axis("y", 0, 1, (0,)), [PlotLine(((0, 0), (1, 1)), "a<b", thin=True)]
    )
    assert drawn.count("<polyline") == 1
    assert "a&lt;b" in drawn
    assert "<x>" not in drawn


def test_cells_are_told_as_people_read_them():
    column = Column("PSNR", "dB", "higher", 1)
    assert [words(cell, column) for cell in (30.04, None, True, float("inf"), "≥ 2")] == [
        "30.0",
        "—",
        "yes",
        "∞",
        "≥ 2",
    ]
    assert heading(column) == "PSNR, dB ↑"


def test_the_best_of_a_column_is_set_off():
    table = Table("t", (Column("n", "", "higher", 0),)).with_row("a", 1.0).with_row("b", 2.0)
    assert table_html(table, best=True).count('class="best">2<') == 1


def test_the_command_explains_itself_and_names_its_protocols():
    app = typer.Typer()
    app.command()(evaluate)
    told = CliRunner(env={"COLUMNS": "200", "TERM": "dumb"}).invoke(app, ["--help"])
    assert told.exit_code == 0
    for word in ("--set", "--masks", "--report", "--json", "--most", "bicubic|degraded|dirty|none"):
        assert word in told.output


def test_colour_is_read_upright_in_range(tmp_path):
    path = grey_file(tmp_path / "a.png", np.full((3, 5), 255, np.uint8))
    assert np.array_equal(read_colour(path), np.ones((3, 5, 3), np.float32))
