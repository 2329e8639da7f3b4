"""Does the target still say what the source says? Shrunk back, it should be the source again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.metrics.bicubic import shrunk
from core.metrics.fidelity import psnr
from core.metrics.pictures import checked

if TYPE_CHECKING:
    import numpy as np


def shrunk_back(target: np.ndarray, source: np.ndarray) -> np.ndarray:
    """The target (H, W, 3) at the source's size by antialiased bicubic, as float64, not clipped."""
    checked(target)
    return shrunk(target, *checked(source).shape[:2])


def lr_psnr(target: np.ndarray, source: np.ndarray, *, border_px: int = 0, eight_bit: bool = False) -> float:
    """PSNR in dB over R, G, B between the shrunk target and the source; `inf` where they are equal.

    The measure of consistency of NTIRE 2021's "learning the super-resolution space" (Lugmayr et al.), where
    45 dB is the least. `border_px` counts source pixels. InputError where the target is smaller than the
    source.
    """
    back = shrunk_back(target, source)
    return psnr(back, source, channels="rgb", border_px=border_px, eight_bit=eight_bit)
