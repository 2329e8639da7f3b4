"""How differently two pictures look to a network that no result was trained with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from torch import nn
from torch.nn import functional

from core.errors import CheckpointError
from core.image.tensor import to_batch
from core.metrics.pictures import checked_pair, shave

if TYPE_CHECKING:
    import numpy as np


# Two small pretrained networks, frozen, for their features: SqueezeNet to train with, Darknet to measure.
#
# A result is never measured by the network it was trained with.

SQUEEZE_MEAN_BGR = (104.0, 117.0, 123.0)
SQUEEZE_DEPTHS = (2, 4, 6, 8, 9)
DARKNET_LAYERS = 5

Weights = dict[str, torch.Tensor]


def read_weights(path: Path) -> tuple[Weights, dict[str, str]]:
    """Tensors and header of a safetensors file; CheckpointError where it is missing or damaged."""
    try:
        with safe_open(path, framework="pt") as held:
            return {key: held.get_tensor(key) for key in held.keys()}, held.metadata() or {}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise CheckpointError(
            f"The network of features could not be read from {path}: {error}.",
            "Put the file there, or leave out what needs it.",
        ) from error


def _fill(network: nn.Module, weights: Weights, path: Path) -> None:
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise CheckpointError(
            f"{path} does not fit {type(network).__name__}: {error}.",
            "Give the file named in its description.",
        ) from error
    network.requires_grad_(requires_grad=False).eval()


def _wide(weight: torch.Tensor, **places: Any) -> nn.Conv2d:
    """A convolution shaped as its weights are."""
    width, before, *kernel = weight.shape
    return nn.Conv2d(before, width, (kernel[0], kernel[1]), **places)


class Fire(nn.Module):
    """Squeeze to few channels, expand by 1×1 and 3×3 side by side (Iandola et al. 2016, fig. 1)."""

    def __init__(self, weights: Weights, name: str) -> None:
        super().__init__()
        self.squeeze1x1 = _wide(weights[f"{name}_squeeze1x1.weight"])
        self.expand1x1 = _wide(weights[f"{name}_expand1x1.weight"])
        self.expand3x3 = _wide(weights[f"{name}_expand3x3.weight"], padding=1)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(B, C, h, w) → (B, C', h, w)."""
        few = functional.relu(self.squeeze1x1(features))
        return functional.relu(torch.cat([self.expand1x1(few), self.expand3x3(few)], dim=1))


