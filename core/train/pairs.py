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

    def to(self, device: torch.device | str) -> Batch:
        """All of it on a device."""
        return Batch(*(one.to(device) for one in vars(self).values()))


@dataclass(frozen=True)
class Shape:
    """What a batch is to be: `count` sources of `patch_px`, `dirty_share` of them degraded."""

    count: int
    patch_px: int
    dirty_share: float = 0.0


def to_range(pictures: np.ndarray) -> Tensor:
    """(B, h, w, 3) uint8 → (B, 3, h, w) float32 [−1, 1]."""
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)


def shrunk(target: Tensor) -> Tensor:
    """Antialiased bicubic ÷4, rounded to 8 bits as a file would be; [−1, 1] in and out."""
    small = F.interpolate(target, scale_factor=1 / SCALE, mode="bicubic", antialias=True)
    return small.add_(1.0).mul_(127.5).round_().clamp_(0, 255).div_(127.5).sub_(1.0)


def draw_batch(photographs: Photographs, rng: np.random.Generator, shape: Shape) -> Batch:
    """Pairs of this shape: degraded ones, the others plainly shrunk."""
    side_px = SCALE * shape.patch_px
    cuts = [photographs.draw(rng, side_px) for _ in range(shape.count)]
    crops = np.stack([photographs.pixels(cut, side_px) for cut in cuts])
    target = to_range(crops)
    source, clean_up = shrunk(target), torch.zeros(shape.count)
    for i in np.flatnonzero(rng.random(shape.count) < shape.dirty_share):
        dirt = draw_dirt(rng)
        source[i] = to_range(degrade(rng, crops[i], dirt)[None])[0]
        clean_up[i] = float(np.clip(dirt.clean_up + rng.normal(0, CLEAN_UP_DOUBT), 0.02, 1.0))
    return Batch(source, target, clean_up)


def stream(photographs: Photographs, seed: int, shape: Shape) -> Generator[Batch, None, None]:
    """Batches without end, made ahead by a thread; the same seed gives the same batches. Close it to end the thread.

    What goes wrong in the thread is raised here.
    """
    ready: queue.Queue[Batch | Exception] = queue.Queue(maxsize=3)
    rng, ended = np.random.default_rng(seed), threading.Event()

    def work() -> None:
        try:
            while not ended.is_set():
                ready.put(draw_batch(photographs, rng, shape))
        except Exception as error:  # noqa: BLE001  (raised again where the batch is asked for)
            ready.put(error)

    maker = threading.Thread(target=work, daemon=True)
    maker.start()
    try:
        while True:
            made = ready.get()
            if isinstance(made, Exception):
                raise made
            yield made
    finally:
        ended.set()
        while maker.is_alive():  # it may wait for room to put one more
            with contextlib.suppress(queue.Empty):
                ready.get(timeout=0.1)
