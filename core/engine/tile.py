"""One tile from the source's pixels to the target's: crop, one step, keep what the picture says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.diffusion.consistency import enlarge, keep, keep_within, pull_strength, shrink
from core.diffusion.noise import BLOCK_PX, NoiseField
from core.engine.methods.base import Estimates, TileInput
from core.geometry import SCALE, Box, Size
from core.image.tensor import from_batch, map_to_batch, to_batch
from core.regions.priority import priority_map, region_labels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.engine.device import DeviceChoice
    from core.engine.methods.base import Method
    from core.image.picture import Picture
    from core.regions.region import RegionSet


# What is laid over the whole canvas and cropped by each tile: semantic weight and noise.

CHANNELS = 3
KEPT_BLOCKS = 192  # 9 MB: those of a preview and of what lies around it


def weight_batch(regions: RegionSet, detail: float, box: Box) -> Tensor:
    """W of a box of the source, at target resolution: (1, 1, 4h, 4w) float32 in [0, 1].

    Enlarged smoothly, except that no pixel of a source pixel with W = 0 rises above 0: Faithful stays faithful up to
    the last pixel of its mask.
    """
    weight = map_to_batch(priority_map(regions, detail, box))
    low, high = (float(bound) for bound in torch.aminmax(weight))
    if low == high:
        return torch.full((1, 1, SCALE * box.height, SCALE * box.width), low)
    smooth = F.interpolate(weight, scale_factor=SCALE, mode="bilinear")
    return smooth.mul_(F.interpolate(weight.gt(0).float(), scale_factor=SCALE, mode="nearest"))


def overlap_batch(regions: RegionSet, box: Box) -> Tensor:
    """In how many visible regions each source pixel of a box lies, one where in none: (1, 1, h, w) float32."""
    count = np.zeros((box.height, box.width), np.float32)
    for mask in (region.mask for region in regions if region.visible):
        common = mask.box.intersect(box)
        if not common.empty:
            count[common.moved(-box.x, -box.y).slices] += mask.in_box(common)
    return map_to_batch(np.maximum(count, 1.0))


def noise_batch(regions: RegionSet, seed: int, box: Box) -> Tensor:
    """N(0, 1) noise over a box of the source, (1, 3, 4h, 4w): the crop of one field for the whole canvas.

    A region with a seed of its own takes the field of that seed, so it can be drawn again while all else stays.
    """
    target = box.scaled(SCALE)
    noise = _noise(seed, target)
    seeded = {index: region.seed for index, region in enumerate(regions) if region.seed is not None}
    if seeded:
        labels = region_labels(regions, box).repeat(SCALE, 0).repeat(SCALE, 1)
        for index in np.intersect1d(np.unique(labels), list(seeded)):
            own = labels == index
            noise[own] = _noise(seeded[index], target)[own]
    rows = map_to_batch(noise.reshape(target.height, -1))  # noise has no range: it stays as it is
    return rows.reshape(1, target.height, target.width, CHANNELS).permute(0, 3, 1, 2)


def _noise(seed: int, target: Box) -> np.ndarray:
    """The field of a seed inside a box of the target: (height, width, 3)."""
    noise = np.empty((target.height, target.width, CHANNELS), np.float32)
    for y in range(target.y // BLOCK_PX * BLOCK_PX, target.bottom, BLOCK_PX):
        for x in range(target.x // BLOCK_PX * BLOCK_PX, target.right, BLOCK_PX):
            block = Box(x, y, BLOCK_PX, BLOCK_PX)
            common = block.intersect(target)
            ours, theirs = common.moved(-target.x, -target.y), common.moved(-x, -y)
            noise[ours.slices] = _noise_block(seed, block)[theirs.slices]
    return noise


@lru_cache(maxsize=KEPT_BLOCKS)
def _noise_block(seed: int, block: Box) -> np.ndarray:
    """Kept, for a preview is mostly followed by one of the same place, or of the next."""
    return NoiseField(seed, CHANNELS).crop(block)


KEEP_ITERATIONS = 3
CLEANED_FROM = 0.1
RANGE = 2.0  # of a batch: −1 … 1
MOST_RANGE = 64.0  # 32 times white


@dataclass(frozen=True)
class TileWork:
    """Everything a tile needs besides its place; where `seamless` the picture goes on at its other side."""

    picture: Picture
    regions: RegionSet
    detail: float
    seed: int
    clean_up: float
    method: Method
    choice: DeviceChoice
    steps: int | None = None
    seamless: bool = False


def upscale_tile(work: TileWork, box: Box) -> np.ndarray:
    """The target of a box of the source: (4h, 4w, 3) float32 sRGB-encoded, or with alpha (4h, 4w, 4)."""
    return upscale_measured(work, box)[0]


def upscale_measured(work: TileWork, box: Box) -> tuple[np.ndarray, float]:
    """`upscale_tile`, and how far its colour, shrunk back, is from the source: mean squared, range [0, 1]."""
    with torch.inference_mode():
        wide = _in_step(work, box)
        estimates, source, weight = _estimated(work, wide)
        usual = _usual(source)
        target = consistent(estimates, usual, work.clean_up, _loosened(work, weight))
        error = float(F.mse_loss(shrink(target), usual)) / RANGE**2
        colour = from_batch(_with_absurd(target, source - usual))
        if work.picture.alpha is not None:
            alpha = _around(wide, work.picture.size, work.picture.alpha.read)
            colour = np.concatenate((colour, _alpha(work, alpha)), axis=2)
        return _part(colour, wide, box), error


def upscale_both(work: TileWork, box: Box) -> tuple[np.ndarray, np.ndarray]:
    """The target's colour, and the most faithful one that W = 0 would give: both (4h, 4w, 3) float32 sRGB-encoded."""
    with torch.inference_mode():
        wide = _in_step(work, box)
        estimates, source, weight = _estimated(work, wide)
        usual = _usual(source)
        plain = estimates._replace(target=estimates.faithful)
        target = consistent(estimates, usual, work.clean_up, _loosened(work, weight))
        faithful = consistent(plain, usual, work.clean_up)
        one, other = (_with_absurd(each, source - usual) for each in (target, faithful))
        return _part(from_batch(one), wide, box), _part(from_batch(other), wide, box)


