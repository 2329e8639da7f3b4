"""Segment Anything as a segmenter: encode once, then answer clicks, boxes, corrections and "everything"."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from core.checkpoints.check import sam_params
from core.checkpoints.files import fit, load_safetensors
from core.checkpoints.install import expected_sha256
from core.files import sha256_of
from core.geometry import Size
from core.nets.sam import empty_sam
from core.progress import Reporter, silent
from core.regions.mask import Mask
from core.segment.cache import EmbeddingCache
from core.segment.interface import (
    Embedding,
    Prompt,
    Proposal,
    check_embedding,
    check_prompt,
    checked_image,
    fingerprint,
)
from core.segment.sam.predict import (
    Clicks,
    Limits,
    Seen,
    Shape,
    ask,
    clicks_of,
    enlarged_by_package,
    everything,
    finish_mask,
    predictor_of,
    see,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    import torch
    from segment_anything.modeling import Sam

    from core.checkpoints.catalog import CatalogEntry


KINDS_OF = {1: ("object",), 2: ("object", "whole"), 3: ("part", "object", "whole")}


@dataclass(frozen=True)
class SamSegmenter:
    """A loaded network behind `Segmenter`; `memory` of a proposal is its low-resolution logits, fed back.

    `sha256` is the hash of its weights, part of every cache key. With `finish` False masks are exactly those of the
    package's predictor and generator: no hole filled, no speck dropped, nothing smoothed.
    """

    id: str
    network: Sam = field(repr=False, compare=False)
    sha256: str
    cache: EmbeddingCache = field(default_factory=lambda: EmbeddingCache(None), repr=False, compare=False)
    limits: Limits = Limits()  # noqa: RUF009  (frozen)
    finish: bool = True

    def encode(self, image: np.ndarray) -> Embedding:
        """From the cache, else by the network: seconds on a CPU. InputError for what is no picture."""
        checked = checked_image(image)
        size = Size(checked.shape[1], checked.shape[0])
        key = fingerprint(checked, f"{self.id} {self.sha256}")
        kept = self.cache.get(key)
        if kept is not None:
            return Embedding(size, self.id, key, Seen.unpacked(kept, self.network.device))
        seen = see(self.network, checked)
        self.cache.put(key, seen.packed())
        return Embedding(size, self.id, key, seen)

    def propose(self, embedding: Embedding, prompt: Prompt) -> tuple[Proposal, ...]:
        """One click: up to three masks, smallest first. Any other prompt: one, from the memory where there is one."""
        check_prompt(embedding, prompt, self.id)
        seen = cast("Seen", embedding.content)
        shape = self._asked_at(seen)
        answer = ask(self.network, seen, prompt, shape)
        clicks = clicks_of(seen, prompt, shape)
        masks = [self._mask(logits, seen.shape, clicks) for logits in answer.logits]
        offers = [
            Proposal(mask.within(embedding.size), _share(score), "", memory=low[None].copy())
            for mask, score, low in zip(masks, answer.scores, answer.low, strict=True)
        ]
        found = _told_apart(offers)
        return _sorted_by_kind(found) if prompt.single_click and len(answer.scores) > 1 else tuple(found)

    def propose_everything(self, embedding: Embedding, report: Reporter = silent) -> tuple[Proposal, ...]:
        """The answers to a grid of clicks, smallest first; they may nest and overlap. Minutes on a CPU."""
        check_embedding(embedding, self.id)
        seen = cast("Seen", embedding.content)
        found = everything(self.network, seen, self.limits, report)
        scores = found.scores.tolist()
        offers = [
            Proposal(mask.within(embedding.size), _share(score), "", memory=low[None])
            for (mask, low), score in zip(self._masks(seen, found.low), scores, strict=True)
        ]
        return tuple(sorted(_told_apart(offers), key=lambda proposal: proposal.area))

    def _asked_at(self, seen: Seen) -> Shape:
        """The smaller of picture and frame, for finishing enlarges what is missing; else the picture's own shape."""
        return min(seen.shape, seen.frame) if self.finish else seen.shape

    def _masks(self, seen: Seen, low: torch.Tensor) -> Iterator[tuple[Mask, np.ndarray]]:
        """Each of many answers as a mask, with its low logits; one at a time, for they are large."""
        predictor = predictor_of(self.network, seen, self._asked_at(seen))
        for one in low:
            logits = enlarged_by_package(predictor, one[None])[0]
            yield self._mask(logits.cpu().numpy(), seen.shape), one.cpu().numpy()

    def _mask(self, logits: np.ndarray, shape: Shape, clicks: Clicks = Clicks()) -> Mask:  # noqa: B008  (frozen)
        if self.finish:
            return finish_mask(logits, shape, clicks)
        return Mask.of(logits > self.network.mask_threshold)


def _share(score: float) -> float:
    """A predicted IoU as a score; the network may say a little more than 1."""
    return min(1.0, max(0.0, float(score)))


def _told_apart(offers: Sequence[Proposal]) -> list[Proposal]:
    """Without empty masks, and of equal ones only the first."""
    found: dict[Mask, Proposal] = {}
    for offer in offers:
        if not offer.mask.empty:
            found.setdefault(offer.mask, offer)
    return list(found.values())


def _sorted_by_kind(offers: Sequence[Proposal]) -> tuple[Proposal, ...]:
    by_area = sorted(offers, key=lambda proposal: proposal.area)
    kinds = KINDS_OF.get(len(by_area), ())
    return tuple(
        Proposal(offer.mask, offer.score, kind, offer.label, offer.memory)
        for offer, kind in zip(by_area, kinds, strict=True)
    )


# From an installed weights file to a segmenter.


def load_segmenter(row: CatalogEntry, path: Path, cache: EmbeddingCache, device: str = "cpu") -> SamSegmenter:
    """The entry's network with the weights of `path`, on torch's `device`.

    CheckpointError if the file is damaged, was replaced since it was installed, or belongs to another model.
    """
    sha256 = expected_sha256(row, path) or sha256_of(path)
    weights = load_safetensors(path, sha256)
    network = empty_sam(sam_params(weights, row.architecture, str(path)))
    fit(network, weights, str(path))
    return SamSegmenter(row.id, network.to(device), sha256, cache)
