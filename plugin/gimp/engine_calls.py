"""What the thread does with the engine. Nothing of GIMP in here."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from ..bridge import BridgeError, EngineMissing, JobCancelled, JobFailed, connect, find
from ..bridge.facts import BANDS, DEPTH_BYTES

if TYPE_CHECKING:
    from subprocess import Popen

    from ..bridge import Bridge, Event, JobHandle, PixelPlanes
    from .settings import GimpRequest
    from .worker import MessageQueue


NAME = "gimp"
STARTING_S = 30
LONG_S = 100
ASK_AGAIN_S = 3.0


class CannotDo(BridgeError):  # noqa: N818  (the plug-in's own refusal, with words and advice like the engine's)
    """The document does not allow what was asked."""


@dataclass(frozen=True)
class GimpOrder:
    """What goes to the engine."""

    planes: PixelPlanes
    regions: list
    settings: GimpRequest
    title: str = ""


def engine(line: MessageQueue) -> Bridge:
    """The engine, started where it is off."""
    since = time.monotonic()

    def waiting() -> None:
        line.say(f"The engine starts … {time.monotonic() - since:.0f} s")
        line.reach(-1)

    return connect(NAME, start=True, wait_s=STARTING_S, on_wait=waiting)


def upscale(order: GimpOrder, line: MessageQueue) -> dict:
    """The job's result. Gives ("size", width, height), then ("rows", y, rows, bytes) until all are there."""
    bridge = engine(line)
    line.say("The picture goes to the engine …")
    picture = bridge.post_picture(order.planes)
    job = bridge.upscale(picture.id, order.regions, order.settings.rest, order.settings.options())
    result = follow(job, line)
    fetch(job, result, order.planes, line)
    _forget(bridge, job, picture.id)
    return result


def follow(job: JobHandle, line: MessageQueue) -> dict:
    """Tell how far the job is, until its result is there. JobFailed, JobCancelled, EngineGone."""
    notes = []
    for event in job.events():
        if event.kind == "note":
            notes.append(str(event.data.get("text", "")))
        elif event.kind == "done":
            result = event.data.get("result") or {}
            return {**result, "notes": [*(result.get("notes") or ()), *notes]}
        elif event.kind == "failed":
            told = event.data.get("error") or {}
            raise JobFailed(
                str(told.get("message") or "The job failed."), told.get("advice", ""), told.get("code", "")
            )
        elif event.kind == "cancelled":
            break
        else:
            _tell(event, line)
    raise JobCancelled


def _tell(event: Event, line: MessageQueue) -> None:
    if event.kind == "state" and event.data.get("position"):
        line.say("Waiting: {} before this one".format(event.data["position"]))
        line.reach(-1)
    elif event.kind == "progress":
        done, total = event.data.get("done") or 0, event.data.get("total") or 0
        line.say(progress_words(event.data))
        line.reach(done / total if total else -1)


def progress_words(data: dict) -> str:
    """ "Upscaling: 12 of 40 tiles, 8 s left"."""  # noqa: D210
    stage = str(data.get("stage") or "upscaling").capitalize()
    total, left_s = data.get("total"), data.get("left_s")
    counted = ": {} of {}".format(data.get("done", 0), total) if total else " …"
    return stage + counted + (f", {time_words(left_s)} left" if left_s else "")


def time_words(seconds: float) -> str:
    """ "40 s", "6 min"."""  # noqa: D210
    return f"{seconds:.0f} s" if seconds < LONG_S else f"{seconds / 60:.0f} min"


def fetch(job: JobHandle, result: dict, planes: PixelPlanes, line: MessageQueue) -> None:
    """Give the target's rows, in the mode and depth of the source."""
    width, height = int(result["width"]), int(result["height"])
    row_bytes = width * BANDS[planes.mode] * DEPTH_BYTES[planes.depth]
    line.say("The result comes …")
    line.give("size", width, height)
    y = 0
    for piece in job.rows(planes.mode, planes.depth):
        rows = len(piece) // row_bytes
        line.give("rows", y, rows, piece)
        y += rows
        line.reach(y / height)
    if y != height:
        raise CannotDo(f"The engine gave {y} of {height} rows.", "Try again.")


def hand_off(order: GimpOrder, open_window: Callable[[str], Popen], line: MessageQueue) -> dict | None:
    """Leave the picture for the window and wait for its answer: the job's result, or None where it was closed."""
    bridge = engine(line)
    picture = bridge.post_picture(order.planes)
    handoff = bridge.hand_off(picture.id, order.regions, order.settings.rest, order.title, "GIMP")
    window = open_window(handoff)
    line.say("Semantic Upscale has the picture. Press “Send back” there.")
    answer = None
    while not answer:
        line.reach(-1)
        code = window.poll()  # before the answer, which may have come with the end
        answer = bridge.handoff(handoff, wait_s=ASK_AGAIN_S).get("answer")
        if not answer and code is not None:
            return _window_ended(code)
    if not answer.get("job"):
        return None
    job = bridge.job(answer["job"])
    result = follow(job, line)
    fetch(job, result, order.planes, line)
    return result


def _window_ended(code: int) -> None:
    """Closed without an answer is the user's choice; an end with a fault is told."""
    if code:
        raise EngineMissing(
            f"The window of Semantic Upscale ended with a fault ({code}). Nothing was changed.",
            "Open Semantic Upscale by itself to see why, or use Upscale… here.",
        )


def _forget(bridge: Bridge, job: JobHandle, picture_id: str) -> None:
    """Give the engine its memory back; where it no longer listens, that is its own matter."""
    try:
        job.cancel()
        bridge.forget_picture(picture_id)
    except BridgeError:
        pass


def start(line: MessageQueue) -> str:
    """Start the engine; a sentence."""
    hello = engine(line).hello()
    return f"The engine runs (version {hello.version}, {hello.device})."


def stop(_line: MessageQueue | None = None) -> str:
    """Stop it; a sentence."""
    bridge = find(NAME)
    if bridge is None:
        return "The engine is off."
    bridge.stop()
    return "The engine finishes what it is at and stops."


def methods() -> list:
    """The ways to upscale that can run here, as a running engine names them; none where it is off."""
    bridge = find(NAME)
    return list(bridge.hello().capabilities.get("methods", ())) if bridge else []


def state(_line: MessageQueue | None = None) -> str:
    """How it is; a sentence."""
    bridge = find(NAME)
    if bridge is None:
        return "The engine is off. It starts by itself with the next upscale."
    told, hello = bridge.status(), bridge.hello()
    jobs = len(told.get("queue") or ())
    busy = f"{jobs} job{'s' * (jobs != 1)} in the queue" if jobs else "nothing to do"
    return f"The engine runs: {busy}; version {hello.version}, on {told.get('device') or hello.device}."
