"""What the Krita plug-in does with bytes, without a host."""

import ast
from array import array
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.krita.pixels import (
    SRGB,
    Space,
    bands,
    columns,
    enlarge_blocks,
    mask_rows,
    mean_floats,
    regroup,
    sample_row,
)

SPACES = [("RGBA", "U8", 4), ("RGBA", "U16", 8), ("RGBA", "F32", 16), ("GRAYA", "U8", 2), ("GRAYA", "U16", 4)]


@pytest.mark.parametrize(
    ("model", "depth", "travel"),
    [
        ("RGBA", "U8", ("RGBA", "U8", "p")),
        ("GRAYA", "F16", ("GRAYA", "F32", "p")),
        ("RGBA", "F16", ("RGBA", "F32", "p")),
        ("CMYKA", "U16", ("RGBA", "U16", SRGB)),
        ("LABA", "F16", ("RGBA", "F32", SRGB)),
    ],
)
def test_pixels_travel_as_they_are_or_as_the_nearest_that_the_engine_knows(model, depth, travel):
    assert Space(model, depth, "p").travel == Space(*travel)


def test_only_whole_numbers_in_colour_have_blue_first():
    assert Space("RGBA", "U8", "").turned(bytes([1, 2, 3, 4])) == bytes([3, 2, 1, 4])
    for model, depth in (("RGBA", "F32"), ("GRAYA", "U8")):
        assert Space(model, depth, "").turned(b"abcd" * 4) == b"abcd" * 4


@given(st.integers(1, 999), st.integers(1, 5000))
def test_bands_cover_every_row_once(height, row_bytes):
    rows = [y for start, count in bands(height, row_bytes, 4096) for y in range(start, start + count)]
    assert rows == list(range(height))


@given(st.binary(max_size=200), st.lists(st.integers(0, 60), max_size=8), st.integers(1, 20))
def test_regrouping_loses_no_byte(data, cuts, group):
    edges = sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})
    pieces = list(regroup([data[a:b] for a, b in pairwise(edges)], group))
    assert b"".join(pieces) == data
    assert all(len(piece) % group == 0 for piece in pieces[:-1])


def test_columns_are_cut_from_every_row():
    assert columns(bytes(range(12)), 6, 2, 3) == bytes([2, 3, 4, 8, 9, 10])


@settings(max_examples=30)
@given(st.sampled_from(SPACES), st.integers(1, 7), st.integers(1, 6), st.integers(1, 17), st.integers(1, 15))
def test_the_original_is_enlarged_block_by_block(space, width, height, wide, high):
    size = space[2]
    source = np.random.default_rng(width * height).integers(0, 255, (height, width, size), np.uint8)
    made = b"".join(enlarge_blocks(source.tobytes(), (width, height), (wide, high), size))
    rows, across = np.arange(high) * height // high, np.arange(wide) * width // wide
    assert made == source[rows][:, across].tobytes()


@pytest.mark.parametrize("size", [1, 2, 4, 5, 8, 10, 16, 20])
def test_pixels_of_a_row_are_sampled_whole(size):
    row = np.random.default_rng(size).integers(0, 255, (9, size), np.uint8)
    assert sample_row(row.tobytes(), [0, 4, 8, 8], size) == row[[0, 4, 8, 8]].tobytes()


@pytest.mark.parametrize("depth", ["U8", "U16", "F32"])
def test_a_mask_limits_alpha_and_nothing_else(depth):
    kind = {"U8": np.uint8, "U16": np.uint16, "F32": np.float32}[depth]
    most = 1.0 if depth == "F32" else np.iinfo(kind).max
    data = np.array([[most, most, most, most], [most, 0, 0, most / 2], [0, 0, most, 0]]).astype(kind)
    out = np.frombuffer(mask_rows(data.tobytes(), bytes([51, 255, 255]), depth, 4), kind).reshape(3, 4)
    assert np.allclose(out[:, 3] / most, [0.2, 0.5, 0.0], atol=0.003)
    assert np.array_equal(out[:, :3], data[:, :3])


@pytest.mark.parametrize("path", sorted(Path("plugin").rglob("*.py")), ids=str)
def test_the_oldest_python_of_a_host_reads_it(path):
    ast.parse(path.read_text("utf-8"), feature_version=(3, 9))


def test_floats_brighter_than_white_are_averaged_as_they_are():
    data = array("f", [4.0, 2.0, 0.5, 1.0] * 64)
    assert array("f", mean_floats(data.tobytes(), (8, 8), 4, 4)) == array("f", [4.0, 2.0, 0.5, 1.0] * 4)
    soft = array("f", [8.0, 1.0, 5.0, 0.0] * 2)  # what cannot be seen does not count
    assert array("f", mean_floats(soft.tobytes(), (2, 2), 2, 2)) == array("f", [8.0, 0.5])
