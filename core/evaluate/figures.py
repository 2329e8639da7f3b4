"""The pictures of a report: crops side by side, a region at every step, and what was added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.evaluate.data import data_uri
from core.geometry import Box
from core.metrics.pictures import luma, on_target
from plugin.bridge.facts import PRIORITY_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.evaluate.control import Ramped
    from core.evaluate.data import TestPair
    from core.evaluate.quality import Candidate

CROP_PX = 224
ADDED_WHITE = 24 / 255.0  # so much invention shows at full strength
AMBER = np.array([1.0, 0.69, 0.13], np.float32)
OUTLINE = np.array([1.0, 0.2, 0.8], np.float32)


@dataclass(frozen=True)
class Panel:
    """One picture of a figure: its caption, and itself as a `data:` address."""

    caption: str
    address: str


@dataclass(frozen=True)
class Figure:
    """A row of panels of one matter."""

    title: str
    panels: tuple[Panel, ...]


def crop_around(x: int, y: int, picture: np.ndarray) -> Box:
    """A box of CROP_PX (less in small pictures) around a pixel, inside the picture."""
    height, width = picture.shape[:2]
    side_x, side_y = min(CROP_PX, width), min(CROP_PX, height)
    left = int(np.clip(x - side_x // 2, 0, width - side_x))
    return Box(left, int(np.clip(y - side_y // 2, 0, height - side_y)), side_x, side_y)


def liveliest(picture: np.ndarray) -> Box:
    """The crop with the most texture, which is where upscalers differ."""
    side = max(1, min(CROP_PX, *picture.shape[:2]))
    rough = np.abs(cv2.Laplacian(luma(picture), cv2.CV_64F)).clip(0, 40)  # one hard edge is not texture
    held = cv2.boxFilter(rough, -1, (side, side), borderType=cv2.BORDER_CONSTANT)
    y, x = np.unravel_index(int(held.argmax()), held.shape)
    return crop_around(int(x), int(y), picture)


def panel(caption: str, picture: np.ndarray, box: Box) -> Panel:
    """A crop of a picture (H, W, 3) in [0, 1]."""
    return Panel(caption, data_uri(picture[box.slices]))


def side_by_side(name: str, pair: TestPair, candidates: Sequence[Candidate]) -> Figure:
    """The liveliest crop of the source (each pixel a square), every candidate and the reference."""
    leading = candidates[0].target
    factor = len(leading) // len(pair.source)
    source = pair.source.repeat(factor, 0).repeat(factor, 1)
    box = liveliest(leading if pair.reference is None else pair.reference)
    panels = [panel("source", source, box)] + [panel(each.name, each.target, box) for each in candidates]
    if pair.reference is not None:
        panels.append(panel("reference", pair.reference, box))
    return Figure(name, tuple(panels))


def added_picture(added: np.ndarray, target: np.ndarray) -> np.ndarray:
    """An invention map (H, W) as amber light on the darkened grey target: (H, W, 3)."""
    grey = ((luma(target) - 16) / 219 * 0.35)[..., None].astype(np.float32)
    strength = np.clip(added / ADDED_WHITE, 0.0, 1.0)[..., None]
    return grey * (1 - strength) + AMBER * strength


def draw_outline(target: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The target with the border of a source mask drawn on it."""
    inside = on_target(mask, target).astype(np.uint8)
    line = cv2.dilate(inside, np.ones((3, 3), np.uint8)) != cv2.erode(inside, np.ones((3, 3), np.uint8))
    return np.where(line[..., None], OUTLINE, target)


def ramp_figure(ramp: Ramped) -> Figure:
    """The region outlined, its five steps, and what Inventive added, around the middle of the region."""
    last = ramp.targets[-1]
    box = _where_added(ramp)
    steps = [
        panel(f"{PRIORITY_NAMES[int(step)]} {energy:.0f}", target, box)
        for step, energy, target in zip(
            ramp.measured.result.priorities, ramp.measured.result.energy.values, ramp.targets, strict=True
        )
    ]
    region = panel("region", draw_outline(last, ramp.mask), box)
    added = panel("what was added", added_picture(ramp.added, last), box)
    return Figure(ramp.measured.name, (region, *steps, added))


def _where_added(ramp: Ramped) -> Box:
    """The crop in which Inventive added most."""
    height, width = ramp.added.shape
    held = cv2.blur(ramp.added, (min(CROP_PX, width), min(CROP_PX, height)), borderType=cv2.BORDER_CONSTANT)
    y, x = np.unravel_index(int(held.argmax()), held.shape)
    return crop_around(int(x), int(y), ramp.added)
