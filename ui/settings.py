"""What the user prefers: one row for each setting, kept in `settings.toml`, and told when it changes.

The dialog follows the rows. A key that this version does not know is kept for the one that does.
"""

from __future__ import annotations

import contextlib
import logging
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import tomli_w
from PySide6.QtCore import QObject, Signal

from core import folders
from core.errors import OutputError, UsageError
from core.files import write_whole
from plugin.bridge.saving import UNREADABLE, read_text
from ui.marked import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pyright: ignore[reportMissingImports]  (only there on Python 3.10)


VERSION = 1
FILE_NAME = "settings.toml"
LIMIT_BYTES = 1 << 20
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Setting:
    """One preference. `choices` are (value, words); `limits` the least and most of a number; `page` where it is shown.

    `none` are the words for 0.

    A row without a page is remembered, but has no place in the dialog.
    """

    key: str
    default: bool | int | str
    page: str = ""
    text: str = ""
    tip: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    limits: tuple[int, int] = (0, 0)
    unit: str = ""
    none: str = ""

    def sound(self, value: Any) -> bool:
        """Whether a value that was read may stand for this setting."""
        if type(value) is not type(self.default):
            return False
        if self.choices:
            return value in dict(self.choices)
        least, most = self.limits
        return (least, most) == (0, 0) or (isinstance(value, int) and least <= value <= most)


LOOK = QT_TRANSLATE_NOOP("Settings", "Look")
WORK = QT_TRANSLATE_NOOP("Settings", "Work")
FILES = QT_TRANSLATE_NOOP("Settings", "Saved pictures")
ENGINE = QT_TRANSLATE_NOOP("Settings", "Engine")
SETTINGS = (
    Setting(
        "look.language", "system", LOOK,
        QT_TRANSLATE_NOOP("Settings", "Language"),
        QT_TRANSLATE_NOOP("Settings", "The language of all words in the window."),
        choices=(
            ("system", QT_TRANSLATE_NOOP("Settings", "As the system")),
            ("en", "English"),
            ("de", "Deutsch"),
        ),
    ),
    Setting(
        "look.theme", "system", LOOK,
        QT_TRANSLATE_NOOP("Settings", "Colours"),
        QT_TRANSLATE_NOOP("Settings", "The grey around the picture stays neutral in each of them."),
        choices=(
            ("system", QT_TRANSLATE_NOOP("Settings", "As the system")),
            ("dark", QT_TRANSLATE_NOOP("Settings", "Dark")),
            ("light", QT_TRANSLATE_NOOP("Settings", "Light")),
            ("contrast", QT_TRANSLATE_NOOP("Settings", "High contrast")),
        ),
    ),
    Setting(
        "look.text_percent", 100, LOOK,
        QT_TRANSLATE_NOOP("Settings", "Text size"),
        QT_TRANSLATE_NOOP("Settings", "Everything in the window grows with it."),
        limits=(100, 200), unit=" %",
    ),
    Setting(
        "look.tools_right", False, LOOK,
        QT_TRANSLATE_NOOP("Settings", "Tools on the right side"),
        QT_TRANSLATE_NOOP("Settings", "For those who hold the pen in the left hand."),
    ),
    Setting(
        "look.reduce_motion", False, LOOK,
        QT_TRANSLATE_NOOP("Settings", "Reduce motion"),
        QT_TRANSLATE_NOOP("Settings", "Outlines and waiting signs stand still."),
    ),
    Setting(
        "work.overlay_percent", 45, WORK,
        QT_TRANSLATE_NOOP("Settings", "Strength of the region colours"),
        QT_TRANSLATE_NOOP("Settings", "How strongly the priorities are laid over the picture."),
        limits=(10, 90), unit=" %",
    ),
    Setting(
        "work.autosave_s", 60, WORK,
        QT_TRANSLATE_NOOP("Settings", "Keep a safety copy every"),
        QT_TRANSLATE_NOOP("Settings", "An unsaved project is kept beside your settings, never beside your pictures."),
        limits=(10, 600), unit=" s",
    ),
    Setting(
        "work.live_preview", True, WORK,
        QT_TRANSLATE_NOOP("Settings", "Preview while painting"),
        QT_TRANSLATE_NOOP("Settings", "The visible spot follows the brush and the priority."),
    ),
    Setting(
        "work.notify", True, WORK,
        QT_TRANSLATE_NOOP("Settings", "Tell me when a picture is done"),
        QT_TRANSLATE_NOOP("Settings", "One notice of the system, only while another window is in front."),
    ),
    Setting(
        "files.metadata", True, FILES,
        QT_TRANSLATE_NOOP("Settings", "Keep the camera's data"),
        QT_TRANSLATE_NOOP("Settings", "EXIF, XMP and the colour profile go into the enlarged picture."),
    ),
    Setting(
        "files.remove_location", False, FILES,
        QT_TRANSLATE_NOOP("Settings", "Remove the place"),
        QT_TRANSLATE_NOOP("Settings", "Where the picture was taken is left out of the enlarged one."),
    ),
    Setting(
        "files.name", "{name}_x{scale}", FILES,
        QT_TRANSLATE_NOOP("Settings", "Name"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "{name} is the picture's name, {scale} the factor. A number is added where the name is taken.",
        ),
    ),
    Setting(
        "engine.idle_stop_min", 10, ENGINE,
        QT_TRANSLATE_NOOP("Settings", "Stops without work after"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "It gives its memory back then, and starts again when it is needed. Holds from its next start.",
        ),
        limits=(0, 600), unit=" min", none=QT_TRANSLATE_NOOP("Settings", "never"),
    ),
    Setting("queue.new_first", False),
    Setting("welcome.tips_seen", False),
)  # fmt: skip
ROWS = {row.key: row for row in SETTINGS}


