"""What the link takes from the document."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from core.geometry import Box
from plugin.bridge import Planes
from ui.engine.order import Order, PictureIn

if TYPE_CHECKING:
    from core.request import UpscaleRequest
    from ui.model.document import Document
    from ui.model.opening import Raw
    from ui.model.scene import Scene
    from ui.model.source import SourceView

_DEPTHS = {"uint8": "u8", "uint16": "u16", "float32": "f32"}
_MODES = {3: "RGB", 4: "RGBA"}


def planes_of_array(array: np.ndarray, icc: bytes | None = None) -> Planes:
    """(H, W, 3|4) uint8, uint16 or float32 as the bridge takes it."""
    pixels = np.ascontiguousarray(array)
    height, width, bands = pixels.shape
    return Planes(width, height, _MODES[bands], _DEPTHS[pixels.dtype.name], pixels.data.cast("B"), icc)


def planes_of(raw: Raw) -> Planes:
    """Pixels that have no file, as the bridge takes them."""
    return planes_of_array(raw.array, raw.icc)


def shown_planes(source: SourceView) -> Planes:
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
) -> Order | None:
    """Picture, regions and options as they stand now, or as in a scene that may come of it.

    `more` are options that no scene keeps, as the device.
    """
    picture, scene = picture_of(document, key), scene or document.scene
    if picture is None or scene is None:
        return None
    return Order(picture, scene.regions, options_of(scene, more), scene)
