"""Weights files to tensors. No file can run code here: safetensors, or `.pth` by `weights_only=True`."""

from __future__ import annotations

import pickle
import warnings
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from safetensors import SafetensorError, safe_open

from core.checkpoints.ncnn import load_ncnn
from core.errors import CheckpointError
from core.files import check_sha256

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import nn


NESTS = ("params_ema", "params-ema", "params", "state_dict", "model_state_dict", "model", "net")
NCNN_ENDINGS = (".param", ".bin")
AGAIN = "Copy or download it again."


@dataclass(frozen=True)
class Weights:
    """Tensors by name, on the CPU as stored, and the file's own words about them (may be empty)."""

    tensors: Mapping[str, torch.Tensor]
    metadata: Mapping[str, str]


def check_present(path: Path) -> None:
    """CheckpointError unless the path is a file with something in it."""
    if not path.exists():
        raise CheckpointError(
            f"There is no weights file {path}.", "Check the path, or see `semantic-upscale models list`."
        )
    if not path.is_file():
        raise CheckpointError(f"{path} is a folder, not a weights file.", "Name the file inside it.")
    if not path.stat().st_size:
        raise CheckpointError(f"The weights file {path} is empty (0 bytes).", AGAIN)


def load_safetensors(path: Path, expected_sha256: str | None = None) -> Weights:
    """All tensors and the metadata of a `.safetensors` file.

    CheckpointError if the file is missing, empty, cut off, of another kind, or not of the hash expected.
    """
    check_present(path)
    if expected_sha256:
        check_sha256(path, expected_sha256)
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  (not a mapping)
            return Weights(tensors, dict(file.metadata() or {}))
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(f"{path} is not a whole safetensors file: {error}.", AGAIN) from error


def load_pth(path: Path, expected_sha256: str | None = None) -> Weights:
    """The state dict of a `.pth` file, also one nested as `NESTS` says.

    Only tensors and plain values are read; a file that holds anything else is refused before any of it runs.
    CheckpointError as for `load_safetensors`.
    """
    check_present(path)
    _refuse_program(path)
    if expected_sha256:
        check_sha256(path, expected_sha256)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # torch muses about unusual pickles; here a file is read or refused
            whole = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        advice = "Take it from its authors again, or ask for a .safetensors file."
        raise CheckpointError(
            f"{path} was refused: it is damaged or holds more than weights.", advice
        ) from error
    except (
        OSError,
        RuntimeError,
        EOFError,
        ValueError,
        KeyError,
        AttributeError,
        IndexError,
        TypeError,
    ) as error:
        raise CheckpointError(f"{path} is not a whole PyTorch weights file.", AGAIN) from error
    return Weights(_state_dict(whole, path), {})


def _refuse_program(path: Path) -> None:
    """CheckpointError for an archive of TorchScript, which is a program with its weights inside."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        program = any(name.split("/")[-1] == "constants.pkl" for name in archive.namelist())
    if program:
        raise CheckpointError(
            f"{path} is a TorchScript archive: a program, not only weights. None of it was run.",
            "Take the model's .safetensors or .pth file.",
        )


def _state_dict(whole: object, path: Path) -> dict[str, torch.Tensor]:
    """The tensors of what was unpickled, up to two nests down if need be."""
    for _ in range(2):
        nests = [nest for nest in NESTS if isinstance(whole, dict) and isinstance(whole.get(nest), dict)]
        whole = whole[nests[0]] if nests and isinstance(whole, dict) else whole
    tensors = (
        {name: value for name, value in whole.items() if isinstance(value, torch.Tensor)}
        if isinstance(whole, dict)
        else {}
    )
    if not tensors:
        raise CheckpointError(f"{path} holds no named weights.", "Take the file of a whole model.")
    return {str(name): tensor for name, tensor in tensors.items()}


def load_weights(path: Path, expected_sha256: str | None = None) -> Weights:
    """Any kind by its ending: `.safetensors`; `.pth`, `.pt`, `.ckpt`; either file of an ncnn pair.

    CheckpointError for another.
    """
    if path.suffix.lower() in NCNN_ENDINGS:
        check_present(path)
        return Weights(load_ncnn(path), {})
    if path.suffix.lower() == ".safetensors":
        return load_safetensors(path, expected_sha256)
    if path.suffix.lower() in (".pth", ".pt", ".ckpt"):
        return load_pth(path, expected_sha256)
    raise CheckpointError(f"{path} ends neither in .safetensors nor in .pth.", "Take a .safetensors file.")


# A network takes weights: all of them, exactly, or none.

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
