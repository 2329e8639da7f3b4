"""The clean-up that a source calls for, named by the bundled model."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from core.engine.device import DeviceChoice
from core.engine.methods.registry import MethodRegistry
from core.engine.upscale import JPEG_BLOCK_PX, estimate_clean_up, patches
from core.geometry import Box, Size
from core.image.io import picture_from_array

SIZE = (203, 150)  # no multiple of a patch or a block


@pytest.fixture(scope="module")
def method():
    return MethodRegistry().get("compact", DeviceChoice("cpu", "float32", 1, "Processor", 2**32))


@pytest.fixture(scope="module", params=["chelsea", "coffee"])
def photograph(request):
    """(150, 203, 3) uint8, made small enough that nothing of its own JPEG is left."""
    data = np.frombuffer((resources.FOLDER / "samples" / f"{request.param}.jpg").read_bytes(), np.uint8)
    return cv2.resize(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1], SIZE, interpolation=cv2.INTER_AREA)


def saved(picture: np.ndarray, quality: int) -> np.ndarray:
    """As a JPEG of that quality gives it back."""
    _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]


def named(method, picture: np.ndarray) -> float:
    """The estimate of (h, w, 3) uint8."""
    return estimate_clean_up(picture_from_array(np.float32(picture) / np.float32(255)), method, "cpu")


@given(st.integers(16, 900), st.integers(16, 900))
def test_patches_lie_inside_and_begin_with_a_block(width, height):
    size = Size(width, height)
    for box in patches(size):
        assert Box.of(size).intersect(box) == box
        assert (box.x % JPEG_BLOCK_PX, box.y % JPEG_BLOCK_PX) == (0, 0)


def test_a_clean_picture_calls_for_next_to_nothing(method, photograph):
    assert named(method, photograph) <= 0.1


def test_a_worse_jpeg_calls_for_more(method, photograph):
    good, bad = (named(method, saved(photograph, quality)) for quality in (75, 35))
    assert 0.25 <= good < bad


def test_a_jpeg_that_was_cropped_afterwards_calls_for_as_much(method, photograph):
    whole = saved(photograph, 60)
    assert named(method, whole[3:, 5:]) == pytest.approx(named(method, whole), abs=0.15)


def test_noise_alone_calls_for_clean_up(method, photograph):
    noise = np.random.default_rng(1).normal(0, 12, photograph.shape)
    assert named(method, np.clip(photograph + noise, 0, 255).astype(np.uint8)) >= 0.2
