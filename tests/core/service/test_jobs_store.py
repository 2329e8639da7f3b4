"""Pictures are kept by their content, within bounds, and refused when they are not what they say."""

from __future__ import annotations

import hashlib
import io
import struct

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import InputError, OutputError, SemanticUpscaleError, UsageError
from core.files import MARK
from core.image.raw import open_raw
from core.service.store import DATA_LEFT_OUT, PictureStore, RawLayout, head_of


@pytest.fixture
def store(tmp_path):
    return PictureStore(tmp_path / "pictures", 10_000)


def png(value=7, side=8):
    file = io.BytesIO()
    Image.new("RGB", (side, side), (value, 0, 0)).save(file, "PNG")
    return file.getvalue()


def test_a_file_is_known_by_its_hash(store):
    data = png()
    stored = store.put_file([data[:20], data[20:]])
    assert stored.id == hashlib.sha256(data).hexdigest()
    assert (stored.width, stored.height, stored.mode, stored.depth) == (8, 8, "RGB", "u8")
    assert store.get(stored.id) == stored


def test_planes_are_known_by_layout_and_bytes(store):
    layout, other = RawLayout(4, 2, "RGB", "u8"), RawLayout(2, 4, "RGB", "u8")
    first, second = (store.put_raw(one, [bytes(24)]) for one in (layout, other))
    assert first.id == hashlib.sha256(head_of(layout) + bytes(24)).hexdigest() != second.id


@pytest.mark.parametrize("count", [0, 23, 25, 100])
def test_a_body_that_does_not_fit_is_refused(store, count, tmp_path):
    with pytest.raises(InputError, match="bytes"):
        store.put_raw(RawLayout(4, 2, "RGB", "u8"), [bytes(count)])
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == [MARK]


def test_a_body_that_goes_on_is_not_read_to_its_end(store):
    def endless():
        while True:
            yield bytes(1000)

    with pytest.raises(InputError):
        store.put_file(endless())


@pytest.mark.parametrize(
    "wrong",
    [
        {"width": 0},
        {"width": 1 << 20, "height": 1 << 20},
        {"mode": "CMYK"},
        {"depth": "f64"},
        {"stride_bytes": 5},
        {"stride_bytes": 1 << 40},
        {"icc_bytes": -1},
        {"dpi": float("nan")},
    ],
)
def test_layouts_that_cannot_be_are_refused(wrong):
    with pytest.raises(UsageError):
        RawLayout(**{"width": 4, "height": 2, "mode": "RGB", "depth": "u8", **wrong})


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_named_by_its_pixel(store, value):
    body = struct.pack("<4f", 0.0, 0.5, value, 1.0)
    with pytest.raises(InputError, match="pixel 0,1"):
        store.put_raw(RawLayout(2, 2, "GREY", "f32"), [body])


def test_what_is_no_picture_is_refused_without_naming_our_files(store, tmp_path):
    with pytest.raises(InputError, match="What was sent is no picture"):
        store.put_file([b"hello, I am a picture"])
    assert [path.name for path in (tmp_path / "pictures").iterdir()] == [MARK]


def test_the_least_lately_used_goes_first(store):
    first, second = (store.put_raw(RawLayout(40, 100, "GREY", "u8"), [bytes([n]) * 4000]) for n in (1, 2))
    store.get(first.id)
    third = store.put_raw(RawLayout(40, 100, "GREY", "u8"), [bytes([3]) * 4000])
    assert store.get(first.id)
    assert store.get(third.id)
    with pytest.raises(KeyError):
        store.get(second.id)


def test_what_a_job_needs_stays(store):
    held = store.put_raw(RawLayout(80, 100, "GREY", "u8"), [bytes(8000)])
    store.hold(held.id)
    with pytest.raises(OutputError, match="no room"):
        store.put_raw(RawLayout(80, 100, "GREY", "u8"), [bytes([1]) * 8000])
    store.forget(held.id)
    assert store.get(held.id)
    store.release(held.id)
    with pytest.raises(KeyError):
        store.get(held.id)


def test_a_profile_that_does_not_fit_is_left_out_with_a_word(store):
    stored = store.put_raw(RawLayout(2, 1, "RGB", "u8", icc_bytes=100), [bytes(106)])
    assert not stored.has_icc
    assert "profile" in stored.notices[0]


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["GREY", "GREYA", "RGB", "RGBA"]),
    st.sampled_from(["u8", "u16", "f32"]),
    st.integers(0, 9),
)
def test_planes_become_the_picture_that_they_are(tmp_path_factory, mode, depth, gap):
    bands, dtype = (
        {"GREY": 1, "GREYA": 2, "RGB": 3, "RGBA": 4}[mode],
        {"u8": "<u1", "u16": "<u2", "f32": "<f4"}[depth],
    )
    peak = {"u8": 255, "u16": 65535, "f32": 1}[depth]
    values = (np.random.default_rng(gap).random((5, 7, bands)) * peak).astype(dtype)
    values[..., -1] = peak if mode.endswith("A") else values[..., -1]
    row_bytes = 7 * bands * np.dtype(dtype).itemsize
    rows = np.pad(values.reshape(5, -1).view(np.uint8), ((0, 0), (0, gap)))
    path = tmp_path_factory.mktemp("raw") / "planes"
    path.write_bytes(rows.tobytes())
    with open_raw(path, RawLayout(7, 5, mode, depth, row_bytes + gap)) as picture:
        colour = values[..., : 3 if bands > 2 else 1].astype(np.float32) / np.float32(peak)
        np.testing.assert_array_equal(
            picture.colour.read(picture_box(picture)), np.broadcast_to(colour, (5, 7, 3))
        )
        assert (picture.alpha is not None) == mode.endswith("A")


def picture_box(picture):
    from core.geometry import Box  # noqa: PLC0415

    return Box.of(picture.size)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=4))
def test_no_bytes_bring_it_down(tmp_path_factory, chunks):
    store = PictureStore(tmp_path_factory.mktemp("store") / "pictures", 10_000)
    with pytest.raises(SemanticUpscaleError):
        store.put_file(chunks)


def test_what_only_the_shell_gives_back_is_said(tmp_path):
    stored = np.zeros((6, 8, 4), np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", stored, photometric="rgb", extrasamples=["unspecified"])
    store = PictureStore(tmp_path / "store")
    assert DATA_LEFT_OUT in store.put_file([(tmp_path / "a.tif").read_bytes()]).notices
