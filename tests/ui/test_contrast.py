"""What is drawn can be seen: edges, marks, thumbs and focus rings of every control, in every theme, from its pixels."""

import re
from collections import Counter

import pytest
from PySide6.QtCore import QFile, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QSlider,
    QSpinBox,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from ui_helpers import kept

from ui import marks
from ui import theme as themes
from ui.docks.region_dials import PrioritySlider
from ui.theme import CONTRAST, THEMES, contrast, sheet

THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
CONTROLS, WORDS = 3.0, 4.5


@pytest.fixture
def dressed(qapp, theme):
    style, before, look = qapp.style().objectName(), qapp.styleSheet(), qapp.palette()
    qapp.setStyle("Fusion")
    themes.wear(qapp, theme)
    yield theme
    qapp.setStyle(style)
    qapp.setStyleSheet(before)
    qapp.setPalette(look)


def shown(qtbot, *controls):
    """A column of controls with room around each, and something else that has the keys."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setSpacing(12)
    other = QPushButton("elsewhere")
    for each in (other, *controls):
        column.addWidget(each)
    qtbot.addWidget(kept(page))
    page.resize(QSize(260, 60 * (len(controls) + 1)))
    page.show()
    page.activateWindow()
    qtbot.waitActive(page)
    other.setFocus()
    return page


def colours(widget, area=None):
    """How often each colour stands in a picture of the widget as its window shows it."""
    QApplication.processEvents()
    place = QRect(widget.mapTo(widget.window(), QPoint()), widget.size())
    image = widget.window().grab(area or place).toImage()
    spots = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return Counter(image.pixelColor(*spot).name() for spot in spots)


def strongest(widget, against):
    """The highest contrast of a colour that is more than a stray pixel."""
    return max(contrast(colour, against) for colour, count in colours(widget).items() if count >= 4)


CONTROL_KINDS = {
    "check box": QCheckBox,
    "radio button": QRadioButton,
    "spin box": QSpinBox,
    "fraction": QDoubleSpinBox,
    "choice": QComboBox,
    "line": QLineEdit,
    "button": QPushButton,
    "slider": lambda: QSlider(Qt.Orientation.Horizontal),
    "list": QListWidget,
    "bar": QProgressBar,
    "priority": PrioritySlider,
}


@THEME
@pytest.mark.parametrize("kind", CONTROL_KINDS)
def test_the_edge_of_every_control_stands_out(dressed, qtbot, kind):
    control = CONTROL_KINDS[kind]()
    shown(qtbot, control)
    assert strongest(control, dressed.window) >= CONTROLS


@THEME
@pytest.mark.parametrize("kind", ["check box", "radio button"])
def test_a_mark_stands_out_from_its_box_and_the_box_from_the_window(dressed, qtbot, kind):
    off, on = CONTROL_KINDS[kind](), CONTROL_KINDS[kind]()
    shown(qtbot, off, on)
    on.setAutoExclusive(False)
    on.setChecked(True)
    filled = colours(on)[dressed.accent]
    assert filled > 20
    assert colours(off)[dressed.accent] == 0
    assert contrast(dressed.accent, dressed.window) >= CONTROLS
    if kind == "check box":
        assert max(contrast(each, dressed.accent) for each in colours(on)) >= CONTROLS


@THEME
def test_the_thumb_of_a_slider_stands_out_from_its_groove_s_ground(dressed, qtbot):
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setValue(50)
    shown(qtbot, slider)
    found = colours(slider)
    assert found[dressed.text] > 40
    assert contrast(dressed.text, dressed.window) >= CONTROLS
    assert found[dressed.edge] > 40


FOCUSED = {
    **{name: make for name, make in CONTROL_KINDS.items() if name != "bar"},
    "chosen button": lambda: _checked(QPushButton("×4")),
    "chosen tool": lambda: _checked(QToolButton(text="tool")),
    "tool": lambda: QToolButton(text="tool"),
    "tabs": lambda: _tabs(),  # noqa: PLW0108  (made below)
}  # fmt: skip


def _checked(button):
    button.setCheckable(True)
    button.setChecked(True)
    return button


def _tabs():
    bar = QTabBar()
    bar.addTab("one")
    bar.addTab("two")
    return bar


@THEME
@pytest.mark.parametrize("kind", FOCUSED)
def test_what_has_the_keys_has_a_ring_that_stands_out(dressed, qtbot, kind):
    """Enough pixels for a ring change when the keys come, and are of 3 : 1 to the window then."""
    control = FOCUSED[kind]()
    control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page = shown(qtbot, control)
    place = QRect(control.mapTo(page, QPoint()), control.size())
    QApplication.processEvents()
    before = page.grab(place).toImage()
    control.setFocus()
    QApplication.processEvents()
    after = page.grab(place).toImage()
    spots = [(x, y) for x in range(before.width()) for y in range(before.height())]
    pairs = [(before.pixelColor(*spot).name(), after.pixelColor(*spot).name()) for spot in spots]
    ring = [
        new for old, new in pairs if contrast(old, new) > 1.4 and contrast(new, dressed.window) >= CONTROLS
    ]
    assert len(ring) >= 20


@THEME
def test_words_can_be_read_in_fields_buttons_and_menus(dressed, qtbot):
    primary = QPushButton("Upscale")
    primary.setProperty("primary", True)
    quiet = QLabel("quiet words")
    quiet.setProperty("quiet", True)
    field = QLineEdit("written")
    shown(qtbot, primary, quiet, field)
    assert strongest(primary, dressed.accent) >= WORDS
    assert strongest(quiet, dressed.window) >= WORDS
    assert strongest(field, dressed.field) >= WORDS


@THEME
def test_every_colour_of_words_in_the_sheet_can_be_read_on_its_ground(theme, qapp):
    """Rules that set both words and ground."""
    pairs = []
    for rule in re.findall(r"\{([^{}]*)\}", sheet(theme)):
        said = dict(re.findall(r"(?:^|;|\s)(color|background)\s*:\s*(#[0-9a-f]{6})", rule))
        if len(said) == 2 and said["color"] != themes.fade(theme):
            pairs.append((said["color"], said["background"]))
    assert len(pairs) > 8
    assert [pair for pair in pairs if contrast(*pair) < WORDS] == []


def test_high_contrast_is_higher():
    assert contrast(CONTRAST.text, CONTRAST.window) == pytest.approx(21)
    assert all(
        contrast(getattr(CONTRAST, words), CONTRAST.window) >= 7
        for words in ("text", "quiet", "accent", "warn", "danger", "edge")
    )
    assert contrast(themes.fade(CONTRAST), CONTRAST.text) >= 2


def test_every_sign_of_the_sheet_can_be_loaded(qapp):
    for theme in THEMES.values():
        found = re.findall(r"url\(([^)]+)\)", sheet(theme))
        assert found
        assert [path for path in found if QImage(path).isNull()] == []


def test_a_folder_of_signs_is_found_by_every_name(qapp):
    paths = marks.register("test_marks", {"a": "#123456", "b": "#654321"})
    assert len(paths) == 2 * len(marks.DRAWINGS)
    assert all(QFile.exists(path) for path in paths.values())
