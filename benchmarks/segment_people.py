"""How well a segmenter finds what people outlined: BSDS500 label maps, read from the data folder, never shipped.

Intersection over union, mean over the largest piece of every outlined region of at least 1 % of its picture: of the
first answer to one click at the region's innermost point, which is the surest; of the best of "everything"; of the best
of one click's three answers; of a box; and of one to five clicks, each at the innermost point of what is still wrong,
starting from the best answer to the first.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from common.tell import tell
from PIL import Image

from core.geometry import Box
from core.metrics.tables import Column, Table
from core.segment.interface import Embedding, Point, Prompt, Proposal, Segmenter
from core.segment.registry import segmenter_named

CLICKS = 5
LEAST_SHARE = 0.01
DATA = Path(os.environ.get("SEMANTIC_UPSCALE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


@dataclass(frozen=True)
class Scores:
    """Every IoU measured, by what was asked."""

    everything: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    click: list[float] = field(default_factory=list)
    box: list[float] = field(default_factory=list)
    clicks: tuple[list[float], ...] = field(default_factory=lambda: tuple([] for _ in range(CLICKS)))


def outlined(picture: Path) -> list[np.ndarray]:
    """Every region that a person drew: the largest piece of each label, (h, w) bool."""
    maps = sorted((picture.parents[1] / "masks").glob(f"{picture.stem}_*.png"))
    labels = [np.asarray(Image.open(path)) for path in maps]
    pieces = [largest_piece(one == label) for one in labels for label in np.unique(one)]
    return [piece for piece in pieces if piece.mean() >= LEAST_SHARE]


def largest_piece(mask: np.ndarray) -> np.ndarray:
    """Its largest connected part."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    return parts == 1 + stats[1:, cv2.CC_STAT_AREA].argmax()


def innermost(mask: np.ndarray) -> tuple[int, int]:
    """The pixel (x, y) farthest from the mask's edge."""
    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(depth.argmax(), depth.shape)
    return int(x), int(y)


def whole(proposal: Proposal, shape: tuple[int, ...]) -> np.ndarray:
    """A proposal's mask at the picture's size."""
    return proposal.mask.in_box(Box(0, 0, shape[1], shape[0]))


def iou(one: np.ndarray, other: np.ndarray) -> float:
    """Pixels of both over pixels of either."""
    return float((one & other).sum() / max(1, (one | other).sum()))


def best(proposals: tuple[Proposal, ...], truth: np.ndarray) -> float:
    """The best answer's IoU; 0 without one."""
    return max((iou(whole(proposal, truth.shape), truth) for proposal in proposals), default=0.0)


def bounds(truth: np.ndarray) -> Box:
    """The box around a region."""
    return Box(*cv2.boundingRect(truth.astype(np.uint8)))


def clicked(segmenter: Segmenter, embedding: Embedding, truth: np.ndarray) -> list[float]:
    """IoU after one to five clicks."""
    points, memory, found = (Point(*innermost(truth)),), None, []
    for _ in range(CLICKS):
        answers = segmenter.propose(embedding, Prompt(points, memory=memory))
        ranked = sorted(answers, key=lambda answer: iou(whole(answer, truth.shape), truth), reverse=True)
        chosen = ranked[0] if not found and ranked else answers[0] if answers else None
        now = whole(chosen, truth.shape) if chosen else np.zeros_like(truth)
        memory = chosen.memory if chosen else memory
        found.append(iou(now, truth))
        missing, extra = truth & ~now, now & ~truth
        wrong = missing if missing.sum() >= extra.sum() else extra
        points = (*points, Point(*innermost(wrong), include=wrong is missing)) if wrong.any() else points
    return found


def measure(segmenter: Segmenter, picture: Path, every: int, scores: Scores) -> None:
    """Add one picture's numbers; clicks and boxes for each `every`-th region."""
    image = np.asarray(Image.open(picture).convert("RGB"), np.float32) / 255
    embedding, regions = segmenter.encode(image), outlined(picture)
    offers = segmenter.propose_everything(embedding)
    scores.everything.extend(best(offers, truth) for truth in regions)
    for truth in regions[::every]:
        answers = segmenter.propose(embedding, Prompt((Point(*innermost(truth)),)))
        surest = max(answers, key=lambda answer: answer.score, default=None)
        scores.first.append(iou(whole(surest, truth.shape), truth) if surest else 0.0)
        scores.click.append(best(answers, truth))
        scores.box.append(best(segmenter.propose(embedding, Prompt(box=bounds(truth))), truth))
        for place, value in zip(scores.clicks, clicked(segmenter, embedding, truth), strict=True):
            place.append(value)


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segmenter", default="built-in")
    parser.add_argument(
        "--every", type=int, default=5, help="each how-many-th picture, and region for clicks"
    )
    chosen = parser.parse_args()
    pictures = sorted((DATA / "test" / "bsds" / "images").glob("*.jpg"))[:: chosen.every]
    if not pictures:
        raise SystemExit(f"There are no pictures in {DATA}/test/bsds: set SEMANTIC_UPSCALE_DATA.")
    scores, segmenter = Scores(), segmenter_named(chosen.segmenter)
    for picture in pictures:
        measure(segmenter, picture, chosen.every, scores)
    rows = {
        "one click, first answer": scores.first,
        "everything, best": scores.everything,
        "one click, best of three": scores.click,
        "box": scores.box,
    }
    rows |= {f"{count} clicks": values for count, values in enumerate(scores.clicks, 1)}
    table = Table(
        f"{segmenter.id} on {len(pictures)} pictures", (Column("mean IoU", better="higher", digits=3),)
    )
    for name, values in rows.items():
        table = table.with_row(name, float(np.mean(values)))
    tell(f"segment-people-{segmenter.id}", table)


if __name__ == "__main__":
    main()
