"""Quick convolutions give what the library's own give."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from published import relative
from torch import nn
from torch.nn import functional as F

from core.nets import cpu_conv
from core.nets.cpu_conv import (
    activated_convolution,
    convolve_rows,
    enlarged_convolution,
    transformed_kernel,
    whole_attention,
)


@pytest.fixture(autouse=True)
def _without_gradients():
    with torch.inference_mode():
        yield


def layers(channels, out, seed=0):
    draw = torch.Generator().manual_seed(seed)
    norm, conv = nn.GroupNorm(4, channels), nn.Conv2d(channels, out, 3, padding=1)
    for layer in (norm, conv):
        for parameter in layer.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=draw) / parameter[0].numel() ** 0.5)
    return norm, conv


def maps(channels, height, width, batch=1):
    draw = torch.Generator().manual_seed(height + width)
    x = torch.randn(batch, channels, height, width, generator=draw) * 3.0 + 2.0
    return x.to(memory_format=torch.channels_last)


def exact(x, norm, conv):
    x, norm, conv = x.double(), norm.double(), conv.double()
    y = conv(F.silu(norm(x)))
    norm.float(), conv.float()
    return y


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 8), st.integers(1, 8), st.integers(0, 9))
def test_a_transformed_convolution_is_the_direct_one(down, across, channels, out, seed):
    draw = torch.Generator().manual_seed(seed)
    x = torch.randn(1, channels, 4 * down + 2, 4 * across + 2, generator=draw)
    weight = torch.randn(out, channels, 3, 3, generator=draw)
    squares = convolve_rows(x[0].permute(1, 2, 0).contiguous(), transformed_kernel(weight))
    ours = squares.permute(4, 2, 0, 3, 1).reshape(out, 4 * down, 4 * across)
    assert relative(ours, F.conv2d(x.double(), weight.double())[0]) <= 2e-5


@pytest.mark.parametrize(("height", "width", "batch"), [(32, 32, 1), (36, 48, 2), (12, 512, 1), (128, 8, 1)])
def test_strips_norm_activation_and_sum_are_the_plain_formula(height, width, batch):
    norm, conv = layers(96, 100)
    x, added = maps(96, height, width, batch), maps(100, height, width, batch)
    assert cpu_conv.suits(x, conv)
    ours = activated_convolution(x, norm, conv, added=added)
    assert relative(ours, exact(x, norm, conv) + added) <= 1e-5


def test_scale_and_shift_come_between_norm_and_activation():
    norm, conv = layers(96, 96)
    x = maps(96, 32, 32, 2)
    told = torch.linspace(-1.0, 1.0, 2 * 192).view(2, 192)
    scale, shift = (part[:, :, None, None] for part in told.chunk(2, 1))
    plain = conv(F.silu(norm(x) * (1 + scale) + shift))
    assert relative(activated_convolution(x, norm, conv, scale_shift=told), plain) <= 1e-5


@pytest.mark.parametrize(("height", "width"), [(16, 16), (18, 30), (2, 256)])
def test_doubled_pixels_are_convolved_as_if_they_were_there(height, width):
    _, conv = layers(96, 96)
    x = maps(96, height, width)
    assert cpu_conv.suits(x, conv, doubled=True)
    assert relative(enlarged_convolution(x, conv), conv(F.interpolate(x, scale_factor=2))) <= 1e-5


def test_a_mean_far_from_zero_does_not_drown_the_spread():
    norm, conv = layers(96, 96)
    x = maps(96, 32, 32) + 1000.0
    assert relative(activated_convolution(x, norm, conv), exact(x, norm, conv)) <= 1e-3


@pytest.mark.parametrize("unsuited", [
    lambda x, conv: (x[..., :30], conv), lambda x, conv: (x.bfloat16(), conv), lambda x, conv: (x[..., :8, :8], conv),
    lambda x, conv: (x, nn.Conv2d(96, 3, 3, padding=1)), lambda x, conv: (x, nn.Conv2d(96, 96, 3, 2, 1)),
])  # fmt: skip
def test_what_does_not_suit_goes_the_plain_way(unsuited):
    assert not cpu_conv.suits(*unsuited(maps(96, 32, 32), layers(96, 96)[1]))


def test_training_goes_the_plain_way():
    with torch.inference_mode(mode=False), torch.enable_grad():
        assert not cpu_conv.suits(maps(96, 32, 32), nn.Conv2d(96, 96, 3, padding=1))


def test_attention_among_all_positions_is_the_plain_formula():
    q, k, v = torch.randn(3, 2, 50, 16, generator=torch.Generator().manual_seed(1))
    plain = torch.softmax(q @ k.transpose(1, 2) / 4.0, 2) @ v
    assert relative(whole_attention(q, k, v), plain) <= 1e-5
