"""Regions for training from a segmenter that sees whole photographs: made when first asked for, kept as small PNGs."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.image.io import read_grey_png, write_grey_png
from core.segment.classical.segmenter import BuiltInSegmenter
from core.train.files import ready_run_folder, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from core.segment.interface import Segmenter
    from core.train.photographs import Cut, Photographs

SEEN_PX = 512  # the longer side that the segmenter looks at
OBJECT = "object"  # those proposals that cover the picture without overlap


def label_map(picture: np.ndarray, segmenter: Segmenter) -> np.ndarray:
    """(h, w, 3) uint8 → labels (h′, w′) uint8 of at most 512 px, from 1; 0 where the segmenter saw no object."""
    factor = min(1.0, SEEN_PX / max(picture.shape[:2]))
    size = [max(1, round(side * factor)) for side in picture.shape[1::-1]]
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)
    proposals = segmenter.propose_everything(segmenter.encode(small))
    labels = np.zeros(small.shape[:2], np.uint8)
    for number, found in enumerate((one for one in proposals if one.kind == OBJECT), start=1):
        labels[found.mask.box.slices][found.mask.pixels] = min(number, 255)
    return labels


class Segments:
    """Label maps of a set of photographs; the same photographs give the same maps. Not to be shared by threads."""

    def __init__(self, photographs: Photographs, folder: Path, segmenter: Segmenter | None = None) -> None:
        self._photographs, self._folder = photographs, folder
        self._segmenter = segmenter or BuiltInSegmenter()
        self._seen: dict[int, np.ndarray] = {}
        ready_run_folder(folder)

    def cut(self, cut: Cut, side_px: int) -> np.ndarray:
        """The labels of a cut at (side, side) uint8, counted from 1 in the cut itself. OutputError: disk full."""
        labels = self._of(cut.picture)
        height, width = self._photographs.pictures[cut.picture].shape[:2]
        middle = (np.arange(side_px) + 0.5) * cut.wide / side_px
        rows = ((cut.y + middle) * labels.shape[0] / height).astype(int)
        columns = ((cut.x + middle) * labels.shape[1] / width).astype(int)
        _, dense = np.unique(labels[np.ix_(rows, columns)], return_inverse=True)
        return cut.turned(dense.reshape(side_px, side_px).astype(np.uint8) + 1)

    def _of(self, index: int) -> np.ndarray:
        if index not in self._seen:
            self._seen[index] = self._kept(index)
        return self._seen[index]

    def _kept(self, index: int) -> np.ndarray:
        picture = self._photographs.pictures[index]
        path = self._folder / f"{index:05d}-{zlib.crc32(picture[::8, ::8].tobytes()):08x}.png"
        if path.is_file():
            return read_grey_png(path.read_bytes())
        labels = label_map(picture, self._segmenter)
        write_whole(path, write_grey_png(labels))
        return labels
