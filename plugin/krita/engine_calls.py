"""What is done at the engine, as messages to the host: blocking, for a worker thread, and free of Krita."""

from __future__ import annotations

import contextlib
import queue
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable

from ..bridge import EngineMissing, connect
from ..bridge.client import job_error
from ..bridge.errors import JobCancelled
from ..bridge.locate import open_window
from .pixels import BAND_BYTES, Space, columns, enlarge_blocks, regroup
from .translation import mark, tr

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from subprocess import Popen

    from ..bridge import Bridge, JobHandle, PixelPlanes, RegionIn


CLIENT = "krita"
ANSWER_WAIT_S = 5.0


@dataclass(frozen=True)
class Note:
    """What is going on, in words; `warn` for what the user must not overlook."""

    words: str
    warn: bool = False


@dataclass(frozen=True)
class Went:
    """`done` of `total` steps, `left_s` seconds to go where that is known."""

    done: int
    total: int
    left_s: float | None = None


@dataclass(frozen=True)
class Rows:
    """Finished rows from `y` on in Krita's order of channels; `of` is "result" or "original"."""

    of: str
    y: int
    rows: int
    data: bytes | bytearray = field(repr=False)


@dataclass(frozen=True)
class Sized:
    """Width and height of what will come, in pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class JobFinished:
    """The last message; `result` is what the engine says about its job."""

    result: dict


@dataclass(frozen=True)
class HostOrder:
    """What to do. `cut` is (left, top, width, height) in source pixels of what comes back; None for all.

    `factor` is by how much the target is shrunk again, 1 or 4; `shrink` does it; `original` asks for the source too.
    """

    planes: PixelPlanes = field(repr=False)
    space: Space
    regions: tuple[RegionIn, ...] = ()
    rest: float = 0.0
    options: dict = field(default_factory=dict)
    cut: tuple[int, int, int, int] | None = None
    factor: int = 1
    original: bool = False
    title: str = ""
    shrink: Callable[..., bytes] | None = None
    client: str = CLIENT


class Stop:
    """The user's wish to end, asked between two steps. `job` is what to cancel at the engine."""

    def __init__(self) -> None:
        self.wanted = threading.Event()
        self.job: JobHandle | None = None

    def check(self) -> None:
        """JobCancelled where the user has had enough."""
        if self.wanted.is_set():
            raise JobCancelled

    def ask(self) -> None:
        """End it now; the engine is told from a thread of its own, for it may not answer at once."""
        self.wanted.set()
        job = self.job
        if job is not None:
            threading.Thread(target=_cancel, args=(job,), name="semantic-upscale-cancel", daemon=True).start()


def _cancel(job: JobHandle) -> None:
    with contextlib.suppress(Exception):  # it dies with its client's event stream in any case
        job.cancel()


def upscaling(order: HostOrder, stop: Stop) -> Generator[Any, None, None]:
    """Have the order's picture enlarged: messages, the rows of the target among them."""
    yield Note(mark("Looking for the engine…"))
    bridge = connect(order.client, on_wait=stop.check)
    yield Note(mark("Sending the picture…"))
    picture = bridge.post_picture(order.planes)
    stop.check()
    job = bridge.upscale(picture.id, regions=order.regions, rest=order.rest, options=order.options)
    yield from _job_done(job, order, stop)


def _job_done(job: JobHandle, order: HostOrder, stop: Stop) -> Iterator[Any]:
    stop.job = job
    result = yield from follow_job(job, stop)
    yield from fetch_rows(job, result, order, stop)
    stop.job = None
    _cancel(job)
    yield JobFinished(result)


def previewing(order: HostOrder, box: tuple[int, int, int, int], stop: Stop) -> Generator[Any, None, None]:
    """Have a box of the order's picture enlarged for the screen: the last message has its size and RGBA rows, sRGB."""
    yield Note(mark("Looking for the engine…"))
    bridge = connect(order.client, on_wait=stop.check)
    yield Note(mark("Making the preview…"))
    picture = bridge.post_picture(order.planes)
    stop.check()
    job = bridge.preview(
        picture.id, box, regions=order.regions, rest=order.rest, options=order.options, lane=order.client
    )
    stop.job = job
    result = yield from follow_job(job, stop)
    data = b"".join(job.rows("RGBA", "u8", space="srgb"))
    stop.job = None
    _cancel(job)
    yield JobFinished({"width": int(result["width"]), "height": int(result["height"]), "data": data})


def follow_job(job: JobHandle, stop: Stop) -> Generator[Any, None, dict]:
    """What a job says until it ends, as messages; gives its result. JobFailed and JobCancelled as they come."""
    for event in job.events():
        stop.check()
        data = event.data
        if event.kind == "state":
            yield Note(_state(data))
        elif event.kind == "progress":
            yield Went(int(data.get("done", 0)), int(data.get("total", 0)), data.get("left_s"))
        elif event.kind == "note":
            yield Note(str(data.get("text", "")), warn=True)
        elif event.kind == "failed":
            raise job_error(data.get("error") or {})
        elif event.kind == "done":
            return data.get("result") or {}
    raise JobCancelled


def _state(data: dict) -> str:
    position = data.get("position")
    if data.get("state") == "queued":
        if position:
            return tr("Waiting: {position} before this one.", position=position)
        return mark("Waiting for the engine…")
    return mark("Working…")


