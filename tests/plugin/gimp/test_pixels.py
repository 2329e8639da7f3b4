"""The GIMP plug-in, without GIMP: masks, boxes, depths and alpha."""

from types import SimpleNamespace

import fake_gi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from plugin.bridge import PixelPlanes


@pytest.fixture
def gimp(monkeypatch):
    return fake_gi.install(monkeypatch)[1]


@pytest.fixture(scope="module")
def modules():
    with pytest.MonkeyPatch.context() as patch:
        yield fake_gi.install(patch)[1]


masks = arrays.arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)))


@settings(max_examples=60)
@given(data=masks)
def test_a_region_is_its_mask_cut_to_what_is_inside(modules, data):
    height, width = data.shape
    region = modules("source").region_in("face", -2.0, (5, 6, width, height), data.tobytes())
    inside = data >= 128
    if region is None:
        assert not inside.any()
        return
    x, y, wide, high = region.box
    again = np.zeros_like(inside)
    again[y : y + high, x : x + wide] = np.frombuffer(region.mask, np.uint8).reshape(high, wide) >= 128
    assert (again == inside).all()
    assert inside[y].any()
    assert inside[:, x].any()


def image_of(*channels, selection=None):
    return SimpleNamespace(get_channels=lambda: list(channels), selection=selection)


def test_channels_marked_with_su_are_regions_in_their_order(gimp):
    full = fake_gi.Channel("su:-2 face", 4, b"\xff" * 16)
    other = fake_gi.Channel("saved", 4, b"\xff" * 16)
    word = fake_gi.Channel("su: Rich sky", 4, bytes(8) + b"\xff" * 8)
    choices = gimp("settings").GimpRequest()
    found, notes = gimp("source").regions_for(image_of(full, other, word), (0, 0, 4, 4), choices)
    assert [(one.name, one.priority, one.box) for one in found] == [
        ("face", -2.0, (0, 0, 4, 4)),
        ("sky", 1.0, (0, 2, 4, 2)),
    ]
    assert notes == []


def test_a_channel_that_marks_nothing_is_told(gimp):
    empty = fake_gi.Channel("su:+1 sky", 4, b"\x7f" * 16)
    found, notes = gimp("source").regions_for(image_of(empty), (0, 0, 4, 4), gimp("settings").GimpRequest())
    assert found == []
    assert notes == ["The channel “sky” marks nothing of the source."]


@pytest.mark.parametrize(
    ("precision", "depth"),
    [
        (100, "u16"),
        (150, "u8"),
        (175, "u8"),
        (250, "u16"),
        (300, "u16"),
        (500, "f32"),
        (650, "f32"),
        (700, "f32"),
    ],
)
def test_the_depth_loses_nothing(gimp, precision, depth):
    assert gimp("pixels").depth_of(precision) == depth


@pytest.mark.parametrize("mode", ["GREYA", "RGBA"])
@pytest.mark.parametrize(("depth", "kind"), [("u8", "u1"), ("u16", "<u2"), ("f32", "<f4")])
def test_alpha_that_hides_nothing_is_seen(gimp, mode, depth, kind):
    white = 1.0 if depth == "f32" else np.iinfo(kind).max
    values = np.zeros((6, len(mode.replace("GREY", "G"))), kind)
    values[:, -1] = white
    document = gimp("pixels")
    assert document.is_opaque(values.tobytes(), mode, depth)
    values[3, -1] = white / 2
    assert not document.is_opaque(values.tobytes(), mode, depth)


def test_a_picture_without_anything_visible_is_seen(gimp):
    document = gimp("pixels")
    assert document.is_empty(PixelPlanes(2, 1, "RGBA", "u8", bytes([9, 9, 9, 0] * 2)))
    assert not document.is_empty(PixelPlanes(2, 1, "RGBA", "u8", bytes([0, 0, 0, 1] * 2)))
    assert not document.is_empty(PixelPlanes(2, 1, "RGB", "u8", bytes(6)))


def test_a_selection_has_64_pixels_of_context_inside_the_layer(gimp):
    image = image_of(selection=(100, 10, 120, 40))
    inner, box = gimp("source").selection_boxes(image, (0, 0, 300, 60))
    assert inner == (100, 10, 20, 30)
    assert box == (36, 0, 148, 60)


def test_a_selection_beside_the_layer_is_refused(gimp):
    with pytest.raises(gimp("engine_calls").CannotDo, match="does not touch"):
        gimp("source").selection_boxes(image_of(selection=(0, 0, 5, 5)), (10, 10, 5, 5))


def test_what_is_wanted_of_the_target_lies_where_the_selection_was(gimp):
    source = SimpleNamespace(box=(36, 0, 148, 60), inner=(100, 10, 20, 30))
    target = SimpleNamespace(width=592, height=240)
    assert gimp("results").target_box(source, target) == (256, 40, 80, 120)


@pytest.mark.parametrize(
    ("fact", "words"),
    [("is_group", "a group"), ("is_text_layer", "a text layer"), ("get_lock_content", "locked")],
)
def test_a_layer_that_cannot_be_written_to_says_why(gimp, fact, words):
    unwritable = gimp("source").unwritable
    assert words in unwritable(fake_gi.Layer(**{fact: True}))
    assert unwritable(fake_gi.Layer()) is None


def test_one_layer_must_be_selected(gimp):
    only_layer, refused = gimp("source").only_layer, gimp("engine_calls").CannotDo
    with pytest.raises(refused, match="2 layers"):
        only_layer([fake_gi.Layer(), fake_gi.Layer()])
    with pytest.raises(refused, match="No layer"):
        only_layer([])


class Original:
    """Remembers for which sizes it was wanted; two strips are all of it."""

    def __init__(self, _source, size):
        self.sizes, self.strips = [size], 2

    def step(self):
        self.strips -= 1
        return self.strips > 0

    def whole(self, size):
        self.sizes.append(size)
        return self


@pytest.mark.parametrize(("scale", "first"), [(2.5, (120, 100)), (None, (96, 80))])
def test_the_original_is_begun_when_its_size_is_known(gimp, monkeypatch, scale, first):
    arriving, settings = gimp("arrival"), gimp("settings").GimpRequest()
    monkeypatch.setattr(arriving, "Original", Original)
    monkeypatch.setattr(arriving, "TargetDrawable", lambda _planes, _drawable, _at, size: Sheet(*size))
    source = SimpleNamespace(kind="layer", box=(0, 0, 48, 40), planes=None, drawable=None, at=None)
    arrival = arriving.Arrival(IMAGE, source, settings, scale)
    assert arrival.meanwhile()
    arrival.receive("size", 96, 80)
    target = arrival.target({"width": 96})
    assert target.original.sizes == [first, (96, 80)]
    assert target.record == {"width": 96}


class Sheet(SimpleNamespace):
    """A target of this size."""

    def __init__(self, width, height):
        super().__init__(width=width, height=height, original=None)


IMAGE = SimpleNamespace(get_base_type=lambda: 0, get_floating_sel=lambda: None)


@pytest.mark.parametrize("change", [{"original": False}, {"result": "new-layer"}, {"result": "resize-image"}])
def test_no_original_is_made_where_none_will_lie_below(gimp, change):
    source = SimpleNamespace(kind="layer", box=(0, 0, 48, 40))
    arrival = gimp("arrival").Arrival(IMAGE, source, gimp("settings").GimpRequest(**change), 4.0)
    assert not arrival.meanwhile()
