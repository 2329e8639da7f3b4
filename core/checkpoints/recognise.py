"""Which community model a weights file holds: by spandrel, which is loaded only here and where such a model runs.

Files never reach spandrel: it is given tensors that `core.checkpoints.files` has read, so that no archive runs code.
"""

from __future__ import annotations

import contextlib
import warnings
from typing import TYPE_CHECKING

from core.checkpoints.community import check_library, stranger_of
from core.checkpoints.detect import DENOISER, WORDS, architecture_of
from core.checkpoints.files import Weights
from core.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spandrel import ImageModelDescriptor
    from torch import Tensor

AT_RANDOM = ("AuraSR",)
"""Architectures that draw noise of their own, so that one request would give two pictures."""
ADVICE = "Take a model that enlarges or restores colour pictures: ESRGAN, Compact, SPAN, DAT, SwinIR, HAT …"
FAULTS = (
    KeyError, ValueError, IndexError, RuntimeError, AssertionError, TypeError, ZeroDivisionError, AttributeError,
)  # fmt: skip


def recognised_weights(weights: Weights, name: str) -> Weights:
    """The same tensors by their plain names, with what was recognised as metadata; `name` is the file, for errors.

    The metadata are `architecture`, `scale` (1, 2, 3 …), `purpose` and `tags`. CheckpointError where the file is no
    model that takes a colour picture and gives one, or the library is missing.
    """
    check_library()
    from spandrel import canonicalize_state_dict  # noqa: PLC0415  (takes seconds to wake)

    tensors: dict[str, Tensor] = canonicalize_state_dict(dict(weights.tensors))
    model = describe_tensors(tensors, name)
    facts = {
        "architecture": model.architecture.id,
        "scale": str(model.scale),
        "purpose": model.purpose,
        "tags": ", ".join(model.tags),
    }
    return Weights(tensors, facts)


@contextlib.contextmanager
def without_warnings() -> Iterator[None]:
    """Networks of others warn of what their authors know already; here a model works or is refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def describe_tensors(tensors: Mapping[str, Tensor], name: str) -> ImageModelDescriptor:
    """The network that holds these tensors, on the CPU. CheckpointError as for `recognised_weights`."""
    check_library()
    from spandrel import MAIN_REGISTRY, ImageModelDescriptor, UnsupportedModelError  # noqa: PLC0415

    stranger = stranger_of(tensors)
    if stranger:
        raise CheckpointError(f"{name} is {stranger}, no model that enlarges pictures by itself.", ADVICE)
    own = architecture_of(tensors)
    if own:
        advice = "Take it in with `semantic-upscale models import`" + (
            " --as sinsr." if own == DENOISER else "."
        )
        raise CheckpointError(f"{name} is {WORDS[own]}, which this program runs by itself.", advice)
    try:
        with without_warnings():
            model = MAIN_REGISTRY.load(dict(tensors))
    except UnsupportedModelError as error:
        raise CheckpointError(
            f"{name} is of no architecture that this program knows ({_keys(tensors)}).", ADVICE
        ) from error
    except FAULTS as error:
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        raise CheckpointError(
            f"{name} looks like a model, but it is damaged or of an unknown variety: {reason}.",
            "Get the file again, or take another model.",
        ) from error
    if not isinstance(model, ImageModelDescriptor):
        raise CheckpointError(f"{name} fills holes in pictures; it does not enlarge them.", ADVICE)
    _check_use(model, name)
    return model


def _check_use(model: ImageModelDescriptor, name: str) -> None:
    kind = model.architecture.name
    if (model.input_channels, model.output_channels) != (3, 3):
        raise CheckpointError(
            f"{name} ({kind}) takes {model.input_channels} channels and gives {model.output_channels}; "
            "this program needs models of three, red, green and blue.",
            "Take the colour version of this model.",
        )
    if model.purpose == "FaceSR":
        raise CheckpointError(f"{name} ({kind}) only knows faces of one size.", ADVICE)
    if model.architecture.id in AT_RANDOM:
        raise CheckpointError(
            f"{name} ({kind}) draws at random in a way that no seed holds: no picture could be made twice.",
            ADVICE,
        )


def _keys(tensors: Mapping[str, object]) -> str:
    return f"{len(tensors)} tensors: {', '.join(list(tensors)[:3])}, …"
