"""Tips for the first time: four, beside what they speak of, closed for good, and never by themselves in a test."""

# ruff: noqa: F811  (fixtures are handed over by name)

import pytest
from ui_window import engine, opened, window  # noqa: F401  (fixtures)

from ui.chrome.tips import SEEN


@pytest.fixture
def tips(opened):
    opened.windows.tips.begin_once()
    return opened.windows.tips


def test_a_window_alone_shows_none(opened):
    assert opened.windows.tips.card is None


def test_four_follow_each_other_and_are_never_shown_again(tips, opened):
    seen = []
    while tips.card is not None:
        seen.append(tips.card.text.text())
        tips.card.next_button.click()
    assert len(set(seen)) == len(seen) == 4
    assert opened.settings[SEEN]
    tips.begin_once()
    assert tips.card is None


def test_one_press_closes_them_for_good(tips, opened):
    tips.card.close_button.click()
    assert tips.card is None
    assert opened.settings[SEEN]
    opened.commands.refresh()
    opened.commands["help.tips"].trigger()
    assert tips.card is not None


@pytest.mark.parametrize("size", [(1024, 640), (1600, 1000)])
def test_they_stay_inside_the_window_and_beside_what_they_speak_of(tips, opened, size):
    opened.resize(*size)
    for place in tips._places:
        assert opened.rect().contains(tips.card.geometry())
        target = place.rect().translated(place.mapTo(opened, place.rect().topLeft()))
        assert place.isHidden() or not place.isVisible() or not tips.card.geometry().contains(target.center())
        tips.next()


def test_they_take_neither_keys_nor_the_picture(tips, opened):
    opened.canvas.setFocus()
    tips.next()
    assert not tips.card.isAncestorOf(opened.focusWidget())
    assert not tips.card.isModal()
    assert opened.canvas.isEnabled()


def test_they_wait_for_the_first_picture(window, qtbot):
    window.windows.tips.begin_once()
    assert window.windows.tips.card is None
    with qtbot.waitSignal(window.document.opened, timeout=30_000):
        window.commands["file.sample"].trigger()
    assert window.windows.tips.card is not None
