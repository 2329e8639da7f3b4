"""Batches of source and target for training, made by threads while the network learns."""

from __future__ import annotations

import contextlib
import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.train.degrade import SCALE, degrade, draw_dirt

if TYPE_CHECKING:
    from collections.abc import Generator

    from core.train.photographs import Photographs

CLEAN_UP_DOUBT = 0.08  # spread of the error that a person or the estimator makes when naming the dirt


@dataclass(frozen=True)
class Batch:
    """`source` (B, 3, h, w), `target` (B, 3, 4h, 4w) in [−1, 1]; `clean_up` (B,) in [0, 1]."""

    source: Tensor
    target: Tensor
    clean_up: Tensor


def to_range(pictures: np.ndarray) -> Tensor:
    """(B, h, w, 3) uint8 → (B, 3, h, w) float32 [−1, 1]."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def shrunk(target: Tensor) -> Tensor:
    """Antialiased bicubic ÷4, rounded to 8 bits as a file would be; [−1, 1] in and out."""
    small = F.interpolate(target, scale_factor=1 / SCALE, mode="bicubic", antialias=True)
    return small.add_(1.0).mul_(127.5).round_().clamp_(0, 255).div_(127.5).sub_(1.0)


def draw_batch(
    photographs: Photographs, rng: np.random.Generator, *, count: int, patch_px: int, dirty_share: float
) -> Batch:
    """`count` pairs with sources of `patch_px`; `dirty_share` of them degraded, the rest plainly shrunk."""
    crops = np.stack([photographs.crop(rng, SCALE * patch_px) for _ in range(count)])
    target = to_range(crops)
    source, clean_up = shrunk(target), torch.zeros(count)
    for i in np.flatnonzero(rng.random(count) < dirty_share):
        dirt = draw_dirt(rng)
        source[i] = to_range(degrade(rng, crops[i], dirt)[None])[0]
        clean_up[i] = float(np.clip(dirt.clean_up + rng.normal(0, CLEAN_UP_DOUBT), 0.02, 1.0))
    return Batch(source, target, clean_up)


def stream(photographs: Photographs, seed: int, **shape: float) -> Generator[Batch, None, None]:
    """Batches without end, made ahead by a thread; the same seed gives the same batches. Close it to end the thread."""
    ready: queue.Queue[Batch] = queue.Queue(maxsize=3)
    rng, ended = np.random.default_rng(seed), threading.Event()

    def work() -> None:
        while not ended.is_set():
            ready.put(draw_batch(photographs, rng, **shape))  # type: ignore[arg-type]

    maker = threading.Thread(target=work, daemon=True)
    maker.start()
    try:
        while True:
            yield ready.get()
    finally:
        ended.set()
        while maker.is_alive():  # it may wait for room to put one more
            with contextlib.suppress(queue.Empty):
                ready.get(timeout=0.1)
