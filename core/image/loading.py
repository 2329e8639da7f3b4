"""Opening a file as a libvips image, and saying in a sentence why it cannot be opened."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyvips

from core.errors import InputError
from core.geometry import Size
from core.image.formats import FORMATS, Format, sniff
from core.image.vips import field, quiet_vips

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIXEL_LIMIT = 2_000_000_000
_PLAUSIBLE_PIXELS = 16_000_000


@dataclass(frozen=True)
class Opened:
    """A header that has been read; `image` decodes from top to bottom, once, not yet turned."""

    path: Path
    image: pyvips.Image
    format: Format
    orientation: int
    notices: tuple[str, ...]

    @property
    def stored(self) -> Size:
        """Width and height before turning."""
        return Size(self.image.width, self.image.height)

    @property
    def size(self) -> Size:
        """Width and height as seen."""
        stored = self.stored
        return Size(stored.height, stored.width) if self.orientation >= 5 else stored


def opened(path: Path, pixel_limit: int = PIXEL_LIMIT) -> Opened:
    """Read the header. InputError where the file is missing, damaged, lying, too large or unknown."""
    quiet_vips()
    chosen = _format_of(path)
    with decoding(path):
        image = pyvips.Operation.call(chosen.loader, str(path), access="sequential", fail_on="error")
        pages = field(image, "n-pages", 1)
        turn = field(image, "orientation", 1)
    _check_size(path, image, chosen, pixel_limit)
    notices = (f"“{path.name}” has {pages} pages; the first is taken.",) if pages > 1 else ()
    return Opened(path, image, chosen, turn if turn in range(1, 9) else 1, notices)


@contextmanager
def decoding(path: Path) -> Iterator[None]:
    """Turn libvips' errors into ours."""
    try:
        yield
    except pyvips.Error as error:
        reason = str(error.detail or error.message).strip().splitlines()
        raise InputError(
            f"“{path.name}” is damaged or cut short ({reason[-1] if reason else 'no reason given'}).",
            "Open it in another program and save it again, or take another copy.",
        ) from error


def _format_of(path: Path) -> Format:
    head = _head(path)
    if not head:
        raise InputError(f"“{path}” is empty: it has zero bytes.", "Take another copy.")
    chosen = sniff(head)
    if chosen is None:
        known = ", ".join(row.name.upper() for row in FORMATS)
        raise InputError(f"“{path.name}” is no picture of a format known here.", f"Known are {known}.")
    return chosen


def _head(path: Path) -> bytes:
    """The first bytes; the name decides nothing."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise InputError(f"“{path}” is a folder, not a picture.", "Name a file in it.")
        if not stat.S_ISREG(mode):
            raise InputError(f"“{path}” is not a file.", "Name a picture file.")
        with path.open("rb") as file:
            return file.read(32)
    except FileNotFoundError as error:
        raise InputError(f"There is no file “{path}”.", "Check the name and the folder.") from error
    except PermissionError as error:
        raise InputError(f"“{path}” may not be read.", "Give yourself permission to read it.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"“{path}” cannot be read: {error}.") from error


def _check_size(path: Path, image: pyvips.Image, chosen: Format, pixel_limit: int) -> None:
    """Before anything is decoded, so that a lying header costs nothing."""
    size = Size(image.width, image.height)
    if size.area > pixel_limit:
        raise InputError(
            f"“{path.name}” says it has {size} pixels; {pixel_limit / 1e6:,.0f} megapixels are allowed.",
            "If that is right, raise the limit; if not, the file is damaged.",
        )
    most = (chosen.most_px_per_byte or size.area) * os.path.getsize(path)  # noqa: PTH202
    if size.area > max(_PLAUSIBLE_PIXELS, most):
        raise InputError(
            f"“{path.name}” says it has {size} pixels, more than its bytes can hold: it is damaged.",
            "Take another copy.",
        )
