"""English source, German complete: every text that the window may say has its translation, with the same blanks."""

import ast
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator

from ui import app

ROOT = Path(__file__).parents[2]
FILE = ROOT / "ui" / "translations" / "semantic_upscale_de.ts"
BLANK = re.compile(r"\{\w*\}|%n|<[^>]+>")
FREE_CONTEXT = ("translate", "QT_TRANSLATE_NOOP")


def texts(path):
    """(context, text) of every call that asks for a translation, as lupdate reads them."""
    tree = ast.parse(path.read_text("utf-8"))
    yield from _inside(tree, "")


def _inside(node, context):
    for child in ast.iter_child_nodes(node):
        inner = child.name if isinstance(child, ast.ClassDef) else context
        if isinstance(child, ast.Call):
            yield from _of_call(child, inner)
        yield from _inside(child, inner)


def _of_call(call, context):
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    words = [
        each.value for each in call.args[:2] if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    if name == "tr" and words:
        yield context, words[0]
    elif name in FREE_CONTEXT and len(words) == 2:
        yield tuple(words)


def asked():
    return {found for path in sorted((ROOT / "ui").rglob("*.py")) for found in texts(path)}


def german():
    """(context, text) → its translations, one or one for each number."""
    known = {}
    for context in ET.parse(FILE).getroot().iter("context"):  # noqa: S314  (our own file)
        for message in context.iter("message"):
            translation = message.find("translation")
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            if translation.get("type") != "unfinished":
                known[context.findtext("name"), message.findtext("source")] = forms
    return known


def test_every_text_of_the_window_has_a_german_one():
    known = german()
    assert sorted(found for found in asked() if not all(known.get(found, [""]))) == []


def test_there_is_no_german_for_what_nobody_says():
    assert sorted(set(german()) - asked()) == []


def test_blanks_and_tags_are_the_same_in_both():
    wrong = [
        (text, form)
        for (_, text), forms in german().items()
        for form in forms
        if sorted(BLANK.findall(text)) != sorted(BLANK.findall(form))
    ]
    assert wrong == []


def test_a_menu_key_stays_a_menu_key():
    wrong = [
        (text, form)
        for (context, text), forms in german().items()
        for form in forms
        if context in ("Actions", "MainWindow") and ("&" in text) != ("&" in form)
    ]
    assert wrong == []


def test_no_text_is_hidden_from_the_translators():
    """A text in a variable is never found by lupdate, and so never translated."""
    tables = ("actions/table.py", "palette.py", "dialogs/settings.py")
    hidden = []
    for path in sorted((ROOT / "ui").rglob("*.py")):
        for call in (
            node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
        ):
            asks = getattr(call.func, "attr", "") == "translate" and len(call.args) == 2
            asks = asks and getattr(getattr(call.func, "value", None), "id", "") == "QCoreApplication"
            if asks and not isinstance(call.args[1], ast.Constant) and not path.as_posix().endswith(tables):
                hidden.append(f"{path.name}:{call.lineno}")
    assert hidden == []


@pytest.fixture
def speaking(qapp):
    spoken = app.Language(qapp)
    yield spoken
    spoken.speak("en")


def test_the_compiled_file_says_what_the_source_says(speaking):
    compiled = QTranslator()
    assert compiled.load(str(FILE.with_suffix(".qm")))
    stale = [
        key
        for key, forms in german().items()
        if len(forms) == 1 and compiled.translate(*key) != forms[0] and key[1] != " px"
    ]
    assert stale == []


def test_german_is_spoken_and_given_up_again(speaking):
    speaking.speak("de")
    assert QCoreApplication.translate("palette", "Faithful") == "Treu"
    assert QCoreApplication.translate("words", "%n regions", "", 1) == "1 Bereich"
    assert QCoreApplication.translate("words", "%n regions", "", 3) == "3 Bereiche"
    speaking.speak("en")
    assert QCoreApplication.translate("palette", "Faithful") == "Faithful"


def test_numbers_are_right_in_english_too(speaking):
    speaking.speak("en")
    assert QCoreApplication.translate("words", "%n regions", "", 1) == "1 region"


def test_an_unknown_language_is_english(speaking):
    assert app.resolve_language("xx") == "en"


@pytest.mark.skipif(
    shutil.which("pyside6-lrelease", path=str(Path(sys.executable).parent)) is None, reason="no lrelease here"
)
def test_the_compiler_finds_nothing_unfinished(tmp_path):
    tool = Path(sys.executable).with_name("pyside6-lrelease")
    run = subprocess.run(
        [tool, FILE, "-qm", tmp_path / "de.qm"], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0
    assert "untranslated" not in run.stdout
