"""The light denoiser: what it takes and gives, and how far it looks."""

import math

import pytest
import torch

from core.nets.denoiser import Denoiser, DenoiserConfig, denoiser_config, describe_denoiser

SMALL = DenoiserConfig(features=4, width=8, blocks=2, embedding=8)


def inputs(height=20, width=20, config=SMALL):
    draw = torch.Generator().manual_seed(1)
    features, folded, noisy = (
        torch.randn(1, channels, height, width, generator=draw) for channels in (config.features, 48, 48)
    )
    return [features, folded, noisy, torch.tensor([math.log(0.998)])]


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return Denoiser(SMALL).eval().requires_grad_(False)


@pytest.mark.parametrize("size", [(1, 1), (3, 7), (8, 8)])
def test_any_size_goes_in_and_comes_out(network, size):
    assert network(*inputs(*size)).shape == (1, 48, *size)


def test_fresh_weights_answer_nothing():
    assert not Denoiser(SMALL).start_from_nothing()(*inputs()).any()


def test_noise_acts_no_farther_than_it_says(network):
    plain, moved = inputs(), inputs()
    moved[2][..., 10, 10] += 1.0
    rows, columns = torch.nonzero((network(*plain) - network(*moved)).abs().sum((0, 1)), as_tuple=True)
    assert max(int((rows - 10).abs().max()), int((columns - 10).abs().max())) == SMALL.reach_px == 6


def test_how_noisy_it_is_changes_the_answer(network):
    told = inputs()
    told[3] = torch.tensor([math.log(0.02)])
    assert not torch.allclose(network(*inputs()), network(*told))


def test_its_sizes_survive_a_files_metadata():
    assert denoiser_config({"width": "48", **describe_denoiser(SMALL)}) == SMALL


def test_a_file_without_sizes_or_with_strange_ones_is_told():
    with pytest.raises(KeyError):
        denoiser_config({"denoiser_width": "8"})
    with pytest.raises(ValueError, match="wide"):
        denoiser_config({**describe_denoiser(SMALL), "denoiser_width": "wide"})


def test_half_precision_is_the_same_answer_and_gives_its_last_convolutions_precision(network):
    half = Denoiser(SMALL).eval().requires_grad_(False)
    half.load_state_dict(network.state_dict())
    half.bfloat16().exit.float()
    answer, whole = half(*inputs()), network(*inputs())
    assert answer.dtype == torch.float32
    assert (answer - whole).abs().max() < 0.02 * whole.abs().max() + 0.02


def test_it_learns_with_gradients_through_everything():
    network = Denoiser(SMALL)
    network(*inputs()).square().mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in network.parameters())
