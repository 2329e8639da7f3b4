"""The click network: how well a node of the merge tree answers a click, from what can be measured of the node.

A perceptron of two hidden layers in numpy, for the built-in segmenter wakes without torch. Weights: thirty measures in,
the expected intersection over union out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from safetensors.numpy import load_file

if TYPE_CHECKING:
    from pathlib import Path

MEASURES = 30
_FAR = 4.0  # standard deviations beyond which a measure says no more
_NAMES = ("mean", "spread", *(f"{part}{layer}" for layer in (1, 2, 3) for part in ("weight", "bias")))


@dataclass(frozen=True)
class ClickNet:
    """`mean` and `spread` (30,) of the measures; weights (out, in) and biases (out,) of three layers."""

    mean: np.ndarray
    spread: np.ndarray
    weight1: np.ndarray
    bias1: np.ndarray
    weight2: np.ndarray
    bias2: np.ndarray
    weight3: np.ndarray
    bias3: np.ndarray

    def quality(self, measures: np.ndarray) -> np.ndarray:
        """Expected IoU (n,) in (0, 1) for measures (n, 30)."""
        x = ((measures - self.mean) / self.spread).clip(-_FAR, _FAR)
        x = _silu(x @ self.weight1.T + self.bias1)
        x = _silu(x @ self.weight2.T + self.bias2)
        return 1 / (1 + np.exp(-(x @ self.weight3.T + self.bias3)[:, 0]))


def load_click_net(path: Path) -> ClickNet:
    """The network of a weights file; KeyError where a part is missing."""
    weights = load_file(path)
    return ClickNet(*(weights[name] for name in _NAMES))


def _silu(x: np.ndarray) -> np.ndarray:
    return x / (1 + np.exp(-x))
