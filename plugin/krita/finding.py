"""Find objects: a click in the docker's picture asks the engine; what is kept becomes a layer among the regions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Callable

from ..bridge import connect
from ..bridge.errors import BridgeError, EngineRefused
from ..bridge.host import COLOUR_LABEL, PRIORITY_NAMES, Wish, engine_words
from .document import SIGHT, converted, put, space_of
from .errands import CLIENT, Finished, Said, followed
from .qt import QtCore
from .regions import region_group
from .source import choose, take
from .words import GROUP_NAME
from .worker import Broke, Worker

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import krita

    from ..bridge.values import Planes, Proposal
    from .errands import Stop

COLOURS = {-2: "004f9f", -1: "5fa2dd", 0: "d9d9d9", 1: "f2a93b", 2: "a63c00"}  # of DESIGN's palette
TICK_MS = 20
PART_NAMES = {1: ("object",), 2: ("object", "whole"), 3: ("part", "object", "whole")}


@dataclass(frozen=True)
class Sent:
    """What the engine knows of the picture; `id` is None before it was posted."""

    planes: Planes
    id: str | None = None


@dataclass(frozen=True)
class Offer:
    """What was found, smallest first, for which clicks."""

    proposals: tuple[Proposal, ...]
    points: tuple[tuple[int, int, int], ...]


def proposing(sent: Sent, points: tuple, stop: Stop) -> Generator[Any, None, None]:
    """Ask for masks under these clicks. The last messages are the picture's id and the proposals."""
    yield Said("Looking for objects…")
    bridge = connect(CLIENT, on_wait=stop.check)
    identity = sent.id or bridge.post_picture(sent.planes).id
    try:
        job = bridge.propose(identity, points=points)
    except EngineRefused as error:
        if error.status != 404:
            raise
        identity = bridge.post_picture(sent.planes).id
        job = bridge.propose(identity, points=points)
    stop.job = job
    yield from followed(job, stop)
    stop.job = None
    yield Finished({"picture": identity, "proposals": tuple(job.proposals())})


class Finder:
    """Clicks in, offers out. `told(words, advice)` hears what is going on, `found(offer)` what was found."""

    def __init__(self, told: Callable[[str, str], None], found: Callable[[Offer], None]) -> None:
        self.told, self.found = told, found
        self.document: krita.Document | None = None
        self.sent: Sent | None = None
        self.points: tuple = ()
        self.worker: Worker | None = None
        self.steps: Any = None
        self.timer = QtCore.QTimer()
        self.timer.setInterval(TICK_MS)
        self.timer.timeout.connect(self.tick)

    def click(self, document: krita.Document, point: tuple[int, int], inside: bool, more: bool) -> None:
        """A click at a source pixel: this is in, or out; `more` adds to the clicks before."""
        if document != self.document:
            self.forget()
            self.document = document
        self.points = (*(self.points if more else ()), (*point, 1 if inside else 0))
        self._stop()
        self.steps = self._walk()
        self.timer.start()

    def forget(self) -> None:
        """Start anew: another document, or one that was painted on."""
        self._stop()
        self.document, self.sent, self.points = None, None, ()

    def _stop(self) -> None:
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
            self._stop()
            self.told(*engine_words(error))

    def _walk(self) -> Iterator[None]:
        if self.sent is None:
            self.told("Reading the picture…", "")
            taken = yield from take(choose(self.document, Wish()), Wish(regions="none"))
            self.sent = Sent(taken.planes)
        sent, points = self.sent, self.points
        self.worker = Worker(lambda stop: proposing(sent, points, stop)).start()
        while True:
            message = self.worker.next()
            if message is None:
                yield None
            elif isinstance(message, Broke):
                raise message.error
            elif isinstance(message, Finished):
                break
            elif isinstance(message, Said):
                self.told(message.words, "")
        self.worker = None
        self.sent = replace(sent, id=message.result["picture"])
        self._offer(message.result["proposals"])

    def _offer(self, proposals: tuple) -> None:
        useful = tuple(one for one in proposals if one.mask and max(one.mask) >= 128)
        if not useful:
            raise BridgeError("Nothing found here.", "Click elsewhere, or paint the region on a layer.")
        self.told("", "")
        self.found(Offer(useful, self.points))


def keep_region(document: krita.Document, proposal: Proposal, name: str, priority: float) -> krita.Node:
    """Put the mask into the document as a layer of the regions' group, in one undo step; the new layer."""
    step = max(-2, min(2, round(priority)))
    node = document.createNode(f"{PRIORITY_NAMES[step]} {name}", "paintlayer")
    node.setColorLabel(next(label for label, value in COLOUR_LABEL.items() if value == step))
    x, y, width, height = proposal.box
    rows = converted(document, _painted(proposal, COLOURS[step]), (width, height), SIGHT, space_of(node))
    put(node, rows, (x, y, width, height), space_of(node))
    group = region_group(document)
    if group is not None:
        group.addChildNode(node, None)
        return node
    group = document.createGroupLayer(GROUP_NAME)
    group.setOpacity(115)
    group.addChildNode(node, None)
    document.rootNode().addChildNode(group, None)
    return node


def _painted(proposal: Proposal, colour: str) -> bytes:
    """The mask as blue, green, red and alpha."""
    red, green, blue = bytes.fromhex(colour)
    pixels = bytearray(bytes((blue, green, red, 0)) * len(proposal.mask))
    pixels[3::4] = proposal.mask
    return bytes(pixels)
