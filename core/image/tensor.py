"""The one door between numpy and torch."""

from __future__ import annotations

import numpy as np
import torch


def to_batch(image: np.ndarray) -> torch.Tensor:
    """Image (H, W, 3) [0, 1] → batch (1, 3, H, W) float32 [−1, 1] on the CPU."""
    planes = np.ascontiguousarray(image.transpose(2, 0, 1), np.float32)
    return torch.from_numpy(planes)[None] * 2 - 1


def from_batch(batch: torch.Tensor) -> np.ndarray:
    """Batch (1, 3, H, W) [−1, 1], any precision and device → image (H, W, 3) float32 [0, 1], not clipped."""
    if batch.shape[0] != 1:
        raise ValueError(f"one picture is expected, not {batch.shape[0]}")
    planes = batch.detach()[0].to("cpu", torch.float32).numpy()
    return np.ascontiguousarray(planes.transpose(1, 2, 0)) * np.float32(0.5) + np.float32(0.5)


def map_to_batch(values: np.ndarray) -> torch.Tensor:
    """Map (H, W) → batch (1, 1, H, W) float32 on the CPU; values stay as they are."""
    return torch.from_numpy(np.array(values, np.float32))[None, None]