def fetch_rows(job: JobHandle, result: dict, order: HostOrder, stop: Stop) -> Iterator[Any]:
    """The rows of a finished job, cut and shrunk as ordered, then those of the source where they are wanted too."""
    place = place_cut(order, int(result["width"]), int(result["height"]))
    yield Sized(place[2] // order.factor, place[3] // order.factor)
    yield Note(mark("Bringing the result in…"))
    yield from _result_rows(job, (int(result["width"]), place), order, stop)
    if order.original:
        yield from _original_rows(order, (place[2], place[3]), stop)


def place_cut(order: HostOrder, width: int, height: int) -> tuple[int, int, int, int]:
    """The cut in pixels of a target of this size."""
    if order.cut is None:
        return 0, 0, width, height
    left, top, wide, high = order.cut
    across, down = width / order.planes.width, height / order.planes.height
    x, y = round(left * across), round(top * down)
    return x, y, min(width - x, round(wide * across)), min(height - y, round(high * down))


def _result_rows(job: JobHandle, target: tuple[int, tuple], order: HostOrder, stop: Stop) -> Iterator[Any]:
    width, (left, top, wide, high) = target
    space, row_bytes, at = order.space, width * order.space.pixel_bytes, 0
    pieces = job.rows(space.mode, space.engine_depth, y=top, count=high)
    for piece in regroup(pieces, row_bytes * order.factor):
        stop.check()
        rows = len(piece) // row_bytes
        data = columns(piece, row_bytes, left * space.pixel_bytes, wide * space.pixel_bytes)
        if order.shrink is not None and order.factor > 1:
            rows //= order.factor
            data = order.shrink(data, (wide, rows * order.factor), space, order.factor)
        yield Rows("result", at, rows, space.turned(data))
        at += rows


def _original_rows(order: HostOrder, size: tuple[int, int], stop: Stop) -> Iterator[Any]:
    source, space, at = order.planes, order.space, 0
    left, top, wide, high = order.cut or (0, 0, source.width, source.height)
    whole = memoryview(source.data)[top * source.row_bytes : (top + high) * source.row_bytes]
    data = columns(bytes(whole), source.row_bytes, left * space.pixel_bytes, wide * space.pixel_bytes)
    row_bytes = size[0] * space.pixel_bytes
    group = row_bytes * max(1, BAND_BYTES // row_bytes)
    for piece in regroup(enlarge_blocks(data, (wide, high), size, space.pixel_bytes), group):
        stop.check()
        rows = len(piece) // row_bytes
        yield Rows("original", at, rows, space.turned(piece))
        at += rows


def handing_over(order: HostOrder, stop: Stop) -> Generator[Any, None, None]:
    """Open the picture in the window, wait until it is sent back, and bring the target in."""
    yield Note(mark("Looking for the engine…"))
    bridge = connect(order.client, on_wait=stop.check)
    yield Note(mark("Sending the picture…"))
    picture = bridge.post_picture(order.planes)
    asked = bridge.hand_off(
        picture.id, regions=order.regions, rest=order.rest, title=order.title, host="Krita"
    )
    window = open_window(asked)
    yield Note(mark("Open in Semantic Upscale. Press “Send back” there when it is done."))
    job = _answered(bridge, asked, window, stop)
    yield from _job_done(job, order, stop)


def _answered(bridge: Bridge, asked: str, window: Popen, stop: Stop) -> JobHandle:
    while True:
        stop.check()
        code = window.poll()  # before the answer, which may have come with the end
        answer = bridge.handoff(asked, wait_s=ANSWER_WAIT_S).get("answer")
        if answer and answer.get("job"):
            return bridge.job(answer["job"])
        if answer or code == 0:
            raise JobCancelled
        if code is not None:
            raise EngineMissing(
                tr("The window of Semantic Upscale ended with a fault ({code}).", code=code),
                mark("Open Semantic Upscale by itself to see why, or use Upscale… here."),
            )


# A thread that runs an errand; a few of its messages wait for Krita's thread, so memory is bounded.

HELD = 6
LOOK_S = 0.1


@dataclass(frozen=True)
class Broke:
    """The last message of an errand that did not go well."""

    error: BaseException


class BackgroundWorker:
    """Runs `errand(stop)`, a generator of messages; the last one is the errand's own, or `Broke`."""

    def __init__(self, errand: Callable[[Stop], Generator[Any, None, None]]) -> None:
        self.errand, self.stop = errand, Stop()
        self.messages: queue.Queue = queue.Queue(HELD)
        self.thread = threading.Thread(target=self._run, name="semantic-upscale", daemon=True)

    def start(self) -> BackgroundWorker:
        """Begin."""
        self.thread.start()
        return self

    def next(self) -> Any:
        """A message, or None where there is none yet. Never blocks."""
        try:
            return self.messages.get_nowait()
        except queue.Empty:
            return None

    def _run(self) -> None:
        steps = self.errand(self.stop)
        try:
            for message in steps:
                self._put(message)
        except BaseException as error:  # noqa: BLE001  (the one net of this thread: the host tells it)
            self._last(Broke(error))
        finally:
            steps.close()

    def _put(self, message: Any) -> None:
        while True:
            self.stop.check()
            try:
                self.messages.put(message, timeout=LOOK_S)
            except queue.Full:
                continue
            return

    def _last(self, message: Broke) -> None:
        if isinstance(message.error, JobCancelled) and self.stop.wanted.is_set():
            return  # whoever asked for it knows
        with contextlib.suppress(JobCancelled):
            self._put(message)
