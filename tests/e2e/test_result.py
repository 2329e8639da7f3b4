"""A result is a state of the window, on a screen of 1366 × 768 as on a dense one with large text."""

import pytest
from e2e import desktop

SEEN = "screen_rect(window.panels.run.{})"
KEPT = ("upscale_button", "preview_button", "line")


def all_seen(window):
    """The rectangles of what must always be in sight; None for what is not."""
    return {name: window.see(SEEN.format(name)) for name in KEPT}


def upscaled(window):
    window.key("ctrl+Return")
    window.until("window.showing.result() is not None and window.commands['file.save_result'].isEnabled()")


def test_a_result_is_looked_at_alone_and_says_what_it_is(window):
    window.key("r")
    window.drag((20, 20), (90, 80))
    window.until("window.canvas.priorities_shown()")
    upscaled(window)
    window.until("window.canvas.result_bar.isVisible()")
    assert not window.see("window.canvas.priorities_shown()")
    assert "640×480" in window.see("window.canvas.result_bar.words.text()")
    window.shot("result")
    window.key("ctrl+1")
    assert window.see("window.canvas.zoom") == 4
    window.click("window.canvas.result_bar.save")
    window.until("bool(window.link.runs.ended()[-1].saved)")
    window.until(
        "not window.canvas.result_bar.save.isEnabled() and window.canvas.result_bar.folder.isEnabled()"
    )


def test_a_change_since_is_told_and_taken_back_with_it(window):
    window.key("r")
    window.drag((20, 20), (90, 80))
    window.until("len(window.document.scene.regions) == 1")
    upscaled(window)
    window.key("5")
    window.until("window.canvas.result_bar.again.isVisible() and window.canvas.priorities_shown()")
    window.key("ctrl+z")
    window.until("window.canvas.result_bar.isVisible() and not window.canvas.result_bar.again.isVisible()")


def test_what_the_run_is_about_is_in_sight_before_during_and_after(window):
    before = all_seen(window)
    assert all(before.values()), before
    assert window.see("window.frameGeometry().height() <= window.screen().availableGeometry().height()")
    window.do("window.settings.set('look.text_percent', 200)")
    window.do("engine.gate.clear()")
    window.key("ctrl+Return")
    window.until("window.link.runs.running is not None")
    during = all_seen(window)
    assert all(during.values()), during
    window.until("window.panels.run.upscale_button.text() == 'Cancel' and window.panels.run.bar.isVisible()")
    assert window.see("screen_rect(window.panels.run.bar)")
    window.shot("running-200-percent")
    window.do("engine.gate.set()")
    window.until("window.showing.result() is not None")
    window.do("window.settings.set('look.text_percent', 100)")
    window.key("Tab")
    assert all(all_seen(window).values())


@pytest.fixture
def dense(launch, photo_file):
    with desktop.desktop("1920x1080") as name:
        window = launch(photo_file, display=name, environment={"QT_SCALE_FACTOR": "2"})
        window.do("window.settings.set('welcome.tips_seen', True); window.windows.tips.end()")
        window.until("window.document.scene is not None")
        yield window
        window.close()


def test_a_screen_of_1920_by_1080_at_twice_the_size_holds_the_window(dense):
    assert all(all_seen(dense).values()), all_seen(dense)
    dense.shot("dense")
    upscaled(dense)
    assert all(all_seen(dense).values())
