"""Sizes and boxes in whole pixels. A box is half-open: it holds x … right − 1 and y … bottom − 1."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.bridge.facts import target_px

SCALE = 4
"""What the engine itself enlarges by; other scales are made of its target."""


@dataclass(frozen=True)
class Size:
    """Width and height in pixels, both at least 0."""

    width: int
    height: int

    @property
    def area(self) -> int:
        """Number of pixels."""
        return self.width * self.height

    def scaled(self, factor: int) -> Size:
        """Both sides times a whole factor."""
        return Size(self.width * factor, self.height * factor)

    def enlarged(self, scale: float) -> Size:
        """The target's size at any scale: `target_px` of both sides."""
        return Size(target_px(self.width, scale), target_px(self.height, scale))

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


@dataclass(frozen=True)
class Box:
    """A half-open rectangle; source pixels unless the variable's name says `target`."""

    x: int
    y: int
    width: int
    height: int

    @classmethod
    def of(cls, size: Size) -> Box:
        """The whole picture."""
        return cls(0, 0, size.width, size.height)

    @classmethod
    def between(cls, left: int, top: int, right: int, bottom: int) -> Box:
        """From edge to edge; a box turned inside out is empty, never negative."""
        return cls(left, top, max(0, right - left), max(0, bottom - top))

    @property
    def right(self) -> int:
        """First column past the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row past the box."""
        return self.y + self.height

    @property
    def size(self) -> Size:
        """Width and height."""
        return Size(self.width, self.height)

    @property
    def empty(self) -> bool:
        """True where the box holds no pixel."""
        return self.width <= 0 or self.height <= 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an array of the whole picture."""
        return slice(self.y, self.bottom), slice(self.x, self.right)

    def scaled(self, factor: int) -> Box:
        """The same place in a picture `factor` times as large."""
        return Box(self.x * factor, self.y * factor, self.width * factor, self.height * factor)

    def moved(self, dx: int, dy: int) -> Box:
        """Shifted by whole pixels."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)

    def grown(self, margin_px: int) -> Box:
        """Larger by a margin on each side (smaller where negative), not clipped to any picture."""
        return Box.between(
            self.x - margin_px, self.y - margin_px, self.right + margin_px, self.bottom + margin_px
        )

    def intersect(self, other: Box) -> Box:
        """What both hold; empty if they do not meet."""
        return Box.between(
            max(self.x, other.x),
            max(self.y, other.y),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def union(self, other: Box) -> Box:
        """The smallest box around both; an empty one adds nothing."""
        if self.empty or other.empty:
            return other if self.empty else self
        return Box.between(
            min(self.x, other.x),
            min(self.y, other.y),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def contains(self, x: int, y: int) -> bool:
        """Whether the pixel lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom
