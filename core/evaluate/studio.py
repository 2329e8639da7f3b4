"""Blind sheets: ours and the rivals' targets side by side, in an order of chance and without names, for people's eyes.

Who is who stands in a file beside the sheets, which is to be opened last.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from core.errors import InputError, OutputError
from core.evaluate.data import SCALE, levels, pair_of, pictures_in, read_colour
from core.evaluate.quality import STEPS
from core.evaluate.rivals import bicubic, rivals_at_hand
from core.geometry import Box
from core.progress import Progress, Reporter, silent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.evaluate.data import Protocol
    from core.evaluate.quality import Upscaler

KEY_NAME = "key.json"
CROP_SOURCE_PX = 112  # of the source; four times that of each target
BORDER_PX = 8
LABEL_PX = 26
PAPER = 235


@dataclass(frozen=True)
class StudioTask:
    """`folder` of pictures, `protocol` of their sources, `most` of them, and `out`, which must be new or empty.

    `order` seeds the order of the panels, `priority` names the step that is ours, `rivals` the folder of their files.
    """

    folder: Path
    out: Path
    protocol: Protocol
    most: int = 24
    order: int = 0
    priority: str = "Inventive"
    rivals: Path | None = None


def make_sheets(task: StudioTask, studio: Upscaler, report: Reporter = silent) -> tuple[Path, ...]:
    """Write a sheet a picture and the key; the sheets' paths.

    InputError where the set cannot be read or no rival's files are at hand, OutputError where `out` holds something.
    """
    paths = pictures_in(task.folder, task.most)
    rivals = [rival for rival in rivals_at_hand(task.rivals) if rival.enlarge is not bicubic]
    if not rivals:
        raise InputError("No rival's files are at hand.", "Name their folder with --rivals.")
    _prepare(task.out)
    chance, began, key, sheets = np.random.default_rng(task.order), time.monotonic(), {}, []
    for index, path in enumerate(paths):
        report(Progress(path.name, index, len(paths), time.monotonic() - began))
        source = pair_of(read_colour(path), task.protocol, index).source
        clean_up = task.protocol.clean_up
        ours = studio.everywhere(source, STEPS[task.priority], clean_up=clean_up).target
        named = [("ours", ours), *((rival.name, rival.enlarge(source)) for rival in rivals)]
        order = [named[place] for place in chance.permutation(len(named))]
        sheet = task.out / f"{index + 1:02d}.png"
        Image.fromarray(_sheet(source, [target for _, target in order])).save(sheet)
        letters = {chr(ord("A") + place): name for place, (name, _) in enumerate(order)}
        key[sheet.name] = {"picture": path.name, **letters}
        sheets.append(sheet)
    (task.out / KEY_NAME).write_text(json.dumps(key, indent=1, ensure_ascii=False) + "\n", "utf-8")
    report(Progress("done", len(paths), len(paths), time.monotonic() - began))
    return tuple(sheets)


def _prepare(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        held = any(out.iterdir())
    except OSError as error:
        raise OutputError(
            f"“{out}” cannot be written to: {error.strerror}.", "Name another folder."
        ) from error
    if held:
        raise OutputError(f"“{out}” holds files already.", "Name a new folder, so that none is overwritten.")


def _sheet(source: np.ndarray, targets: Sequence[np.ndarray]) -> np.ndarray:
    """The source, each pixel a square, then the targets with letters: uint8 (H, W, 3), of one crop."""
    box = _crop(source)
    large = source.repeat(SCALE, 0).repeat(SCALE, 1)
    panels = [_labelled(picture[box.slices], text) for picture, text in zip((large, *targets), "·ABCDEFGH")]  # noqa: B905
    return np.concatenate(panels, axis=1)


def _crop(source: np.ndarray) -> Box:
    """Around the roughest place of the source that is no single edge, in target pixels."""
    grey = source.mean(axis=2)
    rough = np.abs(cv2.Laplacian(grey, cv2.CV_32F)).clip(0, 0.1)
    side = min(CROP_SOURCE_PX, *grey.shape)
    held = cv2.boxFilter(rough, -1, (side, side), borderType=cv2.BORDER_REFLECT)
    y, x = np.unravel_index(int(held.argmax()), held.shape)
    height, width = grey.shape
    high, wide = min(CROP_SOURCE_PX, height), min(CROP_SOURCE_PX, width)
    top, left = (
        int(np.clip(at - reach // 2, 0, most - reach))
        for at, reach, most in ((y, high, height), (x, wide, width))
    )
    return Box(left, top, wide, high).scaled(SCALE)


def _labelled(crop: np.ndarray, text: str) -> np.ndarray:
    panel = np.full((crop.shape[0] + LABEL_PX + BORDER_PX, crop.shape[1] + BORDER_PX, 3), PAPER, np.uint8)
    panel[LABEL_PX : LABEL_PX + crop.shape[0], : crop.shape[1]] = levels(crop)
    if text.isalpha():
        cv2.putText(panel, text, (4, LABEL_PX - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (20, 20, 20), 2)
    return panel
