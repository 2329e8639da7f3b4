"""Two small pretrained networks, frozen, for their features: SqueezeNet to train with, Darknet to measure.

A result is never measured by the network it was trained with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from torch import nn
from torch.nn import functional

from core.errors import CheckpointError

if TYPE_CHECKING:
    from pathlib import Path

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
