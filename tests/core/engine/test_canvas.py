"""What the engine lays over the whole canvas: a tile's part is the crop of the whole."""

import numpy as np
import torch

from core.diffusion.noise import NoiseField
from core.engine.tile import noise_batch, weight_batch
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.region import Region, RegionSet

SIZE = Size(30, 20)
WHOLE, PART = Box(0, 0, 30, 20), Box(7, 5, 18, 11)
PATCH = Box(5, 4, 12, 9)


def regions(rest=0.0, **fields) -> RegionSet:
    """One square region whose edge is hard."""
    square = Region("r1", "Square", Mask.filled(PATCH), feather_px=0, **fields)
    return RegionSet(SIZE, (square,), rest)


def cut(batch: torch.Tensor, box: Box) -> torch.Tensor:
    """The part of a batch over the whole picture that lies over a box of the source."""
    rows, columns = box.scaled(4).slices
    return batch[..., rows, columns]


def field(seed: int) -> torch.Tensor:
    """The noise of a seed over the whole picture, as a batch."""
    noise = NoiseField(seed, 3).crop(WHOLE.scaled(4))
    return torch.from_numpy(noise).permute(2, 0, 1)[None]


def test_a_region_with_its_own_seed_takes_its_own_field_and_leaves_the_rest():
    noise = noise_batch(regions(seed=9), 1, WHOLE)
    torch.testing.assert_close(cut(noise, PATCH), cut(field(9), PATCH), rtol=0, atol=1e-6)
    rest = torch.ones(1, 1, 80, 120, dtype=torch.bool)
    cut(rest, PATCH).zero_()
    torch.testing.assert_close(noise * rest, field(1) * rest, rtol=0, atol=1e-6)


def test_a_tile_has_the_crop_of_the_whole_noise():
    marked = regions(seed=9)
    torch.testing.assert_close(noise_batch(marked, 1, PART), cut(noise_batch(marked, 1, WHOLE), PART))


def test_a_region_that_does_not_act_has_no_noise_of_its_own():
    noise = noise_batch(regions(seed=9, visible=False), 1, WHOLE)
    torch.testing.assert_close(noise, field(1), rtol=0, atol=1e-6)


def test_no_pixel_of_a_faithful_source_pixel_rises_above_zero():
    weight = weight_batch(regions(rest=-2.0, priority=2.0), 0.0, WHOLE)
    inside = np.zeros((80, 120), bool)
    inside[PATCH.scaled(4).slices] = True
    assert weight[0, 0].numpy()[~inside].max() == 0
    assert weight[0, 0].numpy()[inside].max() == 1
