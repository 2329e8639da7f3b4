"""A source picture: colour to work on, alpha apart, and everything that is to be given back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from core.image.hidden import fill_hidden
from core.image.planes import MemoryPlanes, Planes

if TYPE_CHECKING:
    from core.geometry import Size

Depth = Literal[8, 16, "float"]
Kind = Literal["grey", "rgb", "cmyk"]


@dataclass(frozen=True)
class Carried:
    """What the source brought along and the target gives back.

    | field | meaning |
    | --- | --- |
    | format | name of the source's format, as in `core.image.formats` |
    | kind | its colours: grey, rgb (palettes too) or cmyk |
    | depth | 8, 16 or "float" |
    | has_alpha | whether it says what is transparent |
    | icc, exif, xmp, iptc | the blobs; None where it has none |
    | fields | libvips' texts of the single EXIF tags and of the comments |
    | dpi | across and down; None where it does not say |
    """

    format: str = "png"
    kind: Kind = "rgb"
    depth: Depth = 8
    has_alpha: bool = False
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    iptc: bytes | None = None
    fields: tuple[tuple[str, str], ...] = ()
    dpi: tuple[float, float] | None = None

    @property
    def was_grey(self) -> bool:
        """Whether the target is to be grey again."""
        return self.kind == "grey"


@dataclass(frozen=True)
class Picture:
    """A source as the engine wants it; a context manager, because big planes lie in files.

    `colour` is float32, 3 bands, sRGB-encoded, nominally [0, 1]: colours outside sRGB lie outside [0, 1] and
    are not clipped. `alpha` is float32, 1 band, [0, 1], or None. Colour under hidden pixels continues what is
    visible.
    """

    size: Size
    colour: Planes
    alpha: Planes | None
    carried: Carried
    notices: tuple[str, ...] = ()

    def close(self) -> None:
        """Delete what lies in files."""
        self.colour.close()
        if self.alpha:
            self.alpha.close()

    def __enter__(self) -> Picture:  # noqa: PYI034  (Self is younger than Python 3.10)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def picture_from_array(
    colour: np.ndarray, alpha: np.ndarray | None = None, carried: Carried | None = None
) -> Picture:
    """A picture from pixels in memory: colour (H, W, 3) float32 sRGB-encoded [0, 1], alpha (H, W) or None."""
    planes = MemoryPlanes(np.array(colour, np.float32))
    carried = replace(carried or Carried(), has_alpha=alpha is not None)
    if alpha is None:
        return Picture(planes.size, planes, None, carried)
    alpha_planes = MemoryPlanes(np.array(alpha, np.float32)[..., None])
    fill_hidden(planes, alpha_planes)
    return Picture(planes.size, planes, alpha_planes, carried)
