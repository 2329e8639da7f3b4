"""A spot of the picture as it would become: asked at the engine, shown beside how it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Callable

from krita import Krita

from .asking import Asking
from .document import SIGHT, converted, image_of, read_band
from .errands import Order, previewing
from .source import choose, take
from .speech import mark

if TYPE_CHECKING:
    from collections.abc import Generator

    import krita

    from ..bridge.host import Wish
    from .source import Taken

SPOT_PX = (96, 72)
MOST_PX = 256
Box = tuple


@dataclass(frozen=True)
class Spot:
    """A box of the document, and two images of it: as it is, and as it would become, four times as large."""

    box: Box
    before: Any = field(repr=False)
    after: Any = field(repr=False)


def around(point: tuple[int, int], canvas: tuple[int, int]) -> Box:
    """The spot around a pixel, moved into the canvas where it would stick out."""
    wide, high = (min(px, side) for px, side in zip(SPOT_PX, canvas))
    x, y = (max(0, min(place - px // 2, side - px)) for place, px, side in zip(point, (wide, high), canvas))
    return x, y, wide, high


def between(one: tuple[int, int], other: tuple[int, int], canvas: tuple[int, int]) -> Box:
    """The box that a drag draws, of at most MOST_PX a side."""
    corner = tuple(min(a, b) for a, b in zip(one, other))
    sides = (min(MOST_PX, abs(a - b) + 1, side - low) for a, b, low, side in zip(one, other, corner, canvas))
    return (*corner, *sides)


class Previewer(Asking):
    """`look` asks, `shown(spot)` hears; a later look drops the one before."""

    def __init__(self, told: Callable[[str, str], None], shown: Callable[[Spot], None]) -> None:
        super().__init__(told)
        self.shown = shown

    def look(self, document: krita.Document, wish: Wish, box: Box) -> None:
        """What would become of this box of the whole picture, by this wish."""
        self.begin(self._walk(document, replace(wish, source="picture", result="layer"), box))

    def _walk(self, document: krita.Document, wish: Wish, box: Box) -> Generator[None, None, None]:
        self.told(mark("Reading the picture…"), "")
        taken = yield from take(choose(document, wish), wish)
        space, planes = taken.chosen.space.travel, taken.planes
        options = {name: value for name, value in wish.options().items() if name != "scale"}
        order = Order(planes, space, regions=taken.regions, rest=wish.rest, options=options)
        answer = yield from self.answered(lambda stop: previewing(order, box, stop))
        if document not in Krita.instance().documents():
            return
        after = image_of(swapped(answer["data"]), (answer["width"], answer["height"]))
        self.told("", "")
        self.shown(Spot(box, before(taken, box), after))


def swapped(data: bytes) -> bytes | bytearray:
    """Red and blue in each other's place, as images want them."""
    return SIGHT.turned(data)


def before(taken: Taken, box: Box) -> Any:
    """An image of a box of what was sent."""
    left, top, wide, high = box
    space, planes = taken.chosen.space.travel, taken.planes
    view, size = memoryview(planes.data), space.pixel_bytes
    starts = (((y * planes.width) + left) * size for y in range(top, top + high))
    rows = b"".join(view[start : start + wide * size] for start in starts)
    document = taken.chosen.document
    return image_of(converted(document, space.turned(rows), (wide, high), space, SIGHT), (wide, high))


def shown_of(document: krita.Document, node: krita.Node, box: Box, space: Any) -> Any:
    """An image of a box of a layer."""
    data = read_band(node.pixelData, box, space)
    return image_of(converted(document, data, box[2:], space, SIGHT), box[2:])
