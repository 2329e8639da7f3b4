"""A seam is seen where one was made, and nowhere else."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from core.metrics.pictures import on_target
from core.metrics.seams import Seam, pool_borders, region_seam, tile_seam

COLUMNS, ROWS = (128, 256), (128,)


def texture(seed: int = 0, height: int = 256, width: int = 384) -> np.ndarray:
    noise = np.random.default_rng(seed).random((height, width, 3), dtype=np.float32)
    return cv2.GaussianBlur(noise, (0, 0), 1.5)


def disc(height: int = 64, width: int = 96) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return (y - height / 2) ** 2 + (x - width / 2) ** 2 < 20**2


def test_one_texture_has_no_seams() -> None:
    textures = [texture(seed) for seed in range(12)]
    tiles = pool_borders(tile_seam(each, COLUMNS, ROWS, scale=4) for each in textures)
    regions = pool_borders(region_seam(each, disc()) for each in textures)
    assert (tiles.ratio, regions.ratio) == pytest.approx((1, 1), abs=0.05)


def test_a_step_between_tiles_is_seen() -> None:
    stepped = texture()
    stepped[:, 128:256] += 0.05
    assert tile_seam(stepped, COLUMNS, ROWS, scale=4).ratio > 1.15
    assert tile_seam(stepped, (128, 256), (), scale=4).ratio > tile_seam(stepped, (64,), (), scale=4).ratio


def test_a_step_at_a_region_is_seen() -> None:
    stepped = texture() + 0.05 * on_target(disc(), texture())[..., None]
    assert region_seam(stepped, disc()).ratio > 1.3


def test_rich_beside_plain_is_no_seam() -> None:
    inside = on_target(disc(), texture())[..., None]
    mixed = np.where(inside, texture() * 1.2 - texture().mean() * 0.2, texture())
    assert region_seam(mixed, disc()).ratio == pytest.approx(1, abs=0.15)


def test_an_edge_of_the_picture_is_no_seam_over_itself() -> None:
    edge = texture() + 0.3 * on_target(disc(), texture())[..., None]
    plain = region_seam(edge, disc())
    assert plain.ratio > 2
    assert region_seam(edge, disc()).over(plain) == 1


def test_a_mask_without_a_border_has_no_ratio() -> None:
    assert math.isnan(region_seam(texture(), np.ones((64, 96), bool)).ratio)
    assert math.isnan(tile_seam(texture(), (), (0, 256), scale=4).ratio)


def test_a_flat_picture_is_seamless() -> None:
    assert region_seam(np.full((256, 384, 3), 0.5, np.float32), disc()).ratio == 1


def test_pooling_weighs_by_length() -> None:
    seams = [Seam(2, 1, 30), Seam(1, 1, 10), Seam(math.nan, math.nan, 0)]
    assert pool_borders(seams) == Seam(1.75, 1, 40)
    assert math.isnan(pool_borders([]).ratio)
