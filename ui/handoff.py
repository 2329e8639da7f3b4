"""A picture that an editor handed over to the engine, and the way back to it."""

from __future__ import annotations

import base64
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject

from core.errors import UsageError
from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.region import Region, RegionSet
from ui.dialogs.question import ErrorSummary

if TYPE_CHECKING:
    from plugin.bridge import Bridge
    from ui.chrome.toolbars import GuestBar
    from ui.live_view import LiveView
    from ui.parts import Parts

HOSTS = {"krita": "Krita", "gimp": "GIMP"}


class Guest(QObject):
    """`receive` opens the picture; `send` answers with the shown result; `close` says that none will come."""

    def __init__(self, parts: Parts, showing: LiveView, bar: GuestBar) -> None:
        super().__init__(parts.window)
        self._parts, self._showing, self._bar = parts, showing, bar
        self.id = ""
        self.title = self.host = ""

    def receive(self, identity: str) -> None:
        """Fetch what was left under this id, and show it."""
        self.id = identity
        self._parts.link.talk("handoff", partial(_fetch, identity), self._open, self._failed)

    def send(self) -> None:
        """Give the shown result to the editor that waits for it."""
        number = self._showing.result()
        job = self._parts.link.runs.job(number) if number is not None else None
        if job is not None:
            self._parts.link.talk("handoff", partial(_answer, self.id, job.id), self._sent, self._failed)

    def close(self) -> None:
        """The window closes: the editor need not wait any longer."""
        if self.id:
            identity, self.id = self.id, ""
            self._parts.link.talk("handoff", partial(_answer, identity, None), _heard, _heard)

    def reason(self) -> str:
        """Why nothing can be sent back now; empty where it can."""
        if not self.id:
            return self.tr("This picture did not come from an editor.")
        return "" if self._showing.result() else self.tr("Upscale the picture first.")

    def _open(self, told: dict[str, Any]) -> None:
        self.title, self.host = str(told["title"]), HOSTS.get(str(told["host"]).lower(), str(told["host"]))
        self._parts.document.opened.connect(self._shown)
        self._parts.link.expect(told["ref"])
        self._parts.document.open_array(told["pixels"], self.title or self.host, regions=told["regions"])

    def _shown(self) -> None:
        self._parts.document.opened.disconnect(self._shown)
        self._bar.welcome(self.host, self.title)

    def _sent(self, given: object) -> None:
        del given
        self.id = ""
        self._parts.voice.say(self.tr("Sent back to {host}.").format(host=self.host))
        self._bar.hide()

    def _failed(self, message: str) -> None:
        self._parts.voice.tell(
            ErrorSummary(message, self.tr("Hand the picture over once more from the editor."))
        )


def _fetch(identity: str, bridge: Bridge) -> dict[str, Any]:
    told = bridge.handoff(identity)
    ref, pixels = bridge.picture_pixels(told["picture"])
    size = Size(ref.width, ref.height)
    regions = region_set(told.get("regions", ()), float(told.get("rest", 0.0)), size)
    depth = np.uint16 if ref.depth != "u8" else np.uint8
    array = np.frombuffer(pixels, depth).reshape(size.height, size.width, -1)
    return {**told, "ref": ref, "pixels": array, "regions": regions}


def _answer(identity: str, job: str | None, bridge: Bridge) -> None:
    if job is not None:
        bridge.job(job).keep()
    bridge.answer_handoff(identity, job)


def _heard(given: object) -> None:
    del given


def region_set(rows: Any, rest: float, size: Size) -> RegionSet:
    """Regions as the protocol writes them; UsageError where one is not whole."""
    return RegionSet(size, tuple(_region(f"r{at}", row, size) for at, row in enumerate(rows, 1)), rest)


def _region(identity: str, row: dict[str, Any], size: Size) -> Region:
    box = Box(*(int(side) for side in row["box"]))
    try:
        packed = zlib.decompressobj().decompress(base64.b64decode(row["mask"]), box.size.area + 1)
        mask = np.frombuffer(packed, np.uint8).reshape(box.height, box.width) >= 128
    except (ValueError, zlib.error) as error:
        raise UsageError(f"The mask of “{row.get('name', '')}” is not whole.") from error
    return Region(
        identity,
        str(row.get("name", "")),
        Mask(box, mask).within(size),
        priority=float(row.get("priority", 0.0)),
        feather_px=float(row.get("feather_px", 0.0)),
        locked=bool(row.get("locked", False)),
        visible=bool(row.get("visible", True)),
    )
