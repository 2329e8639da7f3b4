"""Encode, click, hover and everything of a Segment Anything network, beside the package's own predictor.

Bars, after encoding: a click within 150 ms and a hover (a click by another name) within 300 ms on an idle CPU; and at
most 1.2 × the package's bare `predict`, though ours fills holes, drops specks and smooths. All seconds are CPU seconds
of one thread, so that other programs hardly matter; an idle machine divides them among its cores. Weights are random:
only times are measured, and random masks are more ragged than trained ones: finishing them is slower, not faster.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from common.tell import tell
from common.timing import by_cpu, timed
from segment_anything import SamPredictor

from core.metrics.tables import Column, Table
from core.nets.sam import PUBLISHED, build_sam
from core.segment.cache import EmbeddingCache
from core.segment.interface import Point, Prompt
from core.segment.sam.predict import Limits
from core.segment.sam.segmenter import SamSegmenter

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.geometry import Size
    from core.segment.interface import Embedding

SIZES = ((480, 320), (1600, 1200), (4000, 3000))
REPETITIONS = 5
CLICK_S, HOVER_S, RATIO = 0.15, 0.3, 1.2
GRID = 2
FULL_GRID = Limits().points_per_side


def clouds(width: int, height: int) -> np.ndarray:
    """A picture (height, width, 3) float32 in [0, 1] of soft spots."""
    small = np.random.default_rng(1).random((height // 40, width // 40, 3), np.float32)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 1)


def segmenter_of(name: str) -> SamSegmenter:
    """The published architecture with random weights."""
    torch.manual_seed(1)
    limits = Limits(points_per_side=GRID, score=-1e9, stability=0.5)
    return SamSegmenter(name, build_sam(PUBLISHED[name]), "", EmbeddingCache(None), limits)


def predictor_of(segmenter: SamSegmenter, embedding: Embedding) -> SamPredictor:
    """The package's predictor, which has seen the same picture."""
    seen, predictor = embedding.content, SamPredictor(segmenter.network)
    predictor.features, predictor.is_image_set = seen.features, True
    predictor.original_size, predictor.input_size = seen.shape, seen.frame
    return predictor


def works(segmenter: SamSegmenter, embedding: Embedding) -> dict[str, Callable[[], object]]:
    """What is timed: the package's answer to one click, and ours to a click, a hover and a correction."""
    middle = _middle(embedding.size)
    click = Prompt((middle,))
    first = segmenter.propose(embedding, click)
    memory = first[-1].memory if first else None
    second = Prompt((middle, Point(1, 1, include=False)), memory=memory)
    predictor = predictor_of(segmenter, embedding)
    raw = replace(segmenter, finish=False)
    return {
        "package": lambda: predictor.predict(np.array([[middle.x, middle.y]]), np.array([1])),
        "click": lambda: segmenter.propose(embedding, click),
        "second click": lambda: segmenter.propose(embedding, second),
        "click, not finished": lambda: raw.propose(embedding, click),
    }


def _middle(size: Size) -> Point:
    return Point(size.width // 2, size.height // 2)


def main() -> None:
    """Every size; print, write."""
    name = sys.argv[1] if len(sys.argv) > 1 else "mobile-sam"
    segmenter = segmenter_of(name)
    torch.set_num_threads(1)
    units = ("encode", "package", "click", "second click", "everything")
    columns = tuple(Column(unit, "s", digits=3) for unit in units)
    columns += (Column("click / package"), Column(f"≤ {RATIO:g}"))
    table = Table(f"Clicks with {name}", columns)
    for width, height in SIZES:
        image, seen = clouds(width, height), []
        encode = timed(lambda image=image, seen=seen: seen.append(segmenter.encode(image)), time.thread_time)
        times = by_cpu(works(segmenter, seen[0]), REPETITIONS)
        grid = timed(lambda seen=seen: segmenter.propose_everything(seen[0]), time.thread_time)
        least = [times[name].least for name in ("package", "click", "second click")]
        whole = grid * (FULL_GRID / GRID) ** 2
        ratio = least[1] / least[0]
        table = table.with_row(f"{width}×{height}", encode, *least, whole, ratio, ratio <= RATIO)
    tell(f"segment-{name}", table, bar_click_s=CLICK_S, bar_hover_s=HOVER_S, bar_ratio=RATIO)


if __name__ == "__main__":
    main()
