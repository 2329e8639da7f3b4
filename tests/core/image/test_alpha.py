"""Hidden colour is filled, visible colour is untouched."""

import numpy as np
import pytest

from core.geometry import Size
from core.image.io import open_picture
from core.image.picture import fill_hidden
from core.image.planes import MemoryPlanes, ScratchPlanes


def disc(height, width):
    y, x = np.mgrid[:height, :width]
    near = np.hypot(y - height / 2, x - width / 2) < min(height, width) / 3
    colour = np.where(near[..., None], (0.2, 0.6, 0.4), (1.0, 0.0, 1.0)).astype(np.float32)
    return colour, near.astype(np.float32)[..., None]


@pytest.mark.parametrize("size", [(1, 7), (33, 70), (130, 257)])
def test_hidden_colour_continues_what_is_visible(size):
    colour, alpha = disc(*size)
    planes = MemoryPlanes(colour.copy())
    fill_hidden(planes, MemoryPlanes(alpha))
    if alpha.any():
        np.testing.assert_allclose(planes.array, np.broadcast_to([0.2, 0.6, 0.4], (*size, 3)), atol=1e-5)


def test_visible_pixels_are_untouched(noise):
    colour, alpha = noise((90, 100, 3), np.float32), noise((90, 100, 1), np.float32)
    alpha[20:60, 30:70] = 0
    planes = MemoryPlanes(colour.copy())
    fill_hidden(planes, MemoryPlanes(alpha))
    visible = alpha[..., 0] >= 1 / 32
    np.testing.assert_array_equal(planes.array[visible], colour[visible])
    assert np.isfinite(planes.array).all()


def test_strips_agree_with_the_whole(noise, monkeypatch, whole):
    colour, alpha = noise((200, 90, 3), np.float32), noise((200, 90, 1), np.float32)
    alpha[alpha < 0.9] = 0
    at_once, by_strips = MemoryPlanes(colour.copy()), ScratchPlanes(Size(90, 200), 3, np.float32)
    by_strips.write(0, colour)
    fill_hidden(at_once, MemoryPlanes(alpha))
    monkeypatch.setattr("core.image.planes.strips.__defaults__", (90 * 32, 1))
    fill_hidden(by_strips, MemoryPlanes(alpha))
    np.testing.assert_allclose(whole(by_strips), at_once.array, atol=1e-5)
    by_strips.close()


def test_nothing_visible_changes_nothing(noise):
    colour = noise((9, 9, 3), np.float32)
    planes = MemoryPlanes(colour.copy())
    fill_hidden(planes, MemoryPlanes(np.zeros((9, 9, 1), np.float32)))
    np.testing.assert_array_equal(planes.array, colour)


def test_an_opened_picture_has_no_hidden_colour(tmp_path, write, whole):
    colour, alpha = disc(40, 50)
    pixels = np.rint(np.concatenate([colour, alpha], 2) * 255).astype(np.uint8)
    with open_picture(write(tmp_path / "a.png", pixels)) as picture:
        np.testing.assert_array_equal(whole(picture.alpha), alpha)
        np.testing.assert_allclose(whole(picture.colour)[0, 0], [0.2, 0.6, 0.4], atol=0.01)


def test_jpeg_lays_transparency_on_white_and_says_so(tmp_path, write, read, road):
    pixels = np.zeros((16, 16, 4), np.uint8)
    saved = road(write(tmp_path / "a.png", pixels), tmp_path / "b.jpg")
    assert (read(saved.path)[0] == 255).all()
    assert "white" in saved.losses[0]
