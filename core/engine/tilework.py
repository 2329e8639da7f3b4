"""One tile from the source's pixels to the target's: crop, one step, keep what the picture says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from core.diffusion.consistency import keep_within, shrink
from core.engine.canvas import noise_batch, weight_batch
from core.engine.method import TileInput
from core.image.tensor import from_batch, to_batch

if TYPE_CHECKING:
    from torch import Tensor

    from core.engine.device import DeviceChoice
    from core.engine.method import Estimates, Method
    from core.geometry import Box
    from core.image.picture import Picture
    from core.regions.region_set import RegionSet

SCALE = 4
KEEP_ITERATIONS = 3


@dataclass(frozen=True)
class Work:
    """Everything a tile needs besides its place."""

    picture: Picture
    regions: RegionSet
    detail: float
    seed: int
    clean_up: float
    method: Method
    choice: DeviceChoice


def upscale_tile(work: Work, box: Box) -> np.ndarray:
    """The target of a box of the source: (4h, 4w, 3) float32 sRGB-encoded, or with alpha (4h, 4w, 4)."""
    with torch.inference_mode():
        colour = from_batch(_colour(work, box))
        if work.picture.alpha is None:
            return colour
        return np.concatenate((colour, _alpha(work, work.picture.alpha.read(box))), axis=2)


def _colour(work: Work, box: Box) -> Tensor:
    source = _placed(work, to_batch(work.picture.colour.read(box)))
    weight = weight_batch(work.regions, work.detail, box)
    noise = _placed(work, noise_batch(work.regions, work.seed, box)) if bool(weight.any()) else None
    estimates = work.method.estimate(TileInput(source, _placed(work, weight), noise, work.clean_up))
    return consistent(estimates, source, work.clean_up)


def consistent(estimates: Estimates, source: Tensor, clean_up: float) -> Tensor:
    """The target pulled to what the picture says: (1, 3, 4h, 4w) float32, within the source's own range.

    Shrunk back it equals the source at clean-up 0 and the shrunk most faithful estimate at 1, in between in proportion.
    """
    source, target = source.float(), estimates.target.float()
    anchor = source
    if clean_up > 0:
        anchor = torch.lerp(source, shrink(estimates.faithful.float()), clean_up)
    # Colours outside sRGB are the source's right: the range is widened to hold them, never narrowed.
    low, high = min(-1.0, float(source.amin())), max(1.0, float(source.amax()))
    return keep_within(target, anchor, KEEP_ITERATIONS, low=low, high=high)


def _alpha(work: Work, alpha: np.ndarray) -> np.ndarray:
    """Alpha (h, w, 1) by the same road as a grey picture, wholly faithful: (4h, 4w, 1) in [0, 1]."""
    height, width = SCALE * alpha.shape[0], SCALE * alpha.shape[1]
    if alpha.min() == alpha.max():
        return np.full((height, width, 1), alpha.flat[0], np.float32)
    source = _placed(work, to_batch(np.repeat(alpha, 3, axis=2)))
    zero = source.new_zeros((1, 1, height, width))
    estimates = work.method.estimate(TileInput(source, zero, None, 0.0))
    grey = from_batch(consistent(estimates, source, 0.0)).mean(axis=2, keepdims=True)
    return np.clip(grey, 0.0, 1.0)


def _placed(work: Work, batch: Tensor) -> Tensor:
    dtype = getattr(torch, work.choice.precision)
    return batch.to(work.choice.device, dtype, memory_format=torch.channels_last)
