"""Batches of source and target for training, made by threads while the network learns."""

from __future__ import annotations

import contextlib
import queue
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.errors import InputError
from core.train.degrade import SCALE, degrade, draw_dirt

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


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


def shrink_by_four(target: Tensor) -> Tensor:
    """Antialiased bicubic ÷4, rounded to 8 bits as a file would be; [−1, 1] in and out."""
    small = F.interpolate(target, scale_factor=1 / SCALE, mode="bicubic", antialias=True)
    return small.add_(1.0).mul_(127.5).round_().clamp_(0, 255).div_(127.5).sub_(1.0)


def draw_batch(photographs: Photographs, rng: np.random.Generator, shape: Shape) -> Batch:
    """Pairs of this shape: degraded ones, the others plainly shrunk."""
    side_px = SCALE * shape.patch_px
    cuts = [photographs.draw(rng, side_px) for _ in range(shape.count)]
    crops = np.stack([photographs.pixels(cut, side_px) for cut in cuts])
    target = to_range(crops)
    source, clean_up = shrink_by_four(target), torch.zeros(shape.count)
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


# Photographs in memory, and sharp crops of them at random.

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}
SMALLEST_SCALE = 0.5  # each photograph is also used at 0.5 … 1 of its size: finer detail per pixel


@dataclass(frozen=True)
class Cut:
    """A square of a photograph: which one, its corner and side in pixels, then mirrored, then turned by quarters."""

    picture: int
    y: int
    x: int
    wide: int
    mirrored: bool = False
    turns: int = 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of the photograph."""
        return slice(self.y, self.y + self.wide), slice(self.x, self.x + self.wide)

    def turned(self, square: np.ndarray) -> np.ndarray:
        """The square (s, s, …) mirrored and turned as this cut is."""
        return np.ascontiguousarray(np.rot90(square[:, ::-1] if self.mirrored else square, self.turns))


@dataclass(frozen=True)
class Photographs:
    """Pictures (h, w, 3) uint8 RGB, and the chance with which each is drawn (in proportion to its area).

    `left_out` is how many files of the folder were too small or could not be read.
    """

    pictures: tuple[np.ndarray, ...]
    chances: np.ndarray
    left_out: int = 0

    def draw(self, rng: np.random.Generator, side_px: int) -> Cut:
        """A random cut, mostly the most detailed of three, at a random scale and turn."""
        tries = [self._window(rng, side_px) for _ in range(3 if rng.random() < 0.8 else 1)]
        best = max(tries, key=lambda cut: _detail(self._square(cut)))
        return replace(best, mirrored=bool(rng.random() < 0.5), turns=int(rng.integers(4)))

    def pixels(self, cut: Cut, side_px: int) -> np.ndarray:
        """What a cut shows: (side, side, 3) uint8."""
        square = self._square(cut)
        if cut.wide != side_px:
            square = cv2.resize(square, (side_px, side_px), interpolation=cv2.INTER_AREA)
        return cut.turned(square)

    def _square(self, cut: Cut) -> np.ndarray:
        return self.pictures[cut.picture][cut.slices]

    def _window(self, rng: np.random.Generator, side_px: int) -> Cut:
        index = int(rng.choice(len(self.pictures), p=self.chances))
        picture = self.pictures[index]
        low = max(SMALLEST_SCALE, side_px / min(picture.shape[:2]))
        scale = rng.uniform(low, 1.0) if rng.random() < 0.6 else 1.0
        wide = min(round(side_px / scale), *picture.shape[:2])
        y, x = (int(rng.integers(side - wide + 1)) for side in picture.shape[:2])
        return Cut(index, y, x, wide)


def _detail(crop: np.ndarray) -> float:
    green = crop[::2, ::2, 1].astype(np.int16)
    return float(np.abs(np.diff(green, axis=0)).mean() + np.abs(np.diff(green, axis=1)).mean())


def load_photographs(folder: Path, smallest_px: int) -> Photographs:
    """Read every picture of a folder whose sides reach `smallest_px`.

    Raises InputError if the folder is missing, cannot be read, or holds no such picture.
    """
    files = _files(folder)
    read = (cv2.imread(str(file), cv2.IMREAD_COLOR_RGB) for file in files)
    kept = tuple(p for p in read if p is not None and min(p.shape[:2]) >= smallest_px)
    if not kept:
        raise InputError(
            f"No photograph of at least {smallest_px}×{smallest_px} px could be read in {folder} "
            f"({len(files)} picture files there).",
            "Name a folder of JPEG, PNG, WebP or TIFF photographs.",
        )
    areas = np.array([p.shape[0] * p.shape[1] for p in kept], np.float64)
    return Photographs(kept, areas / areas.sum(), len(files) - len(kept))


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
    except OSError as error:
        raise InputError(
            f"“{folder}” is no folder that can be read: {error.strerror}.", "Name a folder of photographs."
        ) from error
