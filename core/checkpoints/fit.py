"""A network takes weights: all of them, exactly, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import CheckpointError

if TYPE_CHECKING:
    from torch import nn

    from core.checkpoints.files import Weights

NAMES_SHOWN = 3


def fit(network: nn.Module, weights: Weights, name: str) -> None:
    """Copy the weights into the network; `name` is the file, for the words of an error.

    CheckpointError if a tensor is missing, left over or of another shape; the network is then as it was.
    """
    wanted = network.state_dict()
    missing = sorted(wanted.keys() - weights.tensors.keys())
    spare = sorted(weights.tensors.keys() - wanted.keys())
    other = [
        key
        for key in wanted.keys() & weights.tensors.keys()
        if wanted[key].shape != weights.tensors[key].shape
    ]
    faults = [
        _count(missing, "missing"),
        _count(spare, "left over"),
        _count(sorted(other), "of another shape"),
    ]
    if any(faults):
        raise CheckpointError(
            f"{name} is not a weights file for {type(network).__name__}: {'; '.join(filter(None, faults))}.",
            "Take the file that belongs to this model.",
        )
    network.load_state_dict(dict(weights.tensors))


def _count(names: list[str], what: str) -> str:
    shown = ", ".join(names[:NAMES_SHOWN]) + (", …" if len(names) > NAMES_SHOWN else "")
    return f"{len(names)} {what} ({shown})" if names else ""
