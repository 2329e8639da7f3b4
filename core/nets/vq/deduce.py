"""The sizes of an autoencoder, from the shapes of its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.nets.shapes import numbers
from core.nets.vq.config import VqConfig

if TYPE_CHECKING:
    from core.nets.shapes import Shapes


def codec_config(shapes: Shapes) -> VqConfig:
    """Sizes of an autoencoder. KeyError or ValueError where the shapes make none."""
    levels = numbers(shapes, r"encoder\.down\.(\d+)\.")
    width = shapes["encoder.conv_in.weight"][0]
    outs = [shapes[f"encoder.down.{level}.block.0.conv1.weight"][0] for level in levels]
    return VqConfig(
        channels=shapes["encoder.conv_in.weight"][1],
        latent_channels=shapes["encoder.conv_out.weight"][0],
        width=width,
        multipliers=tuple(out // width for out in outs),
        blocks=len(numbers(shapes, r"encoder\.down\.0\.block\.(\d+)\.")),
        codes=shapes["quantize.embedding.weight"][0],
    )
