"""A picture, the bundled method and the parts of its road, ready to be timed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from core.engine.device import choose_device
from core.engine.methods.registry import MethodRegistry
from core.engine.tile import TileWork
from core.geometry import Box
from core.image.io import picture_from_array
from core.regions.region import RegionSet

if TYPE_CHECKING:
    from core.image.picture import Picture

THREADS = 2
SIDE_PX = 256


def photograph(height: int = SIDE_PX, width: int = SIDE_PX, seed: int = 0) -> np.ndarray:
    """Something with the statistics of a photograph, (height, width, 3) float32 [0, 1]: noise of all scales, 1/f."""
    rng = np.random.default_rng(seed)
    spectrum = np.fft.rfft2(rng.standard_normal((height, width, 3)), axes=(0, 1))
    across, down = np.fft.rfftfreq(width)[None, :, None], np.fft.fftfreq(height)[:, None, None]
    spectrum /= np.maximum(np.hypot(across, down), 1 / max(height, width))
    plane = np.fft.irfft2(spectrum, (height, width), axes=(0, 1))
    return np.clip(0.5 + 0.22 * plane / plane.std(), 0.0, 1.0).astype(np.float32)


@dataclass(frozen=True)
class Bench:
    """One tile's work at one priority, and the box that is the whole picture."""

    work: TileWork
    box: Box

    @property
    def picture(self) -> Picture:
        """The source."""
        return self.work.picture


def bench(precision: str, priority: float, side_px: int = SIDE_PX) -> Bench:
    """The bundled method on the CPU with two threads; `priority` everywhere."""
    torch.set_num_threads(THREADS)
    choice = choose_device("cpu", precision)
    picture = picture_from_array(photograph(side_px, side_px))
    regions = RegionSet(picture.size, rest=priority)
    method = MethodRegistry().get("compact", choice)
    return Bench(TileWork(picture, regions, 0.0, 1, 0.0, method, choice), Box.of(picture.size))


def precisions() -> tuple[str, ...]:
    """float32, and bfloat16 where this CPU multiplies it directly."""
    native = choose_device("cpu").precision
    return ("float32",) if native == "float32" else ("float32", native)
