"""Segment Anything's weights come through our road to the same masks, to the bit, as through the package's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from sam_maker import TINY, as_image, photograph, seeded, tiny_sam
from segment_anything import SamAutomaticMaskGenerator, SamPredictor, build_sam_vit_b

from core.checkpoints.catalog import entry
from core.checkpoints.install import Import, install
from core.errors import Cancelled, InputError, UsageError
from core.geometry import Box, Size
from core.segment.cache import EmbeddingCache
from core.segment.interface import Point, Prompt, Segmenter
from core.segment.registry import auto_regions, pointed_at
from core.segment.sam.predict import Limits
from core.segment.sam.segmenter import load_segmenter

LIMITS = Limits(points_per_side=5, points_per_batch=8, score=0.7, stability=0.1, overlap=0.97)
CLICK, SECOND, AWAY = Point(100, 80), Point(300, 200), Point(400, 40, include=False)
BOX = Box(60, 40, 200, 150)
PROMPTS = {
    "one click": Prompt((CLICK,)),
    "two clicks": Prompt((CLICK, SECOND)),
    "a click away": Prompt((CLICK, AWAY)),
    "a box": Prompt(box=BOX),
    "a box and clicks": Prompt((CLICK, AWAY), BOX),
}


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    """Small networks are quickest so where other work is about."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def segmenter(tmp_path_factory):
    """The tiny network after the whole road: .pth as Meta ships it, import, conversion apart, loading."""
    folder = tmp_path_factory.mktemp("models")
    torch.save(tiny_sam().state_dict(), folder / "tiny.pth")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEMANTIC_UPSCALE_MODELS", str(folder / "models"))
        path = install(Import(TINY, folder / "tiny.pth"))
    return replace(load_segmenter(TINY, path, EmbeddingCache(None)), limits=LIMITS, finish=False)


@pytest.fixture(scope="module")
def embedding(segmenter):
    return segmenter.encode(as_image(photograph()))


@pytest.fixture(scope="module")
def predictor():
    found = SamPredictor(tiny_sam())
    found.set_image(photograph())
    return found


def asked(predictor, prompt, multimask, memory=None):
    """What the package answers: masks, scores, low logits."""
    points = np.array([(p.x, p.y) for p in prompt.points]) if prompt.points else None
    labels = np.array([int(p.include) for p in prompt.points]) if prompt.points else None
    box = prompt.box and np.array([prompt.box.x, prompt.box.y, prompt.box.right, prompt.box.bottom])
    return predictor.predict(points, labels, box, memory, multimask_output=multimask)


def whole(proposal, size):
    return proposal.mask.in_box(Box.of(size))


def check_same(found, answer, size):
    """The proposals are the package's masks, by size, with their scores and logits; empty ones are no proposals."""
    masks, scores, low = answer
    order = [n for n in np.argsort(masks.sum((1, 2)), kind="stable") if masks[n].any()]
    assert len(found) == len(order) > 0
    for proposal, best in zip(found, order, strict=True):
        assert 0 < proposal.area < size.area
        assert np.array_equal(whole(proposal, size), masks[best])
        assert proposal.score == min(1, max(0, float(scores[best])))
        assert np.array_equal(proposal.memory[0], low[best])


def test_it_fulfils_the_interface(segmenter):
    assert isinstance(segmenter, Segmenter)


def test_the_embedding_is_the_packages_to_the_bit(embedding, predictor):
    assert torch.equal(embedding.content.features, predictor.features)


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
def test_every_prompt_is_answered_as_by_the_package(prompt, segmenter, embedding, predictor):
    found = segmenter.propose(embedding, prompt)
    check_same(found, asked(predictor, prompt, multimask=prompt.single_click), embedding.size)


def test_from_the_second_click_on_the_last_answer_is_fed_back(segmenter, embedding, predictor):
    first = segmenter.propose(embedding, Prompt((CLICK,)))[1]
    second = Prompt((CLICK, SECOND), memory=first.memory)
    found = segmenter.propose(embedding, second)
    check_same(found, asked(predictor, second, multimask=False, memory=first.memory), embedding.size)
    assert found != segmenter.propose(embedding, Prompt((CLICK, SECOND)))


def test_another_segmenters_memory_is_passed_over(segmenter, embedding):
    assert segmenter.propose(embedding, Prompt((CLICK, SECOND), memory=12)) == segmenter.propose(
        embedding, Prompt((CLICK, SECOND))
    )


def test_three_masks_of_a_click_are_part_object_whole(segmenter, embedding):
    found = segmenter.propose(embedding, Prompt((CLICK,)))
    assert [p.kind for p in found] == ["part", "object", "whole"]
    assert [p.area for p in found] == sorted(p.area for p in found)


def generated(network, picture, limits=LIMITS):
    return SamAutomaticMaskGenerator(
        network, limits.points_per_side, limits.points_per_batch, limits.score, limits.stability,
        box_nms_thresh=limits.overlap,
    ).generate(picture)  # fmt: skip


def check_everything(found, records, size):
    assert len(found) == len(records) > 1
    for proposal, record in zip(found, sorted(records, key=lambda record: record["area"]), strict=True):
        assert np.array_equal(whole(proposal, size), record["segmentation"])
        assert proposal.score == min(1, record["predicted_iou"])


