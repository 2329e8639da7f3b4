"""What a user of Krita sees and presses: menu, dialog, docker, Find objects, engine, report."""

import runpy
import sys
import types
from importlib import import_module
from pathlib import Path

import pytest
from krita_desk import SIZE, grain, layer, run, settle
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from plugin.bridge import EngineMissing
from plugin.bridge.host import HostRequest

pytestmark = pytest.mark.usefixtures("qapp")


def test_the_menu_has_every_entry_below_one_of_its_own(krita, extension):
    names = [text for _, text, _ in extension.items()]
    assert names == [
        "Upscale…",
        "Upscale Again",
        "Open in Semantic Upscale",
        "Engine…",
        "Settings…",
        "Help",
        "Copy Report",
    ]
    assert krita.places["semantic_upscale"] == "tools/scripts"
    assert krita.places["semantic_upscale_again"] == "tools/scripts/semantic_upscale"
    assert krita.actions["semantic_upscale"].menu is not None


def test_the_dialog_upscales_with_what_is_chosen_and_closes_when_it_is_done(krita, engine, extension, qtbot):
    krita.open(SIZE).paint(grain().tobytes())
    krita.actions["semantic_upscale_upscale"].trigger()
    dialog = extension.box
    qtbot.addWidget(dialog)
    assert dialog.form.size.text() == "8×6 → 32×24 px (0.0 MP)"
    dialog.form.scale.setValue(2.0)
    dialog.form.automatic.setChecked(False)
    dialog.form.clean_up.setValue(30)
    dialog.go.click()
    assert not dialog.go.isEnabled()
    run(extension.desk)
    assert not dialog.isVisible()
    assert engine.upscales[0]["options"] == {"scale": 2.0, "clean_up": 0.3}
    assert layer(krita).box == (0, 0, 16, 12)


def test_the_form_shows_a_wish_and_gives_it_back(krita, engine, qtbot):
    wish = HostRequest(
        "layer", 2.5, 0.5, 0.25, -1.0, "selection", 2.0, "resize", fine=True, resize_asked=True
    )
    form = import_module("plugin.krita.form").UpscaleForm(wish, lambda: None)
    qtbot.addWidget(form)
    assert form.chosen() == wish
    form.show_wish(HostRequest())
    assert form.chosen() == HostRequest()


def test_resizing_asks_once(krita, extension):
    krita.open(SIZE).paint(grain().tobytes())
    begin = import_module("plugin.krita.upscale_dialog").begin
    begin(extension.desk, HostRequest(result="resize"), None)
    box = extension.desk.asking
    assert not extension.desk.busy
    next(button for button in box.buttons() if button.text() == "Resize").click()
    assert run(extension.desk).kind == "done"
    begin(extension.desk, extension.desk.wish, None)
    assert extension.desk.busy
    run(extension.desk)


def test_without_a_picture_the_user_is_told(krita, extension):
    krita.actions["semantic_upscale_again"].trigger()
    assert extension.box.text() == "Open a picture first."
    krita.actions["semantic_upscale_open"].trigger()
    assert extension.box.text() == "Open a picture first."


def test_without_dialog_and_docker_the_end_is_still_told(krita, engine, extension):
    krita.open(SIZE).paint(grain().tobytes())
    krita.actions["semantic_upscale_again"].trigger()
    run(extension.desk)
    assert krita.floated[-1].startswith("Done: “photo ×4 (Semantic)”")
    engine.fault = EngineMissing("No engine.", "Install it.")
    krita.actions["semantic_upscale_again"].trigger()
    run(extension.desk)
    assert (extension.box.text(), extension.box.informativeText()) == ("No engine.", "Install it.")


def test_nothing_that_breaks_in_a_slot_reaches_krita(krita, extension, monkeypatch):
    monkeypatch.setattr(extension.desk, "upscale", None)
    krita.open(SIZE)
    krita.actions["semantic_upscale_again"].trigger()
    box = import_module("plugin.krita.extension").safely.box
    assert "TypeError" in box.detailedText()
    box.close()


def test_closing_krita_ends_the_work(krita, engine, extension):
    krita.open(SIZE).paint(grain().tobytes())
    engine.endless = True
    extension.desk.upscale(HostRequest())
    run(extension.desk, until=lambda: extension.desk.standing.words == "Working…")
    krita.note.applicationClosing.emit()
    assert extension.desk.standing.kind == "cancelled"


def test_the_report_tells_versions_and_trouble_but_no_name(krita, engine, extension):
    krita.open(SIZE).paint(grain().tobytes())
    engine.fault = EngineMissing(f"No engine in {Path.home()}.", "Install it.")
    extension.desk.upscale(HostRequest())
    run(extension.desk)
    krita.actions["semantic_upscale_report"].trigger()
    text = QApplication.clipboard().text()
    assert "Krita 6.0.0" in text
    assert "No engine in ~." in text
    assert "8×6, RGBA U8" in text


def test_the_docker_follows_the_document_and_its_regions(krita, docker):
    docker.look()
    assert not docker.go.isEnabled()
    document = krita.open(SIZE)
    document.paint(grain().tobytes())
    group = document.createGroupLayer("Upscale regions")
    face = document.createNode("Faithful face", "paintlayer").put((0, 0, 1, 1), bytes(4))
    group.children = [face]
    document.root.children.append(group)
    docker.look()
    assert docker.go.isEnabled()
    box = docker.regions.rows.itemAt(0, docker.regions.rows.ItemRole.FieldRole).widget()
    assert box.currentText() == "Faithful −2"
    box.setCurrentIndex(box.findData(1.0))
    assert face.name() == "Rich face"


