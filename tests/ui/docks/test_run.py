"""Run panel, need line, queue and spots: always right, always with a reason."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QWidget,
)
from ui_engine import FakeEngine
from ui_helpers import add_region, kept, linked, open_document, picture

from core.geometry import Box, Size
from plugin.bridge import EngineMissing, JobFailed
from ui.batch.dialog import BatchDialog
from ui.disabled_reason import reason_of
from ui.docks import words
from ui.docks.need import Measured, NeedLine
from ui.docks.queue import NUMBER_ROLE, QueueDock
from ui.docks.region_list import PreviewStrip
from ui.docks.regions import RegionsDock
from ui.docks.run import RunDock
from ui.model.document import Document


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def link(engine, qtbot):
    with linked(engine) as link:
        yield link


@pytest.fixture
def document(link, qtbot):
    document = open_document(qtbot)
    link.attach(document)
    return document


@pytest.fixture
def shown(qtbot):
    def show(widget):
        qtbot.addWidget(widget)
        widget.resize(320, 640)
        widget.show()
        return widget

    return show


@pytest.fixture
def run_dock(document, link, shown):
    return shown(RunDock(document, link))


def upscaled(dock, link, qtbot):
    with qtbot.waitSignal(link.jobDone, timeout=20_000):
        return dock.upscale()


def test_the_size_line_follows_the_picture_and_the_factor(document, run_dock, qtbot):
    assert run_dock.size_label.text() == "40×30 → 160×120 (0.02 MP)"
    run_dock.scales.button(2).click()
    assert run_dock.size_label.text() == "40×30 → 80×60 (<0.01 MP)"
    document.undo()
    assert run_dock.scales.button(4).isChecked()


@pytest.mark.parametrize(
    ("size", "scale", "line"),
    [
        (Size(1024, 768), 4, "1024×768 → 4096×3072 (12.6 MP)"),
        (Size(5, 3), 2.5, "5×3 → 13×8 (<0.01 MP)"),
        (Size(16000, 12500), 4, "16000×12500 → 64000×50000 (3,200 MP)"),
    ],
)
def test_the_size_line_is_right(size, scale, line):
    assert words.size_line(size, scale) == line


def test_clean_up_shows_its_estimate_and_starts_from_it(document, link, run_dock, qtbot):
    with qtbot.waitSignal(link.estimateReady, timeout=20_000):
        link.estimate()
    assert run_dock.automatic.isChecked()
    assert run_dock.clean.shown.text() == "25 %"
    run_dock.automatic.setChecked(False)
    assert document.scene.clean_up == 0.25
    run_dock.clean.slider.setValue(60)
    assert document.scene.clean_up == 0.6


def test_dials_are_verbs_that_can_be_undone(document, run_dock):
    run_dock.detail.slider.setValue(5)
    assert document.scene.detail == 0.5
    run_dock.more.seed.setText("77")
    run_dock.more.seed.editingFinished.emit()
    assert document.scene.seed == 77
    document.undo()
    document.undo()
    assert (document.scene.detail, run_dock.detail.value) == (0, 0)


def test_the_button_upscales_then_cancels(engine, document, link, run_dock, qtbot):
    engine.step = threading.Semaphore(2)
    run_dock.upscale_button.click()
    assert run_dock.upscale_button.text() == "Cancel"
    qtbot.waitUntil(lambda: run_dock.line.text().startswith("Tile 2 of 6 · 0:04 left"), timeout=20_000)
    run_dock.upscale_button.click()
    assert "Stopping" in run_dock.line.text()
    assert reason_of(run_dock.upscale_button)
    qtbot.waitUntil(lambda: engine.count("cancel") == 1, timeout=20_000)  # it goes by a thread of its own
    engine.step.release()
    qtbot.waitUntil(lambda: run_dock.upscale_button.text() == "UPSCALE", timeout=20_000)
    assert run_dock.line.text() == "Stopped at 2 of 6."


def test_before_two_tiles_the_time_is_being_estimated():
    view = words.progress_line(kept_view(done=1, total=36, left_s=99.0), "RTX 4070", "6.2 GB")
    assert view == "Tile 1 of 36 · measuring… · RTX 4070 · 6.2 GB"


def test_after_that_it_is_told():
    view = words.progress_line(kept_view(done=7, total=36, left_s=21.2), "RTX 4070", "6.2 GB")
    assert view == "Tile 7 of 36 · 0:21 left · RTX 4070 · 6.2 GB"


def kept_view(**fields):
    from ui.engine.runs import JobView  # noqa: PLC0415

    return JobView(1, "a", Size(1, 1), state="running", stage="tiles", **fields)


def test_why_a_run_failed_stands_under_the_button(engine, link, run_dock, qtbot):
    engine.fail("upscale", JobFailed("It needs more memory than is free.", "Use the processor."))
    with qtbot.waitSignal(link.jobFailed, timeout=20_000):
        run_dock.upscale()
    assert run_dock.line.text() == "It needs more memory than is free. Use the processor."


def test_rare_choices_go_with_the_run(engine, link, run_dock, qtbot):
    run_dock.more.tile.setCurrentIndex(run_dock.more.tile.findData(128))
    run_dock.more.precision.setCurrentIndex(run_dock.more.precision.findData("float32"))
    upscaled(run_dock, link, qtbot)
    (job,) = [job for job in engine.jobs.values() if job.kind == "upscale"]
    assert (job.asked["options"]["tile_px"], job.asked["options"]["precision"]) == (128, "float32")
    assert "steps" not in job.asked["options"]


def test_fine_asks_the_run_for_many_steps(engine, link, run_dock, qtbot):
    run_dock.fine.setChecked(True)
    upscaled(run_dock, link, qtbot)
    (job,) = [job for job in engine.jobs.values() if job.kind == "upscale"]
    assert job.asked["options"]["steps"] == 15


def test_a_lossless_format_has_no_quality_and_says_so(run_dock):
    run_dock.output.format.setCurrentText("PNG")
    assert "no quality" in reason_of(run_dock.output.quality)
    run_dock.output.format.setCurrentText("JPEG")
    assert not reason_of(run_dock.output.quality)
    assert "8 bits" in reason_of(run_dock.output.bits)


def test_the_need_line_tells_device_memory_time_and_file(document, link, run_dock, shown, qtbot):
    line = shown(NeedLine(document, link, run_dock))
    assert line.text.text() == "○ Engine is off."
    assert line.start.isVisible()
    upscaled(run_dock, link, qtbot)
    assert line.text.text().startswith("● Test processor · needs 300 MB of ")
    assert line.text.text().endswith(" · about 2 s · will be done in about 5 tiles · about 32 kB file")
    assert not line.start.isVisible()


def test_the_need_line_tells_why_there_is_no_engine(engine, document, link, run_dock, shown, qtbot):  # noqa: PLR0917
    line = shown(NeedLine(document, link, run_dock))
    engine.refuse(EngineMissing("No Python was found.", "Install it."))
    line.start.click()
    qtbot.waitUntil(lambda: line.text.text().startswith("▲"), timeout=20_000)
    assert "Install it." in line.text.text()


@settings(max_examples=30)
@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(1, 10**6))
def test_a_picture_takes_at_least_one_tile_and_no_fewer_than_its_pixels_need(width, height, tile):
    tiles = Measured(tile_px=tile).tiles(Size(width, height))
    assert tiles * tile >= width * height
    assert (tiles - 1) * tile < width * height


def test_the_queue_shows_what_waits_and_then_the_history(engine, document, link, run_dock, shown, qtbot):  # noqa: PLR0917
    dock = shown(QueueDock(document, link))
    assert dock.no_history.text() == "Results appear here."
    assert reason_of(dock.pause)
    engine.gate.clear()
    for _ in range(2):
        run_dock.upscale()
    assert (dock.waiting.count(), dock.history.count()) == (2, 0)
    engine.gate.set()
    qtbot.waitUntil(lambda: dock.history.count() == 2, timeout=20_000)
    assert "Done in 0:02." in dock.history.item(0).text()
    assert not dock.waiting.isVisible()


def test_a_paused_queue_goes_on_when_told(document, link, run_dock, shown, qtbot):
    dock = shown(QueueDock(document, link))
    link.pause()
    run_dock.upscale()
    assert dock.waiting.item(0).text().endswith("Waiting")
    assert dock.pause.text() == "Go on"
    with qtbot.waitSignal(link.jobDone, timeout=20_000):
        dock.pause.click()


def test_a_click_looks_and_a_double_click_restores_settings_and_regions(
    document, link, run_dock, shown, qtbot
):
    dock = shown(QueueDock(document, link))
    add_region(document, name="Face", priority=-2)
    run_dock.detail.slider.setValue(7)
    number = upscaled(run_dock, link, qtbot)
    document.undo()
    document.undo()
    item = dock.history.item(0)
    with qtbot.waitSignal(dock.lookWanted) as heard:
        dock.history.itemClicked.emit(item)
    assert heard.args == [number] == [item.data(NUMBER_ROLE)]
    dock.history.itemDoubleClicked.emit(item)
    assert document.scene.detail == 0.7
    assert [region.name for region in document.scene.regions] == ["Face"]
    document.undo()
    assert len(document.scene.regions) == 0


def test_settings_of_another_picture_are_not_restored(document, link, run_dock, shown, qtbot):
    dock = shown(QueueDock(document, link))
    number = upscaled(run_dock, link, qtbot)
    with qtbot.waitSignal(document.opened, timeout=20_000):
        document.open_array(picture(9, 9), "other")
    with qtbot.waitSignal(dock.said) as heard:
        dock.restore(number)
    assert "another picture" in heard.args[0]


def test_removing_from_the_history_lets_the_result_go(engine, document, link, run_dock, shown, qtbot):  # noqa: PLR0917
    dock = shown(QueueDock(document, link))
    number = upscaled(run_dock, link, qtbot)
    dock.remove(number)
    qtbot.waitUntil(lambda: engine.count("cancel") == 1, timeout=20_000)
    assert dock.history.count() == 0


def test_the_strip_keeps_the_last_six_spots_that_were_asked_for(document, link, shown, qtbot):
    strip = shown(PreviewStrip(document, link))
    for x in range(8):
        with qtbot.waitSignal(link.previewReady, timeout=20_000):
            link.preview(Box(x, 0, 8, 8), "spot")
    with qtbot.waitSignal(link.previewReady, timeout=20_000):
        link.preview(Box(0, 0, 8, 8), "live")
    assert [spot.box.x for spot in strip.spots] == [7, 6, 5, 4, 3, 2]
    assert "Detail 0" in strip.buttons[0].toolTip()
    with qtbot.waitSignal(strip.spotChosen) as heard:
        strip.buttons[1].click()
    assert heard.args[0].box.x == 6


def test_spots_of_the_picture_before_are_gone(document, link, shown, qtbot):
    strip = shown(PreviewStrip(document, link))
    with qtbot.waitSignal(link.previewReady, timeout=20_000):
        link.preview(Box(0, 0, 8, 8), "spot")
    with qtbot.waitSignal(document.opened, timeout=20_000):
        document.open_array(picture(9, 9), "other")
    assert not strip.spots
    assert not strip.empty.isHidden()


@pytest.mark.parametrize("opened", [True, False], ids=["with a picture", "without"])
def test_every_control_has_a_name_and_every_grey_one_a_reason(opened, link, shown, qtbot):
    document = open_document(qtbot) if opened else kept(Document())
    run = RunDock(document, link)
    widgets = [RegionsDock(document, link), run, QueueDock(document, link), NeedLine(document, link, run)]
    controls = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
    for widget in [*widgets, BatchDialog(link)]:
        for control in shown(widget).findChildren(QWidget):
            own = not control.objectName().startswith("qt_") and isinstance(control, controls)
            if own and control.focusPolicy() != Qt.FocusPolicy.NoFocus:
                assert control.accessibleName(), control
                assert control.isEnabled() or control.toolTip(), control.accessibleName()
