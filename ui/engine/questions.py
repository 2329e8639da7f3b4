"""Questions that the engine answers with one job: clicks, suggestions, spots, estimates."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import SemanticUpscaleError
from plugin.bridge import BridgeError, EngineGone, JobCancelled
from ui.engine.connection import whole_sentence
from ui.engine.order import SPOT_PX, TARGET_SCALE, regions_near
from ui.threads import WorkerThread

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.geometry import Box
    from plugin.bridge import Bridge, JobHandle
    from ui.engine.connection import EngineConnection
    from ui.engine.order import PictureIn, UpscaleOrder
    from ui.threads import ToUiThread

    Ask = Callable[[Bridge, str], JobHandle]

    Read = Callable[[JobHandle, dict[str, Any]], Any]

    Answer = Callable[[Any], None]


@dataclass(frozen=True)
class PreviewSpot:
    """A finished preview: `pixels` (height, width, 3) uint8 of the target where `box` lies in the source.

    `seconds` are those from the question to the answer, without the time in which it waited for its turn here.
    """

    box: Box
    pixels: np.ndarray
    order: UpscaleOrder
    seconds: float
    lane: str


class Questions:
    """Each lane is a thread of its own; on a `newest` lane a new question takes the place of one that waits."""

    def __init__(self, desk: EngineConnection, relay: ToUiThread, fault: Callable[[Exception], None]) -> None:
        self._desk, self._relay, self._fault = desk, relay, fault
        self._lanes: dict[str, WorkerThread] = {}
        self._era = 0

    def ask(  # noqa: PLR0913
        self,
        lane: str,
        picture: PictureIn,
        ask: Ask,
        read: Read,
        answer: Answer,
        *,
        newest: bool = True,
        refused: Callable[[str], None] | None = None,
    ) -> None:
        """Ask about a picture; `read` runs on the lane, `answer` on the interface thread, unless `clear` came.

        Where the question failed, `refused` is told why in words, on the interface thread too.
        """
        era = self._era
        task = partial(self._asked, picture, ask, read, partial(self._give, era, answer))
        if refused is not None:
            task = partial(self._tried, task, partial(self._give, era, refused))
        self.put(lane, task, newest=newest)

    def put(self, lane: str, task: Callable[[], None], *, newest: bool = False) -> None:
        """Any blocking work on a lane; its named errors go to `fault`."""
        if lane not in self._lanes:
            self._lanes[lane] = WorkerThread(lane, newest=newest, fault=self._told)
        self._lanes[lane].put(partial(self._guarded, task))

    def clear(self) -> None:
        """Another picture came: what waits is forgotten, and no answer about the old one arrives."""
        self._era += 1
        for lane in self._lanes.values():
            lane.clear()

    def close(self) -> None:
        """Take no more."""
        self._era += 1
        for lane in self._lanes.values():
            lane.close()

    def join(self, wait_s: float) -> None:
        """Wait for the threads to leave."""
        for lane in self._lanes.values():
            lane.join(wait_s)

    def _asked(self, picture: PictureIn, ask: Ask, read: Read, give: Answer) -> None:
        bridge, job = self._desk.about(picture, lambda bridge, known: (bridge, ask(bridge, known)))
        try:
            answer = read(job, job.wait())
        except EngineGone:
            self._desk.drop(bridge)
            raise
        self._relay.later(partial(give, answer))

    def _tried(self, task: Callable[[], None], refused: Answer) -> None:
        try:
            task()
        except JobCancelled:
            raise
        except (BridgeError, SemanticUpscaleError, OSError) as error:
            self._relay.later(partial(refused, whole_sentence(error)))
            raise

    def _give(self, era: int, answer: Answer, given: Any) -> None:
        if era == self._era:
            answer(given)

    def _guarded(self, task: Callable[[], None]) -> None:
        try:
            task()
        except JobCancelled:  # a newer question of this lane took its place
            return
        except (BridgeError, SemanticUpscaleError, OSError) as error:
            self._told(error)

    def _told(self, error: Exception) -> None:
        self._relay.later(partial(self._fault, error))


class SpotWork:
    """A preview of a box of the source: how it is asked for, and its pixels with the time that the engine took."""

    def __init__(self, order: UpscaleOrder, box: Box, lane: str) -> None:
        self._order, self._box, self._lane = order, box, lane
        self._began = 0.0

    def ask(self, bridge: Bridge, picture_id: str) -> JobHandle:
        """On the lane, when it is its turn."""
        self._began = time.monotonic()
        order, box = self._order, self._box
        corners, near = (box.x, box.y, box.width, box.height), regions_near(order.regions, box)
        return bridge.preview(picture_id, corners, near, order.rest, dict(order.options), lane=self._lane)

    def read(self, job: JobHandle, result: dict[str, Any]) -> PreviewSpot:
        """Its pixels as a screen shows them."""
        del result
        rows = np.frombuffer(b"".join(job.rows(space="srgb")), np.uint8)
        pixels = rows.reshape(self._box.height * TARGET_SCALE, self._box.width * TARGET_SCALE, 3)
        return PreviewSpot(self._box, pixels, self._order, time.monotonic() - self._began, self._lane)


# How large a spot may be so that its preview follows a hand on this machine.

QUICK_S, RESTED_S = 0.1, 0.5
SIDES_PX = (SPOT_PX, 96, 64, 48)
CONTEXT_PX = 24  # what an engine computes around a spot


class Pace:
    """Learns from the spots that came. Without any it takes the smallest but one."""

    def __init__(self) -> None:
        self._s_per_px: float | None = None

    def heard(self, spot: PreviewSpot) -> None:
        """A spot came, so fast."""
        self._s_per_px = spot.seconds / _computed(spot.box.width, spot.box.height)

    @property
    def quick_px(self) -> int:
        """The side of a spot that follows a hand."""
        return SIDES_PX[-2] if self._s_per_px is None else self._side_within(QUICK_S)

    @property
    def rested_px(self) -> int:
        """The side of a spot once the hand rests; the next move may have to wait for it."""
        return SIDES_PX[0] if self._s_per_px is None else self._side_within(RESTED_S)

    def _side_within(self, seconds: float) -> int:
        """The largest side whose preview takes so long at most; the smallest where none does."""
        each = self._s_per_px or 0.0
        return next((side for side in SIDES_PX if _computed(side, side) * each <= seconds), SIDES_PX[-1])


def _computed(width: int, height: int) -> int:
    return (width + CONTEXT_PX) * (height + CONTEXT_PX)
