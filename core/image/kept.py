"""A target in a file of its own that other processes read: final values, row after row."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING

from core.image.encoding import Encoder, Layout, Target
from core.image.planes import Planes, ScratchPlanes, strips
from core.image.reading import stored_rows
from core.image.writing import plain_image, resized_image

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import DTypeLike

    from core.geometry import Size
    from core.image.formats import SaveOptions
    from core.image.picture import Carried


class KeptPlanes(ScratchPlanes):
    """Scratch planes under a name that was given; the file stays when they are closed.

    OSError where it cannot be opened.
    """

    def __init__(self, size: Size, bands: int, dtype: DTypeLike, path: Path) -> None:
        Planes.__init__(self, size, bands, dtype)
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        self.path = path
        self._discard = weakref.finalize(self, os.close, self._fd)


class KeepingEncoder(Encoder):
    """An encoder whose target lies in the file `path`."""

    def __init__(self, carried: Carried, options: SaveOptions, path: Path) -> None:
        super().__init__(carried, options)
        self._path = path

    def blank(self, size: Size, folder: Path | None = None) -> Target:
        """An empty target in the file, whatever its size."""
        del folder
        return kept_target(self._path, size, self.layout)


def kept_target(path: Path, size: Size, layout: Layout) -> Target:
    """The target in the file, as it is; an empty one where there is none."""
    return Target(KeptPlanes(size, layout.bands, layout.dtype, path), layout)


def write_resized(target: Target, into: Target) -> None:
    """Fill `into` with the target at another size, as `save_picture` would (antialiased, Lanczos 3)."""
    image = resized_image(plain_image(target.planes, target.layout), into.size)
    for box, rows in stored_rows(image, strips(into.size)):
        into.planes.write(box.y, rows)
