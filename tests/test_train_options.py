"""Options of the trainer: semantic consistency, position in the noise, a segmenter's regions."""

import numpy as np
import pytest
import torch
from PIL import Image

from core.diffusion.position import label_encoding, position_encoding, rotary_field
from core.nets.compact import Compact, CompactConfig
from core.train.critic import Critic
from core.train.detail import DetailStage, Teachers, draw_weights
from core.train.fidelity import prepared
from core.train.maps import draw_map
from core.train.pairs import Batch, Shape, draw_batch
from core.train.photographs import Cut, load_photographs
from core.train.recipe import DetailRecipe
from core.train.segments import Segments, label_map
from core.train.semantic import semantic_consistency
from tests.golden import golden

SMALL = CompactConfig(8, 8, 1, 1, 1, 8, 1)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    pixels = np.full((200, 240, 3), 40, np.uint8)
    pixels[50:150, 60:180] = (220, 120, 30)
    Image.fromarray(pixels).save(folder / "a.png")
    return load_photographs(folder, 64)


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


@pytest.mark.parametrize("case", ["spe0", "spe1"])
def test_positions_are_the_authors(case):
    vectors, _ = golden("samdiffsr_spe")
    masks, field = vectors[f"{case}.masks"], vectors[f"{case}.embedding_field"]
    torch.testing.assert_close(rotary_field(*field.shape), field, atol=2e-5, rtol=1e-5)
    torch.testing.assert_close(
        position_encoding(masks.float()), vectors[f"{case}.rope"], atol=1e-6, rtol=1e-4
    )


def test_every_region_has_one_number():
    encoded = label_encoding(quarters())
    assert encoded.shape == (1, 1, 16, 16)
    assert len(encoded.unique()) == 2


def test_a_segmenter_sees_whole_photographs_and_its_maps_are_kept(photos, tmp_path):
    labels = Segments(photos, tmp_path / "run").cut(Cut(0, 0, 0, 200), 50)
    assert labels.shape == (50, 50)
    assert labels.min() == 1
    assert labels[25, 30] != labels[2, 2]
    (kept,) = (tmp_path / "run").iterdir()
    before = kept.stat().st_mtime_ns
    again = Segments(photos, tmp_path / "run", segmenter=None).cut(Cut(0, 0, 0, 200), 50)
    assert np.array_equal(labels, again)
    assert kept.stat().st_mtime_ns == before


def test_labels_are_at_most_512_px(photos):
    class Nothing:
        id = "nothing"

        def encode(self, image):
            self.seen = image.shape
            return self

        def propose_everything(self, embedding):
            return ()

    segmenter = Nothing()
    assert label_map(np.zeros((1000, 2048, 3), np.uint8), segmenter).shape == (250, 512)
    assert segmenter.seen == (250, 512, 3)


def labels_counts(labels):
    return np.unique(labels, return_counts=True)[1]


def test_labels_are_turned_with_their_pixels(photos, tmp_path):
    segments = Segments(photos, tmp_path)
    for mirrored, turns in ((False, 0), (True, 0), (False, 1), (True, 3)):
        cut = Cut(0, 20, 30, 120, mirrored, turns)
        inside = photos.pixels(cut, 60)[..., 0] > 128
        labels = segments.cut(cut, 60)
        shares = [inside[labels == one].mean() for one in np.unique(labels)[labels_counts(labels) > 40]]
        assert all(share < 0.1 or share > 0.9 for share in shares)
        assert {round(share) for share in shares} == {0, 1}


def test_a_share_of_the_batch_comes_with_labels(photos, tmp_path):
    segments = Segments(photos, tmp_path)
    batch = draw_batch(photos, np.random.default_rng(0), Shape(8, 16, segmented_share=0.5), segments)
    labelled = sum(bool(labels.any()) for labels in batch.labels)
    assert 0 < labelled < 8
    assert draw_batch(photos, np.random.default_rng(0), Shape(2, 16), segments).labels is None


def test_maps_follow_the_regions_that_were_seen():
    seen = np.ones((20, 20), np.uint8)
    seen[:, 10:] = 2
    maps = [
        draw_map(np.random.default_rng(seed), np.zeros((20, 20, 3), np.uint8), seen) for seed in range(20)
    ]
    assert all(np.array_equal(one.labels, seen - 1) for one in maps)
    assert any(one.weight[0, 0] != one.weight[0, -1] for one in maps)


def test_without_a_segmenter_a_map_has_its_own_regions():
    weight, labels = draw_weights(np.random.default_rng(3), torch.zeros(4, 3, 16, 16))
    assert weight.shape == (4, 1, 64, 64)
    assert labels.shape == (4, 16, 16)


@pytest.mark.parametrize("option", [{"semantic": 1.0}, {"position": 1.0}, {"bands": 0.0}, {"adversary": 0.0}])
def test_every_option_trains_and_changes_what_is_learnt(option):
    def learnt(**changes):
        torch.manual_seed(0)
        stage = DetailStage(prepared(Compact(SMALL)), Teachers(Critic()), DetailRecipe(**changes), 0)
        target = torch.rand((2, 3, 64, 64), generator=torch.Generator().manual_seed(1)) * 2 - 1
        pair = Batch(torch.nn.functional.avg_pool2d(target, 4), target, torch.zeros(2))
        losses = [stage.step(pair, 1.0) for _ in range(2)][-1]
        return losses, stage.network.detail.exit.weight

    losses, weight = learnt(**option)
    name, value = next(iter(option.items()))
    assert (name in losses) == (value > 0 and name != "position")
    assert not torch.equal(weight, learnt()[1])
