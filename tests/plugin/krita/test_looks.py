"""Preview and review: what is looked at before it is taken, and what Apply and Discard do."""

from importlib import import_module

import numpy as np
import pytest
from fake_engine import pixels
from hypothesis import given
from hypothesis import strategies as st
from krita_desk import SIZE, grain, run, settle
from PySide6.QtCore import QPoint, Qt

from plugin.bridge import EngineMissing
from plugin.bridge.host import HostRequest

pytestmark = pytest.mark.usefixtures("qapp")
BIG = (400, 300)


def seen(image):
    """(height, width, 4) of an image, red first."""
    data = np.frombuffer(bytes(image.constBits()), np.uint8).reshape(image.height(), image.bytesPerLine())
    return data[:, : image.width() * 4].reshape(image.height(), image.width(), 4)[..., [2, 1, 0, 3]]


@pytest.fixture
def preview(krita, docker):
    """The docker's preview, opened over a big picture."""
    krita.open(BIG).paint(grain(size=BIG, opaque=True).tobytes())
    docker.look()
    docker.preview.open.setChecked(True)
    settle(lambda: docker.preview.spot is not None)
    return docker.preview


def test_the_middle_is_shown_at_once_as_it_is_and_as_it_would_become(engine, preview):
    assert preview.spot.box == (152, 114, 96, 72)
    source = pixels(engine.posted[0])[114:186, 152:248]
    assert np.array_equal(seen(preview.spot.before), source)
    assert np.array_equal(seen(preview.spot.after), source.repeat(4, axis=0).repeat(4, axis=1))
    assert engine.upscales[0]["options"] == {}


def test_a_click_moves_the_spot_and_a_drag_draws_a_rectangle(engine, preview, qtbot):
    corner = QPoint((preview.sight.width() - 320) // 2, (preview.sight.height() - 240) // 2)
    qtbot.mouseClick(preview.sight, Qt.MouseButton.LeftButton, pos=corner + QPoint(2, 2))
    settle(lambda: preview.spot.box == (0, 0, 96, 72))
    qtbot.mousePress(preview.sight, Qt.MouseButton.LeftButton, pos=corner + QPoint(40, 40))
    qtbot.mouseRelease(preview.sight, Qt.MouseButton.LeftButton, pos=corner + QPoint(80, 70))
    settle(lambda: preview.spot.box == (50, 50, 51, 38))
    assert (preview.spot.after.width(), preview.spot.after.height()) == (204, 152)


def test_the_preview_obeys_what_is_chosen_and_apply_enlarges_all_of_it(krita, engine, docker, preview):
    docker.form.rest.setCurrentIndex(docker.form.rest.findData(2.0))
    preview.sight.choose((0, 0, 8, 6))
    settle(lambda: preview.spot.box == (0, 0, 8, 6))
    assert engine.upscales[-1]["rest"] == 2.0
    assert len(krita.opened) == 1
    preview.apply.click()
    assert run(docker.desk).kind == "done"
    assert krita.opened[-1].size == (1600, 1200)
    assert not preview.open.isChecked()


def test_discard_folds_it_and_nothing_was_in_the_document(krita, preview):
    preview.drop.click()
    assert not preview.sight.isVisible()
    assert (krita.opened[0].undone, len(krita.opened), preview.spot) == ([], 1, None)


def test_a_preview_that_cannot_be_is_told(engine, preview):
    engine.fault = EngineMissing("No engine.", "Install it.")
    preview.sight.choose((0, 0, 8, 6))
    settle(lambda: preview.words.text() == "No engine. Install it.")


@given(
    st.tuples(st.integers(0, 999), st.integers(0, 999)), st.tuples(st.integers(1, 1000), st.integers(1, 1000))
)
def test_a_spot_never_leaves_the_canvas(krita_free, point, canvas):
    x, y, wide, high = krita_free.around(
        tuple(min(p, s - 1) for p, s in zip(point, canvas, strict=True)), canvas
    )
    assert 0 <= x <= canvas[0] - wide
    assert 0 <= y <= canvas[1] - high
    assert wide >= 1 <= high


@pytest.fixture(scope="module")
def krita_free():
    """The module of boxes, with a small Krita around it while it is loaded."""
    import fake_krita  # noqa: PLC0415

    with pytest.MonkeyPatch.context() as patch:
        fake_krita.install(patch)
        yield import_module("plugin.krita.preview")


@pytest.fixture
def waiting(krita, extension, qtbot):
    """A new layer that is ready, and the box that asks about it."""
    krita.settings["semantic_upscale", "review"] = "true"
    krita.open(SIZE).paint(grain(opaque=True).tobytes())
    extension.desk.upscale(HostRequest(result="layer"))
    run(extension.desk, until=lambda: extension.desk.standing.kind == "ready")
    qtbot.addWidget(extension.box)
    return extension


def test_a_result_that_would_change_the_document_waits_for_apply(krita, waiting):
    document = krita.opened[0]
    assert (len(document.root.children), document.undone) == (1, [])
    assert np.array_equal(seen(waiting.box.pair.before), grain(opaque=True)[..., [2, 1, 0, 3]])
    assert np.abs(seen(waiting.box.pair.after).astype(int) - seen(waiting.box.pair.before)).max() <= 1
    waiting.box.apply.click()
    assert run(waiting.desk).kind == "done"
    assert [step[0] for step in document.undone] == ["Add Layer"]
    assert waiting.desk.reviews


def test_discard_leaves_the_document_as_it_was(krita, waiting):
    waiting.box.drop.click()
    assert waiting.desk.standing.words == "Discarded. Nothing was changed."
    assert (len(krita.opened[0].root.children), krita.opened[0].undone) == (1, [])
    assert not waiting.box.isVisible()


def test_apply_and_do_not_ask_again_is_kept(krita, waiting):
    waiting.box.always.click()
    assert run(waiting.desk).kind == "done"
    waiting.desk.upscale(HostRequest(result="resize", resize_asked=True))
    assert run(waiting.desk).kind == "done"
    assert not import_module("plugin.krita.state").PluginState().reviews


def test_the_question_goes_when_the_work_is_stopped_elsewhere(waiting):
    box = waiting.box
    waiting.desk.cancel()
    assert not box.isVisible()
    assert waiting.desk.standing.kind == "cancelled"


def test_a_new_document_is_never_asked_about(krita, extension):
    krita.settings["semantic_upscale", "review"] = "true"
    krita.open(SIZE).paint(grain().tobytes())
    extension.desk.upscale(HostRequest())
    assert run(extension.desk).kind == "done"


def test_help_shows_the_manual_and_the_settings_keep_the_question(krita, extension, qtbot):
    krita.actions["semantic_upscale_help"].trigger()
    qtbot.addWidget(extension.box)
    assert "Upscale regions" in extension.box.text.toPlainText()
    krita.actions["semantic_upscale_settings"].trigger()
    box = extension.box
    qtbot.addWidget(box)
    assert not box.review.isChecked()
    box.reset()
    box.accept()
    assert extension.desk.reviews
