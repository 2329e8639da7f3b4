"""A small network that looks at a patch of a source and says how much clean-up it calls for."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

PATCH_PX = 64
FINE_GAIN = 8.0  # the finest differences, brought to the size of the picture itself


class DirtGauge(nn.Module):
    """Patches (B, 3, h, w) in [−1, 1], h and w ≥ 16 → clean-up (B,) in [0, 1].

    Noise and blocks live in the finest differences, so the patch is first compared with its own blur. The last
    features see 21 pixels, more than two blocks of a JPEG.
    """

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.first = nn.Conv2d(6, width, 3)
        self.second = nn.Conv2d(width, 2 * width, 3, stride=2)
        self.third = nn.Conv2d(2 * width, 3 * width, 3, stride=2, padding=1)
        self.fourth = nn.Conv2d(3 * width, 3 * width, 3, padding=1)
        self.weigh = nn.Linear(6 * width, 2 * width)
        self.answer = nn.Linear(2 * width, 1)

    def forward(self, patches: Tensor) -> Tensor:
        """Mean and spread of the last features over the patch decide."""
        fine = FINE_GAIN * (patches - F.avg_pool2d(patches, 3, 1, 1, count_include_pad=False))
        x = torch.cat((patches, fine), 1)
        for layer in (self.first, self.second, self.third, self.fourth):
            x = F.leaky_relu(layer(x), 0.1)
        spread = x.var((2, 3), unbiased=False).add(1e-6).sqrt()
        seen = F.leaky_relu(self.weigh(torch.cat((x.mean((2, 3)), spread), 1)), 0.1)
        return torch.sigmoid(self.answer(seen))[:, 0]
