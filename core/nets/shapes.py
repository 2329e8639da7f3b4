"""Sizes of a network from the shapes of its weights."""

from __future__ import annotations

import re
from collections.abc import Mapping

Shapes = Mapping[str, tuple[int, ...]]
"""Each key of a weights file, with its tensor's shape."""


def numbers(shapes: Shapes, pattern: str) -> list[int]:
    """What the pattern's group takes in the keys, rising."""
    return sorted({int(match[1]) for key in shapes if (match := re.match(pattern, key))})
