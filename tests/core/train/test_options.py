"""Terms of the papers: semantic consistency, position in the noise."""

import pytest
import torch
from golden import cases, golden

from core.diffusion.noise import label_encoding, position_encoding, rotary_field
from core.train.losses import semantic_consistency


def quarters(size=64):
    labels = torch.zeros(1, size // 4, size // 4, dtype=torch.uint8)
    labels[:, :, size // 8 :] = 1
    return labels


def picture(seed=0):
    rng = torch.Generator().manual_seed(seed)
    half = torch.rand((1, 3, 64, 64), generator=rng) * 0.4
    half[..., 32:] -= 1
    return half


def test_the_same_picture_is_consistent_and_swapped_regions_are_not():
    truth = picture()
    assert semantic_consistency(truth, truth, quarters()) == 0
    assert semantic_consistency(truth.flip(-1), truth, quarters()) > 1


def test_consistency_pulls_the_prediction():
    prediction = (picture() * 0.5).requires_grad_()
    semantic_consistency(prediction, picture(), quarters()).backward()
    assert prediction.grad is not None
    assert prediction.grad.abs().max() > 0


def test_one_region_alone_has_nothing_to_be_confused_with():
    assert semantic_consistency(picture(1), picture(), torch.zeros(1, 16, 16, dtype=torch.uint8)) == 0


@pytest.mark.golden
@pytest.mark.parametrize(("file", "case"), cases("samdiffsr_spe", "rope"))
def test_positions_are_the_authors(file, case):
    vectors, _ = golden(file)
    masks, field = vectors[f"{case}.masks"], vectors[f"{case}.embedding_field"]
    torch.testing.assert_close(rotary_field(*field.shape), field, atol=2e-5, rtol=1e-5)
    torch.testing.assert_close(
        position_encoding(masks.float()), vectors[f"{case}.rope"], atol=1e-6, rtol=1e-4
    )


def test_every_region_has_one_number():
    encoded = label_encoding(quarters())
    assert encoded.shape == (1, 1, 16, 16)
    assert len(encoded.unique()) == 2
