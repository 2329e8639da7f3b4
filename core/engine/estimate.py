"""How much clean-up a source calls for, from a few patches all over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from core.geometry import Box, Size
from core.image.tensor import to_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.engine.method import Method
    from core.image.picture import Picture

PATCH_PX = 64
GRID = 5
LEAST_PX = 16
JPEG_BLOCK_PX = 8


def patches(size: Size) -> Iterator[Box]:
    """Up to 25 boxes all over the picture, each beginning where a block of a JPEG begins: there blocks show best."""
    width, height = min(PATCH_PX, size.width), min(PATCH_PX, size.height)
    rows, columns = _starts(size.height - height), _starts(size.width - width)
    return (Box(x, y, width, height) for y in rows for x in columns)


def _starts(last: int) -> list[int]:
    spread = np.linspace(0, last, GRID).astype(int) // JPEG_BLOCK_PX * JPEG_BLOCK_PX
    return np.unique(spread).tolist()


def estimate_clean_up(picture: Picture, method: Method, device: str) -> float:
    """0 … 1, rounded to hundredths; 0 where the method cannot tell or the picture is too small to judge."""
    if min(picture.size.width, picture.size.height) < LEAST_PX:
        return 0.0
    batch = torch.cat([to_batch(picture.colour.read(box)) for box in patches(picture.size)])
    with torch.inference_mode():
        dirt = method.dirt(batch.to(device))
    return 0.0 if dirt is None else round(dirt, 2)
