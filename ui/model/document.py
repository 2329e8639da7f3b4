"""The document: one open picture, its scene, what can be undone, and how it is kept."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from core.errors import SemanticUpscaleError, UsageError
from ui.model import storage
from ui.model.history import History
from ui.model.storage import Differs, Missing, OpenedDocument, Raw
from ui.threads import BackgroundTask, background

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from core.regions.region import RegionSet
    from ui.model.pixels import SourceView
    from ui.model.scene import Scene
    from ui.model.storage import Recovered, StoredDocument
    from ui.threads import Begun

AUTOSAVE_MS = 60_000


class Document(QObject):
    """What the window is about. Opening and writing happen in workers; every change of the scene by `apply`.

    Opening keeps the picture that is shown until the new one is whole. Signals:

    | signal | when |
    | --- | --- |
    | sceneChanged(old, new) | a verb, undo, redo or another picture; None where there is no picture |
    | pictureChanged() | another picture is shown, or none |
    | opening(title), opened(), openFailed(message, advice) | a worker reads; it has; it could not |
    | pictureMissing(project, project_path) | answer by `find_picture` or `cancel_opening` |
    | pictureDiffers(project, project_path, picture_path) | by `use_picture_anyway` or one of those |
    | saved(path) | a project is written |
    | trouble(message, advice) | something to tell that lost no work |
    """

    sceneChanged = Signal(object, object)  # noqa: N815  (Qt's manner)
    pictureChanged = Signal()  # noqa: N815
    dirtyChanged = Signal(bool)  # noqa: N815
    undoChanged = Signal()  # noqa: N815
    opening = Signal(str)
    opened = Signal()
    openFailed = Signal(str, str)  # noqa: N815
    pictureMissing = Signal(object, object)  # noqa: N815
    pictureDiffers = Signal(object, object, object)  # noqa: N815
    saved = Signal(object)
    trouble = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now: OpenedDocument | None = None
        self._scene: Scene | None = None
        self._saved_scene: Scene | None = None
        self._history = History()
        self._question: Missing | Differs | None = None
        self._opening: BackgroundTask | None = None
        self._writing: BackgroundTask | None = None
        self._last_write: Begun | None = None
        self._dirty = False
        self._key = secrets.token_hex(4)
        self._autosaved: Scene | None = None
        self._told = ""
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._file_changed)
        self._clock = QTimer(self, interval=AUTOSAVE_MS)
        self._clock.timeout.connect(self.autosave_now)
        self._clock.start()

    # What is open

    @property
    def source(self) -> SourceView | None:
        """The picture's pixels; None without a picture."""
        return self._now.source if self._now else None

    @property
    def path(self) -> Path | None:
        """The picture's file; None for pasted pixels."""
        return self._now.path if self._now else None

    @property
    def raw(self) -> Raw | None:
        """The pixels that have no file."""
        return self._now.raw if self._now else None

    @property
    def project_path(self) -> Path | None:
        """Where the project is kept, if it is."""
        return self._now.project_path if self._now else None

    @property
    def scene(self) -> Scene | None:
        """Regions and dials; None without a picture."""
        return self._scene

    @property
    def title(self) -> str:
        """The picture's name; empty without one."""
        return self._now.source.title if self._now else ""

    @property
    def dirty(self) -> bool:
        """Whether something was decided that no project file knows."""
        return self._dirty

    @property
    def busy(self) -> bool:
        """Whether a picture is being read, or a question about it waits."""
        return self._opening is not None or self._question is not None

    # Verbs

    @property
    def undo_text(self) -> str:
        """The verb that `undo` takes back; empty where there is none."""
        return self._history.undo_text

    @property
    def redo_text(self) -> str:
        """The verb that `redo` brings back; empty where there is none."""
        return self._history.redo_text

    def apply(self, verb: str, scene: Scene, merge: str = "") -> None:
        """Show another scene of the same picture; `verb` is what undo calls it.

        Without a verb (choosing a region) it is no step of its own. Steps of one `merge` key that follow each
        other within a second are undone together. UsageError without a picture or for one of another size.
        """
        if self._scene is None or scene.size != self._scene.size:
            raise UsageError("There is no such picture open.", "Open it first.")
        if scene == self._scene:
            return
        if verb:
            self._history.push(verb, self._scene, scene, merge)
        self._show(scene)

    def undo(self) -> None:
        """Back by one verb; nothing where there is none."""
        self._step(self._history.undo())

    def redo(self) -> None:
        """Forward by one verb; nothing where there is none."""
        self._step(self._history.redo())

    def _step(self, scene: Scene | None) -> None:
        if scene is not None:
            self._show(scene)

    def _show(self, scene: Scene | None) -> None:
        old, self._scene = self._scene, scene
        self._tell_scene(old)

    def _tell_scene(self, old: Scene | None) -> None:
        self.sceneChanged.emit(old, self._scene)
        self.undoChanged.emit()
        self._tell_dirty()

    def _tell_dirty(self, forced: bool = False) -> None:
        plain = [replace(s, selected=None) if s else None for s in (self._scene, self._saved_scene)]
        dirty = plain[0] is not None and (forced or plain[0] != plain[1])
        if dirty != self._dirty:
            self._dirty = dirty
            self.dirtyChanged.emit(dirty)

    # Opening

    def open_picture(self, path: Path | str) -> None:
        """Read a picture file with a fresh scene."""
        file = Path(path)
        self._open(lambda task: storage.open_picture_file(file, task.check), file.name)

    def open_array(
        self, array: np.ndarray, title: str, icc: bytes | None = None, regions: RegionSet | None = None
    ) -> None:
        """Show (H, W, 3|4) straight RGB(A) of uint8, uint16 or float32 that have no file of their own."""
        raw = Raw(array, title, icc)
        self._open(lambda task: storage.open_raw(raw, regions, task.check), title)

    def open_project(self, path: Path | str) -> None:
        """Read a project and its picture."""
        file = Path(path)
        self._open(lambda task: storage.open_project_file(file, task.check), file.name)

    def find_picture(self, path: Path | str) -> None:
        """Answer: the picture lies here now."""
        asked, file = self._question, Path(path)
        if asked:
            self._open(
                lambda task: storage.open_with(asked.project, asked.project_path, file, task.check), file.name
            )

    def use_picture_anyway(self) -> None:
        """Answer: take the changed picture; regions are stretched where its size is another."""
        asked = self._question
        if isinstance(asked, Differs):
            place = asked.project_path, asked.picture_path
            self._open(lambda task: storage.open_anyway(asked.project, *place, task.check), place[1].name)

    def cancel_opening(self) -> None:
        """Stop reading; what is shown stays."""
        if self._opening:
            self._opening.cancel()
        self._opening = self._question = None

    def close(self) -> None:
        """Show no picture; unsaved work is given up."""
        self.cancel_opening()
        self._replace(None)

    def _open(self, work: Callable[[BackgroundTask], Any], title: str) -> None:
        self.cancel_opening()
        self.opening.emit(title)
        self._opening = background(work, self._arrived, self._failed, self)

    def _failed(self, error: SemanticUpscaleError) -> None:
        self._opening = None
        self.openFailed.emit(str(error), error.advice)

    def _arrived(self, result: OpenedDocument | Missing | Differs) -> None:
        self._opening = None
        if isinstance(result, OpenedDocument):
            self._replace(result)
            self.opened.emit()
            return
        self._question = result
        if isinstance(result, Missing):
            self.pictureMissing.emit(result.project, result.project_path)
        else:
            self.pictureDiffers.emit(result.project, result.project_path, result.picture_path)

    def _replace(self, now: OpenedDocument | None) -> None:
        """Another picture, or none; the old one's autosave is no longer needed."""
        old, self._now = self._now, now
        self._forget_autosave()
        self._history.clear()
        scene = now.scene if now else None
        self._saved_scene = None if now and now.recovered else scene
        self._watch(now.path if now else None)
        before, self._scene = self._scene, scene  # whoever hears of the picture asks about its scene
        self.pictureChanged.emit()
        self._tell_scene(before)
        if old:
            old.source.close()

    # Keeping

    def save_project(self, path: Path | str | None = None, wait: bool = False) -> None:
        """Write the project to a path, or where it already is; `saved` or `trouble` tells the end.

        UsageError without a picture, or without any path.
        """
        place = Path(path) if path else self.project_path
        if place is None or self._now is None:
            raise UsageError("The project has no name yet.", "Choose where to save it.")
        work = self._work()
        self._write(lambda _: storage.keep(work, place), self._kept, wait)

    def set_autosave(self, seconds: int) -> None:
        """Keep unsaved work so often."""
        self._clock.setInterval(seconds * 1000)

    def autosave_now(self, wait: bool = False) -> None:
        """Keep unsaved work where `recovery` finds it; nothing where nothing has changed."""
        if self._now is None or not self._dirty or self._scene is self._autosaved:
            return
        if self._writing and not wait:
            return
        work, place = self._work(), storage.autosave_path(self._key)
        self._autosaved = self._scene
        self._write(lambda _: storage.autosave(work, place), self._autosave_done, wait)

    @staticmethod
    def recovery() -> list[Recovered]:
        """Work that a crash left behind, newest first."""
        return storage.recovery()

    def recover(self, found: Recovered) -> None:
        """Open it; it stays where it is until it is saved or discarded."""
        self._open(lambda task: storage.open_project_file(found.path, task.check), found.title)

    @staticmethod
    def discard(found: Recovered) -> None:
        """Delete it."""
        storage.discard(found.path)

    def _work(self) -> storage.DocumentSnapshot:
        now, scene = self._now, self._scene
        if now is None or scene is None:
            raise UsageError("There is no picture open.", "Open one first.")
        return storage.DocumentSnapshot(scene, now.source, now.path, now.file, now.raw, now.project_path)

    def _write(self, work: Callable[[BackgroundTask], Any], done: Callable[[Any], None], wait: bool) -> None:
        """One writer at a time, so that the newest wins."""
        before = self._last_write
        if not wait:
            self._writing = background(partial(_after, before, work), done, self._not_written, self)
            self._last_write = self._writing.begun
            return
        if before:
            before.wait()
        try:
            done(work(BackgroundTask(work, self)))
        except SemanticUpscaleError as error:
            self._not_written(error)

    def _kept(self, kept: StoredDocument) -> None:
        self._writing = None
        if self._now is None:
            return
        self._now = replace(
            self._now, project_path=kept.project_path, path=kept.picture, file=kept.file, raw=None
        )
        self._watch(kept.picture)
        self._saved_scene = kept.scene
        self._forget_autosave()
        self._tell_dirty()
        self.saved.emit(kept.project_path)

    def _autosave_done(self, _: Path) -> None:
        self._writing = None
        self._told = ""

    def _not_written(self, error: SemanticUpscaleError) -> None:
        """Told once, not every minute; the work stays in the window."""
        self._writing = self._autosaved = None
        if str(error) != self._told:
            self._told = str(error)
            self.trouble.emit(str(error), error.advice)

    def _forget_autosave(self) -> None:
        self._autosaved = None
        with suppress(OSError):
            storage.forget(storage.autosave_path(self._key))

    def _watch(self, path: Path | None) -> None:
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())
        if path:
            self._watcher.addPath(str(path))

    def _file_changed(self, name: str) -> None:
        """The picture's file was removed or written by somebody else; the window keeps what it shows."""
        path = Path(name)
        if path.exists():
            self.trouble.emit(
                f"“{path.name}” was changed by another program.", "Open it again to work on the new one."
            )
            self._watch(path)
        else:
            self.trouble.emit(
                f"“{path.name}” is no longer in its folder.",
                "Put it back before you upscale; the regions are safe and can be saved.",
            )


def _after(before: Begun | None, work: Callable[[BackgroundTask], Any], task: BackgroundTask) -> Any:
    """The work of a writer, once the one before it has ended."""
    if before is not None:
        before.wait()
    return work(task)
