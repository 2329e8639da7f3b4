"""What our targets are compared with: bicubic always, others where their files and programs are at hand."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.errors import CheckpointError, InputError
from core.evaluate.data import SCALE
from core.geometry import Box, Size
from core.image.tensor import from_batch, to_batch
from core.tiling import plan_tiles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FOLDER_VARIABLE = "SEMANTIC_UPSCALE_RIVALS"
REALESR = "realesr-general-x4v3"
LSDIR = "4xLSDIRCompactC3"
NCNN_KINDS = {0: "<f4", 0x01306B47: "<f2"}  # the tag before the weights of a convolution
NCNN_LAYERS = {"Input", "Split", "Convolution", "PReLU", "PixelShuffle", "Interp", "BinaryOp"}
TILE_PX = 256
MARGIN_PX = 40  # more than its 34 convolutions of 3×3 can see


@dataclass(frozen=True)
class Rival:
    """A name, and what makes a target (4h, 4w, 3) of a source (h, w, 3), both float32 [0, 1]."""

    name: str
    enlarge: Callable[[np.ndarray], np.ndarray]


def bicubic(source: np.ndarray) -> np.ndarray:
    """The bicubic ×4 of MATLAB and Pillow (a = −0.5), clipped to [0, 1]."""
    size = (source.shape[0] * SCALE, source.shape[1] * SCALE)
    return np.clip(
        from_batch(F.interpolate(to_batch(source), size, mode="bicubic", antialias=True)), 0.0, 1.0
    )


def rivals_folder() -> Path:
    """What the environment names, else `../shared/rivals` beside the checkout; it may be missing."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "rivals"


def by_tiles(source: np.ndarray, enlarge: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Tile by tile, each with so much margin that the borders do not show: equal to the whole in one go."""
    whole = Box.of(Size(source.shape[1], source.shape[0]))
    target = np.empty((source.shape[0] * SCALE, source.shape[1] * SCALE, 3), np.float32)
    for tile in plan_tiles(whole.size, TILE_PX, 0).tiles:
        seen = tile.box.grown(MARGIN_PX).intersect(whole)
        inner = tile.box.moved(-seen.x, -seen.y).scaled(SCALE)
        target[tile.box.scaled(SCALE).slices] = enlarge(source[seen.slices])[inner.slices]
    return target


# The pairs .param and .bin of ncnn, read into torch: neither its package nor another way of counting is needed.


class CompactRival(nn.Module):
    """SRVGGNetCompact: convolutions with PReLU between, pixels unfolded, and the source repeated 4×4 added."""

    def __init__(self, layers: Sequence[nn.Module]) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, source: Tensor) -> Tensor:
        """(B, 3, h, w) in [0, 1] → (B, 3, 4h, 4w), not clamped."""
        detail = F.pixel_shuffle(self.layers(source), SCALE)
        return detail + F.interpolate(source, scale_factor=float(SCALE), mode="nearest")


class _NcnnWeights:
    """The numbers of a .bin file, in the order in which the .param file names their layers."""

    def __init__(self, path: Path) -> None:
        self._path, self._bytes, self._at = path, path.read_bytes(), 0

    def floats(self, count: int, kind: str = "<f4") -> Tensor:
        """The next `count` numbers, float32; each block begins at a multiple of four bytes."""
        size = count * np.dtype(kind).itemsize
        if self._at + size > len(self._bytes):
            raise CheckpointError(f"{self._path} ends too early.", "Get it again, with its .param file.")
        values = np.frombuffer(self._bytes, kind, count, self._at).astype(np.float32)
        self._at += -(-size // 4) * 4
        return torch.tensor(values)

    def tagged(self, count: int) -> Tensor:
        """The weights of a convolution, after the tag that says in which precision they are."""
        tag = int.from_bytes(self._bytes[self._at : self._at + 4], "little")
        self._at += 4
        if tag not in NCNN_KINDS:
            raise CheckpointError(f"{self._path} holds weights of a kind that is not read here: {tag:#x}.")
        return self.floats(count, NCNN_KINDS[tag])

    def check_end(self) -> None:
        """CheckpointError where numbers are left over."""
        if self._at != len(self._bytes):
            raise CheckpointError(f"{self._path} does not belong to its .param file.", "Get both again.")


def read_compact(folder: Path, name: str) -> CompactRival:
    """A network of `name`.param and `name`.bin, in evaluation mode.

    CheckpointError where they hold another kind of network or do not belong together, OSError where they cannot
    be read.
    """
    path = folder / f"{name}.param"
    weights, layers, channels = _NcnnWeights(folder / f"{name}.bin"), [], 3
    for line in path.read_text("ascii").splitlines()[2:]:
        kind, *words = line.split()
        if kind not in NCNN_LAYERS:
            raise CheckpointError(f"{path} holds a layer {kind}: no SRVGGNetCompact.", "Name another pair.")
        said = {int(key): value for key, _, value in (word.partition("=") for word in words if "=" in word)}
        if kind == "Convolution":
            layers.append(_convolution(weights, channels, said))
            channels = layers[-1].out_channels
        elif kind == "PReLU":
            layers.append(nn.PReLU(int(said[0])))
            layers[-1].weight.data = weights.floats(int(said[0]))
    weights.check_end()
    if channels != 3 * SCALE**2:
        raise CheckpointError(f"{path} is no network that enlarges ×{SCALE}.", "Name another pair.")
    return CompactRival(layers).eval().requires_grad_(False)


def _convolution(weights: _NcnnWeights, channels: int, said: dict[int, str]) -> nn.Conv2d:
    out, side = int(said[0]), int(said[1])
    if int(said[6]) != out * channels * side**2:
        raise CheckpointError(
            "A rival's convolution is not as large as its .param file says.", "Get it again."
        )
    made = nn.Conv2d(channels, out, side, padding=side // 2)
    made.weight.data = weights.tagged(int(said[6])).reshape(made.weight.shape)
    assert made.bias is not None  # noqa: S101  (for the type checker)
    made.bias.data = weights.floats(out)
    return made


def compact_rival(folder: Path, name: str) -> Rival | None:
    """A rival by its ncnn pair; None where the pair is not there. CheckpointError where it is damaged."""
    if not all((folder / f"{name}.{ending}").is_file() for ending in ("param", "bin")):
        return None
    network = read_compact(folder, name).to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def enlarge(tile: np.ndarray) -> np.ndarray:
        planes = (to_batch(tile) + 1.0) / 2.0  # its range is [0, 1]
        with torch.inference_mode():
            made = network(planes.to(memory_format=torch.channels_last))
        return np.clip(from_batch(2.0 * made - 1.0), 0.0, 1.0)

    return Rival(name, lambda source: by_tiles(source, enlarge))


def rivals_at_hand(folder: Path | None = None) -> tuple[Rival, ...]:
    """Bicubic, and the others whose files the folder holds.

    InputError where a folder was named, here or by the environment, and is not there.
    """
    looked = folder or rivals_folder()
    named = folder is not None or FOLDER_VARIABLE in os.environ
    if named and not looked.is_dir():
        raise InputError(f"“{looked}” is no folder of rivals.", "Name one that holds .param and .bin files.")
    found = (compact_rival(looked, name) for name in (REALESR, LSDIR))
    return (Rival("bicubic", bicubic), *(rival for rival in found if rival))
