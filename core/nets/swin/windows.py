"""Attention inside windows of a map, as the released models do it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MASKED = -100.0
"""What the authors add to a score that must not count."""


def relative_index(side: int) -> Tensor:
    """(side², side²) int64: (row_i − row_j + side − 1)(2 side − 1) + (col_i − col_j + side − 1)."""
    row, column = torch.arange(side).repeat_interleave(side), torch.arange(side).repeat(side)
    down = row[:, None] - row[None, :] + side - 1
    across = column[:, None] - column[None, :] + side - 1
    return down * (2 * side - 1) + across


def halves_mask(side: int, shift: int) -> Tensor:
    """(side², side²): MASKED between tokens left and right of column side − shift, else 0.

    The released models apply this to the last row of shifted windows and nothing anywhere else, which is not the
    usual mask of shifted windows; their weights are used to it.
    """
    left = torch.arange(side).repeat(side) < side - shift
    return (left[:, None] != left[None, :]).float() * MASKED


def stored_mask(map_px: int, side: int, shift: int) -> Tensor:
    """(windows, side², side²): the mask of a square map, as weights files carry it along."""
    across = map_px // side
    mask = torch.zeros(across * across, side * side, side * side)
    mask[-across:] = halves_mask(side, shift)
    return mask


def split(maps: Tensor, side: int) -> Tensor:
    """(B, H, W, C) → (B, H/side · W/side, side², C): windows row by row, tokens row by row."""
    batch, height, width, channels = maps.shape
    grid = maps.view(batch, height // side, side, width // side, side, channels)
    return grid.transpose(2, 3).reshape(batch, -1, side * side, channels)


def join(windows: Tensor, height: int, width: int) -> Tensor:
    """The inverse of `split`: (B, H, W, C)."""
    side, channels = int(windows.shape[2] ** 0.5), windows.shape[3]
    grid = windows.view(len(windows), height // side, width // side, side, side, channels)
    return grid.transpose(2, 3).reshape(len(windows), height, width, channels)


class WindowAttention(nn.Module):
    """Attention among the tokens of each window, with a learnt bias for their relative place."""

    relative_position_index: Tensor

    def __init__(self, width: int, heads: int, side: int, shift: int) -> None:
        super().__init__()
        self.heads, self.side, self.shift = heads, side, shift
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * side - 1) ** 2, heads))
        self.register_buffer("relative_position_index", relative_index(side))
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, maps: Tensor) -> Tensor:
        """(B, H, W, C) → the same; both sides multiples of the window's."""
        height, width = maps.shape[1:3]
        if self.shift:
            maps = maps.roll((-self.shift, -self.shift), (1, 2))
        windows = self.proj(self._attend(self.qkv(split(maps, self.side)), width // self.side))
        joined = join(windows, height, width)
        return joined.roll((self.shift, self.shift), (1, 2)) if self.shift else joined

    def _attend(self, qkv: Tensor, last: int) -> Tensor:
        """(B, windows, tokens, 3C) → (B, windows, tokens, C); `last` windows make up the last row."""
        bias = self._bias().to(qkv.dtype)
        if not self.shift:
            return self._among(qkv, bias)
        masked = bias + halves_mask(self.side, self.shift).to(bias)
        below = self._among(qkv[:, -last:], masked)
        return torch.cat((self._among(qkv[:, :-last], bias), below), 1) if qkv.shape[1] > last else below

    def _among(self, qkv: Tensor, bias: Tensor) -> Tensor:
        batch, count, tokens, channels = qkv.shape
        parts = qkv.reshape(batch * count, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(parts[0], parts[1], parts[2], bias)
        return mixed.transpose(1, 2).reshape(batch, count, tokens, channels // 3)

    def _bias(self) -> Tensor:
        """(1, heads, tokens, tokens)."""
        tokens = self.side**2
        index = self.relative_position_index.flatten()
        return self.relative_position_bias_table[index].T.reshape(1, self.heads, tokens, tokens)
