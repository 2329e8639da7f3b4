"""The nearest entry of a codebook."""

from __future__ import annotations

import torch
from torch import Tensor, nn

TABLE_ELEMENTS = 1 << 22
"""How many distances exist at a time: 16 MiB of float32."""


def nearest(points: Tensor, codes: Tensor) -> Tensor:
    """Index of the code nearest to each point: (N, C), (K, C) → (N,) int64; of equals the first.

    argmin over n of |e_n|² − 2 h·e_n, in float32 and in pieces, so that no N × K table comes to be.
    """
    codes = codes.float()
    lengths = codes.square().sum(1)
    rows = max(1, TABLE_ELEMENTS // len(codes))
    pieces = (
        torch.addmm(lengths, piece.float(), codes.T, alpha=-2).argmin(1) for piece in points.split(rows)
    )
    return torch.cat(list(pieces))


class Codebook(nn.Module):
    """Replaces each position of a latent by its nearest code."""

    def __init__(self, codes: int, channels: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(codes, channels)

    def indices(self, latent: Tensor) -> Tensor:
        """(B, C, h, w) → (B, h, w) int64."""
        points = latent.permute(0, 2, 3, 1)
        return nearest(points.reshape(-1, latent.shape[1]), self.embedding.weight).view(points.shape[:3])

    def forward(self, latent: Tensor) -> Tensor:
        """(B, C, h, w) → the same shape, of codes only; the gradient passes straight through."""
        chosen = self.embedding(self.indices(latent)).permute(0, 3, 1, 2)
        return latent + (chosen - latent).detach() if latent.requires_grad else chosen