class SqueezeFeatures(nn.Module):
    """Features of SqueezeNet 1.0 for a perceptual loss: frozen, but gradients flow to the batch.

    The file lacks, or holds otherwise, a layer that is needed → CheckpointError.
    """

    mean: torch.Tensor

    def __init__(self, path: Path) -> None:
        super().__init__()
        weights, _ = read_weights(path)
        try:
            self.conv1 = _wide(weights["conv1.weight"], stride=2)
            self.fires = nn.ModuleDict({f"fire{k}": Fire(weights, f"fire{k}") for k in range(2, 10)})
        except KeyError as error:
            raise CheckpointError(f"{path} has no layer {error}.", "Give SqueezeNet 1.0.") from error
        renamed = {_squeeze_key(key): tensor for key, tensor in weights.items()}
        _fill(self, {key: tensor for key, tensor in renamed.items() if not key.startswith("conv10")}, path)
        self.register_buffer("mean", torch.tensor(SQUEEZE_MEAN_BGR).view(1, 3, 1, 1), persistent=False)

    def forward(self, batch: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """(B, 3, H, W) RGB in [−1, 1], ≥ 32 px a side → six features, after conv1 and fire 2, 4, 6, 8, 9.

        Sides are about H/2, H/4, H/4, H/8, H/8, H/16; channels 96, 128, 256, 384, 512, 512.
        """
        features = functional.relu(self.conv1((batch.flip(1) + 1) * 127.5 - self.mean))
        found = [features]
        for depth in range(2, 10):
            if depth in (2, 5, 9):
                features = functional.max_pool2d(features, 3, 2, ceil_mode=True)
            features = self.fires[f"fire{depth}"](features)
            if depth in SQUEEZE_DEPTHS:
                found.append(features)
        return tuple(found)


def _squeeze_key(key: str) -> str:
    """`fire2_expand1x1.weight` → `fires.fire2.expand1x1.weight`."""
    return f"fires.{key.replace('_', '.', 1)}" if key.startswith("fire") else key


def _folded(weights: Weights, layer: int, eps: float) -> Weights:
    """Convolution and batch norm of a layer as one convolution with a bias."""
    norm = {part: weights[f"bn{layer}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")}
    gain = norm["weight"] / torch.sqrt(norm["running_var"] + eps)
    return {
        f"{layer - 1}.weight": weights[f"conv{layer}.weight"] * gain.view(-1, 1, 1, 1),
        f"{layer - 1}.bias": norm["bias"] - norm["running_mean"] * gain,
    }


class DarknetFeatures(nn.Module):
    """Five layers of the Darknet reference classifier, frozen. CheckpointError where the file misfits."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        weights, header = read_weights(path)
        folded: Weights = {}
        try:
            self.slope = float(header["leaky_slope"])
            for layer in range(1, DARKNET_LAYERS + 1):
                folded |= _folded(weights, layer, float(header["eps"]))
        except (KeyError, ValueError) as error:
            raise CheckpointError(f"{path} has no {error}.", "Give the Darknet reference layers.") from error
        shapes = [folded[f"{layer}.weight"] for layer in range(DARKNET_LAYERS)]
        self.layers = nn.ModuleList(_wide(weight, padding=1) for weight in shapes)
        _fill(self.layers, folded, path)

    def forward(self, batch: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """(B, 3, H, W) RGB in [0, 1] → five features before each pool, sides H, H/2 … H/16 rounded up."""
        found = []
        features = batch
        for layer in self.layers:
            if found:
                features = functional.max_pool2d(features, 2, 2, ceil_mode=True)
            features = functional.leaky_relu(layer(features), self.slope)
            found.append(features)
        return tuple(found)


# Where the files lie that some measures need. A measure whose file is missing is not offered.

FOLDER_VARIABLE = "SEMANTIC_UPSCALE_PERCEPTUAL"
DARKNET = "darknet_reference_1to5.safetensors"
SQUEEZENET = "squeezenet1_0.safetensors"
PRISTINE = "niqe_pris_params.npz"
NOT_AT_HAND = "not offered: file not at hand"


def measuring_folder() -> Path:
    """What the environment names, else `../shared/perceptual` beside the checkout; it may be missing."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "perceptual"


def at_hand(name: str, folder: Path | None = None) -> Path | None:
    """The file of that name in the folder (`measuring_folder()` where None), or None where it is missing."""
    path = (folder or measuring_folder()) / name
    return path if path.is_file() else None


# Features smaller than this have no direction worth comparing.
SMALLEST_NORM = 1e-6


def unit(features: torch.Tensor) -> torch.Tensor:
    """(B, C, h, w) with each position's C channels scaled to length 1."""
    return features / features.norm(dim=1, keepdim=True).clamp_min(SMALLEST_NORM)


def _batch(picture: np.ndarray, device: torch.device) -> torch.Tensor:
    """(H, W, 3) → (1, 3, H, W) RGB in [0, 1], which is what this network was trained on."""
    return (to_batch(picture).to(device) + 1) / 2


class PerceptualDistance:
    """The mean over five layers and all positions and channels of (unit features − unit features)².

    No person trained its weights, so it is not LPIPS: its numbers order results, they compare with no paper.
    `path` is the Darknet file; CheckpointError where it is missing or another.
    """

    def __init__(self, path: Path, device: str = "cpu") -> None:
        self._device = torch.device(device)
        self._features = DarknetFeatures(path).to(self._device)

    @torch.inference_mode()
    def __call__(self, picture: np.ndarray, reference: np.ndarray, *, border_px: int = 0) -> float:
        """0 for equal pictures, higher for more different ones; `border_px` is shaved off each side first.

        Both are (H, W, 3) in [0, 1] and of one size, else InputError.
        """
        pair = (shave(each, border_px) for each in checked_pair(picture, reference))
        first, second = (self._features(_batch(each, self._device)) for each in pair)
        layers = [(unit(a) - unit(b)).square().mean() for a, b in zip(first, second, strict=True)]
        return float(torch.stack(layers).mean())


def offered_distance(folder: Path | None = None, device: str = "cpu") -> PerceptualDistance | None:
    """The distance where its file is at hand (see `core.metrics.perceptual`), else None: the report says so."""
    path = at_hand(DARKNET, folder)
    return PerceptualDistance(path, device) if path else None
