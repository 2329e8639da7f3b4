"""A spot of the picture as it would become: asked at the engine, shown beside how it is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Callable

from krita import Krita

from ..bridge.host import engine_words
from .document import SIGHT, convert_rows, image_of, read_band
from .engine_calls import BackgroundWorker, Broke, HostOrder, JobFinished, Note, previewing
from .qt import QtCore
from .source import choose, take
from .translation import mark

if TYPE_CHECKING:
    from collections.abc import Generator

    import krita

    from ..bridge.host import HostRequest
    from .engine_calls import Stop
    from .source import TakenSource


# A question to the engine that changes nothing: asked in short steps, answered once, dropped by the next one.

TICK_MS = 20


class PreviewQuestion:
    """Runs one walk at a time on Krita's thread; `told(words, advice)` hears what is going on."""

    def __init__(self, told: Callable[[str, str], None]) -> None:
        self.told = told
        self.worker: BackgroundWorker | None = None
        self.steps: Any = None
        self.timer = QtCore.QTimer()
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self.tick)

    def begin(self, steps: Generator[None, None, None]) -> None:
        """Walk these steps instead of those before."""
        self.stop()
        self.steps = steps
        self.timer.start()

    def stop(self) -> None:
        """Drop what is going on."""
        self.timer.stop()
        if self.worker is not None:
            self.worker.stop.ask()
        self.worker = None
        if self.steps is not None:
            self.steps.close()

    def tick(self) -> None:
        """One step; whatever goes wrong is told."""
        try:
            next(self.steps)
        except StopIteration:
            self.timer.stop()
        except Exception as error:  # noqa: BLE001  (the one net)
            self.stop()
            self.told(*engine_words(error))

    def answered(
        self, errand: Callable[[Stop], Generator[Any, None, None]]
    ) -> Generator[None, None, dict[str, Any]]:
        """Let a thread ask; its answer."""
        self.worker = worker = BackgroundWorker(errand).start()
        while True:
            message = worker.next()
            if message is None:
                yield None
            elif isinstance(message, Broke):
                raise message.error
            elif isinstance(message, JobFinished):
                self.worker = None
                return message.result
            elif isinstance(message, Note):
                self.told(message.words, "")


SPOT_PX = (96, 72)
MOST_PX = 256
Box = tuple


@dataclass(frozen=True)
class DocumentSpot:
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


class Previewer(PreviewQuestion):
    """`look` asks, `shown(spot)` hears; a later look drops the one before."""

    def __init__(self, told: Callable[[str, str], None], shown: Callable[[DocumentSpot], None]) -> None:
        super().__init__(told)
        self.shown = shown

    def look(self, document: krita.Document, wish: HostRequest, box: Box) -> None:
        """What would become of this box of the whole picture, by this wish."""
        self.begin(self._walk(document, replace(wish, source="picture", result="layer"), box))

    def _walk(self, document: krita.Document, wish: HostRequest, box: Box) -> Generator[None, None, None]:
        self.told(mark("Reading the picture…"), "")
        taken = yield from take(choose(document, wish), wish)
        space, planes = taken.chosen.space.travel, taken.planes
        options = {name: value for name, value in wish.options().items() if name != "scale"}
        order = HostOrder(planes, space, regions=taken.regions, rest=wish.rest, options=options)
        answer = yield from self.answered(lambda stop: previewing(order, box, stop))
        if document not in Krita.instance().documents():
            return
        after = image_of(swap_red_blue(answer["data"]), (answer["width"], answer["height"]))
        self.told("", "")
        self.shown(DocumentSpot(box, before(taken, box), after))


def swap_red_blue(data: bytes) -> bytes | bytearray:
    """Red and blue in each other's place, as images want them."""
    return SIGHT.turned(data)


def before(taken: TakenSource, box: Box) -> Any:
    """An image of a box of what was sent."""
    left, top, wide, high = box
    space, planes = taken.chosen.space.travel, taken.planes
    view, size = memoryview(planes.data), space.pixel_bytes
    starts = (((y * planes.width) + left) * size for y in range(top, top + high))
    rows = b"".join(view[start : start + wide * size] for start in starts)
    document = taken.chosen.document
    return image_of(convert_rows(document, space.turned(rows), (wide, high), space, SIGHT), (wide, high))


def shown_of(document: krita.Document, node: krita.Node, box: Box, space: Any) -> Any:
    """An image of a box of a layer."""
    data = read_band(node.pixelData, box, space)
    return image_of(convert_rows(document, data, box[2:], space, SIGHT), box[2:])
