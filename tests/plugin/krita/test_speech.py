"""The plug-in's words: all of them are in the German table, and Krita's language decides."""

import ast
import string
from importlib import import_module
from pathlib import Path

import pytest
from krita_desk import SIZE, grain, run
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from plugin.bridge.facts import PRIORITY_NAMES
from plugin.bridge.host import parse_region_name
from plugin.krita.translation import GERMAN, tr

ROOM = Path("plugin/krita")
FROM_THE_BRIDGE = 8  # whole sentences of plugin/bridge that are said as they are
SAME = {"automatic"}


def said():
    """Every text that `tr` or `mark` is given in the room."""
    for path in sorted(ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("tr", "mark")
            if called and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def fields(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_every_word_has_its_german_and_none_is_left_over():
    words = set(said())
    assert sorted(words - set(GERMAN)) == []
    assert len(set(GERMAN) - words) <= FROM_THE_BRIDGE, sorted(set(GERMAN) - words)


@pytest.mark.parametrize("english", GERMAN)
def test_german_has_the_same_places_and_marks(english):
    german = GERMAN[english]
    assert fields(german) == fields(english)
    assert not {" Sie ", " Ihr ", " Ihre "} & {f" {word} " for word in german.split()}
    assert "..." not in german


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"LANGUAGE": "de:en", "LANG": "C"}, "Verwerfen"),
        ({"LANG": "de_AT.UTF-8"}, "Verwerfen"),
        ({"LANGUAGE": "en_GB:de", "LANG": "de_DE"}, "Discard"),
        ({}, "Discard"),
    ],
)
def test_kritas_language_decides(monkeypatch, told, word):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    assert tr("Discard") == word


def test_the_german_names_of_priorities_are_understood_again(krita, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "de")
    for priority in PRIORITY_NAMES:
        name = import_module("plugin.krita.form").step_name(float(priority)).split(" ")[0]
        assert parse_region_name(f"{name} Auge") == ("Auge", float(priority))


@pytest.mark.usefixtures("engine")
def test_nothing_english_is_left_in_the_docker(krita, monkeypatch, qtbot):
    monkeypatch.setenv("LANGUAGE", "de")
    extension = import_module("plugin.krita.extension").register()
    extension.createActions(krita.window)
    made = krita.factories[0].make()
    qtbot.addWidget(made)
    made.show()
    krita.open(SIZE).paint(grain().tobytes())
    made.look()
    extension.desk.upscale()
    run(extension.desk)
    english = {words for words in GERMAN if words not in SAME and words != GERMAN[words]}
    assert not shown(made) & english
    assert krita.actions["semantic_upscale_again"].text() == "Noch einmal vergrößern"
    assert made.standing.words.text().startswith("✓ Fertig: „photo ×4 (Semantic)“, 32×24 px.")
    extension.watch.often.stop()
    made.timer.stop()
    QApplication.processEvents()


def shown(widget):
    """Texts of labels, buttons and tips."""
    texts = {one.text() for kind in (QLabel, QAbstractButton) for one in widget.findChildren(kind)}
    return texts | {one.toolTip() for one in widget.findChildren(QWidget)}
