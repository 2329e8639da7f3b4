"""Learning what a click means: the click network, taught by what the teachers see in photographs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from safetensors.torch import save
from torch import nn
from torch.nn import functional as F

from core.errors import InputError
from core.files import write_whole
from core.nets.click import MEASURES
from core.segment.built_in.levels import measures_of, nodes_around
from core.segment.built_in.understand import Understanding, understand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WIDTH = 48
WORK_PX = 480  # long side of a photograph that is clicked on
_SURE, _SMALLEST, _LARGEST = 140, 0.004, 0.7  # of 255; shares of the picture
_LEAST_PIXELS, _MOST_THINGS, _CLICKS = 60, 12, 3
_DEEP = 0.4  # of the greatest depth: people click well inside
_UPDATES, _BATCH, _RATE, _DECAY, _DROPOUT = 900, 48, 2e-3, 0.05, 0.1


@dataclass(frozen=True)
class Lesson:
    """The nodes around one click: `measures` (n, 30), and `overlap` (n,), their IoU with what was meant."""

    measures: np.ndarray
    overlap: np.ndarray


def things_in(planes: np.ndarray) -> list[np.ndarray]:
    """What a person may mean: connected parts (h, w) bool of each teacher's plane (planes, h, w) uint8."""
    found = []
    for plane in planes:
        count, labels, stats, _ = cv2.connectedComponentsWithStats((plane > _SURE).astype(np.uint8))
        shares = stats[:, cv2.CC_STAT_AREA] / plane.size
        found += [labels == number for number in range(1, count) if _SMALLEST < shares[number] < _LARGEST]
    return found[:_MOST_THINGS]


def lessons_in(picture: np.ndarray, planes: np.ndarray, rng: np.random.Generator) -> Iterator[Lesson]:
    """Clicks into the things of a labelled photograph (h, w, 3) uint8."""
    things = things_in(planes)
    if not things:
        return
    factor = min(1.0, WORK_PX / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    seen = understand(small.astype(np.float32) / 255)
    for thing in things:
        meant = cv2.resize(thing.astype(np.uint8), small.shape[1::-1], interpolation=cv2.INTER_NEAREST) > 0
        if meant.sum() >= _LEAST_PIXELS:
            yield from _clicks(seen, meant, rng)


def _clicks(seen: Understanding, meant: np.ndarray, rng: np.random.Generator) -> Iterator[Lesson]:
    tree, pieces = seen.tree, cv2.resize(seen.pieces, meant.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    inside = np.zeros(len(tree.parent))
    inside[: tree.leaves] = np.bincount(pieces.ravel(), meant.ravel(), tree.leaves)
    for node, above in enumerate(tree.parent[:-1].tolist()):
        inside[above] += inside[node]
    depth = cv2.distanceTransform(np.pad(meant, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    rows, columns = np.nonzero(depth > _DEEP * depth.max())
    for which in rng.integers(len(rows), size=_CLICKS):
        y, x = int(rows[which]), int(columns[which])
        nodes = nodes_around(tree, seen.piece_at(x, y))
        if len(nodes):
            shape = seen.pieces.shape[0], seen.pieces.shape[1]
            measures = measures_of(tree, seen.boxes, seen.looks, shape, nodes, *seen.working_pixel(x, y))
            yield Lesson(measures, inside[nodes] / (tree.area[nodes] + meant.sum() - inside[nodes]))


def train_click(labels: Path, out: Path, seed: int = 0) -> Iterator[tuple[int, int, float]]:
    """Learn from a folder of labelled photographs, then write the weights; yields updates done, of how many, loss.

    InputError where no label holds anything to click on.
    """
    rng = np.random.default_rng(seed)
    lessons = [lesson for path in sorted(labels.glob("*.npz")) for lesson in _lessons_of(path, rng)]
    if not lessons:
        raise InputError(f"The labels in {labels} hold nothing to click on.", "Give more photographs.")
    torch.manual_seed(seed)
    all_measures = np.concatenate([lesson.measures for lesson in lessons])
    mean, spread = all_measures.mean(0), all_measures.std(0) + 1e-3
    network = _network()
    taught = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=_DECAY)
    for done in range(_UPDATES):
        for group in taught.param_groups:
            group["lr"] = _RATE * (0.5 + 0.5 * float(np.cos(np.pi * done / _UPDATES)))
        chosen = [lessons[int(which)] for which in rng.integers(len(lessons), size=_BATCH)]
        loss = _loss(network, chosen, mean, spread)
        taught.zero_grad()
        loss.backward()
        taught.step()
        yield done + 1, _UPDATES, float(loss.detach())
    write_whole(out, _packed(network, mean, spread))


def _lessons_of(path: Path, rng: np.random.Generator) -> list[Lesson]:
    with np.load(path) as kept:
        return list(lessons_in(kept["picture"], kept["planes"], rng))


def _network() -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(MEASURES, WIDTH),
        nn.SiLU(),
        nn.Dropout(_DROPOUT),
        nn.Linear(WIDTH, WIDTH),
        nn.SiLU(),
        nn.Linear(WIDTH, 1),
    )


def _loss(
    network: nn.Sequential, lessons: list[Lesson], mean: np.ndarray, spread: np.ndarray
) -> torch.Tensor:
    """Twice the squared error of the IoU, less 0.3 of the IoU that a soft choice among each click's nodes has."""
    measures = np.concatenate([lesson.measures for lesson in lessons])
    said = network(torch.from_numpy(((measures - mean) / spread).clip(-4, 4).astype(np.float32)))[:, 0]
    overlaps = [torch.from_numpy(lesson.overlap.astype(np.float32)) for lesson in lessons]
    parts = said.split([len(overlap) for overlap in overlaps])
    chosen = [
        (torch.softmax(3 * one, 0) * overlap).sum() for one, overlap in zip(parts, overlaps, strict=True)
    ]
    return 2 * F.mse_loss(torch.sigmoid(said), torch.cat(overlaps)) - 0.3 * torch.stack(chosen).mean()


def _packed(network: nn.Sequential, mean: np.ndarray, spread: np.ndarray) -> bytes:
    weights = {"mean": torch.from_numpy(mean).float(), "spread": torch.from_numpy(spread).float()}
    layers = [part for part in network if isinstance(part, nn.Linear)]
    for number, layer in enumerate(layers, start=1):
        weights |= {f"weight{number}": layer.weight.detach(), f"bias{number}": layer.bias.detach()}
    return save({name: value.contiguous() for name, value in weights.items()}, {"format": "click"})
