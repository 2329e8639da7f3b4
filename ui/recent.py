"""What the window remembers by itself: its place, its panels, and the files that were open."""

from __future__ import annotations

import base64
import binascii
import logging
import os
import threading
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from core import folders
from core.errors import OutputError
from plugin.bridge.saving import UNREADABLE, read_text
from ui.settings import LIMIT_BYTES, tomllib, write_kept
from ui.threads import WorkerThread

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMainWindow


FILE_NAME = "window.toml"
RECENT_LIMIT = 12
# Raised when docks or tool bars change their names, so that an old layout is not forced on a new window.
LAYOUT = 2
SETTLE_S = 5.0
_LOG = logging.getLogger(__name__)


class Remembered:
    """Kept in `window.toml` of the state folder; a file that is gone or damaged is as good as none."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or folders.state() / FILE_NAME
        _writer().settle()
        try:
            self._all: dict[str, Any] = tomllib.loads(read_text(self.path, LIMIT_BYTES))
        except UNREADABLE:
            self._all = {}

    def recent(self) -> list[Path]:
        """Files that were open and are still there, newest first."""
        names = self._all.get("recent", [])
        paths = [Path(name) for name in names if isinstance(name, str)] if isinstance(names, list) else []
        return [path for path in paths if path.is_file()]

    def add_recent(self, path: Path) -> None:
        """It comes first."""
        others = (each for each in self.recent() if _same_work(each) != _same_work(path))
        names = [str(path.absolute()), *map(str, others)]
        self._keep(recent=names[:RECENT_LIMIT])

    def clear_recent(self) -> None:
        """Forget them."""
        self._keep(recent=[])

    def folder(self, purpose: str) -> str:
        """The folder last used to "open" or "save"; empty where it is gone."""
        name = self._all.get(f"{purpose}_folder", "")
        return name if isinstance(name, str) and Path(name).is_dir() else ""

    def set_folder(self, purpose: str, path: Path) -> None:
        """Begin there the next time."""
        self._keep(**{f"{purpose}_folder": str(path.absolute())})

    def keep_layout(self, window: QMainWindow) -> None:
        """Remember place and panels."""
        data = {"geometry": window.saveGeometry(), "panels": window.saveState(LAYOUT)}
        self._keep(**{name: base64.b64encode(bytes(part.data())).decode() for name, part in data.items()})
        self.settle()

    @staticmethod
    def settle() -> None:
        """Wait until everything is on the disk: before the program ends, or another reads it."""
        _writer().settle()

    def restore_layout(self, window: QMainWindow) -> bool:
        """Put place and panels back; whether there was something to put back."""
        geometry, panels = self._bytes("geometry"), self._bytes("panels")
        return bool(
            geometry and window.restoreGeometry(geometry) and panels and window.restoreState(panels, LAYOUT)
        )

    def _bytes(self, name: str) -> bytes:
        try:
            return base64.b64decode(self._all.get(name, ""), validate=True)
        except (binascii.Error, TypeError, ValueError):
            return b""

    def _keep(self, **values: Any) -> None:
        self._all.update(values)
        _writer().put(self.path, tomli_w.dumps(self._all))


def _same_work(path: Path) -> str:
    """One word for a picture, the project beside it, and every other way to write its name."""
    whole = os.path.normcase(os.path.realpath(path))
    return whole.removesuffix(".suproj")


class _Writer:
    """Writes in a thread, for disks may take their time: of several texts for one file only the newest."""

    def __init__(self) -> None:
        self._lane = WorkerThread("remembered")
        self._waiting: dict[Path, str] = {}
        self._used = False

    def put(self, path: Path, text: str) -> None:
        """Write it soon."""
        self._used = True
        self._waiting[path] = text
        self._lane.put(partial(self._write, path))

    def settle(self) -> None:
        """Wait until everything is written."""
        if not self._used:
            return
        settled = threading.Event()
        self._lane.put(settled.set)
        settled.wait(SETTLE_S)

    def _write(self, path: Path) -> None:
        text = self._waiting.pop(path, None)
        if text is None:
            return
        try:
            write_kept(path, text)
        except OutputError as error:
            _LOG.warning("the window's place is not kept: %s", error)


@cache
def _writer() -> _Writer:
    """One for the program, so that whoever reads can wait for whoever wrote."""
    return _Writer()
