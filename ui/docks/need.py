"""The line under the picture: device, memory, time and file size of the run that would start now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.docks import words
from ui.engine.order import TARGET_SCALE
from ui.engine.questions import CONTEXT_PX
from ui.layouts import ElidedLabel
from ui.model.scene import DEFAULT_METHOD
from ui.output import file_bytes, size_words

if TYPE_CHECKING:
    from pathlib import Path

    from core.geometry import Size
    from ui.docks.run import RunDock
    from ui.engine.client import EngineLink
    from ui.model.document import Document

SIGNS = {"ready": "●", "starting": "◐", "off": "○", "trouble": "▲"}
LOOK_EVERY_MS = 5000
LEAST_SPOT_PX = 384  # smaller ones tell more about the way to the engine than about its speed


@dataclass(frozen=True)
class Measured:
    """What runs and spots on this engine took; None while nothing was measured.

    `s_per_mp` is for a megapixel of the target, `tile_px` the pixels of a tile of the source.
    """

    s_per_mp: float | None = None
    peak_bytes: int | None = None
    tile_px: int | None = None

    def seconds(self, target: Size) -> float | None:
        """How long a target will take."""
        return None if self.s_per_mp is None else self.s_per_mp * target.area / 1e6

    def tiles(self, source: Size) -> int | None:
        """About how many tiles a source needs."""
        return None if not self.tile_px else max(1, -(-source.area // self.tile_px))


def after_run(result: dict[str, Any]) -> Measured:
    """What a finished run tells."""
    pixels = int(result["width"]) * int(result["height"])
    return Measured(
        float(result["seconds"]) / max(1e-6, pixels / 1e6),
        int(result["peak_bytes"]),
        _tile_pixels(result.get("tile")),
    )


def _tile_pixels(tile: Any) -> int | None:
    if isinstance(tile, (list, tuple)) and len(tile) == 2:
        return int(tile[0]) * int(tile[1])
    if isinstance(tile, dict):
        return int(tile["width"]) * int(tile["height"])
    return int(tile) ** 2 if isinstance(tile, int) else None


class NeedLine(QWidget):
    """Always there, always right; a button starts an engine that is off. `startWanted` when it is pressed."""

    startWanted = Signal()  # noqa: N815

    def __init__(
        self, document: Document, link: EngineLink, run: RunDock, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._document, self._link, self._run = document, link, run
        self._known: dict[str, Measured] = {}
        self._warm = False  # the first spot waits for the model, and says nothing about speed
        self.text, self.start = ElidedLabel(), QPushButton(self.tr("Start"))
        self.setAccessibleName(self.tr("What the run needs"))
        self.text.setAccessibleName(self.tr("What the run needs"))
        self.start.setAccessibleName(self.tr("Start the engine"))
        self.start.setProperty("link", True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(self.text, 1)
        row.addWidget(self.start)
        self.start.clicked.connect(self.startWanted)
        self.start.clicked.connect(link.start)
        document.sceneChanged.connect(self._refresh)
        run.outputChanged.connect(self._refresh)
        link.stateChanged.connect(self._refresh)
        link.jobDone.connect(self._run_done)
        link.jobChanged.connect(self._refresh)
        link.previewReady.connect(self._spot_done)
        self._clock = QTimer(self, interval=LOOK_EVERY_MS)
        self._clock.timeout.connect(self._refresh)
        self._clock.start()
        self._refresh()

    @property
    def measured(self) -> Measured:
        """What is known of this engine's speed with the method that is chosen."""
        return self._known.get(self._method, self._foretold())

    @property
    def _method(self) -> str:
        scene = self._document.scene
        return scene.method if scene is not None else DEFAULT_METHOD

    def _foretold(self) -> Measured:
        """What the engine says of a method that has not run here yet: seconds for a megapixel of the source."""
        seconds = self._link.hello.get("capabilities", {}).get("seconds_per_megapixel", {}).get(self._method)
        return Measured(None if seconds is None else float(seconds) / TARGET_SCALE**2)

    def _run_done(self, job: object, result: dict[str, Any]) -> None:
        del job
        self._known[str(result.get("method", self._method))] = after_run(result)
        self._refresh()

    def _spot_done(self, box: Any, pixels: Any, spot: Any) -> None:
        del box
        height, width = pixels.shape[:2]
        around = TARGET_SCALE * CONTEXT_PX  # an engine computes more than it shows
        speed = spot.seconds / ((width + around) * (height + around) / 1e6)
        known = self.measured
        if known.tile_px is None and self._warm and min(width, height) >= LEAST_SPOT_PX:
            self._known[self._method] = Measured(min(speed, known.s_per_mp or speed))
            self._refresh()
        self._warm = True

    def _refresh(self, *_: object) -> None:
        state, text = self._link.state
        self.start.setVisible(state in ("off", "trouble"))
        if state != "ready":
            self.text.setText(f"{SIGNS[state]} {text}")
            self.text.setToolTip(text)
            return
        device = str(self._link.hello.get("device", ""))
        line = " · ".join(part for part in (f"{SIGNS[state]} {device}", *self._parts()) if part)
        self.text.setText(line)
        self.text.setToolTip(line)

    def _parts(self) -> list[str]:
        scene = self._document.scene
        if scene is None:
            return []
        target = scene.size.enlarged(scene.scale)
        engine_target = scene.size.enlarged(4)
        measured = self.measured
        tiles, seconds = measured.tiles(scene.size), measured.seconds(engine_target)
        if self._link.runs.running is not None:
            seconds = None  # the run tells how long it will still take, and nobody else does
        parts = [self._memory(), words.about(seconds) if seconds is not None else ""]
        if tiles is not None and tiles > 1:
            parts.append(self.tr("will be done in about %n tiles", "", tiles))
        choice = self._run.output.choice
        return [*parts, self._file(target, choice.suffix_for(self._path()), choice.depth or 8)]

    def _memory(self) -> str:
        free = size_words(psutil.virtual_memory().available)
        peak_bytes = self.measured.peak_bytes
        if peak_bytes is None:
            return self.tr("{free} of memory free").format(free=free)
        return self.tr("needs {needed} of {free}").format(needed=size_words(peak_bytes), free=free)

    def _file(self, target: Size, suffix: str, depth: Any) -> str:
        source = self._document.source
        has_alpha = source.has_alpha if source else False
        return self.tr("about {size} file").format(
            size=size_words(file_bytes(target, suffix, depth, has_alpha))
        )

    def _path(self) -> Path | None:
        return self._document.path
