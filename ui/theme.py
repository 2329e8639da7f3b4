"""Dark, light and high contrast: sets of colours, and the palette made from each; `ui.theme` says the rest.

The grey around the picture is neutral in all, so that colours can be judged. Text stands at 4.5 : 1 or more on
everything it may lie on, controls at 3 : 1 (WCAG 2.1, 1.4.3 and 1.4.11); a test holds that.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette, QPixmap

from ui.marks import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QApplication


# What a palette cannot say: calm edges, round corners, controls whose shape is seen, a focus ring that is always seen.
#
# Every control has an edge of its own, because Fusion's edges are the window's colour made darker, which a dark window
# swallows. What is chosen is filled with the accent; what has the keys has a ring of two pixels.


def style_sheet(name: str, colours: Mapping[str, str]) -> str:
    """The sheet of a theme of this name; `colours` are the fields of `ui.theme.Theme`, `faded` and `hover`."""
    signs = register(
        f"marks_{name}", {"text": colours["text"], "on": colours["on_accent"], "faded": colours["faded"]}
    )
    return "".join(part.format(**colours, **signs) for part in (_FRAME, _BUTTONS, _FIELDS, _VIEWS, _WORDS))


_FRAME = """
QMainWindow::separator {{ background: {line}; width: 1px; height: 1px; }}
QMenuBar {{ background: {window}; border-bottom: 1px solid {line}; padding: 1px 4px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu {{ background: {raised}; border: 1px solid {edge}; padding: 5px; }}
QMenu::item {{ padding: 5px 26px 5px 26px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {faded}; background: transparent; }}
QMenu::item:disabled:selected {{ border: 1px solid {faded}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 8px; }}
QMenu::indicator {{ width: 1.1em; height: 1.1em; left: 5px; }}
QMenu::indicator:checked {{ image: url({tick_text}); }}
QMenu::indicator:checked:selected {{ image: url({tick_on}); }}
QMenu::indicator:checked:disabled {{ image: url({tick_faded}); }}
QMenu::right-arrow {{ image: url({right_text}); width: 1em; height: 1em; }}
QMenu::right-arrow:selected {{ image: url({right_on}); }}
QToolBar {{ background: {window}; border: none; spacing: 3px; padding: 5px; }}
QToolBar#tools {{ border-right: 1px solid {line}; }}
QToolBar#options {{ border-bottom: 1px solid {line}; }}
QToolBar QToolButton {{ border: 2px solid transparent; border-radius: 6px; padding: 4px; }}
QToolBar QToolButton:hover {{ background: {hover}; }}
QToolBar QToolButton:checked {{ background: {accent}; color: {on_accent}; }}
QToolBar QToolButton:checked:disabled {{ background: {hover}; color: {faded}; }}
QToolBar QToolButton:focus {{ border-color: {accent}; }}
QToolBar QToolButton:checked:focus {{ border-color: {text}; }}
QStatusBar {{ background: {window}; border-top: 1px solid {line}; }}
QStatusBar::item {{ border: none; }}
QDockWidget {{ color: {quiet}; font-weight: 600; titlebar-close-icon: url({cross_text}); titlebar-normal-icon: url({float_text}); }}
QDockWidget::title {{ background: {window}; padding: 7px 10px 5px 10px; border-top: 1px solid {line}; }}
QDockWidget::close-button, QDockWidget::float-button {{ icon-size: 1.2em; }}
QDockWidget QWidget {{ font-weight: normal; }}
QTabBar::tab {{ padding: 5px 10px; color: {quiet}; background: transparent; border: 2px solid transparent; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {text}; border-bottom-color: {accent}; }}
QTabBar::tab:selected:focus {{ border-color: {accent}; border-radius: 4px; }}
QSplitter::handle {{ background: {line}; }}
QScrollArea:focus {{ border: 2px solid {accent}; }}
"""  # noqa: E501  (a table that is read by line, and so are those below)

_BUTTONS = """
QPushButton {{ background: {raised}; border: 1px solid {edge}; border-radius: 6px; padding: 5px 13px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 4px 12px; }}
QPushButton:disabled {{ color: {faded}; border-color: {line}; }}
QPushButton:checked {{ background: {accent}; color: {on_accent}; border-color: {accent}; }}
QPushButton:checked:focus {{ border: 2px solid {text}; padding: 4px 12px; }}
QPushButton:checked:disabled {{ background: {hover}; color: {faded}; border-color: {line}; }}
QPushButton[primary="true"] {{ background: {accent}; color: {on_accent}; border: 1px solid {accent}; font-weight: 600; padding: 8px 18px; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {text}; padding: 7px 17px; }}
QPushButton[primary="true"]:disabled {{ background: {raised}; color: {faded}; border-color: {line}; }}
QPushButton[flat="true"] {{ border: none; background: transparent; color: {accent}; }}
QPushButton[link="true"] {{ border: 2px solid transparent; background: transparent; color: {accent}; padding: 3px 7px; }}
QPushButton[link="true"]:hover {{ text-decoration: underline; }}
QPushButton[link="true"]:focus {{ border-color: {accent}; }}
QPushButton[link="true"]:disabled {{ color: {faded}; }}
QToolButton {{ border: 2px solid transparent; border-radius: 5px; padding: 2px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:checked {{ background: {accent}; color: {on_accent}; }}
QToolButton:focus {{ border-color: {accent}; }}
QToolButton:checked:focus {{ border-color: {text}; }}
QToolButton:disabled {{ color: {faded}; }}
QCheckBox, QRadioButton {{ spacing: 6px; padding: 1px 3px; border: 2px solid transparent; border-radius: 5px; }}
QCheckBox:focus, QRadioButton:focus {{ border-color: {accent}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {faded}; }}
QCheckBox::indicator, QRadioButton::indicator {{ width: 1.1em; height: 1.1em; background: {field}; border: 1px solid {edge}; }}
QCheckBox::indicator {{ border-radius: 4px; }}
QRadioButton::indicator {{ border-radius: 0.6em; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {accent}; }}
QCheckBox::indicator:checked {{ background: {accent}; border-color: {accent}; image: url({tick_on}); }}
QCheckBox::indicator:indeterminate {{ background: {accent}; border-color: {accent}; image: url({dash_on}); }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ background: transparent; border-color: {faded}; }}
QCheckBox::indicator:checked:disabled {{ image: url({tick_faded}); }}
QRadioButton::indicator:checked {{ border-color: {accent}; background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5,
    fx: 0.5, fy: 0.5, stop: 0 {accent}, stop: 0.52 {accent}, stop: 0.6 {field}, stop: 1 {field}); }}
QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {edge}; }}
QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {accent}; }}
QSlider::groove:horizontal:disabled, QSlider::sub-page:horizontal:disabled {{ background: {faded}; }}
QSlider::handle:horizontal {{ width: 14px; margin: -6px 0; border: 1px solid {edge}; border-radius: 8px; background: {text}; }}
QSlider::handle:horizontal:hover {{ border: 1px solid {accent}; }}
QSlider::handle:horizontal:focus {{ width: 10px; border: 3px solid {accent}; background: {window}; }}
QSlider::handle:horizontal:disabled {{ background: {window}; border-color: {faded}; }}
"""  # noqa: E501

_FIELDS = """
QLineEdit, QPlainTextEdit, QTextBrowser, QAbstractSpinBox, QComboBox {{
    background: {field}; color: {text}; border: 1px solid {edge}; border-radius: 5px; padding: 3px 6px;
    selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus, QPlainTextEdit:focus, QTextBrowser:focus, QAbstractSpinBox:focus, QComboBox:focus {{
    border: 2px solid {accent}; padding: 2px 5px; }}
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {{ color: {faded}; border-color: {line}; background: {window}; }}
QComboBox {{ background: {raised}; }}
QComboBox:hover, QComboBox:on {{ background: {hover}; }}
QComboBox::drop-down {{ subcontrol-origin: border; subcontrol-position: center right; width: 1.6em; border: none; }}
QComboBox::down-arrow {{ image: url({down_text}); width: 1.1em; height: 1.1em; }}
QComboBox::down-arrow:disabled {{ image: url({down_faded}); }}
QComboBox QAbstractItemView {{ background: {raised}; color: {text}; border: 1px solid {edge};
    selection-background-color: {accent}; selection-color: {on_accent}; outline: none; }}
QAbstractSpinBox {{ min-height: 1.3em; padding: 3px 0 3px 5px; }}
QAbstractSpinBox:focus {{ padding: 2px 0 2px 4px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ subcontrol-origin: border; width: 1.6em; border: none;
    background: transparent; border-radius: 3px; }}
QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin: 2px 2px 0 0; }}
QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin: 0 2px 2px 0; }}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{ background: {hover}; }}
QAbstractSpinBox::up-arrow {{ image: url({up_text}); width: 0.9em; height: 0.9em; }}
QAbstractSpinBox::down-arrow {{ image: url({down_text}); width: 0.9em; height: 0.9em; }}
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::up-arrow:off {{ image: url({up_faded}); }}
QAbstractSpinBox::down-arrow:disabled, QAbstractSpinBox::down-arrow:off {{ image: url({down_faded}); }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; background: transparent; padding: 0; }}
"""  # noqa: E501

_VIEWS = """
QListView, QTreeView, QTableView, QListWidget {{ background: {field}; border: 1px solid {edge}; border-radius: 5px; outline: none; }}
QListView:focus, QTreeView:focus, QTableView:focus {{ border: 2px solid {accent}; }}
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {{ background: {accent}; color: {on_accent}; }}
QHeaderView::section {{ background: {window}; color: {quiet}; border: none; border-bottom: 1px solid {line}; padding: 5px 6px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {edge}; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QProgressBar {{ background: {field}; border: 1px solid {edge}; border-radius: 4px; text-align: center; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 3px; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {edge}; padding: 5px; }}
"""  # noqa: E501

_WORDS = """
QLabel[quiet="true"] {{ color: {quiet}; }}
QLabel[warn="true"] {{ color: {warn}; }}
QLabel[danger="true"] {{ color: {danger}; }}
QLineEdit[danger="true"] {{ border-color: {danger}; }}
QFrame[card="true"] {{ background: {window}; border: 1px solid {line}; border-radius: 10px; }}
QFrame[banner="true"] {{ background: {raised}; border: none; border-bottom: 2px solid {danger}; }}
QFrame[tip="true"] {{ background: {raised}; border: 2px solid {accent}; border-radius: 8px; }}
QFrame[guest="true"] {{ background: {raised}; border: none; border-bottom: 2px solid {accent}; }}
"""


SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "dark": Qt.ColorScheme.Dark,
    "light": Qt.ColorScheme.Light,
    "contrast": Qt.ColorScheme.Dark,
}


@dataclass(frozen=True)
class Theme:
    """Colours as #rrggbb, named by what they are for.

    | field | is for |
    | --- | --- |
    | window, raised, field | the panels, what stands out of them, what is written into |
    | text, quiet | words; words that matter less |
    | line, edge | between panels; around controls |
    | accent, on_accent | the one thing to do next, and its words |
    | surround | around the picture |
    | warn, danger | words that warn, words that tell a failure |
    """

    name: str
    window: str
    raised: str
    field: str
    text: str
    quiet: str
    line: str
    edge: str
    accent: str
    on_accent: str
    surround: str
    warn: str
    danger: str


DARK = Theme(
    "dark", window="#262626", raised="#333333", field="#1d1d1d", text="#ececec", quiet="#b0b0b0", line="#3d3d3d",
    edge="#7d7d7d", accent="#6cb2f5", on_accent="#0b1a29", surround="#3a3a3a", warn="#f2b34c", danger="#ff9a8a",
)  # fmt: skip
LIGHT = Theme(
    "light", window="#f3f3f3", raised="#fdfdfd", field="#ffffff", text="#1c1c1c", quiet="#5a5a5a", line="#d4d4d4",
    edge="#838383", accent="#0b62b8", on_accent="#ffffff", surround="#cfcfcf", warn="#8a4b00", danger="#b3261e",
)  # fmt: skip
CONTRAST = Theme(
    "contrast", window="#000000", raised="#000000", field="#000000", text="#ffffff", quiet="#f0f0f0", line="#9a9a9a",
    edge="#ffffff", accent="#ffd84d", on_accent="#000000", surround="#3a3a3a", warn="#ffd84d", danger="#ff9a8a",
)  # fmt: skip
THEMES = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST)}
CHOSEN = "chosen_theme"


def theme_of(app: QApplication) -> Theme:
    """The theme that is shown: as chosen, else as the system."""
    chosen = app.property(CHOSEN)
    if chosen in THEMES:
        return THEMES[chosen]
    hints = app.styleHints()  # held, or PySide takes what it gives for deleted
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return CONTRAST
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def choose(app: QApplication, choice: str) -> None:
    """Take "dark", "light", "contrast" or "system" from now on; every window follows at once."""
    app.setProperty(CHOSEN, choice)  # not every platform can be told a scheme
    app.styleHints().setColorScheme(SCHEMES[choice])
    wear(app, theme_of(app))


def wear(app: QApplication, theme: Theme) -> None:
    """Put the colours on everything that the application shows."""
    app.setPalette(palette(theme))
    app.setStyleSheet(sheet(theme))


def scale_text(app: QApplication, plain: QFont, percent: int) -> None:
    """Show all text at so many percent of the plain font."""
    font = QFont(plain)
    size_pt = plain.pointSizeF()
    if size_pt > 0:
        font.setPointSizeF(size_pt * percent / 100)
    else:
        font.setPixelSize(round(plain.pixelSize() * percent / 100))
    app.setFont(font)


def palette(theme: Theme) -> QPalette:
    """The colours in Qt's roles."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: theme.window, roles.WindowText: theme.text, roles.Base: theme.field, roles.Text: theme.text,
        roles.AlternateBase: theme.raised, roles.Button: theme.raised, roles.ButtonText: theme.text,
        roles.ToolTipBase: theme.raised, roles.ToolTipText: theme.text, roles.PlaceholderText: theme.quiet,
        roles.Highlight: theme.accent, roles.HighlightedText: theme.on_accent, roles.Accent: theme.accent,
        roles.Link: theme.accent, roles.LinkVisited: theme.accent, roles.BrightText: theme.danger,
        roles.Mid: theme.edge, roles.Midlight: theme.line, roles.Dark: theme.edge, roles.Light: theme.raised,
        roles.Shadow: theme.line,
    }  # fmt: skip
    made = QPalette()
    for role, colour in colours.items():
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(fade(theme)))
    return made


