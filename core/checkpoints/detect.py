"""Which published network a weights file belongs to: by its keys; and of what sizes: by its shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from core.checkpoints.files import Weights
from core.checkpoints.fit import check_fit
from core.errors import CheckpointError
from core.nets.swin.deduce import denoiser_config
from core.nets.swin.unet import SwinUNet
from core.nets.vq.autoencoder import VqAutoencoder
from core.nets.vq.deduce import codec_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.nets.shapes import Shapes

DENOISER, CODEC = "resshift-unet", "vq-f4"
WORDS = {DENOISER: "a denoiser of ResShift, SinSR or SAMSR", CODEC: "a VQ autoencoder"}
MARKS = {
    DENOISER: ("time_embed.0.weight", "input_blocks.0.0.weight", "out.2.weight"),
    CODEC: ("quantize.embedding.weight", "encoder.conv_in.weight", "decoder.conv_out.weight"),
}
WRAPPERS = ("state_dict.", "module.", "_orig_mod.")
METHOD_NAMES = ("sinsr", "samsr", "resshift")


def unwrapped(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
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

    `wanted` is DENOISER or CODEC, `name` the file, for the words of an error. CheckpointError where the weights are of
    another architecture, or keys are missing, left over or of another shape.
    """
    tensors = unwrapped(weights.tensors)
    found = architecture_of(tensors)
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
            return VqAutoencoder(codec_config(shapes))
    except (KeyError, IndexError, ValueError, ZeroDivisionError, RuntimeError) as error:
        raise CheckpointError(
            f"{name} holds only parts of {WORDS[architecture]}, or one that nobody published: {error}.",
            "Take the whole file from its authors again.",
        ) from error
