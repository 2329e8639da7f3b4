"""Which keys ask for what: the defaults of the table, and what the user chose instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from ui.actions.table import BY_ID, CANVAS, HELD, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ui.settings import Settings

PORTABLE = QKeySequence.SequenceFormat.PortableText


# Signs that a keyboard writes with Shift: systems report the sign alone, so that “Shift+?” would never be pressed.
SHIFTED = frozenset('?!"$%&()*:<>@^_{|}~')
# In panels these go from one control to the next, so that only the picture answers them otherwise.
FOCUS_KEYS = ("Tab", "Shift+Tab")


def normal(key: str) -> str:
    """The one way to write a key sequence; empty where it is none."""
    written = QKeySequence.fromString(key, PORTABLE).toString(PORTABLE)
    return written[-1] if written[:-1] == "Shift+" and written[-1] in SHIFTED else written


class Keys:
    """The keys of every action, kept in the settings as far as they differ from the table."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def of(self, identity: str) -> tuple[str, ...]:
        """The keys of an action, portable words; KeyError for an action that is not in the table."""
        row = BY_ID[identity]
        chosen = self._settings.shortcuts().get(identity)
        keys = row.keys if chosen is None else [key for key in chosen if isinstance(key, str)]
        return tuple(filter(None, map(normal, keys)))

    def shown(self, identity: str) -> str:
        """The keys as the system writes them, for eyes."""
        return ", ".join(map(_native, self.of(identity)))

    def first(self, identity: str) -> str:
        """The key that is named where there is room for one; empty where the action has none."""
        return next(map(_native, self.of(identity)), "")

    def told(self, words: str, identity: str) -> str:
        """“Upscale the picture (Ctrl+Return)”, for a tooltip."""
        key = self.first(identity)
        return f"{words} ({key})" if key else words

    def of_canvas(self) -> dict[str, tuple[str, ...]]:
        """The keys that the tool in hand answers, by the names of `ui.canvas.bound`."""
        rows = (row for row in ROWS if row.kind in (HELD, CANVAS))
        return {row.id.removeprefix("canvas."): self.of(row.id) for row in rows}

    def holder(self, key: str, but: str = "") -> str | None:
        """The action that has this key already, other than the one named."""
        wanted = normal(key)
        return next((row.id for row in ROWS if row.id != but and wanted in self.of(row.id)), None)

    def choose(self, identity: str, keys: tuple[str, ...]) -> None:
        """Give an action these keys; whoever had one of them loses it."""
        wanted = tuple(filter(None, map(normal, keys)))
        chosen = self._settings.shortcuts()
        for row in ROWS:
            left = tuple(key for key in self.of(row.id) if key not in wanted)
            if row.id != identity and left != self.of(row.id):
                chosen[row.id] = list(left)
        chosen[identity] = list(wanted)
        self._settings.set_shortcuts(dict(_different(chosen)))

    def reset(self, identity: str | None = None) -> None:
        """Back to the defaults: of one action, or of all. A default that another action took comes back too."""
        if identity is None:
            self._settings.set_shortcuts({})
        else:
            self.choose(identity, BY_ID[identity].keys)


def _native(key: str) -> str:
    return QKeySequence.fromString(key, PORTABLE).toString(QKeySequence.SequenceFormat.NativeText)


def _different(chosen: Mapping[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """What is not as the table says; actions of other versions are kept as they are."""
    for identity, keys in chosen.items():
        row = BY_ID.get(identity)
        if row is None or keys != list(filter(None, map(normal, row.keys))):
            yield identity, keys
