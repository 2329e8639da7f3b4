"""The compact network: shapes, reach, and what its start promises."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from core.nets.compact import Compact, CompactConfig, DirtGauge, bicubic, describe


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return Compact().eval().requires_grad_(requires_grad=False)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 12), st.integers(1, 12))
def test_bicubic_is_torchs(height, width):
    source = torch.rand(2, 3, height, width)
    assert torch.allclose(bicubic(source), F.interpolate(source, scale_factor=4, mode="bicubic"), atol=2e-6)


def test_bicubic_keeps_the_precision_it_is_given():
    assert bicubic(torch.rand(1, 3, 4, 4).bfloat16()).dtype == torch.bfloat16


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9))
def test_any_size_is_enlarged(height, width):
    target = torch.zeros(1, 3, 4 * height, 4 * width)
    answer = Compact(CompactConfig(8, 8, 1, 1, 1, 8, 1))(
        target, target[:, :1] + 1, torch.rand(1, 3, height, width), torch.zeros(1)
    )
    assert answer.shape == target.shape


def test_a_batch_equals_its_members(network):
    source, start, weight = torch.rand(3, 3, 10, 14), torch.randn(3, 3, 40, 56), torch.rand(3, 1, 40, 56)
    clean_up = torch.tensor([0.0, 0.5, 1.0])
    whole = network(start, weight, source, clean_up)
    for i in range(3):
        one = slice(i, i + 1)
        assert torch.allclose(
            network(start[one], weight[one], source[one], clean_up[one]), whole[one], atol=1e-5
        )


def test_no_weight_is_the_faithful_estimate_whatever_the_noise(network):
    reading = network.read(torch.rand(1, 3, 12, 12), torch.zeros(1))
    nothing = torch.zeros(1, 1, 48, 48)
    assert torch.equal(network.denoise(reading, torch.randn(1, 3, 48, 48), nothing), reading.faithful)


def test_weight_reaches_no_farther_than_the_configuration_says(network):
    source, start, reach = torch.rand(1, 3, 8, 64), torch.randn(1, 3, 32, 256), network.config.reach_px
    weight = torch.ones(1, 1, 32, 256)
    other = weight.clone()
    other[..., :4] = 0.25
    change = (
        network(start, weight, source, torch.zeros(1)) - network(start, other, source, torch.zeros(1))
    ).abs()
    assert change[..., : 4 * 1].max() > 0
    assert change[..., 4 * (1 + reach) :].max() == 0


def test_sizes_survive_a_weights_file():
    sizes = CompactConfig(8, 16, 1, 2, 1, 8, 3)
    assert CompactConfig(**{name: int(value) for name, value in describe(sizes).items()}) == sizes


def test_the_gauge_answers_between_nothing_and_all():
    answer = DirtGauge()(torch.rand(5, 3, 20, 33) * 2 - 1)
    assert answer.shape == (5,)
    assert ((answer > 0) & (answer < 1)).all()