def test_everything_is_what_the_packages_generator_finds(segmenter, embedding):
    check_everything(
        segmenter.propose_everything(embedding), generated(tiny_sam(), photograph()), embedding.size
    )


def test_everything_can_be_stopped_between_two_batches(segmenter, embedding):
    heard = []

    def stop(progress):
        heard.append(progress)
        if progress.done:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        segmenter.propose_everything(embedding, stop)
    assert [(p.done, p.total) for p in heard] == [(0, 25), (8, 25)]


def test_finished_masks_follow_the_raw_ones(segmenter, embedding):
    raw, fine = (replace(segmenter, finish=f).propose(embedding, PROMPTS["a box"])[0] for f in (False, True))
    both = np.count_nonzero(whole(raw, embedding.size) & whole(fine, embedding.size))
    assert both > 0.9 * fine.area > 0


def test_a_picture_becomes_regions_by_either_strategy(segmenter):
    image = as_image(photograph())
    for strategy in ("suggest", "samsr-weight"):
        regions = auto_regions(image, replace(segmenter, finish=True), strategy=strategy)
        assert len(regions) > 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (2500, 2), (40, 30)])
def test_odd_sizes_work(shape, segmenter):
    image = np.random.default_rng(1).random((*shape, 3), np.float32)
    embedding = segmenter.encode(image)
    assert embedding.size == Size(shape[1], shape[0])
    for finish in (True, False):
        prompt = Prompt((Point(shape[1] - 1, shape[0] - 1),), Box.of(embedding.size))
        for proposal in replace(segmenter, finish=finish).propose(embedding, prompt):
            assert proposal.mask == proposal.mask.within(embedding.size)


def test_a_box_or_click_outside_and_a_picture_that_is_none_are_refused(segmenter, embedding):
    for prompt in (Prompt(box=Box(400, 300, 200, 50)), Prompt((Point(481, 0),))):
        with pytest.raises(UsageError, match="picture"):
            segmenter.propose(embedding, prompt)
    with pytest.raises(InputError):
        segmenter.encode(np.zeros((4, 4), np.float32))


class Blind:
    """A segmenter that never finds anything."""

    id = "blind"

    def propose(self, embedding, prompt):
        del embedding, prompt
        return ()


def test_a_click_that_finds_nothing_says_what_else_to_try():
    with pytest.raises(InputError, match="Nothing found here") as caught:
        pointed_at(Blind(), None, Prompt((CLICK,)))
    assert caught.value.advice == "Try a box, or the brush."


def test_the_surest_answer_is_the_one_pointed_at(segmenter, embedding):
    found = segmenter.propose(embedding, Prompt((CLICK,)))
    assert pointed_at(segmenter, embedding, Prompt((CLICK,))).score == max(p.score for p in found)


def test_a_kept_embedding_answers_to_the_bit_and_another_models_is_not_taken(segmenter, embedding, tmp_path):
    first = replace(segmenter, cache=EmbeddingCache(tmp_path))
    first.encode(as_image(photograph()))
    again = replace(segmenter, cache=EmbeddingCache(tmp_path), network=None)
    with pytest.raises(AttributeError):  # it has no network, and nothing is kept for this hash
        replace(again, sha256="0" * 64).encode(as_image(photograph()))
    kept = replace(segmenter, cache=EmbeddingCache(tmp_path)).encode(as_image(photograph()))
    assert kept == embedding
    assert torch.equal(kept.content.features, embedding.content.features)
    assert segmenter.propose(kept, Prompt((CLICK,))) == segmenter.propose(embedding, Prompt((CLICK,)))


@pytest.mark.slow
def test_vit_b_as_meta_builds_and_ships_it_gives_the_same_masks(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_MODELS", str(tmp_path / "models"))
    torch.manual_seed(4)
    official, row, picture = seeded(build_sam_vit_b()), entry("sam-vit-b"), photograph()
    torch.save(official.state_dict(), tmp_path / row.source.file)
    path = install(Import(row, tmp_path / row.source.file, other_weights=True))
    segmenter = replace(load_segmenter(row, path, EmbeddingCache(None)), limits=LIMITS, finish=False)
    check_equal(segmenter.network, official)
    for network in (segmenter.network, official):  # one block of each kind, for the time's sake
        network.image_encoder.blocks = network.image_encoder.blocks[1:3]
    embedding, predictor = segmenter.encode(as_image(picture)), SamPredictor(official)
    predictor.set_image(picture)
    for prompt in PROMPTS.values():
        found = segmenter.propose(embedding, prompt)
        check_same(found, asked(predictor, prompt, multimask=prompt.single_click), embedding.size)


def check_equal(one, other):
    """Two networks have the same parts, and the same bits in every weight and buffer."""
    assert repr(one) == repr(other)
    for kind in ("named_parameters", "named_buffers"):
        ours, theirs = (dict(getattr(network, kind)()) for network in (one, other))
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert [b.window_size for b in one.image_encoder.blocks] == [
        b.window_size for b in other.image_encoder.blocks
    ]
