"""Which published network a weights file belongs to: by its keys; and of what sizes: by its shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch

from core.checkpoints.files import Weights, check_fit
from core.errors import CheckpointError
from core.nets.sam_diffsr import SamDiffSR, config_of
from core.nets.swin_unet import SwinUNet, SwinUNetConfig
from core.nets.vq import VqAutoencoder, VqConfig

# Sizes of a network from the shapes of its weights.

Shapes = Mapping[str, tuple[int, ...]]
"""Each key of a weights file, with its tensor's shape."""


def numbers(shapes: Shapes, pattern: str) -> list[int]:
    """What the pattern's group takes in the keys, rising."""
    return sorted({int(match[1]) for key in shapes if (match := re.match(pattern, key))})


# The sizes of a denoiser, from the shapes of its weights.


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


# The sizes of an autoencoder, from the shapes of its weights.


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


DENOISER, CODEC, SAM_DIFFSR = "resshift-unet", "vq-f4", "sam-diffsr"
WORDS = {
    DENOISER: "a denoiser of ResShift, SinSR or SAMSR",
    CODEC: "a VQ autoencoder",
    SAM_DIFFSR: "SAM-DiffSR's networks",
}
MARKS = {
    DENOISER: ("time_embed.0.weight", "input_blocks.0.0.weight", "out.2.weight"),
    CODEC: ("quantize.embedding.weight", "encoder.conv_in.weight", "decoder.conv_out.weight"),
    SAM_DIFFSR: ("denoise_fn.cond_proj.weight", "denoise_fn.mlp.2.weight", "rrdb.conv_first.weight"),
}
WRAPPERS = ("state_dict.", "module.", "_orig_mod.")
METHOD_NAMES = ("sinsr", "samsr", "resshift")


def unwrap(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors without `module.` (parallel training) and `_orig_mod.` (compiled), in any order and number."""
    plain = dict(tensors)
    while wrapper := next((w for w in WRAPPERS if plain and all(key.startswith(w) for key in plain)), None):
        plain = {key.removeprefix(wrapper): value for key, value in plain.items()}
    return plain


def architecture_of(tensors: Mapping[str, object]) -> str | None:
    """DENOISER or CODEC by the keys (without wrappers); None for any other network."""
    return next((name for name, marks in MARKS.items() if all(mark in tensors for mark in marks)), None)


def method_of(file_name: str) -> str | None:
    """The method that a denoiser's file name tells: keys and shapes are the same for all. None where it tells none."""
    return next((method for method in METHOD_NAMES if method in file_name.lower()), None)


def network_of(weights: Weights, wanted: str, name: str) -> torch.nn.Module:
    """The network that the weights belong to, holding them, in evaluation mode and without gradients.

    `wanted` is one of WORDS, `name` the file, for the words of an error. CheckpointError where the weights are of
    another architecture, or keys are missing, left over or of another shape.
    """
    tensors = unwrap(weights.tensors)
    found = architecture_of(tensors)
    if (
        found == SAM_DIFFSR
    ):  # beside the networks its files hold the schedule, which follows from the number of steps
        tensors = {key: value for key, value in tensors.items() if key.startswith(("denoise_fn.", "rrdb."))}
    if found != wanted:
        is_what = WORDS.get(found or "", f"something else ({', '.join(list(tensors)[:3])}, …)")
        raise CheckpointError(
            f"{name} does not hold {WORDS[wanted]} but {is_what}.",
            "Take the file that belongs to this model.",
        )
    network = _empty(wanted, {key: tuple(value.shape) for key, value in tensors.items()}, name)
    plain = Weights({key: _single(value) for key, value in tensors.items()}, weights.metadata)
    check_fit(network, plain, name)
    network.load_state_dict(dict(plain.tensors), assign=True)
    return network.eval().requires_grad_(False)


def _single(value: torch.Tensor) -> torch.Tensor:
    return value.float() if value.is_floating_point() else value


def _empty(architecture: str, shapes: Shapes, name: str) -> torch.nn.Module:
    """The network at the sizes that the shapes tell, without memory for its weights."""
    try:
        with torch.device("meta"):
            if architecture == DENOISER:
                return SwinUNet(denoiser_config(shapes))
            if architecture == SAM_DIFFSR:
                return SamDiffSR(config_of(shapes))
            return VqAutoencoder(codec_config(shapes))
    except (KeyError, IndexError, ValueError, ZeroDivisionError, RuntimeError) as error:
        raise CheckpointError(
            f"{name} holds only parts of {WORDS[architecture]}, or one that nobody published: {error}.",
            "Take the whole file from its authors again.",
        ) from error
