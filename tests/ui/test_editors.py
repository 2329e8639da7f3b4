"""Krita and GIMP in the window: found, installed, removed, and what to do next, never on the interface thread."""

import threading

import pytest

from core.errors import OutputError
from core.plugins.install import HostFolder, User, is_enabled
from ui import editors
from ui.dialogs.editors import EditorsDialog
from ui.error_report import program_version

WAIT_MS = 30_000


@pytest.fixture
def user(tmp_path, monkeypatch):
    for folder in (".local/share/krita", ".config/GIMP/3.0"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "own"))
    return User("linux", tmp_path, {})


@pytest.fixture
def dialog(user, qtbot, monkeypatch):
    monkeypatch.setattr(editors.add, "__defaults__", (lambda: False,))
    made = EditorsDialog(look=lambda: editors.look(user))
    qtbot.addWidget(made)
    qtbot.waitUntil(lambda: bool(made.cards), timeout=WAIT_MS)
    return made


def test_both_are_found_and_installed_and_taken_out(dialog, qtbot):
    krita, gimp = dialog.cards
    assert [card.accessibleName() for card in dialog.cards] == ["Krita", "GIMP 3.0"]
    for card in (krita, gimp):
        assert not card.remove.isEnabled()
        card.add.click()
        assert not card.add.isEnabled()
        qtbot.waitUntil(card.remove.isEnabled, timeout=WAIT_MS)
        assert program_version() in card.state.text()
        assert "▸ Semantic Upscale" in card.next.text()
    assert is_enabled(krita._place.settings)
    gimp.remove.click()
    qtbot.waitUntil(gimp.add.isEnabled, timeout=WAIT_MS)
    assert editors.editor_state(gimp._place).version is None


def test_an_open_krita_is_left_alone_and_the_user_told_what_to_tick(user):
    krita = editors.look(user)[0].place
    found = editors.add(krita, "1.0", lambda: True)
    assert (found.version, found.enabled) == ("1.0", False)
    assert editors.add(krita, "1.0", lambda: False).enabled


def test_an_older_plug_in_can_be_updated(user, qtbot):
    place = editors.look(user)[1].place
    editors.add(place, "0.0.1")
    dialog = EditorsDialog(look=lambda: editors.look(user))
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: bool(dialog.cards), timeout=WAIT_MS)
    card = dialog.cards[1]
    assert "0.0.1" in card.state.text()
    assert card.add.text() == "Update"
    assert card.add.isEnabled()


def test_nothing_found_says_what_to_do(qtbot):
    dialog = EditorsDialog(look=lambda: ())
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: "look again" in dialog.told.text(), timeout=WAIT_MS)
    assert dialog.told.isVisibleTo(dialog)


def test_the_window_does_not_wait_while_it_is_looked(qtbot):
    gate, seen = threading.Event(), []

    def look():
        seen.append(threading.current_thread() is threading.main_thread())
        gate.wait(60)
        return ()

    dialog = EditorsDialog(look=look)
    qtbot.addWidget(dialog)
    assert dialog.told.text() == "Looking…"
    gate.set()
    qtbot.waitUntil(lambda: dialog.told.text() != "Looking…", timeout=WAIT_MS)
    assert seen == [False]


def test_a_folder_that_cannot_be_written_is_told_on_its_card(tmp_path, qtbot, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "own"))
    (tmp_path / "plug-ins").write_text("a file")
    place = HostFolder("gimp", "flatpak", tmp_path / "plug-ins", version="3.0")
    dialog = EditorsDialog(look=lambda: (editors.editor_state(place),))
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: bool(dialog.cards), timeout=WAIT_MS)
    card = dialog.cards[0]
    card.add.click()
    qtbot.waitUntil(lambda: card.trouble.isVisibleTo(dialog), timeout=WAIT_MS)
    qtbot.waitUntil(card.add.isEnabled, timeout=WAIT_MS)
    assert "could not be written" in card.trouble.text()
    with pytest.raises(OutputError):
        editors.add(place, "1.0")
