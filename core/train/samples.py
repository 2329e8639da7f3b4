"""A picture of what the network has learnt so far, to look at while it trains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from core.diffusion.consistency import keep_within
from core.engine.compact import step
from core.engine.method import TileInput
from core.nets.compact import bicubic
from core.train.crew import device_of

if TYPE_CHECKING:
    from torch import Tensor

    from core.nets.compact import Compact
    from core.train.pairs import Batch

WEIGHTS = (0.0, 0.5, 1.0)


def sample_sheet(network: Compact, sample: Batch) -> np.ndarray:
    """A row for each pair: bicubic, W = 0, ½ and 1, the truth; (rows, columns, 3) uint8."""
    sample = sample.to(device_of(network))
    noise = torch.randn(sample.target.shape, generator=torch.Generator().manual_seed(0)).to(sample.target)
    with torch.inference_mode():
        answers = [_answer(network, sample, noise, weight) for weight in WEIGHTS]
    return _tiled([bicubic(sample.source), *answers, sample.target])


def _answer(network: Compact, sample: Batch, noise: Tensor, weight: float) -> Tensor:
    plane = torch.full_like(noise[:, :1], weight)
    estimates = step(network, TileInput(sample.source, plane, noise, sample.clean_up))
    return keep_within(estimates.target, sample.source)


def _tiled(columns: list[Tensor]) -> np.ndarray:
    pictures = torch.stack(columns, 1).clamp(-1, 1).add(1).mul(127.5).round().byte()
    rows, across, bands, height, width = pictures.shape
    sheet = pictures.permute(0, 3, 1, 4, 2).reshape(rows * height, across * width, bands)
    return np.ascontiguousarray(sheet.cpu().numpy())
