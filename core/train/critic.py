"""The adversary of the student: small heads on frozen features, in view of what the trunk saw in the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

if TYPE_CHECKING:
    from collections.abc import Sequence


def _convolution(before: int, after: int, stride: int = 1) -> nn.Module:
    return spectral_norm(nn.Conv2d(before, after, 3, stride, 1))


def _act(x: Tensor) -> Tensor:
    return F.leaky_relu(x, 0.2)


JUDGED = ((0, 96), (1, 128), (2, 256), (3, 384))  # which features, and how many channels they have


class ProjectedCritic(nn.Module):
    """Frozen features of a picture, and the trunk's of its source → logits (B, N) of all places of all depths.

    A small head on each depth (Sauer et al. 2021): what is natural is known to the features, the heads learn only how
    to tell. Conditioned by a product with what the trunk saw there (Miyato & Koyama 2018).
    """

    def __init__(self, seen: int = 48, width: int = 48) -> None:
        super().__init__()
        self.before = nn.ModuleList(_pointwise(channels, width) for _, channels in JUDGED)
        self.around = nn.ModuleList(_convolution(width, width) for _ in JUDGED)
        self.logits = nn.ModuleList(nn.Conv2d(width, 1, 1) for _ in JUDGED)
        self.told = nn.ModuleList(_pointwise(seen, width) for _ in JUDGED)

    def forward(self, features: Sequence[Tensor], seen: Tensor) -> Tensor:
        """`features` as `SqueezeFeatures` gives them; `seen` (B, seen, h, w)."""
        found, seen = [], seen.float()
        for head, (depth, channels) in enumerate(JUDGED):
            unit = F.normalize(features[depth]) * channels**0.5
            x = _act(self.around[head](_act(self.before[head](unit))))
            told = self.told[head](F.interpolate(seen, x.shape[2:], mode="area"))
            found.append(
                (self.logits[head](x) + (x * told).sum(1, keepdim=True) / x.shape[1] ** 0.5).flatten(1)
            )
        return torch.cat(found, 1)


def _pointwise(before: int, after: int) -> nn.Module:
    return spectral_norm(nn.Conv2d(before, after, 1))
