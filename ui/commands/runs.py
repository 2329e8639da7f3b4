"""What the Upscale menu does, and what is done with the enlarged picture."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QStandardPaths, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog

from core import folders
from core.errors import SemanticUpscaleError
from core.geometry import Box
from ui.dialogs.question import ErrorSummary
from ui.docks.run import SCALES
from ui.engine.client import OFF, READY, STARTING, TROUBLE
from ui.output import target_path
from ui.qt import image_from_array

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.chrome.panels import Panels
    from ui.docks.run import Dial
    from ui.live_view import LiveView
    from ui.output import SaveChoice
    from ui.parts import Parts


COPY_LIMIT_PIXELS = 64_000_000
TWICE_MS = 2000
DETAIL_STEPS, CLEAN_STEPS = 5, 10  # half a priority, ten per cent


class RunActions(QObject):
    """Handlers and reasons of `run.*`, `engine.*`, `file.export` and `edit.copy_result`."""

    def __init__(self, parts: Parts, showing: LiveView, panels: Panels) -> None:
        super().__init__(parts.window)
        self._parts, self._showing, self._panels = parts, showing, panels
        self._twice = QTimer(self, singleShot=True, interval=TWICE_MS)

    def handlers(self) -> dict[str, Callable[..., object]]:
        """By id."""
        link = self._parts.link
        return {
            "run.upscale": self._panels.run.upscale,
            "run.preview": self._showing.spot,
            "run.cancel": self.cancel,
            "run.pause": self._panels.queue.pause.setChecked,
            "engine.start": link.start,
            "engine.stop": link.stop,
            "file.save_result": self.save,
            "file.show_result": self.show_in_folder,
            "file.export": self.export,
            "edit.copy_result": self.copy,
            **self._dials(),
        }

    def reasons(self) -> dict[str, Callable[[], str]]:
        """By id."""
        return {
            "run.upscale": self._no_picture,
            "run.preview": self._no_picture,
            "run.cancel": self._nothing_runs,
            "engine.start": self._engine_there,
            "engine.stop": self._engine_gone,
            "file.save_result": self._not_to_save,
            "file.show_result": self._not_saved,
            "file.export": self._no_result,
            "edit.copy_result": self._no_result,
            **dict.fromkeys(self._dials(), self._no_picture),
        }

    def _dials(self) -> dict[str, Callable[..., object]]:
        """What the panel's dials do, for those who work by menus and keys."""
        run = self._panels.run
        return {
            **{f"dial.size_{scale}": run.scales.button(scale).click for scale in SCALES},
            "dial.detail_more": partial(_turn, run.detail, DETAIL_STEPS),
            "dial.detail_less": partial(_turn, run.detail, -DETAIL_STEPS),
            "dial.clean_more": partial(_turn, run.clean, CLEAN_STEPS),
            "dial.clean_less": partial(_turn, run.clean, -CLEAN_STEPS),
            "dial.clean_automatic": partial(run.automatic.setChecked, True),
            "dial.output": self._go_to_output,
        }

    def _go_to_output(self) -> None:
        run = self._panels.run
        run.show()
        run.raise_()
        run.output.format.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def choice(self) -> SaveChoice:
        """Format and quality from the panel, the rest from the settings."""
        settings = self._parts.settings
        return replace(
            self._panels.run.output.choice,
            metadata=settings["files.metadata"],
            location=not settings["files.remove_location"],
            template=settings["files.name"],
        )

    def failed(self, error: SemanticUpscaleError) -> None:
        """Something about a run did not work."""
        self._parts.voice.tell(ErrorSummary(str(error), error.advice))

    def escaped(self) -> None:
        """Esc that nobody else took: the second one in a row stops the run."""
        if self._nothing_runs():
            return
        if self._twice.isActive():
            self._twice.stop()
            self.cancel()
        else:
            self._twice.start()
            self._parts.voice.say(self.tr("Esc once more stops the run."))

    def cancel(self) -> None:
        """Stop the run that is with the engine; else take the next one out of the queue."""
        runs = self._parts.link.runs
        waiting = runs.waiting()
        number = runs.running or (waiting[0].number if waiting else None)
        if number is not None:
            self._parts.link.cancel(number)

    def save(self) -> None:
        """Write the shown result beside its source, under a name that nothing has yet."""
        number = self._showing.result()
        if number is not None:
            self.save_all([number], _nothing)

    def save_all(self, numbers: list[int], act: Callable[[], object]) -> None:
        """Write these results as `save` does; act once all of them are on the disk, never where one is not."""
        left = set(numbers)

        def written(job: int, _: str) -> None:
            left.discard(job)
            if not left:
                over()
                act()

        def over(*_: object) -> None:
            link.saved.disconnect(written)
            link.saveFailed.disconnect(over)

        link, choice = self._parts.link, self.choice()
        try:
            places = [(number, self._proposed(number, choice)) for number in numbers]
        except SemanticUpscaleError as error:
            self.failed(error)
            return
        link.saved.connect(written)
        link.saveFailed.connect(over)
        for number, path in places:
            link.save(number, str(path), choice)

    def show_in_folder(self) -> None:
        """Let the system's file manager show where the result lies."""
        number = self._showing.result()
        path = self._parts.link.runs.view(number).saved if number is not None else ""
        if path:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(path).parent)))

    def export(self) -> None:
        """Ask for name and place of the enlarged picture, and write it."""
        number = self._showing.result()
        if number is None:
            return
        choice = self.choice()
        try:
            proposed = self._proposed(number, choice)
        except SemanticUpscaleError as error:
            self._parts.voice.tell(ErrorSummary(str(error), error.advice))
            return
        name, _ = QFileDialog.getSaveFileName(
            self._parts.window, self.tr("Save the enlarged picture"), str(proposed), self._filters(proposed)
        )
        if name:
            path = Path(name if Path(name).suffix else name + proposed.suffix)
            self._parts.remembered.set_folder("result", path.parent)
            self._parts.link.save(number, str(path), choice)

    def copy(self) -> None:
        """Put the enlarged picture on the clipboard."""
        target = self._parts.canvas.target
        if target is None or self._showing.result() is None:
            return
        if target.size.area > COPY_LIMIT_PIXELS:
            self._parts.voice.tell(
                ErrorSummary(
                    self.tr("The picture is too large for the clipboard ({size} pixels).").format(
                        size=target.size
                    ),
                    self.tr("Save it instead."),
                    ((self.tr("Save…"), self.export),),
                )
            )
            return
        QGuiApplication.clipboard().setImage(image_from_array(target.pixels(0, Box.of(target.size))))
        self._parts.voice.say(self.tr("The enlarged picture is on the clipboard."))

    def _proposed(self, number: int, choice: SaveChoice) -> Path:
        """Beside the source; in the pictures folder where the source has no place of its own."""
        link = self._parts.link
        title = link.runs.view(number).title
        scale = float(link.runs.view(number).options.get("scale", 4.0))
        own_path = link.runs.order(number).picture.path
        source, kept = Path(own_path) if own_path else None, self._parts.remembered.folder("result")
        home = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        own = source is not None and folders.data() not in source.parents
        folder = None if own else Path(kept or home or Path.home())
        return target_path(source or Path(title or "picture.png"), scale, choice, folder)

    def _filters(self, proposed: Path) -> str:
        first = f"{proposed.suffix[1:].upper()} (*{proposed.suffix})"
        return f"{first};;PNG (*.png);;TIFF (*.tif *.tiff);;JPEG (*.jpg *.jpeg);;WebP (*.webp);;AVIF (*.avif)"

    def _no_picture(self) -> str:
        return "" if self._parts.document.scene else self.tr("Open a picture first.")

    def _no_result(self) -> str:
        return self._no_picture() or ("" if self._showing.result() else self.tr("Upscale the picture first."))

    def _not_to_save(self) -> str:
        number = self._showing.result()
        saved = self._parts.link.runs.view(number).saved if number is not None else ""
        told = self.tr("It is saved already: {name}. Save it elsewhere from the File menu.")
        return self._no_result() or (told.format(name=Path(saved).name) if saved else "")

    def _not_saved(self) -> str:
        number = self._showing.result()
        saved = self._parts.link.runs.view(number).saved if number is not None else ""
        return self._no_result() or ("" if saved else self.tr("Save the enlarged picture first."))

    def _nothing_runs(self) -> str:
        runs = self._parts.link.runs
        return "" if runs.running or runs.waiting() else self.tr("Nothing is running.")

    def _engine_there(self) -> str:
        return (
            self.tr("The engine is running already.")
            if self._parts.link.state[0] in (READY, STARTING)
            else ""
        )

    def _engine_gone(self) -> str:
        return self.tr("The engine is not running.") if self._parts.link.state[0] in (OFF, TROUBLE) else ""


def _turn(dial: Dial, steps: int) -> None:
    dial.slider.setValue(dial.slider.value() + steps)


def _nothing() -> None:
    """Nobody waits for it."""
