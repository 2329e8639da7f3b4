"""The autoencoder gives its authors' numbers, under its authors' keys."""

from __future__ import annotations

import pytest
import torch
from golden import golden, golden_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from published import agrees, at_ease, codec_of, key_list, stored
from recipe import filled

from core.nets.vq import VqAutoencoder, nearest


@pytest.fixture(scope="module")
def small():
    vectors, notes = golden("vq_small")
    network = codec_of(notes["config"])
    network.load_state_dict(stored(vectors))
    return at_ease(network), vectors


@pytest.mark.golden
def test_encode_gives_the_reference(small):
    network, vectors = small
    with torch.inference_mode():
        assert agrees(network.encode(vectors["x"]), vectors["encode"])


@pytest.mark.golden
def test_codes_are_the_reference(small):
    network, vectors = small
    assert torch.equal(network.quantize.indices(vectors["encode"]).flatten(), vectors["quant_indices"])
    assert agrees(network.quantize(vectors["encode"]), vectors["quantized"], 1e-6)


@pytest.mark.golden
@pytest.mark.parametrize(("name", "way"), [("decode", "decode"), ("decode_no_quant", "decode_codes")])
def test_decode_gives_the_reference(small, name, way):
    network, vectors = small
    with torch.inference_mode():
        assert agrees(getattr(network, way)(vectors["encode"]), vectors[name])


@pytest.mark.golden
def test_there_and_back_gives_the_reference(small):
    network, vectors = small
    with torch.inference_mode():
        assert agrees(network(vectors["x"]), vectors["forward"])


@pytest.mark.golden
def test_a_batch_is_its_members(small):
    network, vectors = small
    pictures = torch.cat((vectors["x"], vectors["x"].flip(2)))
    with torch.inference_mode():
        together = network.decode_codes(network.encode(pictures))
        alone = torch.cat([network.decode_codes(network.encode(one[None])) for one in pictures])
    assert agrees(together, alone)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 400), st.integers(1, 40), st.integers(0, 99))
def test_the_nearest_code_is_nearest(count, codes, seed):
    draw = torch.Generator().manual_seed(seed)
    points, book = torch.randn(count, 3, generator=draw), torch.randn(codes, 3, generator=draw)
    distance = torch.cdist(points.double(), book.double())
    ours = distance.gather(1, nearest(points, book)[:, None])[:, 0]
    assert torch.allclose(ours, distance.amin(1), atol=1e-5)


@pytest.mark.golden
def test_training_reaches_the_encoder_through_the_codes(small):
    network, vectors = small
    picture = vectors["x"].clone().requires_grad_()
    network(picture).sum().backward()
    assert picture.grad is not None
    assert bool(picture.grad.abs().sum() > 0)


@pytest.mark.golden
def test_keys_are_the_authors():
    with torch.device("meta"):
        ours = VqAutoencoder().state_dict()
    assert [(key, tuple(value.shape)) for key, value in ours.items()] == key_list(
        golden_folder() / "keys-vqf4.txt"
    )


@pytest.mark.slow
@pytest.mark.golden
def test_the_released_sizes_give_the_reference():
    vectors, notes = golden("vq_full_recipe")
    network = at_ease(filled(codec_of(notes["config"]), notes["salt"]))
    with torch.inference_mode():
        encoded = network.encode(vectors["x"])
        assert agrees(encoded, vectors["encode"], 1e-4)
        assert torch.equal(network.quantize.indices(vectors["z"]).flatten(), vectors["quant_indices"])
        assert agrees(network.decode(vectors["z"]), vectors["decode"], 1e-4)
        assert agrees(network.decode_codes(vectors["encode"]), vectors["decode_no_quant"], 1e-4)
