"""Where the picture stands: zooming keeps the place under the pointer, fitting shows all of it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from ui_stage import picture

from core.geometry import Box, Size
from ui.canvas import tiles
from ui.canvas.camera import View, next_zoom, panes
from ui.model.pixels import source_of_array

views = st.builds(
    View,
    st.builds(Size, st.integers(1, 9000), st.integers(1, 9000)),
    st.just(Size(800, 600)),
    st.floats(0.05, 32),
)


@settings(max_examples=40, deadline=None)
@given(views)
def test_a_fitted_picture_is_whole_in_sight(view):
    fitted = view.fitted()
    assert fitted.visible == Box.of(view.picture)


@settings(max_examples=40, deadline=None)
@given(views, st.floats(0.05, 32))
def test_zooming_in_the_middle_of_a_large_picture_keeps_the_place(view, zoom):
    large = View(Size(9000, 9000), Size(800, 600), view.zoom).centred(4500, 4500)
    before = large.to_source(400, 300)
    after = large.zoomed(zoom, 400, 300).to_source(400, 300)
    assert np.allclose(before, after, atol=1 / min(zoom, view.zoom) + 0.01)


def test_a_picture_cannot_be_lost():
    view = View(Size(100, 100), Size(800, 600), 32.0).moved(10**6, -(10**6))
    assert not view.visible.empty


def test_zoom_steps_are_round_and_end():
    assert next_zoom(0.9, 1) == 1.0
    assert next_zoom(1.0, -1) == 0.667
    assert next_zoom(64.0, 1) == 64.0


def test_pieces_fit_together_at_any_zoom():
    view = source_of_array(picture(300, 200), "x")
    for zoom in (0.3, 1.0, 1.7, 7.0):
        whole = tiles.piece(view, zoom, Box(20, 20, 120, 40), smooth=True)
        left = tiles.piece(view, zoom, Box(20, 20, 50, 40), smooth=True)
        right = tiles.piece(view, zoom, Box(70, 20, 70, 40), smooth=True)
        assert np.abs(np.hstack([left, right]).astype(int) - whole).max() <= 3


def test_at_full_zoom_pixels_are_themselves():
    pixels = picture(300, 200)
    view = source_of_array(pixels, "x")
    assert np.array_equal(
        tiles.piece(view, 1.0, Box(3, 4, 50, 60), smooth=False)[..., :3], pixels[4:64, 3:53]
    )


def test_what_is_transparent_lies_on_checkers():
    pixels = picture(32, 32, bands=4)
    pixels[..., 3] = 0
    shown = tiles.on_checkers(pixels, Box(0, 0, 32, 32))
    assert set(np.unique(shown[..., :3])) == {153, 204}


def test_two_views_stand_side_by_side_without_overlap():
    left, right = panes(Size(801, 600), "side", 0.5, held=False)
    assert left.before
    assert not right.before
    assert left.clip.intersect(right.clip).empty
    assert left.clip.size == right.clip.size
