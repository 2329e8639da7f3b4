"""A run that was stopped: what is done stays on the picture, and can be kept with the rest plainly enlarged."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog

from core.errors import Cancelled
from core.geometry import Box
from ui.canvas.tiles import piece
from ui.dialogs.question import ErrorSummary
from ui.disabled_reason import allow
from ui.output import target_name
from ui.threads import background

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.errors import SemanticUpscaleError
    from ui.live_view import LiveView
    from ui.model.pixels import SourceView, TargetView
    from ui.output import SaveChoice
    from ui.parts import Parts
    from ui.threads import BackgroundTask


STRIP_PIXELS = 1 << 20


@dataclass(frozen=True)
class PartialFile:
    """A file that holds part of a target, and the share of it, 0 … 1, that is done."""

    path: Path
    share: float


class Partial(QObject):
    """Answers the bar over the picture. `choice` is how targets are saved."""

    def __init__(self, parts: Parts, showing: LiveView, choice: Callable[[], SaveChoice]) -> None:
        super().__init__(parts.window)
        self._parts, self._choice = parts, choice
        self._gone: threading.Event | None = None
        parts.canvas.partial.keepWanted.connect(self.keep)
        parts.canvas.partial.discardWanted.connect(showing.forget)
        parts.document.pictureChanged.connect(self._picture_changed)

    @property
    def busy(self) -> bool:
        """Whether a part is being written."""
        return self._gone is not None

    def keep(self) -> None:
        """Ask for name and place, and write."""
        proposed = self._proposed()
        name, _ = QFileDialog.getSaveFileName(
            self._parts.window,
            self.tr("Save what is done"),
            str(proposed),
            f"{proposed.suffix[1:].upper()} (*{proposed.suffix});;PNG (*.png);;TIFF (*.tif *.tiff)",
        )
        if name:
            path = Path(name if Path(name).suffix else name + proposed.suffix)
            self._parts.remembered.set_folder("result", path.parent)
            self.keep_as(path)

    def keep_as(self, path: Path) -> None:
        """Write what is seen now, in a thread, under this name or a free one like it."""
        if self.busy:
            return
        source, target = self._parts.document.source, self._parts.canvas.lend_target()
        if source is None or target is None:
            return
        choice, gone = self._choice(), threading.Event()
        words = self.tr("Nothing was kept: another picture was opened before it was written.")

        def work(_: BackgroundTask) -> PartialFile:
            return write(source, target, path, choice, lambda: _check(gone, words))

        def done(kept: PartialFile) -> None:
            self._over(target)
            text = self.tr("Kept: {name}. {share} % of it is done, the rest is plainly enlarged.")
            self._parts.voice.say(text.format(name=kept.path.name, share=round(100 * kept.share)))

        def failed(error: SemanticUpscaleError) -> None:
            self._over(target)
            self._parts.voice.tell(ErrorSummary(str(error), error.advice))

        self._gone = gone
        allow(self._parts.canvas.partial.keep, self.tr("It is being written."))
        background(work, done, failed, self)

    def _over(self, target: TargetView) -> None:
        self._gone = None
        allow(self._parts.canvas.partial.keep, "")
        self._parts.canvas.take_back_target(target)

    def _picture_changed(self) -> None:
        """The old picture's pixels are about to go: what is not written yet will not be."""
        if self._gone is not None:
            self._gone.set()

    def _proposed(self) -> Path:
        """Beside the source; in the pictures folder where the source has no place of its own."""
        document, choice = self._parts.document, self._choice()
        source = document.path or Path(document.title or "picture.png")
        target = self._parts.canvas.target
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        folder = source.parent if document.path else Path(self._parts.remembered.folder("result") or home)
        suffix = choice.suffix_for(source, document.source.carried if document.source else None)
        return folder / target_name(
            choice.template, f"{source.stem}-partial", target.scale if target else 4.0, suffix
        )


def _check(gone: threading.Event, words: str) -> None:
    if gone.is_set():
        raise Cancelled(words)


def target_strips(source: SourceView, target: TargetView) -> Iterator[tuple[Box, np.ndarray, int]]:
    """Strips of the target from top to bottom: box, (h, w, 4) uint8 straight RGBA, and how many pixels are done.

    Where no tile came it is the source, enlarged bicubically as the canvas shows it; the alpha is the source's.
    """
    size = target.size
    rows = max(1, STRIP_PIXELS // size.width)
    for y in range(0, size.height, rows):
        box = Box(0, y, size.width, min(rows, size.height - y))
        made, whole = target.pixels(0, box), piece(source, target.scale, box, smooth=True)
        done = made[..., 3] == 255
        whole[..., :3][done] = made[..., :3][done]
        yield box, whole, int(done.sum())


def write(
    source: SourceView, target: TargetView, path: Path, choice: SaveChoice, check: Callable[[], None]
) -> PartialFile:
    """What is seen as a file with everything that the source carried; the errors are those of `core.image.io`.

    `check` raises where the pixels are no longer there to be read; then nothing is written.
    """
    from core.image.io import Carried, FileEncoder, SaveOptions, save_picture  # noqa: PLC0415  (libvips takes long)
    from core.image.metadata import without_location, without_metadata  # noqa: PLC0415

    carried = source.carried or Carried(has_alpha=source.has_alpha)
    carried = carried if choice.location else without_location(carried)
    carried = carried if choice.metadata else without_metadata(carried)
    options = SaveOptions(path.suffix.lower(), choice.quality, depth=choice.depth, invented=True)
    encoder, count = FileEncoder(carried, options), 0
    filled = encoder.blank(target.size)
    with filled.planes:
        for box, rgba, done in target_strips(source, target):
            check()  # after the pixels are read: had they gone before, it raises
            values, count = rgba.astype(np.float32) / np.float32(255), count + done
            alpha = values[..., 3:] if source.has_alpha else None
            filled.planes.write(box.y, encoder.encode(values[..., :3], alpha))
        saved = save_picture(filled, path, options, carried)
    return PartialFile(saved.path, count / max(1, target.size.area))
