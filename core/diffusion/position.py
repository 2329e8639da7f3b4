"""SAM-DiffSR's structural position encoding: where a mask lies, as one number that moves the noise in training.

The field is a rotary embedding of all ones: with θ_k = 10000^(−2k/w), row p and column 2k hold cos pθ_k − sin pθ_k,
column 2k + 1 holds sin pθ_k + cos pθ_k. A mask's number is the field's sum inside it over the area of the whole
picture, so that it grows with the mask; where masks overlap the last one counts (Liu et al., 2024, and its code).
"""

from __future__ import annotations

import torch
from torch import Tensor

THETA = 10000.0


def rotary_field(height: int, width: int) -> Tensor:
    """(h, w) float32 about −√2 … √2; of an odd width the last column is 1."""
    rows = torch.arange(height, dtype=torch.float32)[:, None]
    angles = rows * THETA ** (-2.0 * torch.arange(width // 2, dtype=torch.float32) / width)
    field = torch.ones(height, width)
    field[:, 0 : width - width % 2 : 2] = angles.cos() - angles.sin()
    field[:, 1:width:2] = angles.sin() + angles.cos()
    return field


def position_encoding(masks: Tensor) -> Tensor:
    """(M, h, w) masks of 0 and 1 → (h, w) float32, 0 where no mask is."""
    height, width = masks.shape[1:]
    numbers = (masks * rotary_field(height, width)).sum((1, 2)) / (height * width)
    encoded = torch.zeros(height, width)
    for mask, number in zip(masks.bool(), numbers, strict=True):
        encoded[mask] = number
    return encoded


def label_encoding(labels: Tensor) -> Tensor:
    """(B, h, w) integer labels that cover each picture → (B, 1, h, w) float32: every label is a mask."""
    return torch.stack([position_encoding(labels_as_masks(one)) for one in labels])[:, None]


def labels_as_masks(labels: Tensor) -> Tensor:
    """(h, w) integer labels → (M, h, w) float32, one plane for each label that occurs."""
    return (labels == labels.unique()[:, None, None]).float()
