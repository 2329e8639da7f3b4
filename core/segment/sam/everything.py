"""Everything in a picture: a grid of clicks, their answers judged, the double ones dropped.

As the package's automatic generator does it without crops (arXiv 2304.02643, §5 and appendix B), but in small
batches that can be stopped, and enlarging only answers that may stay.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from segment_anything.utils.amg import (
    batched_mask_to_box,
    build_point_grid,
    calculate_stability_score,
)
from torchvision.ops import nms

from core.progress import Progress, Reporter, silent
from core.segment.sam.seen import Seen, Shape, predictor_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from segment_anything import SamPredictor
    from segment_anything.modeling import Sam

LARGEST_PX = 1024


@dataclass(frozen=True)
class Limits:
    """How many clicks a side, how many at once, and which answers stay; the package's own numbers but for the batch.

    `score` is the least predicted IoU, `stability` the least IoU of the mask at logits ±1, `overlap` the box IoU
    above which the lower of two answers is dropped.
    """

    points_per_side: int = 32
    points_per_batch: int = 16
    score: float = 0.88
    stability: float = 0.95
    overlap: float = 0.7


@dataclass(frozen=True)
class Found:
    """Answers, best first: `low` (n, p, p) logits and `scores` (n,), both on the network's device."""

    low: torch.Tensor
    scores: torch.Tensor


@torch.no_grad()
def everything(network: Sam, seen: Seen, limits: Limits, report: Reporter = silent) -> Found:
    """What the grid of clicks finds. `report` hears each batch and may raise Cancelled."""
    shape = judged_at(seen)
    predictor = predictor_of(network, seen, shape)
    low, scores, boxes = [], [], []
    for points in _batches(predictor, shape, limits, report):
        answers, predicted, around = _judged(predictor, points, limits)
        low.append(answers)
        scores.append(predicted)
        boxes.append(around)
    found = Found(torch.cat(low), torch.cat(scores))
    kept = nms(torch.cat(boxes).float(), found.scores, limits.overlap)
    return Found(found.low[kept], found.scores[kept])


def judged_at(seen: Seen) -> Shape:
    """The size at which answers are compared: the picture's, where it is no larger than the frame is meant to be."""
    return seen.shape if max(seen.shape) <= LARGEST_PX else seen.frame


def _batches(
    predictor: SamPredictor, shape: Shape, limits: Limits, report: Reporter
) -> Iterator[torch.Tensor]:
    """Points (n, 2) in pixels of the encoder's square; progress is told around each batch."""
    grid = build_point_grid(limits.points_per_side) * (shape[1], shape[0])
    places = predictor.transform.apply_coords(grid, shape)
    dtype = torch.float32 if predictor.device.type == "mps" else torch.float64
    points = torch.as_tensor(places, dtype=dtype, device=predictor.device)
    started, total = time.monotonic(), len(points)
    for first in range(0, total, limits.points_per_batch):
        report(Progress("find objects", first, total, time.monotonic() - started))
        yield points[first : first + limits.points_per_batch]
    report(Progress("find objects", total, total, time.monotonic() - started))


def _judged(
    predictor: SamPredictor, points: torch.Tensor, limits: Limits
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Low logits (n, p, p), scores (n,) and boxes (n, 4) of the answers to a batch that may stay."""
    low, scores = _decoded(predictor, points)
    sure = scores > limits.score
    low, scores = low[sure], scores[sure]
    logits = enlarged_by_package(predictor, low)
    threshold = predictor.model.mask_threshold
    steady = calculate_stability_score(logits, threshold, 1.0) >= limits.stability
    boxes = batched_mask_to_box(logits[steady] > threshold)
    return low[steady], scores[steady], boxes


def _decoded(predictor: SamPredictor, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """All three answers to each point: low logits (3 n, p, p), scores (3 n,)."""
    model = predictor.model
    labels = torch.ones((len(points), 1), dtype=torch.int, device=points.device)
    sparse, dense = model.prompt_encoder(points=(points[:, None, :], labels), boxes=None, masks=None)
    low, scores = model.mask_decoder(
        image_embeddings=predictor.features,
        image_pe=model.prompt_encoder.get_dense_pe(),
        sparse_prompt_embeddings=sparse,
        dense_prompt_embeddings=dense,
        multimask_output=True,
    )
    return low.flatten(0, 1), scores.flatten(0, 1)


def enlarged_by_package(predictor: SamPredictor, low: torch.Tensor) -> torch.Tensor:
    """Logits (n, h, w) of the size that the predictor was told, from low ones (n, p, p)."""
    if not len(low):
        return torch.zeros((0, *predictor.original_size), device=low.device)
    model = predictor.model
    return model.postprocess_masks(low[:, None], predictor.input_size, predictor.original_size)[:, 0]
