"""The actions of a window: made from the table, tied to what they do, greyed with a reason where they cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut

from ui.actions.table import BY_ID, CANVAS, CHOICE, HELD, MENUS, PLAIN, ROWS, TOGGLE, translate_words
from ui.disabled_reason import allow, describe
from ui.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

    from ui.actions.table import ActionRow, Entry
    from ui.settings import Settings
    from ui.theme import Theme

    Handler = Callable[..., object]

    Reason = Callable[[], str]


# Which keys ask for what: the defaults of the table, and what the user chose instead.

PORTABLE = QKeySequence.SequenceFormat.PortableText


# Signs that a keyboard writes with Shift: systems report the sign alone, so that “Shift+?” would never be pressed.
SHIFTED = frozenset('?!"$%&()*:<>@^_{|}~')
# In panels these go from one control to the next, so that only the picture answers them otherwise.
FOCUS_KEYS = ("Tab", "Shift+Tab")


def normal(key: str) -> str:
    """The one way to write a key sequence; empty where it is none."""
    written = QKeySequence.fromString(key, PORTABLE).toString(PORTABLE)
    return written[-1] if written[:-1] == "Shift+" and written[-1] in SHIFTED else written


class KeyBindings:
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
        """The keys that the tool in hand answers, by the names of `ui.canvas.keys`."""
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


class Actions(QObject):
    """Every row of the table as a QAction of `window`; `actions["file.open"]` gives one.

    Held and canvas keys belong to the canvas: they are QActions too, so that they stand in the list of keys, but
    carry no shortcut of their own.
    """

    def __init__(self, window: QWidget, keys: KeyBindings) -> None:
        super().__init__(window)
        self.keys = keys
        self._reasons: Mapping[str, Reason] = {}
        self._showing = False
        self._focus_keys: list[QShortcut] = []
        self._groups: dict[str, QActionGroup] = {}
        self._made = {row.id: self._make(row, window) for row in ROWS}
        self.take_keys()

    def __getitem__(self, identity: str) -> QAction:
        return self._made[identity]

    def tie(self, handlers: Mapping[str, Handler], reasons: Mapping[str, Reason]) -> None:
        """Say what each action does, and why one cannot be used now ("" where it can).

        KeyError where an action that is no canvas key has no handler: a menu entry that does nothing is a fault.
        """
        self._reasons = reasons
        for identity, action in self._made.items():
            row = BY_ID[identity]
            if row.kind in (HELD, CANVAS) and identity not in handlers:
                continue
            handler = handlers[identity]
            if row.kind == TOGGLE:
                action.toggled.connect(lambda on, handler=handler: None if self._showing else handler(on))
            else:
                action.triggered.connect(lambda _=False, handler=handler: handler())
        self.refresh()

    def refresh(self) -> None:
        """Look again at what can be used."""
        for identity, reason in self._reasons.items():
            allow(self._made[identity], reason())

    def take_keys(self) -> None:
        """Use the keys as they are chosen now."""
        for row in ROWS:
            action, shown = self._made[row.id], self.keys.shown(row.id)
            if row.kind not in (HELD, CANVAS):
                keys = [key for key in self.keys.of(row.id) if key not in FOCUS_KEYS]
                action.setShortcuts([QKeySequence.fromString(key, PORTABLE) for key in keys])
            describe(action, f"{row.tip_words} ({shown})" if shown else row.tip_words)

    def bind_focus_keys(self, canvas: QWidget) -> None:
        """Let Tab ask for its action only on the picture: in panels it goes from control to control."""
        for old in self._focus_keys:
            old.setEnabled(False)
            old.deleteLater()
        asked = [(key, row.id) for row in ROWS for key in self.keys.of(row.id) if key in FOCUS_KEYS]
        self._focus_keys = [
            QShortcut(QKeySequence.fromString(key, PORTABLE), canvas, self._made[identity].trigger)
            for key, identity in asked
        ]
        for each in self._focus_keys:
            each.setContext(Qt.ShortcutContext.WidgetShortcut)

    def wear(self, theme: Theme) -> None:
        """Draw the icons in a theme's colours."""
        for row in ROWS:
            if row.icon:
                self._made[row.id].setIcon(icon(row.icon, theme))

    def check(self, identity: str, on: bool) -> None:
        """Show a toggle or choice as on or off, without doing it."""
        before, self._showing = self._showing, True
        self._made[identity].setChecked(on)  # buttons, menus and the others of its group hear of it
        self._showing = before

    def fill(self, bar: QMenuBar, parts: Mapping[str, Callable[[QMenu], None]]) -> list[QMenu]:
        """Build the menus; `parts` fill the places that the table only names."""
        return [self._menu(bar.addMenu(translate_words(title)), entries, parts) for title, entries in MENUS]

    def _menu(
        self, menu: QMenu, entries: Sequence[Entry], parts: Mapping[str, Callable[[QMenu], None]]
    ) -> QMenu:
        menu.setToolTipsVisible(True)
        menu.setAccessibleName(menu.title().replace("&", ""))
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            elif isinstance(entry, tuple):
                self._menu(menu.addMenu(translate_words(entry[0])), entry[1], parts)
            elif entry.startswith("*"):
                parts[entry](menu)
            else:
                menu.addAction(self._made[entry])
        return menu

    def _make(self, row: ActionRow, window: QWidget) -> QAction:
        action = QAction(row.words, window)
        action.setObjectName(row.id)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setMenuRole(_ROLES.get(row.id, QAction.MenuRole.NoRole))
        action.setCheckable(row.kind in (TOGGLE, CHOICE))
        if row.kind == CHOICE:
            self._group(row.id.rpartition(".")[0], window).addAction(action)
        if row.kind in (PLAIN, TOGGLE, CHOICE):
            window.addAction(action)
        return action

    def _group(self, name: str, window: QWidget) -> QActionGroup:
        if name not in self._groups:
            self._groups[name] = QActionGroup(window)
        return self._groups[name]


_ROLES = {
    "file.quit": QAction.MenuRole.QuitRole,
    "edit.settings": QAction.MenuRole.PreferencesRole,
    "help.about": QAction.MenuRole.AboutRole,
}
