"""What the File menu does: opening, pasting, projects."""

from __future__ import annotations

from functools import partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from core import folders
from core.image.formats import FORMATS
from ui.dialogs.question import ErrorSummary
from ui.qt import array16_from_image, array_from_image

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QMimeData

    from ui.parts import Parts


PROJECT = ".suproj"
ADDRESS_LETTERS = 80
SAMPLE = ("chelsea.jpg", "chelsea.suproj")


class FileActions(QObject):
    """Handlers and reasons of `file.open` … `file.close`."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._parts = parts

    def handlers(self) -> dict[str, Callable[..., object]]:
        """By id."""
        safe = self._parts.voice.when_safe
        return {
            "file.open": self.choose,
            "file.paste": self.paste,
            "file.sample": self.sample,
            "file.save_project": self.save_project,
            "file.save_project_as": self.save_project_as,
            "file.close": lambda: safe(self._parts.document.close),
            "file.quit": self._parts.window.close,
        }

    def reasons(self) -> dict[str, Callable[[], str]]:
        """By id."""
        return {
            "file.save_project": self._nothing_to_save,
            "file.save_project_as": self._no_picture,
            "file.close": self._no_picture,
        }

    def choose(self) -> None:
        """Ask for a file."""
        kinds = (suffix for row in FORMATS for suffix in row.suffixes)
        endings = " ".join(f"*{ending}" for ending in (*kinds, PROJECT))
        known, others = self.tr("Pictures and projects"), self.tr("All files")
        filters = f"{known} ({endings});;{others} (*)"
        begin = self._parts.remembered.folder("open")
        name, _ = QFileDialog.getOpenFileName(self._parts.window, self.tr("Open"), begin, filters)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> None:
        """Open a picture, the project kept beside it, or a project; unsaved work is asked about first."""
        self._parts.voice.when_safe(partial(self._open, path))

    def open_dropped(self, data: QMimeData) -> bool:
        """Whether something dropped, or on the clipboard, was a file or a picture to open."""
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        image = None if files or not data.hasImage() else data.imageData()
        if files:
            self.open(files[0])
        elif isinstance(image, QImage) and not image.isNull():
            self._parts.voice.when_safe(partial(self._open_image, image))
        elif data.hasUrls():
            self._parts.voice.tell(
                ErrorSummary(
                    self.tr("“{address}” is an address on the web, not a picture.").format(
                        address=data.urls()[0].toDisplayString()[:ADDRESS_LETTERS]
                    ),
                    self.tr("Nothing is fetched from the network. Save the picture, and drop the file here."),
                )
            )
        else:
            return False
        return True

    def paste(self) -> None:
        """Open what the clipboard holds."""
        if not self.open_dropped(QGuiApplication.clipboard().mimeData()):
            self._parts.voice.say(self.tr("There is no picture on the clipboard."))

    def sample(self) -> None:
        """Open a copy of the sample and its regions; the program's own folder is nobody's to write into."""
        folder = folders.data() / "samples"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name in SAMPLE:
                if not (folder / name).exists():
                    (folder / name).write_bytes(
                        (resources.files("resources") / "samples" / name).read_bytes()
                    )
        except OSError as error:
            self._parts.voice.tell(
                ErrorSummary(
                    self.tr("The sample could not be copied: {reason}").format(
                        reason=error.strerror or error
                    ),
                    self.tr("Open a picture of your own instead."),
                )
            )
        else:
            self.open(folder / SAMPLE[1])

    def save_project(self) -> None:
        """Where it is; else ask where."""
        if self._parts.document.project_path is None:
            self.save_project_as()
        else:
            self._parts.document.save_project()

    def save_project_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask where; `then` is done once it is written."""
        document = self._parts.document
        begin = document.project_path or self._proposed()
        kind = self.tr("Project")
        filters = f"{kind} (*{PROJECT})"
        name, _ = QFileDialog.getSaveFileName(
            self._parts.window, self.tr("Save project"), str(begin), filters
        )
        if not name:
            return
        path = Path(name if name.endswith(PROJECT) else name + PROJECT)
        self._parts.remembered.set_folder("save", path.parent)
        document.save_project(path, wait=then is not None)
        if then is not None and not document.dirty:
            then()

    def save_then(self, then: Callable[[], object]) -> None:
        """Save the project, then do something; not done where it could not be saved."""
        document = self._parts.document
        if document.project_path is None:
            self.save_project_as(then)
            return
        document.save_project(wait=True)
        if not document.dirty:
            then()

    def _proposed(self) -> Path:
        document = self._parts.document
        folder = self._parts.remembered.folder("save") or str(
            document.path.parent if document.path else Path.home()
        )
        title = document.title or self.tr("picture")
        return Path(folder) / f"{title}{PROJECT}"

    def _open(self, path: Path) -> None:
        if path.is_dir():
            self._parts.voice.tell(
                ErrorSummary(
                    self.tr("“{name}” is a folder.").format(name=path.name),
                    self.tr("For many pictures use File ▸ Many pictures."),
                )
            )
            return
        self._parts.remembered.set_folder("open", path.parent)
        beside = path.with_name(path.name + PROJECT)
        project = path if path.suffix.lower() == PROJECT else beside if beside.is_file() else None
        if project is not None:
            self._parts.document.open_project(project)
        else:
            self._parts.document.open_picture(path)

    def _open_image(self, image: QImage) -> None:
        deep = image.depth() > 32
        pixels = array16_from_image(image) if deep else array_from_image(image)
        if not image.hasAlphaChannel():
            pixels = pixels[..., :3]
        self._parts.document.open_array(pixels, self.tr("pasted picture"))

    def _no_picture(self) -> str:
        return "" if self._parts.document.scene else self.tr("Open a picture first.")

    def _nothing_to_save(self) -> str:
        document = self._parts.document
        if document.scene is None or document.dirty or document.project_path is None:
            return self._no_picture()
        return self.tr("The project is saved already.")
