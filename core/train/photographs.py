"""Photographs in memory, and sharp crops of them at random."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

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
