"""Small objects, looked at again from near: a network sees 1024 pixels a side, whatever the picture has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.geometry import Box, Size
from core.segment.interface import Point, Prompt, Proposal

if TYPE_CHECKING:
    import numpy as np

    from core.regions.mask import Mask
    from core.segment.interface import Segmenter

SMALL_SHARE = 1 / 6  # of the picture's longer side
AROUND_SHARE = 0.5  # of the object's own side, left free on each side of it
LEAST_CROP_PX = 64
SAME_OBJECT_IOU = 0.6


def worth_zooming(mask: Mask, size: Size) -> bool:
    """Whether an object is so small in its picture that a nearer look can tell more."""
    longer = max(size.width, size.height)
    return not mask.empty and max(mask.box.width, mask.box.height) < SMALL_SHARE * longer > LEAST_CROP_PX / 2


def refine_on_crop(
    segmenter: Segmenter, image: np.ndarray, proposal: Proposal, points: tuple[Point, ...] = ()
) -> Proposal:
    """The proposal drawn anew from a crop around it; as it was where the crop shows something else.

    `image` is the whole picture (H, W, 3) float32 in [0, 1], `points` the clicks that led here. One more encoding,
    so for a moment after a click, not for the click itself.
    """
    size = Size(image.shape[1], image.shape[0])
    if not worth_zooming(proposal.mask, size):
        return proposal
    crop = crop_around(proposal.mask.box, size)
    embedding = segmenter.encode(image[crop.slices])
    near = tuple(Point(p.x - crop.x, p.y - crop.y, p.include) for p in points if crop.contains(p.x, p.y))
    found = segmenter.propose(embedding, Prompt(near, proposal.mask.box.moved(-crop.x, -crop.y)))
    offers = [_moved(offer, crop, proposal) for offer in found]
    best = max(offers, key=lambda offer: iou(offer.mask, proposal.mask), default=proposal)
    return best if iou(best.mask, proposal.mask) >= SAME_OBJECT_IOU else proposal


def crop_around(box: Box, size: Size) -> Box:
    """The object's box with room around it, as square as the picture allows."""
    side = max(LEAST_CROP_PX, round(max(box.width, box.height) * (1 + 2 * AROUND_SHARE)))
    x, y = box.x + (box.width - side) // 2, box.y + (box.height - side) // 2
    return Box(x, y, side, side).intersect(Box.of(size))


def iou(one: Mask, other: Mask) -> float:
    """Pixels of both over pixels of either, 0 … 1; 0 where neither has any."""
    common = one.intersect(other).area
    return common / max(1, one.area + other.area - common)


def _moved(offer: Proposal, crop: Box, old: Proposal) -> Proposal:
    """Back in the picture, with the old proposal's kind; its memory stays, for it speaks of the whole picture."""
    return Proposal(offer.mask.translate(crop.x, crop.y), offer.score, old.kind, old.label, old.memory)
