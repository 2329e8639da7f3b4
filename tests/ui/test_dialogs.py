"""Dialogs and pages: what they say and what their buttons do."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QPushButton

from core.licences import installed_parts
from ui.dialogs.about import AboutDialog
from ui.dialogs.models import ModelsDialog
from ui.dialogs.question import ErrorPanel, ErrorSummary, Question
from ui.dialogs.settings import SettingsDialog
from ui.dialogs.welcome import WelcomePage
from ui.error_report import redact, report
from ui.settings import SETTINGS, Settings


class Link(QObject):
    """The part of the engine link that the models dialog uses."""

    modelsReady = Signal(list)  # noqa: N815
    downloadChanged = Signal(str, int, int, str)  # noqa: N815
    stateChanged = Signal(str, str)  # noqa: N815

    def __init__(self):
        super().__init__()
        self.asked = []

    def models(self):
        self.asked.append("models")

    def download(self, model, accept_licence=False):
        self.asked.append((model, accept_licence))


BUNDLED = {
    "id": "compact",
    "title": "Compact ×4",
    "licence": "Apache-2.0",
    "commercial": True,
    "installed": True,
}
FETCHED = {"id": "sinsr", "title": "SinSR", "licence": "NTU S-Lab", "licence_url": "https://example.org/l"}
MODELS = [BUNDLED, {**FETCHED, "commercial": False, "size": 475_000_000, "installed": False}]


def press(widget, text):
    found = [each for each in widget.findChildren(QPushButton) if each.text() == text]
    assert found, text
    found[0].click()


@pytest.fixture
def models(qtbot):
    link = Link()
    dialog = ModelsDialog(link)
    qtbot.addWidget(dialog)
    link.modelsReady.emit(MODELS)
    dialog.link = link
    return dialog


def test_a_model_shows_its_licence_before_anything_is_fetched(models):
    card = models.cards["sinsr"]
    assert "licence" in card.get.text()
    assert "475 MB" in card.get.text()
    assert models.link.asked == ["models"]
    card.get.click()
    assert models.link.asked[-1] == ("sinsr", True)


def test_a_model_that_is_there_says_so(models):
    card = models.cards["compact"]
    assert not card.get.isEnabled()
    assert card.get.toolTip()


def test_a_failed_download_is_told_and_can_be_tried_again(models):
    card = models.cards["sinsr"]
    card.get.click()
    models.link.downloadChanged.emit("sinsr", 10, 100, "")
    assert card.bar.isVisibleTo(models)
    assert card.bar.value() == 100
    models.link.downloadChanged.emit("sinsr", 0, 0, "The network is not there.")
    assert card.trouble.text() == "The network is not there."
    assert card.get.isEnabled()


def test_settings_have_a_control_for_every_row_and_take_effect(qtbot, tmp_path):
    settings = Settings(tmp_path / "settings.toml")
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    assert set(dialog.controls) == {row.key for row in SETTINGS if row.page}
    for row in SETTINGS:
        if isinstance(dialog.controls.get(row.key), QCheckBox):
            dialog.controls[row.key].click()
            assert settings[row.key] is not row.default
    dialog.controls["look.text_percent"].setValue(150)
    assert settings["look.text_percent"] == 150


def test_trouble_has_its_fix_first_and_a_report(qtbot):
    panel, done = ErrorPanel(lambda told: f"report: {told}"), []
    qtbot.addWidget(panel)
    panel.tell(
        ErrorSummary("The disk is full.", "Choose another folder.", (("Choose…", lambda: done.append(1)),))
    )
    assert panel.isVisibleTo(None)
    press(panel, "Copy report")
    assert QGuiApplication.clipboard().text() == "report: The disk is full. Choose another folder."
    press(panel, "Choose…")
    assert done == [1]
    assert panel.isHidden()


def test_a_question_gives_one_answer_and_esc_is_the_last(qtbot):
    given = []
    answers = [("Save", lambda: given.append("save")), ("Go back", lambda: given.append("back"))]
    question = Question("Unsaved", "There is unsaved work.", answers)
    question.ask()
    question.reject()
    assert given == ["back"]
    question = Question("Unsaved", "There is unsaved work.", answers)
    question.ask()
    question.buttons[0].click()
    assert given == ["back", "save"]


def test_the_welcome_page_has_three_ways_in(qtbot):
    asked, opened = [], []
    page = WelcomePage(asked.append, opened.append)
    qtbot.addWidget(page)
    page.show_recent([Path("/photos/cat.jpg")])
    press(page, "Open…")
    press(page, "Try the sample")
    press(page, "cat.jpg")
    assert asked == ["file.open", "file.sample"]
    assert opened == [Path("/photos/cat.jpg")]


def test_about_names_the_licences_of_what_it_is_made_of(qtbot):
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    told = dialog.licences.toPlainText()
    assert all(word in told for word in ("Apache", "LGPL", "Segment Anything", "torch", "PySide6"))


def test_no_part_is_without_a_licence():
    parts = {part.name.lower(): part.licence for part in installed_parts()}
    assert {"torch", "pyvips-binary", "starlette", "numpy"} <= parts.keys()
    ours = {name for name in parts if not name.startswith(("cuda", "nvidia"))}
    assert {name for name in ours if not parts[name]} == set()
    assert installed_parts("no-such-package") == ()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("could not read /home/ada/Photos/holiday/cat.jpg", "could not read …/cat.jpg"),
        ("/home/ada/Photos: no", "…/Photos: no"),
        (r"C:\Users\ada\Pictures\cat.jpg is bad", "…/cat.jpg is bad"),
        ("ada's picture", "‹user›'s picture"),
        ("canada 4/5 and/or", "canada 4/5 and/or"),
    ],
)
def test_a_report_has_neither_the_name_nor_the_folders(text, left):
    assert redact(text, home="/home/ada", user="ada") == left


def test_a_report_says_version_engine_and_the_end_of_its_log(tmp_path, qapp):
    log = tmp_path / "engine.log"
    log.write_text("\n".join(f"line {n}" for n in range(100)))
    text = report({"version": "0.1.0", "device": "cpu", "log": str(log)}, "It broke.", ValueError("odd"))
    assert "Engine: 0.1.0, device cpu" in text
    assert "It broke." in text
    assert "ValueError: odd" in text
    assert "line 99" in text
    assert "line 10\n" not in text
