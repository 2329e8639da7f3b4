"""What our targets are compared with: bicubic always, others where their files and programs are at hand."""

from __future__ import annotations

import importlib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from torch.nn import functional as F

from core.evaluate.data import SCALE
from core.geometry import Box, Size
from core.image.tensor import from_batch, to_batch
from core.tiling import plan_tiles

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER_VARIABLE = "SEMANTIC_UPSCALE_RIVALS"
REALESR = "realesr-general-x4v3"
TILE_PX = 256
MARGIN_PX = 40  # more than its 34 convolutions of 3×3 can see


@dataclass(frozen=True)
class Rival:
    """A name, and what makes a target (4h, 4w, 3) of a source (h, w, 3), both float32 [0, 1]."""

    name: str
    enlarge: Callable[[np.ndarray], np.ndarray]


def bicubic(source: np.ndarray) -> np.ndarray:
    """The bicubic ×4 of MATLAB and Pillow (a = −0.5), clipped to [0, 1]."""
    size = (source.shape[0] * SCALE, source.shape[1] * SCALE)
    return np.clip(
        from_batch(F.interpolate(to_batch(source), size, mode="bicubic", antialias=True)), 0.0, 1.0
    )


def rivals_folder() -> Path:
    """What the environment names, else `../shared/rivals` beside the checkout; it may be missing."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "rivals"


def by_tiles(source: np.ndarray, enlarge: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Tile by tile, each with so much margin that the borders do not show: equal to the whole in one go."""
    whole = Box.of(Size(source.shape[1], source.shape[0]))
    target = np.empty((source.shape[0] * SCALE, source.shape[1] * SCALE, 3), np.float32)
    for tile in plan_tiles(whole.size, TILE_PX, 0).tiles:
        seen = tile.box.grown(MARGIN_PX).intersect(whole)
        inner = tile.box.moved(-seen.x, -seen.y).scaled(SCALE)
        target[tile.box.scaled(SCALE).slices] = enlarge(source[seen.slices])[inner.slices]
    return target


def realesr(folder: Path) -> Rival | None:
    """Real-ESRGAN's small general network through ncnn; None where package or files are missing."""
    files = [folder / f"{REALESR}.{ending}" for ending in ("param", "bin")]
    if importlib.util.find_spec("ncnn") is None or not all(file.is_file() for file in files):
        return None
    ncnn: Any = importlib.import_module("ncnn")  # never a dependency
    network = ncnn.Net()
    network.opt.use_vulkan_compute = False
    network.load_param(str(files[0]))
    network.load_model(str(files[1]))

    def enlarge(tile: np.ndarray) -> np.ndarray:
        extractor = network.create_extractor()
        pixels = np.ascontiguousarray(
            tile.transpose(2, 0, 1), np.float32
        )  # lent to ncnn: it must outlive the run
        extractor.input("data", ncnn.Mat(pixels))
        _, planes = extractor.extract("output")
        return np.clip(np.array(planes, np.float32).transpose(1, 2, 0), 0.0, 1.0)

    return Rival(REALESR, lambda source: by_tiles(source, enlarge))


def rivals_at_hand(folder: Path | None = None) -> tuple[Rival, ...]:
    """Bicubic, and the others that this machine has."""
    other = realesr(folder or rivals_folder())
    return (Rival("bicubic", bicubic), *((other,) if other else ()))
