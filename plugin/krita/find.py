"""Find objects: a click in the docker's picture asks the engine; what is kept becomes a layer among the regions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Callable

from ..bridge import connect
from ..bridge.errors import BridgeError, EngineRefused
from ..bridge.facts import PRIORITY_NAMES
from ..bridge.host import COLOUR_LABEL, HostRequest
from .document import SIGHT, convert_rows, space_of, write_rows
from .engine_calls import CLIENT, JobFinished, Note, follow_job
from .preview import PreviewQuestion
from .source import choose, region_group, take
from .translation import mark, tr
from .words import GROUP_NAME

if TYPE_CHECKING:
    from collections.abc import Generator

    import krita

    from ..bridge.values import PixelPlanes, ProposedRegion
    from .engine_calls import Stop


COLOURS = {-2: "004f9f", -1: "5fa2dd", 0: "d9d9d9", 1: "f2a93b", 2: "a63c00"}  # those of the window

PICTURE = HostRequest(regions="none", result="layer")  # all of it, for looking only


@dataclass(frozen=True)
class Sent:
    """What the engine knows of the picture; `id` is None before it was posted."""

    planes: PixelPlanes
    id: str | None = None


@dataclass(frozen=True)
class Offer:
    """What was found, smallest first, for which clicks."""

    proposals: tuple[ProposedRegion, ...]
    points: tuple[tuple[int, int, int], ...]


def proposing(sent: Sent, points: tuple, memory: str | None, stop: Stop) -> Generator[Any, None, None]:
    """Ask for masks under these clicks, which correct the answer that left `memory`.

    The last messages are the picture's id and the proposals.
    """
    yield Note(mark("Looking for objects…"))
    bridge = connect(CLIENT, on_wait=stop.check)
    identity = sent.id or bridge.post_picture(sent.planes).id
    try:
        job = bridge.propose(identity, points=points, memory=memory)
    except EngineRefused as error:
        if error.status != 404:
            raise
        identity = bridge.post_picture(sent.planes).id
        job = bridge.propose(identity, points=points, memory=memory)
    stop.job = job
    yield from follow_job(job, stop)
    stop.job = None
    yield JobFinished({"picture": identity, "proposals": tuple(job.proposals())})


class Finder(PreviewQuestion):
    """Clicks in, offers out: `found(offer)` hears what was found."""

    def __init__(self, told: Callable[[str, str], None], found: Callable[[Offer], None]) -> None:
        super().__init__(told)
        self.found = found
        self.document: krita.Document | None = None
        self.sent: Sent | None = None
        self.points: tuple = ()
        self.memory: str | None = None

    def click(
        self,
        document: krita.Document,
        point: tuple[int, int],
        inside: bool,
        more: bool,
        memory: str | None = None,
    ) -> None:
        """A click at a source pixel: this is in, or out.

        `more` adds to the clicks before and corrects the answer that left `memory`.
        """
        if document != self.document:
            self.forget()
            self.document = document
        self.points = (*(self.points if more else ()), (*point, 1 if inside else 0))
        self.memory = memory if more else None
        self.begin(self._walk())

    def forget(self) -> None:
        """Start anew: another document, or one that was painted on."""
        self.stop()
        self.document, self.sent, self.points, self.memory = None, None, (), None

    def is_current(self) -> bool:
        """Whether the document still has the size for which something was found."""
        planes, document = self.sent.planes if self.sent else None, self.document
        if planes is None or document is None:
            return False
        return (document.width(), document.height()) == (planes.width, planes.height)

    def _walk(self) -> Generator[None, None, None]:
        self.told(mark("Reading the picture…"), "")
        taken = yield from take(choose(self.document, PICTURE), PICTURE)
        if self.sent is None or not _is_same(self.sent.planes, taken.planes):
            self.sent, self.memory = Sent(taken.planes), None  # it was painted on, or resized
        sent, points, memory = self.sent, self.points, self.memory
        answer = yield from self.answered(lambda stop: proposing(sent, points, memory, stop))
        self.sent = replace(sent, id=answer["picture"])
        self._offer(answer["proposals"])

    def _offer(self, proposals: tuple) -> None:
        useful = tuple(one for one in proposals if one.mask and max(one.mask) >= 128)
        if not useful:
            raise BridgeError(
                mark("Nothing found here."), mark("Click elsewhere, or paint the region on a layer.")
            )
        self.told("", "")
        self.found(Offer(useful, self.points))


def _is_same(one: PixelPlanes, other: PixelPlanes) -> bool:
    return (one.width, one.height, one.data) == (other.width, other.height, other.data)


def keep_region(document: krita.Document, proposal: ProposedRegion, name: str, priority: float) -> krita.Node:
    """Put the mask into the document as a layer of the regions' group, in one undo step; the new layer."""
    step = max(-2, min(2, round(priority)))
    node = document.createNode(f"{tr(PRIORITY_NAMES[step])} {name}", "paintlayer")
    node.setColorLabel(next(label for label, value in COLOUR_LABEL.items() if value == step))
    x, y, width, height = proposal.box
    rows = convert_rows(document, _painted(proposal, COLOURS[step]), (width, height), SIGHT, space_of(node))
    write_rows(node, rows, (x, y, width, height), space_of(node))
    group = region_group(document)
    if group is not None:
        group.addChildNode(node, None)
        return node
    group = document.createGroupLayer(GROUP_NAME)
    group.setOpacity(115)
    group.addChildNode(node, None)
    document.rootNode().addChildNode(group, None)
    return node


def _painted(proposal: ProposedRegion, colour: str) -> bytes:
    """The mask as blue, green, red and alpha."""
    red, green, blue = bytes.fromhex(colour)
    pixels = bytearray(bytes((blue, green, red, 0)) * len(proposal.mask))
    pixels[3::4] = proposal.mask
    return bytes(pixels)
