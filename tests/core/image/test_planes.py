"""Planes in memory and in a file are the same to their users."""

import gc
import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import OutputError
from core.geometry import Box, Size
from core.image.planes import (
    MemoryPlanes,
    OrientedPlanes,
    ScratchPlanes,
    orient,
    planes_for,
    strips,
    turn_planes,
)
from core.image.tiff import raw_image

sides = st.integers(1, 40)


@st.composite
def boxes(draw, size):
    left, top = draw(st.integers(0, size.width)), draw(st.integers(0, size.height))
    right, bottom = draw(st.integers(left, size.width)), draw(st.integers(top, size.height))
    return Box.between(left, top, right, bottom)


@settings(max_examples=40, deadline=None)
@given(st.data(), sides, sides, st.integers(1, 5), st.sampled_from([np.uint8, np.uint16, np.float32]))
def test_scratch_planes_read_what_memory_planes_read(data, width, height, bands, dtype):
    size = Size(width, height)
    memory = MemoryPlanes.empty(size, bands, dtype)
    with ScratchPlanes(size, bands, dtype) as scratch:
        for seed in range(3):
            rows = data.draw(boxes(size))
            pixels = np.random.default_rng(seed).integers(0, 200, (rows.height, width, bands)).astype(dtype)
            memory.write(rows.y, pixels)
            scratch.write(rows.y, pixels)
        box = data.draw(boxes(size))
        np.testing.assert_array_equal(memory.read(box), scratch.read(box))


@settings(max_examples=30, deadline=None)
@given(st.data(), sides, sides, st.integers(1, 8))
def test_a_turned_view_reads_what_a_turned_array_holds(data, width, height, orientation):
    array = np.arange(width * height * 2, dtype=np.uint16).reshape(height, width, 2)
    view = OrientedPlanes(MemoryPlanes(array), orientation)
    box = data.draw(boxes(view.size))
    np.testing.assert_array_equal(view.read(box), orient(array, orientation)[box.slices])


def test_turning_planes_in_memory_turns_them_once():
    planes = turn_planes(MemoryPlanes(np.zeros((3, 5, 1), np.uint8)), 6)
    assert isinstance(planes, MemoryPlanes)
    assert planes.size == Size(3, 5)


def test_a_read_is_a_copy():
    planes = MemoryPlanes.empty(Size(2, 2), 1, np.uint8)
    planes.read(Box(0, 0, 2, 2))[:] = 9
    assert not planes.array.any()


@pytest.mark.parametrize("box", [Box(-1, 0, 2, 2), Box(0, 0, 3, 2), Box(0, 1, 2, 2)])
def test_a_box_outside_is_refused(box):
    with pytest.raises(ValueError):
        MemoryPlanes.empty(Size(2, 2), 1, np.uint8).read(box)


@pytest.mark.parametrize(("y", "shape"), [(0, (1, 3, 1)), (1, (2, 2, 1)), (-1, (1, 2, 1)), (0, (1, 2, 2))])
def test_rows_that_do_not_fit_are_refused(y, shape):
    with pytest.raises(ValueError):
        MemoryPlanes.empty(Size(2, 2), 1, np.uint8).write(y, np.zeros(shape, np.uint8))


def test_the_scratch_file_goes_when_the_planes_are_closed(tmp_path):
    with ScratchPlanes(Size(4, 4), 1, np.uint8, tmp_path) as planes:
        planes.write(0, np.ones((4, 4, 1), np.uint8))
        assert planes.path.stat().st_size >= 16
    assert not list(tmp_path.iterdir())


def test_the_scratch_file_goes_when_the_planes_are_forgotten(tmp_path):
    planes = ScratchPlanes(Size(4, 4), 1, np.uint8, tmp_path)
    del planes
    gc.collect()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("bands", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_a_scratch_file_is_a_picture_to_libvips(bands, dtype):
    pixels = np.random.default_rng(3).integers(0, 200, (900, 411, bands)).astype(dtype)
    with ScratchPlanes(Size(411, 900), bands, dtype) as planes:
        planes.write(0, pixels)
        found = raw_image(planes).numpy().reshape(pixels.shape)
        np.testing.assert_array_equal(found, pixels)
        assert found.dtype == dtype
        np.testing.assert_array_equal(planes.read(Box(0, 0, 411, 900)), pixels)


def test_a_missing_scratch_folder_is_an_output_error(tmp_path):
    with pytest.raises(OutputError, match="working folder"):
        ScratchPlanes(Size(4, 4), 1, np.uint8, tmp_path / "none")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")  # noqa: PTH110
def test_a_full_disk_is_an_output_error(tmp_path):
    planes = ScratchPlanes(Size(4, 4), 1, np.uint8, tmp_path)
    full = os.open("/dev/full", os.O_RDWR)
    os.dup2(full, planes._fd)
    os.close(full)
    with pytest.raises(OutputError, match="full"):
        planes.write(0, np.ones((4, 4, 1), np.uint8))
    planes.close()


def test_only_large_planes_lie_in_a_file():
    assert isinstance(planes_for(Size(4000, 4000), 1, np.uint8), MemoryPlanes)
    with planes_for(Size(4001, 4000), 1, np.uint8) as large:
        assert isinstance(large, ScratchPlanes)


@settings(max_examples=30, deadline=None)
@given(sides, sides, st.integers(1, 300), st.sampled_from([1, 4, 32]))
def test_strips_cover_every_row_once(width, height, pixels, multiple):
    rows = [y for box in strips(Size(width, height), pixels, multiple) for y in range(box.y, box.bottom)]
    assert rows == list(range(height))


def test_no_strip_is_tall():
    """What libvips reads of a picture 1 pixel wide takes a time that grows with the square of the rows."""
    assert max(box.height for box in strips(Size(1, 1_000_000))) <= 1024
    assert sum(box.height for box in strips(Size(1, 1_000_000))) == 1_000_000
