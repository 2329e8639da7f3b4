"""Find objects obeys, and what is dropped or asked for says what becomes of it."""

import random

PROMPT = "window.canvas.tool.prompt"


def pointed(window, x=20, y=20):
    """Find objects, one click, its answer."""
    window.key("w")
    window.click_at(x, y)
    window.until(f"len({PROMPT}.found) == 3")
    return window


def test_the_object_comes_first_and_the_chosen_level_is_kept_for_the_next_point(window):
    assert pointed(window).see(f"{PROMPT}.word") == "object"
    window.key("period")
    window.until(f"{PROMPT}.word == 'whole'")
    window.click_at(60, 60)
    window.until(f"len({PROMPT}.points) == 2 and window.canvas.tool.waiting_since_s is None")
    assert window.see(f"{PROMPT}.word") == "whole"
    window.key("Escape")
    assert pointed(window).see(f"{PROMPT}.word") == "whole"


def test_undo_takes_back_the_last_point_before_any_verb(window):
    pointed(window)
    window.click_at(60, 60)
    window.until(f"len({PROMPT}.points) == 2")
    window.key("ctrl+z")
    window.until(f"len({PROMPT}.points) == 1")
    window.until(f"len({PROMPT}.found) == 3 and window.canvas.tool.waiting_since_s is None")
    window.key("Return")
    window.until("len(window.document.scene.regions) == 1")
    assert window.see("window.document.scene.region.priority") == 1


def test_suggestions_have_names_outlines_and_are_asked_for_once(window):
    window.do("engine.gate.clear()")
    window.click("window.panels.regions.buttons.suggest")
    window.until("not window.panels.regions.buttons.suggest.isEnabled()")
    assert "already" in window.see("window.panels.regions.buttons.suggest.toolTip()")
    window.key("shift+p")
    window.do("engine.gate.set()")
    window.until("len(window.panels.regions.suggestions.left) == 2")
    assert window.see("engine.count('suggest')") == 1
    assert window.see("[each.label for each in window.panels.regions.suggestions.left]") == ["Face", "Sky"]
    chip = "window.panels.regions.suggestions.findChildren(QWidget, options=Qt.FindDirectChildrenOnly)[-1]"
    window.do("from PySide6.QtCore import Qt")
    window.hover(chip)
    window.until("len(window.canvas.stage.suggestions) == 1")
    window.point(80, 60)
    window.until("len(window.canvas.stage.suggestions) == 0")


def test_a_picture_dragged_from_a_browser_is_opened(window):
    window.do("app.clipboard().setText('no picture')")
    window.drop_from("image")
    window.until("window.document.scene.size.width == 24")


def test_an_address_dragged_from_a_browser_is_answered_in_words(window):
    window.drop_from("web")
    window.until("window.errors.isVisible()")
    assert "example.org" in window.see("window.errors.trouble.message")
    assert window.see("window.document.scene.size.width") == 160


KEYS = (
    "w", "b", "e", "r", "l", "h", "z", "c", "n", "o", "x", "1", "2", "3", "4", "5", "Escape", "Return", "BackSpace",
    "Delete", "ctrl+z", "ctrl+y", "backslash", "ctrl+0", "ctrl+1", "plus", "minus", "comma", "period", "ctrl+Return",
    "s", "ctrl+j", "ctrl+d", "bracketleft", "bracketright", "Tab", "ctrl+Tab", "shift+w", "shift+p", "ctrl+e",
)  # fmt: skip
BROKEN = (
    "len([each for each in window.tools.actions() if each.isCheckable() and each.isChecked()]) == 1 "
    "and bool(screen_rect(window.panels.run.upscale_button))"
)


def test_a_thousand_random_events_break_nothing(window):
    """Keys, clicks, drags and the wheel, by xdotool; 40 rounds of 25, so that what broke it is near."""
    rng = random.Random(7)  # noqa: S311  (a test's dice)
    for _ in range(40):
        window.storm(rng, KEYS, 25)
        if window.see(
            "bool([each for each in app.topLevelWidgets() if each.isModal() and each.isVisible()])"
        ):
            window.key("Escape")
        assert window.see(BROKEN), window.see(
            "[row.text() for row in window.tools.actions() if row.isChecked()]"
        )
        assert not window.faults
