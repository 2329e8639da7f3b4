"""A folder of pictures, each with the regions that are to be ramped."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np

from core.errors import InputError
from core.geometry import Box
from core.image.io import open_picture

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".avif")
MASK_SUFFIXES = (".png", ".tif", ".tiff")


def samples_folder() -> Path:
    """The sample pictures that come with the program; InputError where it came without."""
    folder = Path(str(files("resources"))) / "samples"
    if not folder.is_dir():
        raise InputError("The program came without sample pictures.", "Name a folder with --set.")
    return folder


def pictures_in(folder: Path, limit: int | None = None) -> tuple[Path, ...]:
    """The pictures of a folder by name; of more than `limit` as many, evenly chosen.

    InputError where it is no folder, cannot be read or holds no picture.
    """
    try:
        found = sorted(
            path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file()
        )
    except OSError as error:
        raise InputError(
            f"“{folder}” is no folder that can be read: {error.strerror}.", "Name a folder of pictures."
        ) from error
    if not found:
        raise InputError(f"“{folder}” holds no picture.", f"Pictures end in {', '.join(SUFFIXES)}.")
    most = min(limit or len(found), len(found))
    return tuple(found[k * len(found) // most] for k in range(most))


def read_colour(path: Path) -> np.ndarray:
    """The picture's colour (H, W, 3) float32 in [0, 1], sRGB-encoded, upright; transparency is left out."""
    with open_picture(path) as picture:
        return np.clip(picture.colour.read(Box.of(picture.size)), 0.0, 1.0)


def mask_files(folder: Path, name: str) -> tuple[Path, ...]:
    """NAME.png, NAME_*.png and NAME-*.png of a masks folder, by name; InputError where it cannot be read."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in MASK_SUFFIXES)
    except OSError as error:
        raise InputError(
            f"“{folder}” is no folder that can be read: {error.strerror}.", "Name a folder of masks."
        ) from error
    return tuple(
        path for path in found if path.stem == name or path.stem.startswith((f"{name}_", f"{name}-"))
    )
