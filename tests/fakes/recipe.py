"""Weights from a recipe: every parameter from its key and flat index, so that none need be stored."""

from __future__ import annotations

import numpy as np
import torch

WORD = np.uint32


def seed_of(text):
    """FNV-1a, 32 bits, over the UTF-8 bytes."""
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


def uniform(text, count):
    """`count` numbers strictly between −1 and 1, float64."""
    x = WORD(seed_of(text)) + np.arange(count, dtype=WORD) * WORD(2654435761)
    x ^= x >> WORD(16)
    x *= WORD(0x85EBCA6B)
    x ^= x >> WORD(13)
    x *= WORD(0xC2B2AE35)
    x ^= x >> WORD(16)
    return (x + 0.5) / 2.0**32 * 2.0 - 1.0


def values(key, shape, salt):
    """The parameter of this key, float32."""
    r = uniform(f"{salt}:{key}", int(np.prod(shape)))
    if key.endswith("relative_position_bias_table"):
        r *= 0.5
    elif key.endswith("quantize.embedding.weight"):
        pass
    elif len(shape) >= 2:
        r *= np.sqrt(3.0 / np.prod(shape[1:]))
    elif key.endswith(".weight"):
        r = 1.0 + 0.2 * r
    else:
        r *= 0.1
    return torch.from_numpy(r.astype(np.float32)).reshape(shape)


def filled(network, salt="golden-v1"):
    """The network itself, every parameter filled, in evaluation mode and without gradients."""
    for key, parameter in network.named_parameters():
        parameter.data.copy_(values(key, tuple(parameter.shape), salt))
    return network.eval().requires_grad_(False)