def test_the_docker_upscales_shows_progress_and_cancels(krita, engine, docker):
    krita.open(SIZE).paint(grain().tobytes())
    docker.look()
    engine.endless = True
    docker.go.click()
    run(docker.desk, until=lambda: docker.desk.standing.words == "Working…")
    assert docker.standing.stop.isVisible()
    assert docker.standing.words.text() == "◐ Working…"
    docker.standing.stop.click()
    assert docker.standing.words.text() == "○ Stopped. Nothing was changed."
    assert docker.go.isEnabled()


def test_the_docker_tells_whether_the_engine_is_there(krita, engine, docker):
    settle(lambda: docker.engine.text().startswith("●"))
    assert docker.engine.text() == "● Engine: running · CPU · 2 in the queue"


def test_an_object_is_clicked_changed_to_a_larger_one_and_kept_as_a_region(krita, engine, docker, qtbot):
    document = krita.open(SIZE)
    document.paint(grain().tobytes())
    docker.look()
    panel = docker.finding
    panel.open.setChecked(True)
    middle = panel.sight.rect().center()
    qtbot.mouseClick(panel.sight, Qt.MouseButton.LeftButton, pos=middle)
    settle(lambda: panel.offer is not None)
    assert engine.upscales[0]["points"][0][2] == 1
    panel.next_part()
    panel.priority.setCurrentIndex(panel.priority.findData(-2.0))
    panel.keep.click()
    group = next(node for node in document.root.children if node.type() == "grouplayer")
    (kept,) = group.children
    assert (kept.name(), kept.label, kept.box) == ("Faithful cup", 1, (2, 3, 3, 2))
    assert kept.data[3::4] == bytes([255] * 6)
    assert [step[0] for step in document.undone] == ["Add Layer"]


def test_clicks_add_up_and_beside_the_picture_nothing_happens(krita, engine, docker, qtbot):
    krita.open(SIZE).paint(grain().tobytes())
    docker.look()
    panel = docker.finding
    panel.open.setChecked(True)
    qtbot.mouseClick(panel.sight, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert panel.finder.points == ()
    qtbot.mouseClick(panel.sight, Qt.MouseButton.LeftButton, pos=panel.sight.rect().center())
    settle(lambda: panel.offer is not None)
    qtbot.mouseClick(panel.sight, Qt.MouseButton.RightButton, pos=panel.sight.rect().center())
    settle(lambda: len(engine.upscales) == 2)
    assert [point[2] for point in engine.upscales[1]["points"]] == [1, 0]
    assert len(engine.posted) == 1, "the picture was sent twice"
    panel.finder.forget()


def test_the_engine_box_stops_and_starts(krita, engine, extension, qtbot):
    krita.actions["semantic_upscale_engine"].trigger()
    box = extension.box
    qtbot.addWidget(box)
    settle(box.stop.isEnabled)
    engine.stop = lambda: None
    box.stop.click()
    settle(box.start.isEnabled)
    assert "off" in box.words.text()
    box.start.click()
    settle(box.stop.isEnabled)
    box.close()
    assert not extension.watch.listeners


def test_the_settings_are_what_upscale_again_does(krita, engine, extension, qtbot):
    extension.desk.keep(HostRequest(scale=3.0, resize_asked=True))
    krita.actions["semantic_upscale_settings"].trigger()
    box = extension.box
    qtbot.addWidget(box)
    assert box.form.scale.value() == 3.0
    box.reset()
    box.accept()
    assert extension.desk.wish == HostRequest()


def test_a_plug_in_that_cannot_start_tells_why(krita, monkeypatch, qtbot):
    broken = types.ModuleType("broken.krita.extension")
    broken.register = lambda: 1 / 0
    monkeypatch.setitem(sys.modules, "broken", types.ModuleType("broken"))
    monkeypatch.setitem(sys.modules, "broken.krita", types.ModuleType("broken.krita"))
    monkeypatch.setitem(sys.modules, "broken.krita.extension", broken)
    runpy.run_path("plugin/krita/entry.py", run_name="broken")
    (problem,) = krita.extensions
    problem.createActions(krita.window)
    assert krita.actions["semantic_upscale"].text() == "Semantic Upscale: problem…"
    krita.actions["semantic_upscale"].trigger()
    qtbot.addWidget(problem.box)
    assert "ZeroDivisionError" in problem.box.detailedText()
    problem.box.close()


def test_a_docker_that_cannot_be_made_says_so_in_its_place(krita, extension, monkeypatch, qtbot):
    monkeypatch.setattr(import_module("plugin.krita.extension"), "Docker", None)
    made = krita.factories[0].make()
    qtbot.addWidget(made)
    assert "TypeError" in made.widget().text()


def test_the_docker_keeps_what_dialog_and_settings_chose_and_an_answer_that_was_given(docker):
    docker.desk.keep(HostRequest(detail=1.0, result="resize", resize_asked=True))
    docker.form.scale.setValue(3.0)
    assert docker.desk.wish == HostRequest(scale=3.0, detail=1.0, result="resize", resize_asked=True)
