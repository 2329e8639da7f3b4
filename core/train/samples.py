"""A picture of what the networks have learnt so far, to look at while they train."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional as F

from core.diffusion.consistency import keep_within, shrink
from core.diffusion.residual import blended
from core.nets.compact import SCALE, bicubic
from core.train.crew import device_of
from core.train.student import one_step, read

if TYPE_CHECKING:
    from torch import Tensor

    from core.nets.compact import Compact
    from core.nets.denoiser import Denoiser
    from core.train.pairs import Batch

WEIGHTS = (0.5, 1.0)


def sample_sheet(trunk: Compact, network: Denoiser | None, sample: Batch) -> np.ndarray:
    """A row for each pair: bicubic, W = 0, with a denoiser ½ and 1, the truth; (rows, columns, 3) uint8."""
    sample = sample.to(device_of(trunk))
    with torch.inference_mode():
        seen = read(trunk, sample)
        columns = [bicubic(sample.source), seen.faithful]
        if network is not None:
            noise = torch.randn(seen.folded.shape, generator=torch.Generator().manual_seed(0))
            residual = F.pixel_shuffle(one_step(network, seen, noise.to(seen.folded)), SCALE)
            columns += [_answer(seen.faithful, residual, weight) for weight in WEIGHTS]
    return _tiled([*columns, sample.target])


def _answer(faithful: Tensor, residual: Tensor, weight: float) -> Tensor:
    target = blended(faithful, residual, torch.full_like(residual[:, :1], weight))
    return keep_within(target, shrink(faithful))


def _tiled(columns: list[Tensor]) -> np.ndarray:
    pictures = torch.stack(columns, 1).clamp(-1, 1).add(1).mul(127.5).round().byte()
    rows, across, bands, height, width = pictures.shape
    sheet = pictures.permute(0, 3, 1, 4, 2).reshape(rows * height, across * width, bands)
    return np.ascontiguousarray(sheet.cpu().numpy())
