"""Masks come back from PNG as they were, and no PNG can do worse than raise InputError."""

from __future__ import annotations

import contextlib
import struct
import tracemalloc
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from core.errors import InputError, UsageError
from core.geometry import Box, Size
from core.regions import shapes
from core.regions.mask import Mask
from core.regions.mask_png import check_picture_size, decode_mask, encode_mask, longest_png_bytes

SIZE = Size(37, 29)
PNG = encode_mask(shapes.ellipse(Box(3, 4, 25, 20), SIZE), SIZE)


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(rows, size=SIZE, kind=(8, 0, 0, 0, 0)):
    header = struct.pack(">II5B", size.width, size.height, *kind)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def rows(size=SIZE, filtered=0):
    return (bytes([filtered]) + b"\xff" * size.width) * size.height


@settings(deadline=None)
@given(arrays(np.bool_, array_shapes(min_dims=2, max_dims=2, max_side=40)))
def test_a_mask_comes_back_as_it_was(array):
    mask, size = Mask.of(array), Size(array.shape[1], array.shape[0])
    packed = encode_mask(mask, size)
    assert len(packed) <= longest_png_bytes(size)
    assert decode_mask(packed, size) == mask


@pytest.mark.parametrize("size", [Size(1, 1), Size(1, 5000), Size(5000, 1), Size(4001, 2999)])
def test_sizes_at_the_edge_come_back(size):
    assert decode_mask(encode_mask(Mask.full(size), size), size) == Mask.full(size)


def test_other_programs_read_what_was_written():
    picture = cv2.imdecode(np.frombuffer(PNG, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (SIZE.height, SIZE.width)
    assert set(np.unique(picture)) == {0, 255}


def test_a_plain_png_made_by_hand_is_read():
    assert decode_mask(png(rows()), SIZE) == Mask.full(SIZE)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_changed_bytes_raise_input_error_or_nothing(data):
    changed = bytearray(PNG)
    for _ in range(data.draw(st.integers(1, 3))):
        changed[data.draw(st.integers(0, len(PNG) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(InputError):
        mask = decode_mask(bytes(changed), SIZE)
        assert mask.within(SIZE) == mask


@given(st.integers(0, len(PNG) - 13))
def test_a_png_cut_short_is_refused(length):
    with pytest.raises(InputError):
        decode_mask(PNG[:length], SIZE)


def test_another_size_is_refused_with_both_sizes():
    with pytest.raises(InputError, match="37×29, but the picture is 38×29"):
        decode_mask(PNG, Size(38, 29))


@pytest.mark.parametrize("kind", [(16, 0, 0, 0, 0), (8, 2, 0, 0, 0), (8, 3, 0, 0, 0), (8, 0, 0, 0, 1)])
def test_a_colour_deep_or_interlaced_png_is_refused(kind):
    with pytest.raises(InputError, match="8-bit grey"):
        decode_mask(png(rows(), kind=kind), SIZE)


@pytest.mark.parametrize("content", [rows()[:-1], rows() + b"\0", rows(filtered=9), b""])
def test_rows_that_do_not_fit_the_size_are_refused(content):
    with pytest.raises(InputError, match="damaged"):
        decode_mask(png(content), SIZE)


def test_a_header_that_lies_takes_no_memory():
    size = Size(20_000, 20_000)
    tracemalloc.start()
    with pytest.raises(InputError):
        decode_mask(png(b"\0" * 100, size), size)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_pixels_that_unpack_without_end_take_no_memory():
    bomb = png(b"\0" * 2**27)
    tracemalloc.start()
    with pytest.raises(InputError):
        decode_mask(bomb, SIZE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**26


@pytest.mark.parametrize("size", [Size(2**20 + 1, 1), Size(2**15, 2**14 + 1)])
def test_a_picture_too_large_for_masks_is_refused(size):
    with pytest.raises(UsageError, match="too large"):
        check_picture_size(size)
