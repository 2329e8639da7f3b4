"""The overlay shows who owns each pixel, says it by hatch too, and is redrawn only where it changed."""

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from core.geometry import Box, Size
from core.regions import shapes
from core.regions.priority import priority_map, region_labels
from ui.canvas import overlay
from ui.canvas.camera import View
from ui.canvas.decorations import middle_of
from ui.canvas.layers import AddedMap, GreyMap
from ui.canvas.tiles import Deadline, OverlayLayer
from ui.model import scene as scene_edits
from ui.model.scene import Scene
from ui.qt import array_from_image

SIZE = Size(90, 70)


@pytest.fixture
def scene():
    """Overlapping discs with all five steps; one is locked."""
    made = Scene.of(SIZE)
    for step in range(-2, 3):
        box = Box(8 + 12 * (step + 2), 10 + 6 * (step + 2), 30, 30)
        made = scene_edits.add_region(made, shapes.ellipse(box, SIZE), priority=step)
    return scene_edits.set_locked(made, "r1", True)


def words(scene, zoom, box):
    return overlay.drawn(overlay.layers_of(scene.regions), zoom, box, opacity=0.45)


def test_the_owner_of_each_pixel_is_the_engines(scene):
    layers = overlay.layers_of(scene.regions)
    mine = overlay.owners(layers, np.arange(SIZE.width), np.arange(SIZE.height))
    order = {region.id: place for place, region in enumerate(scene.regions)}
    named = np.array([*(order[layer.identity] for layer in layers), -1])[mine]
    assert np.array_equal(named, region_labels(scene.regions))


@pytest.mark.parametrize("zoom", [0.4, 1.0, 2.5])
def test_pieces_of_the_overlay_fit_together(scene, zoom):
    whole = words(scene, zoom, Box(5, 5, 60, 40) if zoom > 0.5 else Box(0, 0, 36, 28))
    box = Box(5, 5, 60, 40) if zoom > 0.5 else Box(0, 0, 36, 28)
    half = Box(box.x, box.y, box.width // 2, box.height)
    rest = Box(half.right, box.y, box.width - half.width, box.height)
    assert np.array_equal(np.hstack([words(scene, zoom, half), words(scene, zoom, rest)]), whole)


def test_nothing_is_drawn_over_the_rest_or_a_hidden_region(scene):
    hidden = scene
    for region in scene.regions:
        hidden = scene_edits.set_visible(hidden, region.id, False)
    assert not words(hidden, 1.0, Box.of(SIZE)).any()
    assert words(scene, 1.0, Box.of(SIZE))[0, 0] == 0


def test_a_touched_tile_is_the_same_as_one_drawn_anew(scene, qapp):
    layer, view = OverlayLayer(), View(SIZE, Size(400, 300), 3.0)
    layer.layers = overlay.layers_of(scene.regions)
    canvas = _painted(layer, view)
    changed = scene_edits.combine(scene, "r3", shapes.rectangle(Box(40, 30, 12, 9), SIZE), "subtract")
    layer.layers = overlay.layers_of(changed.regions)
    layer.refresh(view, Box(40, 30, 12, 9))
    again = OverlayLayer()
    again.layers = layer.layers
    assert np.array_equal(_painted(layer, view), _painted(again, view))
    assert not np.array_equal(_painted(layer, view), canvas)


def _painted(layer, view):
    image = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    layer.draw(painter, view, Box(0, 0, 400, 300), Deadline(10))
    painter.end()
    return array_from_image(image)


def test_the_grey_map_is_what_the_engine_gets(scene, qapp):
    shown = array_from_image(GreyMap(scene).render(1.0, Box.of(SIZE)))[..., 0]
    assert np.abs(shown / 255 - priority_map(scene.regions)).max() < 0.01


def test_the_grey_map_of_a_small_view_is_nearly_that(scene, qapp):
    shown = array_from_image(GreyMap(scene).render(0.5, Box(0, 0, 45, 35)))[..., 0] / 255
    whole = priority_map(scene.regions)[:70, :90].reshape(35, 2, 45, 2).mean(axis=(1, 3))
    assert np.abs(shown - whole).mean() < 0.05


def test_bright_means_made_up(qapp):
    values = np.zeros((40, 50), np.uint8)
    values[10:20, 10:20] = 255
    shown = array_from_image(AddedMap(values).render(1.0, Box(0, 0, 50, 40)))
    assert shown[15, 15, :3].sum() > shown[30, 30, :3].sum() + 300


def test_a_badge_stands_inside_its_region(scene):
    ring = shapes.ellipse(Box(10, 10, 50, 50), SIZE).subtract(shapes.ellipse(Box(20, 20, 30, 30), SIZE))
    x, y = middle_of(ring)
    assert ring.contains(int(x), int(y))


def test_the_selected_ring_lies_inside_its_mask(scene):
    layer = overlay.Layer.of(scene.region)
    ring = overlay.ring(layer, 1.0, Box.of(SIZE), 2)
    mask = scene.region.mask.in_box(Box.of(SIZE))
    assert ring.any()
    assert not (ring & ~mask).any()
    assert not ring[scene.region.mask.box.y + 15, scene.region.mask.box.x + 15]
