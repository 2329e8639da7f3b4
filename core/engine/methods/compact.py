"""The bundled method: trunk, denoiser and student meet residual-shifting diffusion.

The trunk gives the most faithful estimate y. What y lacks is drawn by the student in one step, or by the denoiser in
more; the map decides how much of it is added, and how strong the noise is from which it is drawn. Files of version
0.1.0 have a detail branch instead and go on working: `step`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from core.diffusion.residual import blend, one_step_strength, residual_schedule, sample
from core.diffusion.sampling import result
from core.diffusion.schedule import ScheduleParams, build_schedule
from core.engine.methods.base import Estimates, TileInput, TileNeeds
from core.errors import CheckpointError
from core.nets.compact import SCALE, Compact, CompactConfig, DirtGauge, bicubic
from core.nets.denoiser import Denoiser, denoiser_config
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
NEEDS_0_1 = TileNeeds(overlap_px=20, margin_px=8, multiple=2, cost=MemoryCost(3600.0, 260.0), phase=2)
NEEDS = TileNeeds(
    overlap_px=32,
    margin_px=12,
    multiple=2,
    cost=MemoryCost(4800.0, 260.0),
    most_steps=15,
    whole_pull=True,
    phase=2,
)
FEW = 4  # steps where a file has no student
# How strong the noise of a chain is where the map says Faithful. The student goes smoothly from mean to sample with its
# noise (`one_step_strength`); a chain does not: a little less smooths, a little more breaks.
CHAIN_STRENGTH = 0.9


class Networks(NamedTuple):
    """What a file holds; denoiser and student are None in files of version 0.1.0."""

    trunk: Compact
    gauge: DirtGauge
    denoiser: Denoiser | None = None
    student: Denoiser | None = None


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


def draw(reading: Reading, network: Denoiser, tile: TileInput, steps: int) -> Estimates:
    """What y lacks, drawn in so many steps of SinSR's deterministic chain, and added as far as the map says.

    One field of noise decides everything, so that tiles agree. `tile.noise` must be there.
    """
    faithful, noise = reading.faithful.float(), tile.noise
    if noise is None:
        return Estimates(faithful, faithful)
    height, width = faithful.shape[2:]
    whole = tuple(SCALE * side for side in reading.features.shape[2:])
    seen = F.pixel_unshuffle(_filled(faithful, whole), SCALE)
    weight = tile.weight.float()
    folded = F.pixel_unshuffle(_filled(noise.float() * _strength(tile, weight, steps), whole), SCALE)

    def denoise(scaled: Tensor, log_eta: float) -> Tensor:
        told = torch.full((len(scaled),), log_eta, device=scaled.device)
        return network(reading.features, seen, scaled, told).float()

    residual = F.pixel_shuffle(result(sample(residual_schedule(steps), denoise, folded)), SCALE)
    return Estimates(blend(faithful, residual[:, :, :height, :width], weight), faithful)


def _strength(tile: TileInput, weight: Tensor, steps: int) -> Tensor:
    """How strong the noise is at each pixel of the target, by W, clean-up and the number of steps."""
    if steps > 1:
        return CHAIN_STRENGTH + (1 - CHAIN_STRENGTH) * weight
    return one_step_strength(weight, torch.as_tensor(tile.clean_up).expand(len(weight)))


def _filled(plane: Tensor, size: tuple[int, ...]) -> Tensor:
    """Up to (height, width), the last row and column repeated."""
    below, right = size[0] - plane.shape[2], size[1] - plane.shape[3]
    return F.pad(plane, (0, right, 0, below), mode="replicate") if below or right else plane


class CompactMethod:
    """`compact` with its weights on a device."""

    name = "compact"
    licence = ""

    def __init__(self, weights: Weights, path: Path, sha256: str, device: str, dtype: torch.dtype) -> None:
        self.checkpoint, self.sha256 = path.name, sha256
        networks = build(weights, path)
        networks.trunk.to(device, dtype).to(memory_format=torch.channels_last)
        networks.trunk.base.float()  # in half precision y itself is half a level coarse, and tiles show
        for network in (networks.denoiser, networks.student):
            if network is not None:  # float32: in bfloat16 tiles differ by up to 0.44 of a level, so by 0.14
                network.to(device, torch.float32).to(memory_format=torch.channels_last)
        self._gauge = networks.gauge.to(device)
        self._denoiser, self._student = networks.denoiser, networks.student
        self._reader = ReadCache(networks.trunk)
        self.needs = NEEDS_0_1 if networks.denoiser is None else NEEDS

    def estimate(self, tile: TileInput) -> Estimates:
        """See `Method.estimate`. One step unless more are asked for, or a few where the file has no student."""
        if self._denoiser is None:
            return step(self._reader, tile)
        clean_up = torch.as_tensor(tile.clean_up, device=tile.source.device).expand(len(tile.source))
        steps = tile.steps or (FEW if self._student is None else 1)
        network = self._student if self._student is not None and steps == 1 else self._denoiser
        return draw(self._reader.read(tile.source, clean_up), network, tile, steps)

    def dirt(self, source: Tensor) -> float:
        """See `Method.dirt`."""
        return float(self._gauge(source.float()).median())


def build(weights: Weights, path: Path) -> Networks:
    """All networks with their weights, in evaluation mode. CheckpointError where the file is of another make."""
    if weights.metadata.get("architecture") != ARCHITECTURE:
        raise CheckpointError(
            f"{path} says it is {weights.metadata.get('architecture', 'of no known architecture')!r}, not compact.",
            "Choose the method that belongs to this file.",
        )
    try:
        sizes = CompactConfig(**{name: int(weights.metadata[name]) for name in CompactConfig.__annotations__})
        trunk, gauge = Compact(sizes), DirtGauge()
        trunk.load_state_dict(_under(weights, "network."))
        gauge.load_state_dict(_under(weights, "gauge."))
        many, one = (_denoiser(weights, prefix) for prefix in ("denoiser.", "student."))
    except (KeyError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"{path} does not hold a whole compact model: {error}.", "Get it again."
        ) from error
    if many is None and trunk.detail is None:
        raise CheckpointError(f"{path} holds a compact model without a denoiser.", "Get it again.")
    return Networks(trunk.eval().requires_grad_(False), gauge.eval().requires_grad_(False), many, one)


def _denoiser(weights: Weights, prefix: str) -> Denoiser | None:
    held = _under(weights, prefix)
    if not held:
        return None
    network = Denoiser(denoiser_config(weights.metadata))
    network.load_state_dict(held)
    return network.eval().requires_grad_(False)


def _under(weights: Weights, prefix: str) -> dict[str, Tensor]:
    return {
        name[len(prefix) :]: value.float()
        for name, value in weights.tensors.items()
        if name.startswith(prefix)
    }