def _in_step(work: TileWork, box: Box) -> Box:
    """The box with what it takes to the left and above to begin where the method's own grid has a line."""
    needs, size = work.method.needs, work.picture.size
    left, top, right, bottom = box.x, box.y, box.right, box.bottom
    if work.seamless:  # what lies beyond a border is felt as far as the overlap of tiles
        left, top = (side - needs.overlap_px * (side == 0) for side in (left, top))
        right += needs.overlap_px * (right == size.width)
        bottom += needs.overlap_px * (bottom == size.height)
    return Box.between(left - left % needs.phase, top - top % needs.phase, right, bottom)


def _part(target: np.ndarray, wide: Box, box: Box) -> np.ndarray:
    """Of the target of a wider box, what belongs to a box."""
    return target[box.moved(-wide.x, -wide.y).scaled(SCALE).slices]


def _around(box: Box, size: Size, read: Callable[[Box], np.ndarray]) -> np.ndarray:
    """What `read` gives of a box (h, w, bands), which beyond a border of the picture goes on at the other one."""
    rows = []
    for y, bottom in _spans(box.y, box.bottom, size.height):
        columns = _spans(box.x, box.right, size.width)
        rows.append(np.concatenate([read(Box.between(x, y, right, bottom)) for x, right in columns], 1))
    return np.concatenate(rows)


def _spans(first: int, end: int, length: int) -> Iterator[tuple[int, int]]:
    """From `first` to before `end`, as spans of a line of `length` that is repeated without end."""
    while first < end:
        start = first % length
        stop = min(length, start + end - first)
        yield start, stop
        first += stop - start


def _estimated(work: TileWork, box: Box) -> tuple[Estimates, Tensor, Tensor]:
    """What the method makes of a box, the source there in float32, and W at target resolution."""
    canvas, regions = partial(_batch_around, box, work.picture.size), work.regions
    source = to_batch(_around(box, work.picture.size, work.picture.colour.read)).to(work.choice.device)
    weight = canvas(partial(weight_batch, regions, work.detail))
    noise = _placed(work, canvas(partial(noise_batch, regions, work.seed))) if bool(weight.any()) else None
    overlaps = _placed(work, canvas(partial(overlap_batch, regions))) if work.method.needs.overlaps else None
    inside = source.clamp(-1.0, 1.0)
    tile = TileInput(_placed(work, inside), _placed(work, weight), noise, work.clean_up, work.steps, overlaps)
    return _with_rest(work.method.estimate(tile), _usual(source) - inside), source, weight.to(source.device)


