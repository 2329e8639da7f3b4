"""Whether the disks hold a run, asked before it starts."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from core.errors import OutputError
from core.image.planes import SMALL_PIXELS

if TYPE_CHECKING:
    from pathlib import Path

    from core.geometry import Size
    from core.image.encoding import Layout

SOURCE_BYTES_PER_PX = 16  # colour and alpha in float32
# What of the raw pixels a photograph takes as a file; less is no ground to refuse.
PACKED = {".png": 0.5, ".tif": 0.5, ".tiff": 0.5}
PACKED_LOSSY = 0.1


def check_source_space(size: Size, scratch: Path) -> None:
    """OutputError where the decoded source does not fit."""
    if size.area > SMALL_PIXELS:
        check_space({scratch: size.area * SOURCE_BYTES_PER_PX})


def check_target_space(full: Size, final: Size, layout: Layout, target: Path, scratch: Path) -> None:
    """OutputError where the pixels of the target ×4 do not fit into the scratch folder, or its file beside it."""
    pixel_bytes = layout.bands * layout.dtype.itemsize
    packed = int(final.area * pixel_bytes * PACKED.get(target.suffix.lower(), PACKED_LOSSY))
    unpacked = full.area * pixel_bytes if full.area > SMALL_PIXELS else 0
    check_space({target.parent: packed, scratch: unpacked})


def check_space(needs: dict[Path, int]) -> None:
    """OutputError, with numbers, where a disk has less free than the folders on it need together."""
    disks: dict[int, list[Path]] = {}
    for folder in needs:
        disks.setdefault(folder.stat().st_dev, []).append(folder)
    for sharing in disks.values():
        needed, free = sum(needs[folder] for folder in sharing), shutil.disk_usage(sharing[0]).free
        if needed > free:
            places = " and ".join(f"“{folder}”" for folder in sharing)
            raise OutputError(
                f"The disk of {places} has {megabytes(free)} free; about {megabytes(needed)} are needed.",
                "Free some space, or let SEMANTIC_UPSCALE_CACHE name a folder on a larger disk.",
            )


def megabytes(count: int) -> str:
    """As in "1,234 MB"."""
    return f"{count / 1e6:,.0f} MB"
