"""What every measure does first: check the pictures, shave the border, round to 8 bits, take the luma."""

from __future__ import annotations

import numpy as np

from core.errors import InputError

# Recommendation ITU-R BT.601, studio range, for RGB in [0, 1]: the Y of MATLAB's rgb2ycbcr.
LUMA_WEIGHTS = np.array([65.481, 128.553, 24.966])
LUMA_OFFSET = 16.0


def check_picture(picture: np.ndarray) -> np.ndarray:
    """The picture itself if it is (H, W, 3), not empty and finite; InputError if not."""
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.size == 0:
        raise InputError(
            f"A picture to measure has the shape {picture.shape}.", "Give (height, width, 3) RGB."
        )
    if not np.isfinite(picture).all():
        raise InputError("A picture to measure holds values that are not numbers.", "Look at what made it.")
    return picture


def checked_pair(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both pictures if each is one and they have one size; InputError if not."""
    check_picture(first)
    check_picture(second)
    if first.shape != second.shape:
        raise InputError(
            f"Two pictures to compare have the shapes {first.shape} and {second.shape}.",
            "Compare pictures of one size.",
        )
    return first, second


def shave(picture: np.ndarray, border_px: int) -> np.ndarray:
    """Without `border_px` pixels on each side; InputError where nothing is left."""
    height, width = picture.shape[:2]
    if border_px < 0 or 2 * border_px >= min(height, width):
        raise InputError(
            f"A border of {border_px} px cannot be taken off a picture of {width}×{height}.",
            "Take a smaller border or a larger picture.",
        )
    return picture[border_px : height - border_px, border_px : width - border_px]


def quantise(picture: np.ndarray) -> np.ndarray:
    """Clipped to [0, 1] and rounded to the 256 levels of an 8-bit file, as float64 in [0, 1]."""
    return np.rint(np.clip(picture, 0.0, 1.0).astype(np.float64) * 255.0) / 255.0


def luma(picture: np.ndarray) -> np.ndarray:
    """Y of BT.601 in studio range, (H, W) float64: 16 is black, 235 white; not rounded."""
    return picture.astype(np.float64) @ LUMA_WEIGHTS + LUMA_OFFSET


def scale_of(target: np.ndarray, mask: np.ndarray) -> float:
    """Target side / source side, for a target (H, W, …) and a mask (h, w) of its source.

    InputError if they differ in shape by more than rounding.
    """
    if mask.ndim != 2 or mask.size == 0:
        raise InputError(f"A mask has the shape {mask.shape}.", "Give (height, width) of the source.")
    scale = target.shape[0] / mask.shape[0]
    if abs(mask.shape[1] * scale - target.shape[1]) > max(1.0, scale):
        raise InputError(
            f"A mask of {mask.shape[1]}×{mask.shape[0]} does not fit a target of "
            f"{target.shape[1]}×{target.shape[0]}.",
            "Give the mask of the picture that was enlarged.",
        )
    return scale


def on_target(mask: np.ndarray, target: np.ndarray) -> np.ndarray:
    """A source mask (h, w) as bool at the target's size (H, W): each target pixel asks its source pixel."""
    scale_of(target, mask)
    rows, columns = (
        (np.arange(big) * small) // big for big, small in zip(target.shape[:2], mask.shape, strict=True)
    )
    return mask.astype(bool)[np.ix_(rows, columns)]