def fade(theme: Theme) -> str:
    """The text of what cannot be used now: between quiet and edge, still to be read."""
    return theme.line if theme == CONTRAST else blend(theme.quiet, theme.edge, 0.5)


def blend(one: str, other: str, share: float) -> str:
    """A colour on the straight way from one to the other."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 … 21 (WCAG 2.1, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = [channel / 255 for channel in _channels(colour)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def sheet(theme: Theme) -> str:
    """What the palette cannot say."""
    hover = blend(theme.raised, theme.text, 0.3 if theme == CONTRAST else 0.08)
    return style_sheet(theme.name, vars(theme) | {"faded": fade(theme), "hover": hover})


# The program's name to the system, and its icon.

APP_ID = "io.github.semantic_upscale.SemanticUpscale"
NAME = "Semantic Upscale"
ICON_SIDES_PX = (16, 24, 32, 48, 64, 128, 256)


def introduce() -> None:
    """Tell Qt who this is; before the first window, after the application was made."""
    QCoreApplication.setApplicationName("semantic-upscale")
    QGuiApplication.setApplicationDisplayName(NAME)
    QGuiApplication.setDesktopFileName(APP_ID)
    QGuiApplication.setWindowIcon(app_icon())


def app_icon() -> QIcon:
    """The icon in every size that was drawn."""
    folder = resources.files("resources") / "desktop" / "icons"
    made = QIcon()
    for side in ICON_SIDES_PX:
        pixmap = QPixmap()
        if pixmap.loadFromData((folder / f"{side}.png").read_bytes(), "PNG"):
            made.addPixmap(pixmap)
    return made
