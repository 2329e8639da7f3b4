"""PSNR, SSIM and LR-PSNR give the numbers that everybody else's tools give."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torch.nn import functional

from core.errors import InputError
from core.metrics.fidelity import fidelity, lr_psnr, psnr, region_psnr, shrink, shrunk_back, ssim
from core.metrics.pictures import luma, on_target, quantise


def pair(seed: int = 0, height: int = 40, width: int = 52) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    reference = random.random((height, width, 3), dtype=np.float32)
    noise = random.normal(0, 0.1, reference.shape).astype(np.float32)
    return np.clip(reference + noise, 0, 1), reference


def torch_shrunk(picture: np.ndarray, height: int, width: int) -> np.ndarray:
    batch = torch.from_numpy(picture.transpose(2, 0, 1).astype(np.float64))[None]
    small = functional.interpolate(batch, (height, width), mode="bicubic", antialias=True)
    return small[0].numpy().transpose(1, 2, 0)


def test_black_is_16_and_white_is_235() -> None:
    grey = np.array([[[0, 0, 0], [1, 1, 1]]], np.float32)
    np.testing.assert_allclose(luma(grey), [[16, 235]])


def test_rgb_psnr_is_that_of_scikit_image() -> None:
    picture, reference = pair()
    wanted = peak_signal_noise_ratio(reference * 255.0, picture * 255.0, data_range=255)
    assert psnr(picture, reference, channels="rgb") == pytest.approx(wanted, abs=1e-4)


def test_y_psnr_is_that_of_scikit_image_on_luma() -> None:
    picture, reference = pair()
    wanted = peak_signal_noise_ratio(luma(reference), luma(picture), data_range=255)
    assert psnr(picture, reference) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("channels", ["y", "rgb"])
def test_ssim_is_that_of_scikit_image(channels: str) -> None:
    picture, reference = pair()
    planes = [luma(each) if channels == "y" else each.astype(float) * 255 for each in (picture, reference)]
    wanted = structural_similarity(
        *planes,
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        channel_axis=None if channels == "y" else 2,
    )
    assert ssim(picture, reference, channels=channels) == pytest.approx(wanted, abs=1e-9)


def test_a_shaved_border_does_not_count() -> None:
    picture, reference = pair()
    spoiled = picture.copy()
    spoiled[:4] = 0
    assert psnr(spoiled, reference, border_px=4) == psnr(picture, reference, border_px=4)
    assert ssim(spoiled, reference, border_px=4) == ssim(picture, reference, border_px=4)


def test_eight_bit_forgives_what_a_file_cannot_hold() -> None:
    _, reference = pair()
    reference = quantise(reference)
    assert psnr(reference + 0.4 / 255, reference, eight_bit=True) == math.inf
    assert psnr(reference + 0.4 / 255, reference) < 60


def test_equal_pictures_are_perfect() -> None:
    _, reference = pair()
    every = fidelity(reference, reference)
    assert (every.psnr_y, every.psnr_rgb) == (math.inf, math.inf)
    assert (every.ssim_y, every.ssim_rgb) == pytest.approx((1, 1))


def test_region_psnr_looks_inside_only() -> None:
    picture, reference = pair()
    mask = np.zeros((10, 13), bool)
    mask[2:5, 3:9] = True
    only = np.where(on_target(mask, picture)[..., None], picture, reference)
    assert region_psnr(picture, reference, mask) == region_psnr(only, reference, mask)
    assert region_psnr(only, reference, ~mask) == math.inf
    assert math.isnan(region_psnr(picture, reference, mask & False))


@given(st.integers(1, 3), st.integers(0, 2**16))
@settings(max_examples=15, deadline=None)
def test_more_noise_never_raises_psnr(strength: int, seed: int) -> None:
    picture, reference = pair(seed)
    further = reference + (picture - reference) * (1 + strength)
    assert psnr(further, reference) < psnr(picture, reference)


@given(st.integers(5, 40), st.integers(5, 40), st.integers(2, 30), st.integers(2, 30))
@settings(max_examples=25, deadline=None)
def test_shrinking_is_that_of_torch(height: int, width: int, low: int, narrow: int) -> None:
    picture = np.random.default_rng(1).random((height, width, 3))
    low, narrow = min(low, height), min(narrow, width)
    np.testing.assert_allclose(
        shrink(picture, low, narrow), torch_shrunk(picture, low, narrow), rtol=0, atol=1e-6
    )


def test_mirrored_shrinking_continues_a_symmetric_picture() -> None:
    picture = np.random.default_rng(2).random((16, 24, 3))
    twice = np.concatenate([picture, picture[:, ::-1]], axis=1)
    np.testing.assert_allclose(
        shrink(picture, 8, 12, "mirror"), shrink(twice, 8, 24, "mirror")[:, :12], rtol=0, atol=1e-12
    )


def test_a_target_that_shrinks_to_the_source_is_exact() -> None:
    target, _ = pair()
    source = shrunk_back(target, np.zeros((10, 13, 3), np.float32))
    assert lr_psnr(target, source) == math.inf


def test_lr_psnr_is_that_of_torch() -> None:
    target, _ = pair()
    source, _ = pair(3, 10, 13)
    wanted = peak_signal_noise_ratio(source.astype(float), torch_shrunk(target, 10, 13), data_range=1)
    assert lr_psnr(target, source) == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda picture: picture[:-1],
        lambda picture: picture[..., 0],
        lambda picture: np.full_like(picture, np.nan),
        lambda picture: picture[:0],
    ],
)
def test_pictures_that_cannot_be_compared_are_refused(spoil) -> None:
    picture, reference = pair()
    with pytest.raises(InputError):
        psnr(spoil(picture), reference)


def test_what_is_too_small_is_refused() -> None:
    picture, reference = pair()
    with pytest.raises(InputError, match="border"):
        psnr(picture, reference, border_px=20)
    with pytest.raises(InputError, match="SSIM"):
        ssim(picture, reference, border_px=15)
    with pytest.raises(InputError, match="shrunk"):
        lr_psnr(picture[:5], reference)
    with pytest.raises(InputError, match="mask"):
        region_psnr(picture, reference, np.ones((10, 40), bool))
