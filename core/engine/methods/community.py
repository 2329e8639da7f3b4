"""Any community model under the map: whatever its architecture and scale, it acts only where W allows it.

target = faithful + W · (model − faithful), per pixel, where the faithful estimate is the bundled method's: it hears no
community model, so Faithful and clean-up mean the same whatever model is chosen. The model's own answer is brought to
×4: a model of ×4 as it is; of ×2 by running it twice; of ×3, ×8 … by bicubic from its own size; of ×1, a restorer, by
letting the bundled method enlarge what it has restored, with all the detail that the bundled method invents.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch.nn import functional as F

from core.checkpoints.recognise import describe_tensors, without_warnings
from core.engine.machine import watched_memory
from core.engine.methods.base import Estimates, TileInput, TileNeeds
from core.engine.methods.latent import SCALE, blend_by_weight, pad_to_multiple
from core.engine.methods.measured import TileMeasure, keep_measure, key_of, measures
from core.tiling import MemoryCost

if TYPE_CHECKING:
    from spandrel import ImageModelDescriptor
    from torch import Tensor

    from core.checkpoints.files import Weights
    from core.engine.device import DeviceChoice
    from core.engine.methods.base import Method

OVERLAP_PX, MARGIN_PX = 32, 8
MEASURED_PX = 64
LONG_S = 3.0
LEAST_BYTES_PER_PX = (
    6000.0  # the faithful estimate and the pull, which every method takes, and what a look may miss
)
MEMORY_MARGIN = 1.5  # other sizes of tile meet other ways to compute the same
LEAST_PX = 32
COST = MemoryCost(60_000.0, 400.0)
"""Until a tile of the model has been measured: what the hungriest of the usual architectures takes."""


@dataclass(frozen=True)
class CommunityFile:
    """The method's name, its weights file and that file's hash."""

    name: str
    checkpoint: str
    sha256: str


class CommunityMethod:
    """A model that the user has added, on a device; `licence` is for the shelf to say.

    `base` is the method that makes the faithful estimate, and enlarges what a model of ×1 has restored. Where the
    model cannot run in `dtype`, it runs in float32. CheckpointError where the weights are no model for pictures.
    """

    licence = ""

    def __init__(
        self, weights: Weights, file: CommunityFile, device: str, dtype: torch.dtype, base: Method
    ) -> None:
        self.name, self.checkpoint, self.sha256 = file.name, file.checkpoint, file.sha256
        self._model = describe_tensors(weights.tensors, file.checkpoint)
        self.dtype = dtype if _runs_in(self._model, dtype) else torch.float32
        self._model.model.requires_grad_(False).eval().to(device, self.dtype)
        self._base = base
        self.needs = TileNeeds(OVERLAP_PX, MARGIN_PX, max(2, self._model.size_requirements.multiple_of), COST)

    def measured(self, choice: DeviceChoice) -> CommunityMethod:
        """This method, its time and memory known: from an earlier use on this device, or from one tile now."""
        key = key_of(self.sha256, choice)
        found = measures().get(key)
        if found is None:
            found = measure_tile(self, choice)
            keep_measure(key, found)
        cost = MemoryCost(found.bytes_per_px * MEMORY_MARGIN, COST.band_bytes_per_px)
        self.needs = replace(self.needs, cost=cost, seconds_per_px=found.seconds_per_px)
        return self

    def estimate(self, tile: TileInput) -> Estimates:
        """See `Method.estimate`."""
        faithful = self._base.estimate(tile._replace(noise=None)).faithful.float()
        if tile.noise is None:
            return Estimates(faithful, faithful)
        return Estimates(blend_by_weight(faithful, self.enlarged(tile), tile.weight), faithful)

    def enlarged(self, tile: TileInput) -> Tensor:
        """The model's own answer at ×4, wherever the map would let it act: (B, 3, 4h, 4w) float32 in model range."""
        picture = self._run(tile.source)
        if self._model.scale == 1:
            everywhere = tile._replace(
                source=picture.to(tile.source.dtype), weight=torch.ones_like(tile.weight)
            )
            return self._base.estimate(everywhere).target.float()
        if self._model.scale == 2:
            picture = self._run(picture)
        return _at_scale(picture, tile.source)

    def dirt(self, source: Tensor) -> float | None:
        """See `Method.dirt`."""
        return self._base.dirt(source)

    def _run(self, picture: Tensor) -> Tensor:
        """One pass: (B, 3, h, w) in [−1, 1] → (B, 3, s·h, s·w) float32 in [−1, 1], s the model's scale."""
        height, width = (self._model.scale * side for side in picture.shape[-2:])
        unit = (_large_enough(picture.float()) + 1.0).mul_(0.5).clamp_(0.0, 1.0)
        with without_warnings():
            made = self._model(unit.to(self.dtype))[..., :height, :width]
        return made.float().mul_(2.0).sub_(1.0)


def measure_tile(method: Method, choice: DeviceChoice) -> TileMeasure:
    """Run one tile of MEASURED_PX, twice where it is quick: the first run of a network is a slow one."""
    torch.set_num_threads(choice.threads)
    tile = _flat_tile(choice)
    first_s, peak_bytes = _timed(method, tile, choice)
    seconds = first_s if first_s > LONG_S else min(first_s, _timed(method, tile, choice)[0])
    pixels = MEASURED_PX**2
    return TileMeasure(seconds / pixels, max(LEAST_BYTES_PER_PX, peak_bytes / pixels))


def _flat_tile(choice: DeviceChoice) -> TileInput:
    dtype, side = getattr(torch, choice.precision), MEASURED_PX
    grey = torch.zeros(1, 3, side, side, dtype=dtype, device=choice.device)
    target = torch.zeros(1, 3, SCALE * side, SCALE * side, dtype=dtype, device=choice.device)
    return TileInput(grey, torch.ones_like(target[:, :1]), target, 0.0)


def _timed(method: Method, tile: TileInput, choice: DeviceChoice) -> tuple[float, int]:
    """Seconds and bytes that one estimate takes, its result read back."""
    with torch.inference_mode(), watched_memory(choice.device) as memory:
        began = time.perf_counter()
        float(method.estimate(tile).target.sum())  # a device is only done when it has answered
        seconds = time.perf_counter() - began
    return seconds, memory.taken_bytes


def _runs_in(model: ImageModelDescriptor, dtype: torch.dtype) -> bool:
    halves = {torch.float16: model.supports_half, torch.bfloat16: model.supports_bfloat16}
    return halves.get(dtype, True)


def _large_enough(picture: Tensor) -> Tensor:
    """With rows and columns added below and to the right where a side is shorter than any architecture takes."""
    height, width = picture.shape[-2:]
    return pad_to_multiple(picture, LEAST_PX) if min(height, width) < LEAST_PX else picture


def _at_scale(picture: Tensor, source: Tensor) -> Tensor:
    """A picture of any size over this source, at ×4: antialiased bicubic, half-pixel centres."""
    height, width = SCALE * source.shape[-2], SCALE * source.shape[-1]
    if picture.shape[-2:] == (height, width):
        return picture
    return F.interpolate(picture.contiguous(), (height, width), mode="bicubic", antialias=True)
