"""The mask: a set of source pixels, kept as a picture of its bounding box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import UsageError
from core.geometry import Box, Size

if TYPE_CHECKING:
    from numpy.typing import NDArray


NOWHERE = Box(0, 0, 0, 0)


def _overlap(outer: Box, inner: Box) -> tuple[slice, slice]:
    """Where `inner` lies in an array that shows `outer`; `inner` must lie inside it."""
    return inner.moved(-outer.x, -outer.y).slices


def _tight(pixels: NDArray[np.bool_]) -> Box:
    """The smallest box around the True pixels, counted from the array's corner."""
    if pixels.size == 0:
        return NOWHERE
    return Box(*cv2.boundingRect(np.ascontiguousarray(pixels).view(np.uint8)))


@dataclass(frozen=True, eq=False)
class Mask:
    """A frozen set of pixels: `pixels` is (box.height, box.width) bool, read-only; `box` is in source pixels.

    Any box may be given; it is trimmed to the pixels that are set, so that masks of the same pixels are
    equal. The array given is copied, never kept. An empty mask has the box (0, 0, 0, 0). A mask knows no
    picture: coordinates may be negative, and `RegionSet` checks that masks lie in the picture.

    Raises UsageError where the array is not two-dimensional bool or does not fit the box.
    """

    box: Box
    pixels: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.bool_ or self.pixels.shape != (self.box.height, self.box.width):
            raise UsageError(
                f"A mask of {self.pixels.dtype} {self.pixels.shape} does not fit a box of {self.box.size}.",
                "Give a bool array of (height, width), or make it with Mask.of or Mask.from_soft.",
            )
        tight = _tight(self.pixels)
        own = self.pixels[tight.slices].copy()
        own.flags.writeable = False
        object.__setattr__(self, "pixels", own)
        object.__setattr__(self, "box", tight.moved(self.box.x, self.box.y) if not tight.empty else NOWHERE)

    @classmethod
    def nothing(cls) -> Mask:
        """The mask without a pixel."""
        return cls(NOWHERE, np.zeros((0, 0), np.bool_))

    @classmethod
    def full(cls, size: Size) -> Mask:
        """Every pixel of a picture."""
        return cls.filled(Box.of(size))

    @classmethod
    def filled(cls, box: Box) -> Mask:
        """Every pixel of a box."""
        return cls(box, np.ones((box.height, box.width), np.bool_))

    @classmethod
    def of(cls, array: NDArray[np.generic], x: int = 0, y: int = 0) -> Mask:
        """Where a (h, w) array is not zero; its first pixel lies at (x, y)."""
        return cls(Box(x, y, *array.shape[1::-1]), array != 0)

    @classmethod
    def from_soft(cls, picture: NDArray[np.uint8], threshold: int = 128) -> Mask:
        """Where a (h, w) 8-bit grey picture of the whole source reaches the threshold."""
        return cls(Box(0, 0, *picture.shape[1::-1]), picture >= threshold)

    @property
    def area(self) -> int:
        """Number of pixels set."""
        return int(np.count_nonzero(self.pixels))

    @property
    def empty(self) -> bool:
        """True where no pixel is set."""
        return self.pixels.size == 0

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mask):
            return NotImplemented
        return self.box == other.box and np.array_equal(self.pixels, other.pixels)

    def __hash__(self) -> int:
        return hash((self.box, self.area))

    def contains(self, x: int, y: int) -> bool:
        """Whether the pixel (x, y) is set."""
        return self.box.contains(x, y) and bool(self.pixels[y - self.box.y, x - self.box.x])

    def in_box(self, box: Box) -> NDArray[np.bool_]:
        """A new (box.height, box.width) bool array of what the mask holds there; False beyond it."""
        shown = np.zeros((box.height, box.width), np.bool_)
        common = self.box.intersect(box)
        if not common.empty:
            shown[_overlap(box, common)] = self.pixels[_overlap(self.box, common)]
        return shown

    def within(self, size: Size) -> Mask:
        """The part that lies in a picture."""
        return self.clipped(Box.of(size))

    def clipped(self, box: Box) -> Mask:
        """The part that lies in a box."""
        common = self.box.intersect(box)
        return self if common == self.box else Mask(common, self.in_box(common))

    def translate(self, dx: int, dy: int) -> Mask:
        """The same shape elsewhere."""
        return self if self.empty else Mask(self.box.moved(dx, dy), self.pixels)

    def union(self, other: Mask) -> Mask:
        """Pixels of either."""
        if self.empty or other.empty:
            return other if self.empty else self
        around = self.box.union(other.box)
        both = self.in_box(around)
        both[_overlap(around, other.box)] |= other.pixels
        return Mask(around, both)

    def intersect(self, other: Mask) -> Mask:
        """Pixels of both."""
        common = self.box.intersect(other.box)
        return Mask(common, self.in_box(common) & other.in_box(common))

    def subtract(self, other: Mask) -> Mask:
        """Pixels of this one that the other lacks."""
        return Mask(self.box, self.pixels & ~other.in_box(self.box))


# Distances to a set of pixels, and the linear ramp that softens an edge.

# Up to here the whole-number squares below survive the transform's float32 arithmetic unchanged, so that
# a tile and the whole picture agree to the last bit. Wider arrays may rarely be off by one square pixel.
EXACT_SIDE_PX = 1024

_FAR_PX = np.float32(1e6)


def squared_distance(inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Squared distance in pixels, between pixel centres, from each pixel to the nearest True one.

    `inside` is (h, w); the answer (h, w) float32 holds whole numbers, 0 where `inside` is True, and 10¹²
    everywhere if no pixel is True.
    """
    if inside.size == 0:
        return np.zeros(inside.shape, np.float32)
    outside = np.logical_not(inside).view(np.uint8)
    far = np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)
    near = np.minimum(far, _FAR_PX)
    return np.rint(near * near)


def ramp(squared_px: NDArray[np.float32], width_px: float | NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear fall from 1 on the edge of a set to 0 at `width_px` outside, from squared distances.

    1 inside the set. The edge lies half a pixel before the first pixel outside; a width of 0 is a hard edge.
    """
    slope = np.maximum(np.asarray(width_px, np.float32), np.float32(1e-6))
    fall = np.float32(1) - (np.sqrt(squared_px) - np.float32(0.5)) / slope
    return np.clip(fall, 0, 1).astype(np.float32, copy=False)
