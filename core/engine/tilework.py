"""One tile from the source's pixels to the target's: crop, one step, keep what the picture says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from core.diffusion.consistency import enlarge, keep_within, shrink
from core.engine.canvas import noise_batch, overlap_batch, weight_batch
from core.engine.method import Estimates, TileInput
from core.image.tensor import from_batch, to_batch

if TYPE_CHECKING:
    from torch import Tensor

    from core.engine.device import DeviceChoice
    from core.engine.method import Method
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
    steps: int | None = None


def upscale_tile(work: Work, box: Box) -> np.ndarray:
    """The target of a box of the source: (4h, 4w, 3) float32 sRGB-encoded, or with alpha (4h, 4w, 4)."""
    with torch.inference_mode():
        colour = from_batch(_colour(work, box))
        if work.picture.alpha is None:
            return colour
        return np.concatenate((colour, _alpha(work, work.picture.alpha.read(box))), axis=2)


def upscale_both(work: Work, box: Box) -> tuple[np.ndarray, np.ndarray]:
    """The target's colour, and the most faithful one that W = 0 would give: both (4h, 4w, 3) float32 sRGB-encoded."""
    with torch.inference_mode():
        estimates, source = _estimated(work, box)
        plain = estimates._replace(target=estimates.faithful)
        target, faithful = (from_batch(consistent(one, source, work.clean_up)) for one in (estimates, plain))
        return target, faithful


def _colour(work: Work, box: Box) -> Tensor:
    estimates, source = _estimated(work, box)
    return consistent(estimates, source, work.clean_up)


def _estimated(work: Work, box: Box) -> tuple[Estimates, Tensor]:
    """What the method makes of a box, and the source there in float32."""
    source = to_batch(work.picture.colour.read(box)).to(work.choice.device)
    weight = weight_batch(work.regions, work.detail, box)
    noise = _placed(work, noise_batch(work.regions, work.seed, box)) if bool(weight.any()) else None
    overlaps = _placed(work, overlap_batch(work.regions, box)) if work.method.needs.overlaps else None
    inside = source.clamp(-1.0, 1.0)
    tile = TileInput(_placed(work, inside), _placed(work, weight), noise, work.clean_up, work.steps, overlaps)
    return _with_rest(work.method.estimate(tile), source - inside), source


def _with_rest(estimates: Estimates, beyond: Tensor) -> Estimates:
    """The estimates with the colour outside sRGB, which no network was taught, enlarged by bicubic and put back."""
    if not bool(beyond.any()):
        return estimates
    rest = enlarge(beyond)
    return Estimates(estimates.target.float() + rest, estimates.faithful.float() + rest)


def consistent(estimates: Estimates, source: Tensor, clean_up: float) -> Tensor:
    """The target pulled to what the picture says: (1, 3, 4h, 4w) float32, within the source's own range.

    `source` is float32: rounded to the model's precision it would say something else than the file.
    Shrunk back it equals the source at clean-up 0 and the shrunk most faithful estimate at 1, in between in proportion.
    """
    target = estimates.target.float()
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
    source = to_batch(np.repeat(alpha, 3, axis=2)).to(work.choice.device)
    zero = _placed(work, source.new_zeros((1, 1, height, width)))
    estimates = work.method.estimate(TileInput(_placed(work, source), zero, None, 0.0))
    grey = from_batch(consistent(estimates, source, 0.0)).mean(axis=2, keepdims=True)
    return np.clip(grey, 0.0, 1.0)


def _placed(work: Work, batch: Tensor) -> Tensor:
    dtype = getattr(torch, work.choice.precision)
    return batch.to(work.choice.device, dtype, memory_format=torch.channels_last)
