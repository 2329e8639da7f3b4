"""What comes from the engine, and what is made here meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..bridge.facts import target_px
from .libraries import Gegl
from .pixels import Sheet, TargetDrawable
from .results import original_wanted

if TYPE_CHECKING:
    from .settings import GimpRequest
    from .source import LayerSource


# The source's own pixels at the target's size, for below the result.
#
# GIMP itself could scale the layer, but its windows stand still meanwhile: 5 s of processor time for 64 megapixels.
# Here it is done by GEGL in this process, strip by strip, while the engine works.

STRIP_PX = 1 << 19  # some hundredths of a second


class Original:
    """Made by many calls of `step`, or the rest of it at once by `whole`."""

    def __init__(self, source: LayerSource, size: tuple) -> None:
        """`size` is the target's width and height, as far as it is known before."""
        self._source = source
        self._begin(size)

    def _begin(self, size: tuple) -> None:
        planes = self._source.planes
        small = Sheet(planes, self._source.drawable, self._source.at, (planes.width, planes.height))
        small.write(0, planes.height, planes.data)
        self._sheet = Sheet(planes, self._source.drawable, self._source.at, size)
        self._graph, self._scaled = _scaled(small.buffer, size[0] / planes.width, size[1] / planes.height)
        self._done = 0

    def step(self) -> bool:
        """Make one more strip; whether there are others."""
        sheet = self._sheet
        rows = min(max(1, STRIP_PX // sheet.width), sheet.height - self._done)
        if rows > 0:
            strip = Gegl.Rectangle.new(0, self._done, sheet.width, rows)
            self._scaled.blit_buffer(sheet.buffer, strip, 0, Gegl.AbyssPolicy.CLAMP)
            self._done += rows
        return self._done < sheet.height

    def whole(self, size: tuple) -> Sheet:
        """All of it; `size` is the target's, as it turned out to be."""
        if size != (self._sheet.width, self._sheet.height):
            self._begin(size)
        while self.step():
            pass
        return self._sheet


def _scaled(buffer: Any, across: float, down: float) -> tuple:
    """(a graph, its node that gives the buffer enlarged); the edges are as firm as GIMP's own."""
    Gegl.init(None)
    graph = Gegl.Node()
    source, scale = graph.create_child("gegl:buffer-source"), graph.create_child("gegl:scale-ratio")
    source.set_property("buffer", buffer)
    values = {
        "x": across,
        "y": down,
        "sampler": Gegl.SamplerType.LINEAR,
        "abyss-policy": Gegl.AbyssPolicy.CLAMP,
    }
    for name, value in values.items():
        scale.set_property(name, value)
    source.link(scale)
    return graph, scale


class Arrival:
    """The target of one source, row by row, and below it the original."""

    def __init__(self, image: Any, source: LayerSource, settings: GimpRequest, scale: float | None) -> None:
        """`scale` None where nobody knows it before the target is there."""
        self._source = source
        self._target: Any = None
        self._original: Original | None = None
        self._wanted = original_wanted(image, source, settings)
        if scale and self._wanted:
            self._begin(tuple(target_px(side, scale) for side in source.box[2:]))

    def _begin(self, size: tuple) -> None:
        self._original = self._original or Original(self._source, size)

    def receive(self, kind: str, *values: Any) -> None:
        """("size", width, height), then ("rows", y, rows, bytes) for all of them."""
        if kind == "size":
            self._target = TargetDrawable(self._source.planes, self._source.drawable, self._source.at, values)
            if self._wanted:
                self._begin(values)
        else:
            self._target.write(*values)

    def meanwhile(self) -> bool:
        """Some hundredths of a second of work on the original; whether there is more, now or later."""
        return self._wanted and (self._original is None or self._original.step())

    def target(self, record: dict) -> TargetDrawable:
        """The target when all of it is there; `record` says how it came about."""
        self._target.record = record
        if self._original is not None:
            self._target.original = self._original.whole((self._target.width, self._target.height))
        return self._target
