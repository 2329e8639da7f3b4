"""What a call needs of the document, taken in one moment on the interface thread and never changed after."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from core.geometry import Box
from core.regions.mask import Mask
from plugin.bridge import PixelPlanes, RegionIn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.geometry import Size
    from core.regions.region import Region, RegionSet
    from core.request import UpscaleRequest
    from ui.model.document import Document
    from ui.model.pixels import SourceView
    from ui.model.scene import Scene
    from ui.model.storage import Raw


TARGET_SCALE = 4
SPOT_PX = 128
REACH_PX = 128  # no engine looks farther around a spot


@dataclass(frozen=True)
class PictureIn:
    """A picture to hand to the engine: by its file where it has one, else by its pixels.

    `key` is equal only for equal pictures; `planes` reads the pixels, on a background thread.
    """

    key: str
    title: str
    size: Size
    path: str | None = None
    planes: Callable[[], PixelPlanes] | None = None


@dataclass(frozen=True)
class UpscaleOrder:
    """A picture, its regions and the options of a run. `scene` is the document's own value, to restore."""

    picture: PictureIn
    regions: RegionSet | None = None
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    scene: Any = field(default=None, hash=False, compare=False)

    @property
    def rest(self) -> float:
        """The priority of what no region holds."""
        return self.regions.rest if self.regions else 0.0


def region_in(region: Region) -> RegionIn:
    """A region as the engine takes it; packing the mask is work for a background thread."""
    box = region.mask.box
    mask = (region.mask.pixels.view("uint8") * 255).tobytes()
    return RegionIn(
        region.title,
        region.priority,
        (box.x, box.y, box.width, box.height),
        mask,
        region.feather_px,
        region.locked,
        region.visible,
    )


def regions_in(regions: RegionSet | None) -> tuple[RegionIn, ...]:
    """The regions that act, upper first."""
    return tuple(region_in(each) for each in regions or () if each.visible and not each.mask.empty)


def around_spot(box: Box, feather_px: float) -> Box:
    """The source pixels whose owners decide about the target of a box, where feathers are at most so wide."""
    return box.grown(REACH_PX + math.ceil(feather_px) + 2)


def regions_near(regions: RegionSet | None, box: Box) -> tuple[RegionIn, ...]:
    """The regions that have a say in a box of the source, their masks cut to that: the same target, fewer bytes."""
    acting = [each for each in regions or () if each.visible and not each.mask.empty]
    around = around_spot(box, max((each.feather_px for each in acting), default=0.0))
    cut = [replace(each, mask=_cut(each.mask, around)) for each in acting]
    return tuple(region_in(each) for each in cut if not each.mask.empty)


def _cut(mask: Mask, box: Box) -> Mask:
    common = mask.box.intersect(box)
    return mask if common == mask.box else Mask(common, mask.in_box(common))


def spot_around(x: float, y: float, size: Size, side_px: int = SPOT_PX) -> Box:
    """The square of `side_px` around a source point, moved into the picture and cut to it."""
    width, height = min(side_px, size.width), min(side_px, size.height)
    left = min(max(round(x - width / 2), 0), size.width - width)
    top = min(max(round(y - height / 2), 0), size.height - height)
    return Box(left, top, width, height)


def within_spot(box: Box, size: Size, side_px: int = SPOT_PX) -> Box:
    """The part of a visible box that a live preview redoes: its middle, at most `side_px` a side."""
    seen = box.intersect(Box.of(size))
    spot = spot_around(seen.x + seen.width / 2, seen.y + seen.height / 2, size, side_px)
    return spot.intersect(seen)


# What the link takes from the document.

_DEPTHS = {"uint8": "u8", "uint16": "u16", "float32": "f32"}
_MODES = {3: "RGB", 4: "RGBA"}


def planes_of_array(array: np.ndarray, icc: bytes | None = None) -> PixelPlanes:
    """(H, W, 3|4) uint8, uint16 or float32 as the bridge takes it."""
    pixels = np.ascontiguousarray(array)
    height, width, bands = pixels.shape
    return PixelPlanes(width, height, _MODES[bands], _DEPTHS[pixels.dtype.name], pixels.data.cast("B"), icc)


def planes_of(raw: Raw) -> PixelPlanes:
    """Pixels that have no file, as the bridge takes them."""
    return planes_of_array(raw.array, raw.icc)


def shown_planes(source: SourceView) -> PixelPlanes:
    """The picture as the window shows it, for a file that was removed under us."""
    pixels = source.pixels(0, Box.of(source.size))
    return planes_of_array(pixels if source.has_alpha else pixels[..., :3])


def picture_of(document: Document, key: str) -> PictureIn | None:
    """The open picture under a key that no other picture of this link has; None where there is none."""
    source = document.source
    if source is None:
        return None
    raw, path = document.raw, document.path
    planes = partial(planes_of, raw) if raw is not None else partial(shown_planes, source)
    return PictureIn(key, source.title, source.size, str(path) if path else None, planes)


def options_of(scene: Scene, more: dict[str, Any] | None = None) -> dict[str, Any]:
    """The fields of the run's request that differ from what the engine takes anyway; UsageError if out of range."""
    request: UpscaleRequest = replace(scene.request(), **(more or {}))
    plain = type(request)()
    told = {name: value for name, value in vars(request).items() if value != getattr(plain, name)}
    return {"method": request.method, "scale": request.scale, "seed": request.seed, **told}


def order_of(
    document: Document, key: str, more: dict[str, Any] | None = None, scene: Scene | None = None
) -> UpscaleOrder | None:
    """Picture, regions and options as they stand now, or as in a scene that may come of it.

    `more` are options that no scene keeps, as the device.
    """
    picture, scene = picture_of(document, key), scene or document.scene
    if picture is None or scene is None:
        return None
    return UpscaleOrder(picture, scene.regions, options_of(scene, more), scene)
