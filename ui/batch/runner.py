"""A batch under way: errors never stop the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from core.errors import Cancelled, SemanticUpscaleError
from core.regions.project import sidecar_of
from core.regions.region import RegionSet
from core.regions.suproj import read_project
from plugin.bridge import BridgeError, EngineGone, JobFailed
from ui.batch import plan
from ui.batch.plan import DONE, SKIPPED, regions_by_rule
from ui.engine.connection import whole_sentence
from ui.engine.order import PictureIn, regions_in
from ui.model.proposal import proposal_from
from ui.output import check_room, file_bytes
from ui.threads import ToUiThread, WorkerThread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from core.geometry import Size
    from plugin.bridge import Bridge, JobHandle
    from ui.batch.plan import BatchItem, BatchOptions, Report
    from ui.engine.client import EngineLink
    from ui.engine.connection import EngineConnection


# One picture of a batch, from file to file. Blocks: it belongs on a background thread.


@dataclass(frozen=True)
class PictureContext:
    """What the work on one picture may use: the engine, a place to tell progress, and whether to stop."""

    desk: EngineConnection
    told: Callable[[int, int], None]
    stopped: Callable[[], bool]


def do_item(item: BatchItem, options: BatchOptions, hand: PictureContext, seconds: list[float]) -> BatchItem:
    """The item as it ended: done or skipped. Raises what went wrong; Cancelled where it was stopped.

    `seconds` gets what the engine needed for a megapixel of target.
    """
    target = options.target_of(item)
    if options.skip_existing and target.exists():
        return replace(item, state=SKIPPED, text="", target=target)
    if item.size is None:
        raise ValueError("the size of the picture is looked up before it is worked on")
    target.parent.mkdir(parents=True, exist_ok=True)
    check_room(
        target.parent, file_bytes(options.target_size(item.size), target.suffix, options.choice.depth or 8)
    )
    picture = PictureIn(f"batch {item.path}", item.path.name, item.size, str(item.path))
    regions = _regions(item, options, hand, picture)
    bridge, job = hand.desk.about(
        picture, lambda bridge, known: (bridge, _upscale(bridge, known, regions, options))
    )
    result = _followed(bridge, job, hand)
    used = job.save(str(target), **options.choice.for_engine())
    seconds.append(float(result["seconds"]) / max(1e-6, result["width"] * result["height"] / 1e6))
    job.cancel()
    return replace(item, state=DONE, text="", target=target.__class__(used))


def _upscale(bridge: Bridge, known: str, regions: RegionSet, options: BatchOptions) -> JobHandle:
    return bridge.upscale(known, regions_in(regions), regions.rest, options.asked)


def _regions(item: BatchItem, options: BatchOptions, hand: PictureContext, picture: PictureIn) -> RegionSet:
    """Those saved beside the picture, else by rule."""
    rules, size = options.rules, picture.size
    sidecar = sidecar_of(item.path)
    if rules.beside and sidecar.is_file():
        kept = read_project(sidecar).regions
        if kept.size == size:
            return kept
    if not rules.needs_look:
        return RegionSet(size, rest=rules.rest)
    job = hand.desk.about(picture, lambda bridge, known: bridge.suggest(known))
    job.wait()
    return regions_by_rule([proposal_from(each, size) for each in job.proposals()], size, rules)


def _followed(bridge: Bridge, job: JobHandle, hand: PictureContext) -> dict[str, Any]:
    """The result, once it is there."""
    try:
        for event in job.events():
            if hand.stopped():
                job.cancel()
                raise Cancelled("The batch was stopped.")
            if event.kind == "progress":
                hand.told(int(event.data["done"]), int(event.data["total"]))
            elif event.kind == "failed":
                error = event.data.get("error") or {}
                raise JobFailed(error.get("message", ""), error.get("advice", ""), error.get("code", ""))
            elif event.kind == "done":
                return event.data["result"]
    except EngineGone:
        hand.desk.drop(bridge)
        raise
    raise Cancelled("The batch was stopped.")


THUMB_PX = 40
THUMB_LIMIT_PIXELS = 40_000_000


class BatchRunner(QObject):
    """The list and the thread that works on it.

    | signal | arguments |
    | --- | --- |
    | listChanged | pictures came or went |
    | itemChanged | row |
    | progressed | row, tiles done, tiles in all |
    | finished | `Report` |
    """

    listChanged = Signal()  # noqa: N815
    itemChanged = Signal(int)  # noqa: N815
    progressed = Signal(int, int, int)
    finished = Signal(object)

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link, self._relay = link, ToUiThread(self)
        self._lane, self._looking = WorkerThread("batch"), WorkerThread("batch-look")
        self.items: list[BatchItem] = []
        self.thumbs: dict[Path, QImage] = {}
        self.running = False
        self._stopped = False
        self._s_per_mp: list[float] = []

    @property
    def s_per_mp(self) -> float | None:
        """Seconds for a megapixel of target so far; None before the first picture."""
        return sum(self._s_per_mp) / len(self._s_per_mp) if self._s_per_mp else None

    @property
    def report(self) -> Report:
        """As things stand."""
        return plan.report_of(self.items)

    def add(self, paths: Iterable[Path]) -> None:
        """Pictures, and all pictures below folders, looked up in the background; none stands there twice."""
        self._looking.put(partial(self._find, [Path(path) for path in paths]))

    def remove(self, row: int) -> None:
        """Out of the list."""
        if not self.running:
            del self.items[row]
            self.listChanged.emit()

    def clear(self) -> None:
        """An empty list."""
        if not self.running:
            self.items = []
            self.listChanged.emit()

    def start(self, options: BatchOptions) -> None:
        """Work on everything that waits or failed; one after another."""
        if self.running:
            return
        self.running, self._stopped = True, False
        again = (plan.FAILED, plan.SKIPPED)
        self.items = [replace(i, state=plan.WAITING, text="") if i.state in again else i for i in self.items]
        self.listChanged.emit()
        waiting = [row for row, item in enumerate(self.items) if item.state == plan.WAITING]
        for row in waiting:
            self._lane.put(partial(self._work, row, self.items[row], options))
        self._lane.put(partial(self._relay.later, self._end))

    def stop(self) -> None:
        """After the tile at hand; what is done stays."""
        self._stopped = True

    def close(self, wait_s: float = 0.0) -> None:
        """Let go of the threads."""
        self._stopped = True
        self._relay.close()
        for lane in (self._lane, self._looking):
            lane.close()
            if wait_s:
                lane.join(wait_s)

    # on the threads

    def _find(self, paths: list[Path]) -> None:
        for item in plan.found_in(paths):
            try:
                found = item if item.state == plan.FAILED else replace(item, size=size_of(item.path))
            except SemanticUpscaleError as error:
                found = replace(item, state=plan.FAILED, text=whole_sentence(error))
            self._relay.later(partial(self._found, found, thumb_of(item.path)))

    def _work(self, row: int, item: BatchItem, options: BatchOptions) -> None:
        if self._stopped:
            return
        self._relay.later(partial(self._set, row, replace(item, state=plan.RUNNING)))
        tell = partial(self._tell, row)
        hand = PictureContext(self._link.desk, tell, lambda: self._stopped)
        try:
            if item.size is None:
                item = replace(item, size=size_of(item.path))
            ended = do_item(item, options, hand, self._s_per_mp)
        except Cancelled:
            ended = replace(item, state=plan.WAITING)
        except (BridgeError, SemanticUpscaleError, OSError) as error:
            ended = replace(item, state=plan.FAILED, text=whole_sentence(error))
        self._relay.later(partial(self._set, row, ended))

    def _tell(self, row: int, done: int, total: int) -> None:
        self._relay.later(partial(self.progressed.emit, row, done, total))

    # on the interface thread

    def _found(self, item: BatchItem, thumb: QImage) -> None:
        if not thumb.isNull():
            self.thumbs[item.path] = thumb
        if all(item.path != each.path for each in self.items):
            self.items.append(item)
            self.listChanged.emit()

    def _set(self, row: int, item: BatchItem) -> None:
        self.items[row] = item
        self.itemChanged.emit(row)

    def _end(self) -> None:
        self.running = False
        self.finished.emit(self.report)


def size_of(path: Path) -> Size:
    """Of a picture file, upright; InputError where it cannot be read."""
    from core.image.read import open_header  # noqa: PLC0415  (libvips would cost the window's start)

    return open_header(path).size


def thumb_of(path: Path) -> QImage:
    """A small view where Qt can make one cheaply, else an empty image; any thread may ask."""
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > THUMB_LIMIT_PIXELS:
        return QImage()
    size.scale(THUMB_PX, THUMB_PX, Qt.AspectRatioMode.KeepAspectRatio)
    reader.setScaledSize(size)
    return reader.read()
