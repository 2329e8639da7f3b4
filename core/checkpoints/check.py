"""Architectures whose weights are checked before they are kept: by names and shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from core.checkpoints.community import COMMUNITY
from core.checkpoints.detect import CODEC, DENOISER, SAM_DIFFSR, network_of, unwrap
from core.checkpoints.files import Weights, check_fit
from core.checkpoints.recognise import recognised_weights
from core.errors import CheckpointError

if TYPE_CHECKING:
    from core.nets.sam import SamParams


ANY_SAM = "segment-anything"
SAM_ARCHITECTURES = ("mobile-sam", "sam-vit-b", "sam-vit-l", "sam-vit-h")


def check_weights(weights: Weights, architecture: str, name: str) -> Weights:
    """The weights that this architecture uses, by their plain names; `name` is the file, for the words of an error.

    COMMUNITY stands for whatever architecture is recognised, which the metadata then tell. CheckpointError if they
    belong to another network. Architectures that nobody can tell apart pass as they are.
    """
    own = Weights(unwrap(weights.tensors), weights.metadata)
    if architecture in (ANY_SAM, *SAM_ARCHITECTURES):
        return _checked_sam(own, architecture, name)
    if architecture in (DENOISER, CODEC, SAM_DIFFSR):
        network_of(own, architecture, name)
    return recognised_weights(own, name) if architecture == COMMUNITY else own


def _checked_sam(own: Weights, architecture: str, name: str) -> Weights:
    from core.nets.sam import UNUSED, build_sam  # noqa: PLC0415  (torchvision takes seconds to wake; only this needs it)

    params = sam_params(own, architecture, name)
    used = {key: tensor for key, tensor in own.tensors.items() if not key.startswith(UNUSED)}
    with torch.device("meta"):
        network = build_sam(params)
    check_fit(network, Weights(used, own.metadata), name)
    return Weights(used, own.metadata)


def sam_params(weights: Weights, architecture: str, name: str) -> SamParams:
    """Which Segment Anything these are the weights of. CheckpointError if of none, or not of `architecture`."""
    from core.nets.sam import PUBLISHED, params_of  # noqa: PLC0415  (as above)

    found = params_of({key: tuple(tensor.shape) for key, tensor in weights.tensors.items()})
    wanted = PUBLISHED.get(architecture)
    if found is None or (wanted is not None and found != wanted):
        is_what = next((other for other, params in PUBLISHED.items() if params == found), "another model")
        raise CheckpointError(
            f"{name} is not a checkpoint of {architecture}: it holds {is_what}.",
            "Take the file that belongs to this model; `semantic-upscale models info` tells its name.",
        )
    return found
