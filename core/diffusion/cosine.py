"""The diffusion of SAM-DiffSR (arXiv 2402.17133): a cosine schedule, and a network that names the noise.

Cosine schedule of Nichol and Dhariwal 2021 (eq. 17), ancestral sampling of Ho, Jain, Abbeel 2020 (eq. 6 – 7), which is
DDIM's with η 1 (Song and others 2021, eq. 12, 16). What diffuses is the residual x₀ = clamp(2 (HR − LR↑), −1, 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor

    NameNoise = Callable[[Tensor, int], Tensor]
    """(x_t, t) → ε of the same shape."""

OFFSET = 0.008
MOST_BETA = 0.999
RESIDUAL_GAIN = 2.0


@dataclass(frozen=True)
class CosineSchedule:
    """β_t of T steps as float64; the rest follows."""

    betas: tuple[float, ...]

    @property
    def steps(self) -> int:
        """T."""
        return len(self.betas)

    @property
    def kept(self) -> np.ndarray:
        """ᾱ_t = Π (1 − β): (T,)."""
        return np.cumprod(1 - np.array(self.betas))

    @property
    def kept_before(self) -> np.ndarray:
        """ᾱ_{t−1}, 1 before the first."""
        return np.append(1.0, self.kept[:-1])

    @property
    def variance(self) -> np.ndarray:
        """Of x_{t−1} given x_t and x₀."""
        return np.array(self.betas) * (1 - self.kept_before) / (1 - self.kept)

    @property
    def mean_of_start(self) -> np.ndarray:
        """How much of x₀ is in the posterior's mean."""
        return np.array(self.betas) * np.sqrt(self.kept_before) / (1 - self.kept)

    @property
    def mean_of_current(self) -> np.ndarray:
        """How much of x_t is in it."""
        return (1 - self.kept_before) * np.sqrt(1 - np.array(self.betas)) / (1 - self.kept)

    @property
    def mask_strength(self) -> np.ndarray:
        """c_t = √(1 − ᾱ_t) β_t: how far masks move the noise's mean in training; not in a file."""
        return np.sqrt(1 - self.kept) * np.array(self.betas)


def cosine_schedule(steps: int) -> CosineSchedule:
    """T steps; β clipped at 0.999."""
    along = np.arange(steps + 1) / steps
    kept = np.cos((along + OFFSET) / (1 + OFFSET) * np.pi / 2) ** 2
    return CosineSchedule(tuple(np.clip(1 - kept[1:] / kept[:-1], 0, MOST_BETA).tolist()))


def residual_of(reference: Tensor, enlarged: Tensor) -> Tensor:
    """x₀ of a picture and its enlarged source, in [−1, 1]."""
    return (RESIDUAL_GAIN * (reference - enlarged)).clamp(-1, 1)


def picture_of(residual: Tensor, enlarged: Tensor) -> Tensor:
    """The way back; not clamped."""
    return residual.clamp(-1, 1) / RESIDUAL_GAIN + enlarged


def moved_noise(schedule: CosineSchedule, step: int, noise: Tensor, encoding: Tensor) -> Tensor:
    """ε′ = ε + c_t E: training noise whose mean the masks' encoding (B, 1, H, W) has moved (the code's §3.3)."""
    return noise + float(schedule.mask_strength[step]) * encoding


def diffuse(schedule: CosineSchedule, start: Tensor, step: int, noise: Tensor) -> Tensor:
    """x_t = √ᾱ x₀ + √(1 − ᾱ) ε."""
    kept = float(schedule.kept[step])
    return kept**0.5 * start + (1 - kept) ** 0.5 * noise


def start_of(schedule: CosineSchedule, current: Tensor, step: int, noise: Tensor) -> Tensor:
    """x₀ of x_t and the noise in it, clamped as the authors do."""
    kept = float(schedule.kept[step])
    return (current / kept**0.5 - (1 / kept - 1) ** 0.5 * noise).clamp(-1, 1)


def ancestral_step(
    schedule: CosineSchedule, current: Tensor, start: Tensor, step: int, fresh: Tensor
) -> Tensor:
    """x_{t−1} drawn from the posterior; no fresh noise at the last step."""
    mean = float(schedule.mean_of_start[step]) * start + float(schedule.mean_of_current[step]) * current
    spread = max(float(schedule.variance[step]), 1e-20) ** 0.5 if step else 0.0
    return mean + spread * fresh


def ddim_step(
    schedule: CosineSchedule,
    current: Tensor,
    start: Tensor,
    steps: tuple[int, int],
    fresh: Tensor | None = None,
) -> Tensor:
    """From x_t to x_{t′} of (t, t′), t′ = −1 for x₀: deterministic, or with `fresh` noise as the ancestral (η 1)."""
    step, before = steps
    kept = float(schedule.kept[step])
    kept_before = float(schedule.kept[before]) if before >= 0 else 1.0
    noise = (current - kept**0.5 * start) / (1 - kept) ** 0.5
    spread = 0.0
    if fresh is not None and before >= 0:
        spread = ((1 - kept_before) / (1 - kept) * (1 - kept / kept_before)) ** 0.5
    ahead = kept_before**0.5 * start + max(1 - kept_before - spread**2, 0.0) ** 0.5 * noise
    return ahead + spread * fresh if fresh is not None and spread else ahead


def sample_chain(
    schedule: CosineSchedule, name_noise: NameNoise, noise: Tensor, steps: int
) -> Iterator[Tensor]:
    """x₀ as it is known after each of `steps` calls, deterministic from one field of noise; the last is the result."""
    current = noise
    visited = np.linspace(schedule.steps - 1, 0, steps).round().astype(int).tolist()
    for step, before in zip(visited, [*visited[1:], -1], strict=True):
        start = start_of(schedule, current, step, name_noise(current, step))
        yield start
        current = ddim_step(schedule, current, start, (step, before))


# MATLAB's bicubic resize (a = −0.5, stretched when it shrinks, borders mirrored with the edge), rows first.


def matlab_resize(planes: np.ndarray, scale: float) -> np.ndarray:
    """(H, W, C) uint8 or floating-point → the same type; whole numbers are clipped and rounded after each pass."""
    for axis in (0, 1):
        planes = _resized_axis(planes, scale, axis)
    return planes


def _resized_axis(planes: np.ndarray, scale: float, axis: int) -> np.ndarray:
    length = planes.shape[axis]
    weights, indices = _taps(length, scale)
    taken = np.take(planes, indices, axis).astype(np.float64)
    shape = [1] * taken.ndim
    shape[axis], shape[axis + 1] = weights.shape
    resized = (taken * weights.reshape(shape)).sum(axis + 1)
    if planes.dtype == np.uint8:
        return np.rint(resized.clip(0, 255)).astype(np.uint8)
    return resized.astype(planes.dtype)


def _taps(length: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights and indices (n, taps) of each sample of a resized line."""
    count = int(np.ceil(length * scale))
    centres = np.arange(1, count + 1) / scale + 0.5 * (1 - 1 / scale)
    stretch = min(scale, 1.0)
    support = 4 / stretch
    first = np.floor(centres - support / 2)
    places = first[:, None] + np.arange(int(np.ceil(support)) + 2)
    weights = stretch * _cubic(stretch * (centres[:, None] - places))
    weights /= weights.sum(1, keepdims=True)
    mirrored = (places.astype(int) - 1) % (2 * length)
    return weights, np.where(mirrored < length, mirrored, 2 * length - 1 - mirrored)


def _cubic(x: np.ndarray) -> np.ndarray:
    """Keys' kernel with a = −0.5."""
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0.0))
