"""Colours, icons, language: what can be read, and whether it follows."""

from collections import Counter

import pytest
from PySide6.QtGui import QIcon

from ui import icons
from ui import theme as themes
from ui.actions.table import ROWS
from ui.theme import CONTRAST, DARK, LIGHT, contrast

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT, CONTRAST], ids=lambda theme: theme.name)


@THEMES
@pytest.mark.parametrize("words", ["text", "quiet", "warn", "danger", "accent"])
@pytest.mark.parametrize("ground", ["window", "raised", "field"])
def test_words_can_be_read_on_everything_they_lie_on(theme, words, ground):
    assert contrast(getattr(theme, words), getattr(theme, ground)) >= 4.5


@THEMES
def test_controls_can_be_seen(theme):
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert all(contrast(theme.edge, ground) >= 3 for ground in (theme.window, theme.raised, theme.field))
    assert all(contrast(themes.fade(theme), ground) >= 3 for ground in (theme.window, theme.raised))


@THEMES
def test_the_grey_around_the_picture_has_no_tint(theme):
    assert len({theme.surround[1:3], theme.surround[3:5], theme.surround[5:7]}) == 1


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize("name", icons.names())
def test_icons_take_the_colour_of_the_text(theme, name, qapp):
    image = icons.icon(name, theme).pixmap(48, 48).toImage()
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    colours = [image.pixelColor(*place) for place in places]
    solid = Counter(colour.name() for colour in colours if colour.alpha() == 255)
    assert solid.most_common(1)[0][0] == theme.text


def test_a_disabled_icon_looks_different(qapp):
    icon = icons.icon("brush", DARK)
    assert icon.pixmap(24, 24).toImage() != icon.pixmap(24, 24, QIcon.Mode.Disabled).toImage()


def test_every_icon_that_is_named_is_drawn():
    assert {row.icon for row in ROWS if row.icon} <= set(icons.names())


def test_text_grows_by_percent(qapp):
    plain = qapp.font()
    try:
        themes.scale_text(qapp, plain, 200)
        assert qapp.font().pointSizeF() == pytest.approx(2 * plain.pointSizeF())
    finally:
        qapp.setFont(plain)
