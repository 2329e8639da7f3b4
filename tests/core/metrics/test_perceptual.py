"""The feature networks are the ones that were checked, and the distance orders damage."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from skimage.data import astronaut

from core.errors import CheckpointError, InputError
from core.metrics import perceptual
from core.metrics.perceptual import (
    DarknetFeatures,
    PerceptualDistance,
    SqueezeFeatures,
    offered_distance,
    unit,
)

if TYPE_CHECKING:
    from pathlib import Path


def path_of(name: str) -> Path:
    path = perceptual.at_hand(name)
    if path is None:
        pytest.skip(f"{name}: {perceptual.NOT_AT_HAND}")
    return path


@pytest.fixture(scope="module")
def check() -> dict[str, torch.Tensor]:
    return load_file(path_of("check.safetensors"))


@pytest.fixture(scope="module")
def distance() -> PerceptualDistance:
    return PerceptualDistance(path_of(perceptual.DARKNET))


def assert_statistics(features: tuple[torch.Tensor, ...], check: dict[str, torch.Tensor], name: str) -> None:
    for layer, feature in enumerate(features):
        found = torch.stack([feature.mean(), feature.std()])
        torch.testing.assert_close(found, check[f"{name}.{layer}.mean_std"], rtol=1e-4, atol=1e-4)


def test_squeezenet_has_the_checked_features(check: dict[str, torch.Tensor]) -> None:
    features = SqueezeFeatures(path_of(perceptual.SQUEEZENET))(check["input"] * 2 - 1)
    assert [feature.shape[1] for feature in features] == [96, 128, 256, 384, 512, 512]
    assert_statistics(features, check, "squeezenet")


def test_darknet_has_the_checked_features(check: dict[str, torch.Tensor]) -> None:
    features = DarknetFeatures(path_of(perceptual.DARKNET))(check["input"])
    assert [feature.shape[1] for feature in features] == [16, 32, 64, 128, 256]
    assert_statistics(features, check, "darknet")


def test_squeezenet_is_frozen_but_lets_gradients_through() -> None:
    network = SqueezeFeatures(path_of(perceptual.SQUEEZENET))
    batch = torch.zeros(1, 3, 32, 32, requires_grad=True)
    network(batch)[-1].sum().backward()
    assert not any(parameter.requires_grad for parameter in network.parameters())
    assert batch.grad is not None
    assert batch.grad.abs().sum() > 0


def test_odd_sides_are_welcome(distance: PerceptualDistance) -> None:
    picture = np.random.default_rng(0).random((33, 19, 3), dtype=np.float32)
    assert distance(picture, picture) == 0.0


def test_unit_features_have_length_one_and_nothing_stays_nothing() -> None:
    features = torch.randn(1, 8, 3, 3, generator=torch.Generator().manual_seed(0))
    features[:, :, 0, 0] = 0
    lengths = unit(features).norm(dim=1)
    assert lengths[0, 0, 0] == 0
    torch.testing.assert_close(lengths.flatten()[1:], torch.ones(8))


def jpeg(picture: np.ndarray, quality: int) -> np.ndarray:
    held = io.BytesIO()
    Image.fromarray(np.rint(picture * 255).astype(np.uint8)).save(held, "JPEG", quality=quality)
    return np.asarray(Image.open(held), np.float32) / 255


def test_more_damage_is_further_away(distance: PerceptualDistance) -> None:
    clean = astronaut()[100:292, 100:292].astype(np.float32) / 255
    noise = np.random.default_rng(0).normal(0, 1, clean.shape).astype(np.float32)
    damages = [
        [cv2.GaussianBlur(clean, (0, 0), sigma) for sigma in (0.7, 1.4, 2.8)],
        [np.clip(clean + level * noise, 0, 1) for level in (0.02, 0.05, 0.12)],
        [jpeg(clean, quality) for quality in (90, 50, 15)],
    ]
    for row in damages:
        far = [distance(each, clean) for each in row]
        assert 0 < far[0] < far[1] < far[2]


def test_pictures_of_two_sizes_are_refused(distance: PerceptualDistance) -> None:
    with pytest.raises(InputError):
        distance(np.zeros((32, 32, 3), np.float32), np.zeros((32, 33, 3), np.float32))


def test_a_missing_file_means_not_offered(tmp_path: Path) -> None:
    assert offered_distance(tmp_path) is None
    assert perceptual.at_hand(perceptual.SQUEEZENET, tmp_path) is None
    with pytest.raises(CheckpointError):
        PerceptualDistance(tmp_path / perceptual.DARKNET)


def test_the_environment_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(perceptual.FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / perceptual.PRISTINE).write_bytes(b"")
    assert perceptual.at_hand(perceptual.PRISTINE) == tmp_path / perceptual.PRISTINE


@pytest.mark.parametrize("network", [SqueezeFeatures, DarknetFeatures])
def test_another_file_is_named(tmp_path: Path, network: type) -> None:
    save_file({"something": torch.zeros(3)}, tmp_path / "other.safetensors")
    (tmp_path / "torn.safetensors").write_bytes(b"\x00" * 12)
    for name in ("other.safetensors", "torn.safetensors"):
        with pytest.raises(CheckpointError, match=name):
            network(tmp_path / name)
