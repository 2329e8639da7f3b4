"""NIQE orders damage, agrees with the published arithmetic and refuses what it cannot judge."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from core.errors import CheckpointError, InputError
from core.metrics import perceptual
from core.metrics.niqe import Pristine, fit, load_pristine, niqe

BESIDE = Path(__file__).parents[3].parent / "shared"
DATA = Path(os.environ.get("SEMANTIC_UPSCALE_DATA", BESIDE / "data"))
SET14 = DATA / "test" / "set14"


@pytest.fixture(scope="module")
def pristine() -> Pristine:
    path = perceptual.at_hand(perceptual.PRISTINE)
    if path is None:
        pytest.skip(f"{perceptual.PRISTINE}: {perceptual.NOT_AT_HAND}")
    return load_pristine(path)


def photograph(number: int) -> np.ndarray:
    path = SET14 / f"img_{number:03}.png"
    if not path.is_file():
        pytest.skip("Set14 is not at hand")
    return np.asarray(Image.open(path).convert("RGB"), np.float32) / 255


def asymmetric(shape: float, left: float, right: float, count: int) -> np.ndarray:
    """Samples of the asymmetric generalised Gaussian: a sign, then a gamma-distributed magnitude."""
    random = np.random.default_rng(5)
    size = random.gamma(1 / shape, 1.0, count) ** (1 / shape)
    return np.where(random.random(count) < left / (left + right), -left * size, right * size)


@pytest.mark.parametrize(("shape", "left", "right"), [(2.0, 1.0, 1.0), (0.8, 0.5, 1.5), (1.4, 2.0, 1.0)])
def test_the_fit_finds_the_numbers_that_made_the_samples(shape: float, left: float, right: float) -> None:
    found = fit(asymmetric(shape, left, right, 400_000)[None])
    np.testing.assert_allclose(
        [found.shape[0], found.left[0], found.right[0]], [shape, left, right], rtol=0.03
    )


def test_the_mean_of_a_fit_is_the_mean_of_the_samples() -> None:
    samples = asymmetric(1.0, 0.5, 1.5, 400_000)
    assert fit(samples[None]).mean[0] == pytest.approx(samples.mean(), rel=0.03)


def test_a_block_without_structure_has_no_fit() -> None:
    assert np.isnan(fit(np.zeros((1, 16))).shape[0])


def test_photographs_lie_in_the_usual_range(pristine: Pristine) -> None:
    scores = [niqe(photograph(number), pristine) for number in (1, 2, 3, 10, 11, 14)]
    assert min(scores) > 2
    assert max(scores) < 8


def test_baboon_has_its_published_value(pristine: Pristine) -> None:
    assert niqe(photograph(1), pristine) == pytest.approx(5.7296, abs=1e-3)


@pytest.mark.parametrize("number", [2, 10, 14])
def test_blur_and_noise_raise_it(pristine: Pristine, number: int) -> None:
    clean = photograph(number)
    noise = np.random.default_rng(0).normal(0, 0.15, clean.shape).astype(np.float32)
    scores = [niqe(each, pristine) for each in (clean, cv2.GaussianBlur(clean, (0, 0), 3), clean + noise)]
    assert scores[0] < min(scores[1:])


def test_a_shaved_border_does_not_count(pristine: Pristine) -> None:
    clean = photograph(2)
    framed = clean.copy()
    framed[:4] = framed[-4:] = 0
    assert niqe(framed, pristine, border_px=4) == niqe(clean, pristine, border_px=4)


def test_more_flat_sky_does_not_count(pristine: Pristine) -> None:
    clean = photograph(2)
    sky = np.full((96, clean.shape[1], 3), 0.7, np.float32)
    little, much = np.concatenate([sky, clean]), np.concatenate([sky, sky, sky, clean])
    assert niqe(much, pristine) == pytest.approx(niqe(little, pristine), rel=1e-6)


def test_pictures_that_say_too_little_are_refused() -> None:
    model = Pristine(np.zeros(36), np.eye(36), np.full((7, 7), 1 / 49))
    with pytest.raises(InputError, match="too small"):
        niqe(np.zeros((96, 191, 3), np.float32), model)
    with pytest.raises(InputError, match="structure"):
        niqe(np.zeros((192, 192, 3), np.float32), model)


def test_a_missing_or_wrong_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"gone\.npz"):
        load_pristine(tmp_path / "gone.npz")
    np.savez(tmp_path / "other.npz", weight=np.zeros(3))
    with pytest.raises(CheckpointError, match=r"other\.npz"):
        load_pristine(tmp_path / "other.npz")
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(CheckpointError, match=r"text\.npz"):
        load_pristine(tmp_path / "text.npz")
