"""`--added`: the picture that shows where detail was invented, and how much."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.errors import OutputError
from core.image.io import Planes, strips

if TYPE_CHECKING:
    from pathlib import Path

    from core.metrics.added import Added

MOST_PX = 1600  # longer pictures are shown smaller: this one is to be looked at, not worked on
LEAST_WIDTH_PX = 480
FONT_PX, LINE_PX, EDGE_PX = 15, 22, 10
GREY_SHARE = 0.55  # how bright the source shines under the colours
Shares = tuple[tuple[str, float], ...]


def percent(share: float) -> str:
    """As in "12 %"; what is above nothing is never called 0."""
    return f"{100 * share:.0f} %" if share == 0 or share >= 0.005 else "under 1 %"


def in_words(shares: Shares) -> str:
    """As in "Hair 41 %, rest 3 %"."""
    return ", ".join(f"{name} {percent(share)}" for name, share in shares)


def shown_grey(colour: Planes) -> np.ndarray:
    """The source as grey levels (h, w) uint8, read strip by strip."""
    rows = [_grey(colour.read(strip)) for strip in strips(colour.size)]
    return np.concatenate(rows)


def _grey(strip: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(strip.mean(axis=2), 0, 1) * 255).astype(np.uint8)


def drawn(added: Added, grey: np.ndarray, shares: Shares) -> np.ndarray:
    """The map in cividis over the grey source, a scale and a line for each region below: (height, width, 3) uint8."""
    factor = _factor(*grey.shape)
    levels, below = (_resized(plane, factor) for plane in (added.levels, grey))
    picture = coloured(levels, below)
    legend = _legend(picture.shape[1], shares)
    return np.concatenate((picture, legend))


def coloured(levels: np.ndarray, grey: np.ndarray) -> np.ndarray:
    """(h, w) uint8 invention over (h, w) uint8 grey: (h, w, 3). Where nothing was invented the source stays grey."""
    colours = cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_CIVIDIS), cv2.COLOR_BGR2RGB)
    strength = np.sqrt(levels[..., None] / 255.0)  # a little invention is worth seeing, too
    plain = grey[..., None] * GREY_SHARE
    return np.rint(plain + (colours - plain) * strength).astype(np.uint8)


def _factor(height: int, width: int) -> float:
    shrinking = min(1.0, MOST_PX / max(height, width))
    return max(shrinking, float(np.ceil(LEAST_WIDTH_PX / width))) if width < LEAST_WIDTH_PX else shrinking


def _resized(plane: np.ndarray, factor: float) -> np.ndarray:
    size = (max(1, round(plane.shape[1] * factor)), max(1, round(plane.shape[0] * factor)))
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_NEAREST)


def _legend(width: int, shares: Shares) -> np.ndarray:
    lines = ["Share of the finest detail that was invented:", *(f"{n}   {percent(s)}" for n, s in shares)]
    image = Image.new("RGB", (width, LINE_PX * (len(lines) + 2) + 2 * EDGE_PX), (24, 24, 24))
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(FONT_PX)
    draw.text((EDGE_PX, EDGE_PX), "What was added", font=font, fill=(240, 240, 240))
    _scale(image, draw, font)
    for number, line in enumerate(lines):
        draw.text((EDGE_PX, EDGE_PX + LINE_PX * (number + 2)), line, font=font, fill=(200, 200, 200))
    return np.asarray(image)


def _scale(
    image: Image.Image, draw: ImageDraw.ImageDraw, font: ImageFont.ImageFont | ImageFont.FreeTypeFont
) -> None:
    """From "nothing" to "much", in the colours of the map."""
    top, left, right = EDGE_PX + LINE_PX, EDGE_PX + 60, min(image.width - EDGE_PX - 50, EDGE_PX + 300)
    ramp = np.tile(np.linspace(0, 255, max(2, right - left)).astype(np.uint8), (14, 1))
    image.paste(Image.fromarray(coloured(ramp, np.zeros_like(ramp))), (left, top + 2))
    for x, word in ((EDGE_PX, "nothing"), (right + 8, "much")):
        draw.text((x, top), word, font=font, fill=(200, 200, 200))


def write_added(pixels: np.ndarray, path: Path) -> None:
    """As PNG, beside, then renamed over what was there. OutputError where that fails."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(beside, "PNG")
        beside.replace(path)
    except OSError as error:
        raise OutputError(
            f"“{path}” cannot be written: {error.strerror or error}.", "Give --added another place."
        ) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
