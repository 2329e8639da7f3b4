"""Methods from weights files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import torch

from core.checkpoints.detect import CODEC, DENOISER, network_of
from core.engine.published.method import PublishedMethod
from core.engine.published.model import LatentModel
from core.engine.published.recipes import RESSHIFT, RESSHIFT_15, SAMSR, SINSR, Recipe

if TYPE_CHECKING:
    from core.checkpoints.files import Weights
    from core.engine.method import Method
    from core.engine.published.method import Named

RECIPES = {recipe.name: recipe for recipe in (SINSR, SAMSR, RESSHIFT)}
CODEC_ID = "vq-f4"


def recipe_of(method: str, file_name: str) -> Recipe:
    """The recipe of a method; ResShift's released files say in their names whether they take 4 or 15 steps."""
    steps = re.search(r"_s(\d+)(?!\d)", file_name)
    if method == RESSHIFT.name and steps and int(steps[1]) == RESSHIFT_15.steps:
        return RESSHIFT_15
    return RECIPES[method]


def latent_model(
    denoiser: tuple[Weights, str], codec: tuple[Weights, str], device: str, dtype: torch.dtype
) -> LatentModel:
    """Both networks on a device, each from weights and the name of their file.

    CheckpointError where a file is of another architecture, or holds too little or too much.
    """
    unet = network_of(denoiser[0], DENOISER, denoiser[1])
    autoencoder = network_of(codec[0], CODEC, codec[1])
    book = autoencoder.get_parameter("quantize.embedding.weight")
    codes = book.data
    for network in (unet, autoencoder):
        network.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    # Nearest codes are sought among the codes as they were published, whatever the precision.
    book.data = codes.to(device)
    return LatentModel(unet, autoencoder, dtype)  # type: ignore[arg-type]


def published_method(
    method: str, model: LatentModel, file: Named, released_as: str, base: Method | None = None
) -> PublishedMethod:
    """The method of this name around a loaded model; `released_as` is the file name that its authors gave."""
    return PublishedMethod(recipe_of(method, released_as), model, file, base)


def released_as(weights: Weights, file_name: str) -> str:
    """The name under which its authors gave a file: from the notes of its conversion, else its own."""
    return weights.metadata.get("source_file", file_name)
