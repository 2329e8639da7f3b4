"""A network takes weights: all of them, exactly, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import CheckpointError

if TYPE_CHECKING:
    from torch import nn

    from core.checkpoints.files import Weights

NAMES_SHOWN = 3


def check_fit(network: nn.Module, weights: Weights, name: str) -> None:
    """CheckpointError if a tensor is missing, left over or of another shape; `name` is the file, for its words.

    The network may be on the meta device: only names and shapes are looked at.
    """
    wanted = network.state_dict()
    common = wanted.keys() & weights.tensors.keys()
    other = [key for key in common if wanted[key].shape != weights.tensors[key].shape]
    faults = [
        _count(sorted(wanted.keys() - weights.tensors.keys()), "missing"),
        _count(sorted(weights.tensors.keys() - wanted.keys()), "left over"),
        _count(sorted(other), "of another shape"),
    ]
    if any(faults):
        raise CheckpointError(
            f"{name} is not a weights file for {type(network).__name__}: {'; '.join(filter(None, faults))}.",
            "Take the file that belongs to this model.",
        )


def fit(network: nn.Module, weights: Weights, name: str) -> None:
    """Copy the weights into the network; `name` is the file, for the words of an error.

    CheckpointError as for `check_fit`; the network is then as it was.
    """
    check_fit(network, weights, name)
    network.load_state_dict(dict(weights.tensors))


def _count(names: list[str], what: str) -> str:
    shown = ", ".join(names[:NAMES_SHOWN]) + (", …" if len(names) > NAMES_SHOWN else "")
    return f"{len(names)} {what} ({shown})" if names else ""