def _batch_around(box: Box, size: Size, read: Callable[[Box], Tensor]) -> Tensor:
    """As `_around`, of batches (1, C, h, w)."""
    rows = []
    for y, bottom in _spans(box.y, box.bottom, size.height):
        columns = _spans(box.x, box.right, size.width)
        rows.append(torch.cat([read(Box.between(x, y, right, bottom)) for x, right in columns], 3))
    return torch.cat(rows, 2)


def _usual(source: Tensor) -> Tensor:
    """The source without what no picture means: a value of 10³⁰ would be felt, however little, in the whole tile."""
    return source.clamp(-MOST_RANGE, MOST_RANGE)


def _with_absurd(target: Tensor, absurd: Tensor) -> Tensor:
    """The target with that put back: enlarged and kept by one linear step, which ends after `HALO_PX` source pixels."""
    return target + keep(enlarge(absurd), absurd) if bool(absurd.any()) else target


def _with_rest(estimates: Estimates, beyond: Tensor) -> Estimates:
    """The estimates with the colour outside sRGB, which no network was taught, enlarged by bicubic and put back."""
    if not bool(beyond.any()):
        return estimates
    rest = enlarge(beyond)
    return Estimates(estimates.target.float() + rest, estimates.faithful.float() + rest)


def _loosened(work: TileWork, weight: Tensor) -> Tensor | None:
    """The map by which the pull may weaken; None for methods that are pulled wholly."""
    return None if work.method.needs.whole_pull else weight


def cleaned_share(clean_up: float) -> float:
    """How much of the anchor is the cleaned source: 0 at clean-up 0, all from `CLEANED_FROM` on, smooth between."""
    along = min(1.0, clean_up / CLEANED_FROM)
    return along * along * (3.0 - 2.0 * along)


def consistent(estimates: Estimates, source: Tensor, clean_up: float, weight: Tensor | None = None) -> Tensor:
    """The target pulled to what the picture says: (1, 3, 4h, 4w) float32, within the source's own range.

    `source` is float32: rounded to the model's precision it would say something else than the file.
    Shrunk back it equals the source at clean-up 0, and from `CLEANED_FROM` on the shrunk most faithful estimate, which
    knows the clean-up. A mixture of both would bring dirt back: there is one only on the short way between.
    `weight` is W (1, 1, 4h, 4w): where it is above 0, clean-up weakens the pull by `pull_strength`; None: 0 everywhere.
    """
    target = estimates.target.float()
    anchor = source
    if clean_up > 0:
        anchor = torch.lerp(source, shrink(estimates.faithful.float()), cleaned_share(clean_up))
    # Colours outside sRGB are the source's right: the range is widened to hold them, never narrowed.
    low, high = min(-1.0, float(source.amin())), max(1.0, float(source.amax()))
    strength = pull_strength(weight, clean_up) if clean_up > 0 and weight is not None else 1.0
    return keep_within(target, anchor, KEEP_ITERATIONS, strength, low=low, high=high)


def _alpha(work: TileWork, alpha: np.ndarray) -> np.ndarray:
    """Alpha (h, w, 1) by the same road as a grey picture, wholly faithful: (4h, 4w, 1) in [0, 1]."""
    height, width = SCALE * alpha.shape[0], SCALE * alpha.shape[1]
    if alpha.min() == alpha.max():
        return np.full((height, width, 1), alpha.flat[0], np.float32)
    source = to_batch(np.repeat(alpha, 3, axis=2)).to(work.choice.device)
    zero = _placed(work, source.new_zeros((1, 1, height, width)))
    estimates = work.method.estimate(TileInput(_placed(work, source), zero, None, 0.0))
    grey = from_batch(consistent(estimates, source, 0.0)).mean(axis=2, keepdims=True)
    return np.clip(grey, 0.0, 1.0)


def _placed(work: TileWork, batch: Tensor) -> Tensor:
    dtype = getattr(torch, work.choice.precision)
    return batch.to(work.choice.device, dtype, memory_format=torch.channels_last)
