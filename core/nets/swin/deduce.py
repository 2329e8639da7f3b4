"""The sizes of a denoiser, from the shapes of its weights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from core.nets.shapes import numbers
from core.nets.swin.config import SwinUNetConfig

if TYPE_CHECKING:
    from core.nets.shapes import Shapes


def denoiser_config(shapes: Shapes) -> SwinUNetConfig:
    """Sizes of a denoiser. KeyError or ValueError where the shapes make none.

    The latent that a model was made for shows only in the masks its file carries: a level's window count. Where no
    level was large enough to be shifted, the largest latent of which that is true is taken.
    """
    width = shapes["time_embed.0.weight"][1]
    levels = _levels(shapes)
    first = next(index for index in numbers(shapes, r"input_blocks\.(\d+)\.") if _windowed(shapes, index))
    layer = f"input_blocks.{first}.1."
    embed = shapes[f"{layer}patch_embed.proj.weight"][0]
    heads = shapes[f"{layer}blocks.0.attn.relative_position_bias_table"][1]
    window = max(_side(shape[0]) for key, shape in shapes.items() if key.endswith("relative_position_index"))
    latent_px = _latent_px(shapes, levels, window)
    with_windows = (any(_windowed(shapes, index) for index in level) for level in levels)
    return SwinUNetConfig(
        in_channels=shapes["input_blocks.0.0.weight"][1],
        out_channels=shapes["out.2.weight"][0],
        width=width,
        multipliers=tuple(_out(shapes, level[0]) // width for level in levels),
        blocks=tuple(len(level) for level in levels),
        latent_px=latent_px,
        attention_px=tuple(latent_px >> number for number, has in enumerate(with_windows) if has),
        embed=embed,
        head_width=embed // heads,
        window=window,
        mlp_ratio=shapes[f"{layer}blocks.0.mlp.fc1.weight"][0] // embed,
        depth=len(numbers(shapes, rf"{re.escape(layer)}blocks\.(\d+)\.")),
    )


def _levels(shapes: Shapes) -> list[list[int]]:
    """Indices of the residual blocks on the way down, level by level; between levels lies a halving."""
    levels: list[list[int]] = [[]]
    for index in numbers(shapes, r"input_blocks\.(\d+)\.")[1:]:
        if f"input_blocks.{index}.0.op.weight" in shapes:
            levels.append([])
        else:
            levels[-1].append(index)
    return levels


def _windowed(shapes: Shapes, index: int) -> bool:
    return f"input_blocks.{index}.1.patch_embed.proj.weight" in shapes


def _out(shapes: Shapes, index: int) -> int:
    return shapes[f"input_blocks.{index}.0.in_layers.2.weight"][0]


def _side(area: int) -> int:
    side = round(area**0.5)
    if side * side != area:
        raise ValueError(f"{area} is no square")
    return side


def _latent_px(shapes: Shapes, levels: list[list[int]], window: int) -> int:
    for number, level in enumerate(levels):
        masks = [shapes.get(f"input_blocks.{index}.1.blocks.1.attn_mask") for index in level]
        if masks and masks[0]:
            return window * _side(masks[0][0]) << number
    return window