class Settings(QObject):
    """The preferences of this user. `changed` gives the key of what was set to something else."""

    changed = Signal(str)

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path or folders.config() / FILE_NAME
        self.trouble = ""
        self._all = self._read()

    def __getitem__(self, key: str) -> Any:
        """The value of a setting; its default where none was chosen, or nonsense was written."""
        row, value = ROWS[key], _dig(self._all, key)
        return value if row.sound(value) else row.default

    def set(self, key: str, value: Any) -> None:
        """Choose a value, keep it, tell it. UsageError where it may not stand there."""
        if not ROWS[key].sound(value):
            raise UsageError(f"{key} cannot be {value!r}.", "Choose another value.")
        if value != self[key] or _dig(self._all, key) is None:
            before = self[key]
            _plant(self._all, key, value)
            self.save()
            if value != before:
                self.changed.emit(key)

    def shortcuts(self) -> dict[str, list[str]]:
        """Keys that were chosen by hand: action id → key sequences in portable words."""
        table = self._all.get("shortcuts", {})
        return {name: list(keys) for name, keys in table.items() if isinstance(keys, list)}

    def set_shortcuts(self, chosen: Mapping[str, list[str]]) -> None:
        """Keep these and no other keys beside the defaults."""
        self._all["shortcuts"] = dict(chosen)
        self.save()
        self.changed.emit("shortcuts")

    def save(self) -> None:
        """Write everything; a failure is kept in `trouble`, because a preference is not worth a lost picture."""
        self._all["version"] = VERSION
        try:
            write_kept(self.path, tomli_w.dumps(self._all))
        except OutputError as error:
            self.trouble = str(error)
            _LOG.warning("settings are not kept: %s", self.trouble)

    def _read(self) -> dict[str, Any]:
        """The last file that is whole: the settings, else their older copy, else nothing."""
        for path in (self.path, backup_of(self.path)):
            found = self._read_one(path)
            if found is not None:
                return found
        return {}

    def _read_one(self, path: Path) -> dict[str, Any] | None:
        try:
            return tomllib.loads(read_text(path, LIMIT_BYTES))
        except FileNotFoundError:
            return None
        except UNREADABLE as error:
            self.trouble = f"{path}: {error}"
            _LOG.warning("settings cannot be read: %s", self.trouble)
            set_aside(path)
            return None


def backup_of(path: Path) -> Path:
    """Where the file before the last one is kept."""
    return path.with_name(path.name + ".bak")


def set_aside(path: Path) -> None:
    """A file that nobody can read makes room for a new one, and is kept as `.broken`."""
    with contextlib.suppress(OSError):
        path.replace(path.with_name(path.name + ".broken"))


def write_kept(path: Path, text: str) -> None:
    """Write it whole, the old file staying as `.bak`. OutputError where that fails; the old one stays."""
    write_whole(path, text, backup=backup_of(path))


def _dig(values: Mapping[str, Any], key: str) -> Any:
    found: Any = values
    for part in key.split("."):
        if not isinstance(found, dict):
            return None
        found = found.get(part)
    return found


def _plant(values: dict[str, Any], key: str, value: Any) -> None:
    *way, last = key.split(".")
    for part in way:
        inner = values.get(part)
        values[part] = values = inner if isinstance(inner, dict) else {}
    values[last] = value
