"""Sides that a network asks for, from sides as they are."""

from __future__ import annotations

import torch
from torch import Tensor


def reflected(length: int, wanted: int) -> Tensor:
    """(wanted,) int64: indices that run to the end and back without repeating the edge, as often as it takes.

    Up to a length of 2·length − 1 this is torch's "reflect"; a length of 1 is repeated.
    """
    period = max(1, 2 * (length - 1))
    place = torch.arange(wanted) % period
    return torch.minimum(place, (period - place) % period if length > 1 else place)


def padded(batch: Tensor, multiple: int) -> Tensor:
    """(…, h, w) with rows below and columns to the right until both sides are multiples; itself where they are."""
    for axis in (-2, -1):
        length = batch.shape[axis]
        if length % multiple:
            wanted = -(-length // multiple) * multiple
            batch = batch.index_select(axis, reflected(length, wanted).to(batch.device))
    return batch
