"""Photographs in memory, and sharp crops of them at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}
SMALLEST_SCALE = 0.5  # each photograph is also used at 0.5 … 1 of its size: finer detail per pixel


@dataclass(frozen=True)
class Photographs:
    """Pictures (h, w, 3) uint8 RGB, and the chance with which each is drawn (in proportion to its area)."""

    pictures: tuple[np.ndarray, ...]
    chances: np.ndarray

    def crop(self, rng: np.random.Generator, side_px: int) -> np.ndarray:
        """One random crop (side, side, 3) uint8, mostly the most detailed of three, at a random scale and turn."""
        tries = [self._window(rng, side_px) for _ in range(3 if rng.random() < 0.8 else 1)]
        best = max(tries, key=_detail)
        if best.shape[0] != side_px:
            best = cv2.resize(best, (side_px, side_px), interpolation=cv2.INTER_AREA)
        mirrored = best[:, ::-1] if rng.random() < 0.5 else best
        return np.ascontiguousarray(np.rot90(mirrored, int(rng.integers(4))))

    def _window(self, rng: np.random.Generator, side_px: int) -> np.ndarray:
        picture = self.pictures[rng.choice(len(self.pictures), p=self.chances)]
        low = max(SMALLEST_SCALE, side_px / min(picture.shape[:2]))
        scale = rng.uniform(low, 1.0) if rng.random() < 0.6 else 1.0
        wide = min(round(side_px / scale), *picture.shape[:2])
        y, x = (rng.integers(side - wide + 1) for side in picture.shape[:2])
        return picture[y : y + wide, x : x + wide]


def _detail(crop: np.ndarray) -> float:
    green = crop[::2, ::2, 1].astype(np.int16)
    return float(np.abs(np.diff(green, axis=0)).mean() + np.abs(np.diff(green, axis=1)).mean())


def load_photographs(folder: Path, smallest_px: int) -> Photographs:
    """Read every picture of a folder whose sides reach `smallest_px`.

    Raises InputError if the folder is missing or holds no such picture.
    """
    files = sorted(file for file in folder.glob("*") if file.suffix.lower() in SUFFIXES)
    read = (cv2.imread(str(file), cv2.IMREAD_COLOR_RGB) for file in files)
    kept = tuple(p for p in read if p is not None and min(p.shape[:2]) >= smallest_px)
    if not kept:
        raise InputError(
            f"No photograph of at least {smallest_px}×{smallest_px} px could be read in {folder} "
            f"({len(files)} picture files there).",
            "Name a folder of JPEG, PNG, WebP or TIFF photographs.",
        )
    areas = np.array([p.shape[0] * p.shape[1] for p in kept], np.float64)
    return Photographs(kept, areas / areas.sum())
