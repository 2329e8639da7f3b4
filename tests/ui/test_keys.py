"""Actions and their keys: one table, no key twice, everything to be found and changed."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMainWindow

from ui.actions.registry import Actions, KeyBindings
from ui.actions.table import BY_ID, CANVAS, CHOICE, HELD, MENUS, ROWS, TOGGLE
from ui.canvas import keys as bound
from ui.dialogs.shortcuts import ShortcutsDialog
from ui.settings import Settings


@pytest.fixture
def keys(tmp_path, qapp):
    return KeyBindings(Settings(tmp_path / "settings.toml"))


@pytest.fixture
def listed(keys, qtbot):
    dialog = ShortcutsDialog(keys)
    qtbot.addWidget(dialog)
    return dialog


def choose(dialog, identity):
    at = [row.id for row in ROWS].index(identity)
    dialog.list.setCurrentItem(dialog.list.topLevelItem(at))


def test_no_key_asks_for_two_things(keys):
    counted = Counter(key for row in ROWS for key in keys.of(row.id))
    assert [key for key, count in counted.items() if count > 1] == []


def test_every_default_key_is_one_that_qt_understands(keys):
    assert [row.id for row in ROWS if len(keys.of(row.id)) != len(row.keys)] == []


def test_every_action_is_in_a_menu_or_belongs_to_the_canvas():
    def ids(entries):
        for entry in entries:
            if isinstance(entry, tuple):
                yield from ids(entry[1])
            elif entry and not entry.startswith("*"):
                yield entry

    shown = Counter(each for _, entries in MENUS for each in ids(entries))
    assert set(shown) == {row.id for row in ROWS if row.kind not in (HELD, CANVAS)}
    assert max(shown.values()) == 1


@pytest.mark.parametrize(
    ("identity", "key"),
    [
        ("tool.objects", "W"),
        ("tool.brush", "B"),
        ("view.overlay", "\\"),
        ("run.upscale", "Ctrl+Return"),
        ("edit.redo", "Ctrl+Y"),
        ("region.invert", "Ctrl+Shift+I"),
        ("priority.1", "1"),
    ],
)
def test_the_defaults_are_what_fingers_know(keys, identity, key):
    assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText) in keys.of(identity)


def test_a_chosen_key_is_taken_from_who_had_it_and_kept(keys, tmp_path):
    keys.choose("tool.eraser", ("B",))
    again = KeyBindings(Settings(tmp_path / "settings.toml"))
    assert again.of("tool.eraser") == ("B",)
    assert again.of("tool.brush") == ()
    again.reset()
    assert again.of("tool.brush") == ("B",)


def test_only_differences_are_kept(keys, tmp_path):
    keys.choose("tool.eraser", ("B",))
    keys.reset("tool.eraser")
    keys.reset("tool.brush")
    assert Settings(tmp_path / "settings.toml").shortcuts() == {}


def test_the_list_has_every_action_and_finds_by_name_and_key(listed):
    assert listed.list.topLevelItemCount() == len(ROWS)
    listed.search("find objects")
    assert sum(not item.isHidden() for item in listed._items()) == 1
    listed.search("Ctrl+Shift+I")
    assert [item.text(1) for item in listed._items() if not item.isHidden()] == ["Ctrl+Shift+I"]


def test_a_key_is_changed_in_the_list_and_the_loser_is_told(listed, keys):
    choose(listed, "tool.eraser")
    listed.choose(QKeySequence("B"))
    assert keys.of("tool.eraser") == ("B",)
    assert "Brush" in listed.told.text()


def test_every_key_can_be_changed_and_none_is_named_twice(listed, keys):
    for row in ROWS:
        choose(listed, row.id)
        assert listed.edit.isEnabled()
        listed.choose(QKeySequence("F6"))
        assert keys.of(row.id) == ("F6",)
    assert [row.id for row in ROWS if keys.of(row.id) == ("F6",)] == [ROWS[-1].id]
    listed._reset_all()
    assert all(keys.of(row.id) for row in ROWS if row.keys)


@pytest.mark.parametrize("key", ["Escape", "Return", "Backspace", "Space", "Comma", "Left"])
def test_keys_that_dialogs_use_themselves_can_be_recorded(listed, keys, qtbot, key):
    choose(listed, "canvas.original")
    listed.show()
    qtbot.keyClick(listed.edit, getattr(Qt.Key, f"Key_{key}"))
    qtbot.waitUntil(lambda: len(keys.of("canvas.original")) == 1, timeout=20_000)
    assert QKeySequence(keys.of("canvas.original")[0])[0].key() == getattr(Qt.Key, f"Key_{key}")
    assert listed.isVisible()
    assert listed.told.text()


def test_the_canvas_knows_the_rows_of_the_table():
    assert {row.id: row.keys for row in ROWS if row.kind in (HELD, CANVAS)} == {
        f"canvas.{name}": keys for name, keys in bound.USUAL.items()
    }


def test_a_tooltip_names_the_key_even_when_it_was_changed_while_grey(keys, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions, why = Actions(window, keys), ["Open a picture first."]
    actions.tie({row.id: lambda *_: None for row in ROWS}, {"edit.undo": lambda: why[0]})
    keys.choose("edit.undo", ("F9",))
    actions.take_keys()
    assert actions["edit.undo"].toolTip() == why[0]
    why[0] = ""
    actions.refresh()
    assert "F9" in actions["edit.undo"].toolTip()


def test_actions_are_greyed_with_a_reason_and_come_back(keys, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    actions, why, done = Actions(window, keys), ["Open a picture first."], []
    handlers = {row.id: lambda *_, at=row.id: done.append(at) for row in ROWS}
    actions.tie(handlers, {"edit.undo": lambda: why[0]})
    assert actions["edit.undo"].toolTip() == why[0]
    why[0] = ""
    actions.refresh()
    actions["edit.undo"].trigger()
    assert done == ["edit.undo"]
    assert "Ctrl+Z" in actions["edit.undo"].toolTip()


def test_an_action_without_a_handler_is_a_fault(keys, qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    with pytest.raises(KeyError):
        Actions(window, keys).tie({}, {})


def test_kinds_are_what_the_names_say():
    assert BY_ID["view.overlay"].kind == TOGGLE
    assert {row.kind for row in ROWS if row.id.startswith("tool.")} == {CHOICE}


def test_no_two_entries_of_a_menu_share_a_letter():
    def letters(entries):
        titles = [
            entry[0] if isinstance(entry, tuple) else BY_ID[entry].text for entry in entries if plain(entry)
        ]
        return [title[title.index("&") + 1].lower() for title in titles if "&" in title]

    def plain(entry):
        return entry is not None and not (isinstance(entry, str) and entry.startswith("*"))

    def menus(entries):
        for entry in entries:
            if isinstance(entry, tuple):
                yield entry
                yield from menus(entry[1])

    twice = {title: letters(inside) for title, inside in menus(MENUS)}
    assert {title: found for title, found in twice.items() if len(set(found)) < len(found)} == {}
