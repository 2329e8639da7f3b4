"""Pictures in blocks, levels and QImages keep what was put in."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor
from ui_stage import picture

from core.geometry import Box, Size
from ui import qt
from ui.model.pixels import (
    BLOCK_BYTES,
    BlockStore,
    Pyramid,
    TargetView,
    eight_bits,
    halve,
    level_sizes,
    source_of_array,
    source_of_file,
)


@pytest.mark.parametrize("bands", [3, 4])
def test_pixels_survive_the_way_to_qt_and_back(bands):
    given_pixels = picture(31, 17, bands=bands)
    back = qt.array_from_image(qt.image_from_array(given_pixels))
    assert np.array_equal(back[..., :bands], given_pixels)


def test_deep_pixels_survive_as_png():
    deep = (picture(9, 7).astype(np.uint16)) * 257 + 3
    assert qt.png_bytes(deep)[24] == 16


def test_a_mask_is_coloured_where_it_is_set():
    mask = np.zeros((3, 4), bool)
    mask[1, 2] = True
    shown = qt.array_from_image(qt.image_from_mask(mask, QColor(200, 100, 50, 255)))
    assert shown[1, 2].tolist() == [200, 100, 50, 255]
    assert shown[..., 3].sum() == 255


def test_blocks_that_leave_memory_come_back():
    store = BlockStore(memory_bytes=4 * BLOCK_BYTES)
    pixels = picture(1500, 700, bands=4)
    store.write(0, 0, 0, pixels)
    store.write(0, 10, 10, pixels[:5, :5])
    pixels[10:15, 10:15] = pixels[:5, :5].copy()
    assert np.array_equal(store.read(0, Box(0, 0, 1500, 700)), pixels)
    assert not store.read(0, Box(3000, 0, 5, 5)).any()
    store.close()


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_levels_halve_down_to_a_small_one(width, height):
    sizes = level_sizes(Size(width, height))
    assert max(sizes[-1].width, sizes[-1].height) <= 256
    assert all(-(-a.width // 2) == b.width for a, b in pairwise(sizes))


def test_pixels_that_are_not_there_do_not_darken_their_neighbours():
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0, 0] = 200, 100, 50, 255
    assert halve(pixels)[0, 0].tolist() == [200, 100, 50, 64]


def test_tiles_that_come_one_by_one_give_the_levels_of_the_whole():
    pixels = picture(700, 500, bands=4)
    whole, pieces = Pyramid(Size(700, 500)), Pyramid(Size(700, 500))
    whole.put(0, 0, pixels)
    assert [*whole.build()][-1] == 1
    for y in range(0, 500, 170):
        for x in range(0, 700, 230):
            pieces.write(x, y, pixels[y : y + 170, x : x + 230])
    for level in range(whole.levels):
        box = Box.of(whole.level_size(level))
        assert np.array_equal(whole.pixels(level, box), pieces.pixels(level, box))


def test_a_source_is_shown_in_eight_bits_whatever_it_has():
    levels = np.linspace(0, 1, 256)
    deep = np.tile(np.rint(levels * 65535).astype(np.uint16)[None, :, None], (4, 1, 3))
    assert np.array_equal(eight_bits(deep)[0, :, 0], np.arange(256))
    view = source_of_array(deep, "deep")
    assert np.array_equal(view.pixels(0, Box(0, 0, 256, 4))[..., :3], eight_bits(deep))


def test_a_file_is_shown_as_it_is_with_a_small_view(tmp_path, photo, pixels_of):
    path = photo(tmp_path / "a.png", 300, 200)
    view = source_of_file(path)
    assert np.array_equal(view.pixels(0, Box(0, 0, 300, 200))[..., :3], pixels_of(path))
    assert view.thumb(64).shape == (43, 64, 4)
    assert view.title == "a.png"


def test_a_target_knows_how_much_of_it_has_come():
    target = TargetView(Size(64, 64), 4.0)
    target.write(Box(0, 0, 64, 16), picture(64, 16))
    assert target.done_share == 0.25
    assert target.pixels(0, Box(0, 20, 4, 4))[..., 3].max() == 0
    target.close()
