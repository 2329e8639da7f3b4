"""The bundled method: the compact network meets residual-shifting diffusion."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from core.diffusion.schedule import ScheduleParams, build_schedule
from core.engine.methods.base import Estimates, TileInput, TileNeeds
from core.errors import CheckpointError
from core.nets.compact import Compact, CompactConfig, DirtGauge, bicubic
from core.tiling import MemoryCost

if TYPE_CHECKING:
    from pathlib import Path

    from core.checkpoints.files import Weights
    from core.diffusion.schedule import Schedule
    from core.nets.compact import Reading


# A network that remembers what it read: a preview whose map alone changed need not read its source again.

MOST_PX = 1 << 17
"""Source pixels that are remembered together, about 0.4 KB each in float32: five previews of 128², or one of 256²."""


class _Read(NamedTuple):
    source: Tensor
    clean_up: Tensor
    reading: Reading

    @property
    def pixels(self) -> int:
        return self.source.shape[-2] * self.source.shape[-1]

    def of(self, source: Tensor, clean_up: Tensor) -> bool:
        """Whether this is what reading these would give, to the last bit."""
        alike = self.source.shape == source.shape and self.source.dtype == source.dtype
        return alike and torch.equal(self.clean_up, clean_up) and torch.equal(self.source, source)


class ReadCache:
    """`read` and `denoise` of a `Compact` in evaluation mode. Safe to share between threads."""

    def __init__(self, network: Compact) -> None:
        self._network = network
        self._known: list[_Read] = []  # the least lately asked for first
        self._lock = threading.Lock()

    def read(self, source: Tensor, clean_up: Tensor) -> Reading:
        """See `Compact.read`."""
        with self._lock:
            found = next((one for one in self._known if one.of(source, clean_up)), None)
            if found:
                self._known = [one for one in self._known if one is not found] + [found]
                return found.reading
        made = _Read(source, clean_up, self._network.read(source, clean_up))
        if made.pixels <= MOST_PX:
            self._remember(made)
        return made.reading

    def denoise(self, reading: Reading, start: Tensor, weight: Tensor) -> Tensor:
        """See `Compact.denoise`."""
        return self._network.denoise(reading, start, weight)

    def _remember(self, made: _Read) -> None:
        with self._lock:
            self._known.append(made)
            while sum(one.pixels for one in self._known) > MOST_PX:
                del self._known[0]


ARCHITECTURE = "compact"
KAPPA = 0.4  # noise of a fifth of the range at W = 1: enough to choose between textures, too little to hide the source
SCHEDULE = build_schedule(ScheduleParams(steps=1, kappa=KAPPA))
# Tiles that overlap by this differ from the whole by less than a tenth of an 8-bit level: tests/test_upscale.py.
NEEDS = TileNeeds(overlap_px=20, margin_px=8, multiple=2, cost=MemoryCost(3600.0, 260.0))


def step(network: Compact | ReadCache, tile: TileInput, schedule: Schedule = SCHEDULE) -> Estimates:
    """One step: x_T = bicubic(source) + κ √η W ε, whose strength follows the map, and the network's x_0 from it."""
    clean_up = torch.as_tensor(tile.clean_up, device=tile.source.device).expand(len(tile.source))
    reading = network.read(tile.source, clean_up)
    if tile.noise is None:
        return Estimates(reading.faithful, reading.faithful)

    start = _start(bicubic(tile.source), tile.weight, tile.noise, schedule)
    return Estimates(
        network.denoise(reading, start.to(reading.features.dtype), tile.weight), reading.faithful
    )


def _start(y: Tensor, weight: Tensor, noise: Tensor, schedule: Schedule) -> Tensor:
    """x_T = y + κ √η_T W ε at unit scale: `operations.start` and `scale_input` over a `StrengthSchedule`.

    Without what that works out for steps that never come, in double precision for every pixel.
    """
    rates = schedule.at(schedule.steps - 1)
    spread, std = float(rates.kappa * rates.sqrt_eta), float(rates.input_std)
    return torch.addcmul(y, weight * spread, noise).div_(std)


class CompactMethod:
    """`compact` with its weights on a device."""

    name = "compact"
    licence = ""
    needs = NEEDS

    def __init__(self, weights: Weights, path: Path, sha256: str, device: str, dtype: torch.dtype) -> None:
        self.checkpoint, self.sha256 = path.name, sha256
        self._network, self._gauge = build(weights, path)
        self._network.to(device, dtype).to(memory_format=torch.channels_last)
        self._gauge.to(device)
        self._reader = ReadCache(self._network)

    def estimate(self, tile: TileInput) -> Estimates:
        """See `Method.estimate`."""
        return step(self._reader, tile)

    def dirt(self, source: Tensor) -> float:
        """See `Method.dirt`."""
        return float(self._gauge(source.float()).median())


def build(weights: Weights, path: Path) -> tuple[Compact, DirtGauge]:
    """Both networks with their weights, in evaluation mode. CheckpointError where the file is of another make."""
    if weights.metadata.get("architecture") != ARCHITECTURE:
        raise CheckpointError(
            f"{path} says it is {weights.metadata.get('architecture', 'of no known architecture')!r}, not compact.",
            "Choose the method that belongs to this file.",
        )
    try:
        sizes = CompactConfig(**{name: int(weights.metadata[name]) for name in CompactConfig.__annotations__})
        network, gauge = Compact(sizes), DirtGauge()
        network.load_state_dict(_under(weights, "network."))
        gauge.load_state_dict(_under(weights, "gauge."))
    except (KeyError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"{path} does not hold a whole compact model: {error}.", "Get it again."
        ) from error
    return network.eval().requires_grad_(False), gauge.eval().requires_grad_(False)


def _under(weights: Weights, prefix: str) -> dict[str, Tensor]:
    return {
        name[len(prefix) :]: value.float()
        for name, value in weights.tensors.items()
        if name.startswith(prefix)
    }
