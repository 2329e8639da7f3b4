"""Source files of any size, made strip by strip, so that making them takes no memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyvips

if TYPE_CHECKING:
    from pathlib import Path

PATTERN_PX = 1024


def write_source(path: Path, width: int, height: int) -> Path:
    """A soft texture of the size, as JPEG or tiled TIFF by its suffix; an existing file is kept."""
    if path.is_file():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *others = (_waves(cell_px) for cell_px in (48, 64, 96))
    colour = (first.bandjoin([*others]) * 90 + 128).cast("uchar").copy(interpretation="srgb").copy_memory()
    whole = colour.replicate(-(-width // PATTERN_PX), -(-height // PATTERN_PX)).crop(0, 0, width, height)
    options = {"tile": True, "compression": "jpeg", "Q": 92} if path.suffix == ".tif" else {"Q": 92}
    whole.write_to_file(str(path), **options)
    return path


def _waves(cell_px: int) -> pyvips.Image:
    """One band of about −1 … 1 that repeats without a step."""
    return pyvips.Image.perlin(PATTERN_PX, PATTERN_PX, cell_size=cell_px, seed=cell_px)  # type: ignore[no-any-return]


def size_of_megapixels(megapixels: float) -> tuple[int, int]:
    """Width and height of a 4:3 picture."""
    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    return width, round(width * 3 / 4)
