"""What stands in the detail that was added: on the lattice of the source's pixels, and where the picture is flat.

A network that makes 4×4 target pixels of one source pixel leaves a weave if it treats its sixteen unlike: power at
the frequencies 1/4 and 1/2 of a cycle a target pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import InputError
from core.geometry import SCALE
from core.metrics.pictures import checked_pair, luma
from core.metrics.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BLOCK_PX = 32
FLAT_SHARE = 0.25  # of the blocks, those with the least texture
LATTICE = tuple(
    (v * BLOCK_PX // SCALE, u * BLOCK_PX // SCALE)
    for v in range(SCALE)
    for u in range(SCALE)
    if (v, u) != (0, 0)
)
AROUND = tuple((v, u) for v in (-1, 0, 1) for u in (-1, 0, 1) if (v, u) != (0, 0))


@dataclass(frozen=True)
class AddedPower:
    """Power of added luma in blocks, summed so that pictures can be pooled with `+`.

    `flat` and `every` (32, 32) are |FFT|² over the flattest quarter of the blocks and over all; `flat_mean` and
    `textured_mean` are sums of the variance in the flattest quarter and in the rougher half, a block; `pictures` is
    how many.
    """

    flat: np.ndarray
    every: np.ndarray
    flat_mean: float
    textured_mean: float
    pictures: int = 1

    def __add__(self, other: AddedPower) -> AddedPower:
        """Both sets of pictures together."""
        return AddedPower(
            self.flat + other.flat,
            self.every + other.every,
            self.flat_mean + other.flat_mean,
            self.textured_mean + other.textured_mean,
            self.pictures + other.pictures,
        )

    @property
    def lattice_over_white(self) -> float | None:
        """Mean power at the lattice's frequencies in flat blocks over that of white noise of equal energy."""
        white = float(self.flat.sum()) / (self.flat.size - 1)
        return _mean_at(self.flat, LATTICE) / white if white > 0 else None

    @property
    def lattice_over_neighbours(self) -> float | None:
        """The same over all blocks, against the frequencies beside them."""
        beside = [((v + dv) % BLOCK_PX, (u + du) % BLOCK_PX) for v, u in LATTICE for dv, du in AROUND]
        neighbours = _mean_at(self.every, [place for place in beside if place != (0, 0)])
        return _mean_at(self.every, LATTICE) / neighbours if neighbours > 0 else None

    @property
    def flat_over_textured(self) -> float | None:
        """Added variance where the picture is flat over that where it is rough."""
        return self.flat_mean / self.textured_mean if self.textured_mean > 0 else None


def added_power(target: np.ndarray, faithful: np.ndarray) -> AddedPower:
    """Of a target and the most faithful one, (H, W, 3) in [0, 1]. InputError where they differ in size or are small.

    How flat a block is, is asked of the faithful target: the mean |Laplacian| of its luma.
    """
    target, faithful = checked_pair(target, faithful)
    if min(target.shape[:2]) < BLOCK_PX:
        raise InputError(f"A picture below {BLOCK_PX} px holds no block to measure.", "Take a larger one.")
    rough = np.abs(cv2.Laplacian(luma(faithful), cv2.CV_64F))
    blocks = _blocks(luma(target) - luma(faithful))
    order = np.argsort([block.mean() for block in _blocks(rough)])
    about = blocks - blocks.mean(axis=(1, 2), keepdims=True)
    power, variance = np.abs(np.fft.fft2(about)) ** 2, about.var(axis=(1, 2))
    flat = order[: max(1, int(len(order) * FLAT_SHARE))]
    return AddedPower(
        power[flat].sum(0),
        power.sum(0),
        float(variance[flat].mean()),
        float(variance[order[len(order) // 2 :]].mean()),
    )


def pool_powers(powers: Iterable[AddedPower]) -> AddedPower:
    """All pictures together; there must be one."""
    return reduce(add, powers)


def seed_share(first: np.ndarray, other: np.ndarray, faithful: np.ndarray) -> float | None:
    """Share of the added energy that the seed moves, from the targets of two seeds; None where nothing was added.

    0 where both targets are equal, 1 where they have nothing in common:
    ½ |a − b|² / ½ (|a|² + |b|²) of what each adds.
    """
    one, two = (checked_pair(each, faithful)[0].astype(np.float64) - faithful for each in (first, other))
    energy = float((one**2).sum() + (two**2).sum())
    return float(((one - two) ** 2).sum()) / energy if energy > 0 else None


def _blocks(plane: np.ndarray) -> np.ndarray:
    """(H, W) → (count, 32, 32), what is left over at the right and below left out."""
    rows, columns = (side // BLOCK_PX for side in plane.shape)
    kept = plane[: rows * BLOCK_PX, : columns * BLOCK_PX].reshape(rows, BLOCK_PX, columns, BLOCK_PX)
    return kept.transpose(0, 2, 1, 3).reshape(-1, BLOCK_PX, BLOCK_PX)


def _mean_at(power: np.ndarray, places: Iterable[tuple[int, int]]) -> float:
    return float(np.mean([power[place] for place in places]))


def power_table(powers: Mapping[str, AddedPower]) -> Table:
    """One row a step."""
    table = Table(
        "What was added, luma",
        (
            Column("power on the lattice of 4, flat areas / white noise", "×", "lower"),
            Column("the same / its neighbours, everywhere", "×", "lower"),
            Column("variance, flat / textured", "", "lower", 3),
        ),
    )
    for name, power in powers.items():
        cells = (power.lattice_over_white, power.lattice_over_neighbours, power.flat_over_textured)
        table = table.with_row(name, *cells)
    return table
