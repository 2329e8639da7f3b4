"""Dark and light: two sets of colours, one palette and one short style sheet made from them.

The grey around the picture is neutral in both, so that colours can be judged. Text stands at 4.5 : 1 or more on
everything it may lie on, controls at 3 : 1 (WCAG 2.1, 1.4.3 and 1.4.11); a test holds that.
"""

# ruff: noqa: E501  (tables that are read by line)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "dark": Qt.ColorScheme.Dark,
    "light": Qt.ColorScheme.Light,
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


THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
CHOSEN = "chosen_theme"


def theme_of(app: QApplication) -> Theme:
    """The theme that is shown: as chosen, else as the system."""
    chosen = app.property(CHOSEN)
    if chosen in THEMES:
        return THEMES[chosen]
    return DARK if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT


def choose(app: QApplication, choice: str) -> None:
    """Take "dark", "light" or "system" from now on; every window follows at once."""
    app.setProperty(CHOSEN, choice)  # not every platform can be told a scheme
    app.styleHints().setColorScheme(SCHEMES[choice])
    wear(app, theme_of(app))


def wear(app: QApplication, theme: Theme) -> None:
    """Put the colours on everything that the application shows."""
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))


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
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(faded(theme)))
    return made


def faded(theme: Theme) -> str:
    """The text of what cannot be used now: between quiet and edge, still to be read."""
    return blend(theme.quiet, theme.edge, 0.5)


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


def style_sheet(theme: Theme) -> str:
    """What the palette cannot say: calm edges, round corners, a focus ring that is always seen."""
    return _SHEET.format(**vars(theme), faded=faded(theme), hover=blend(theme.raised, theme.text, 0.08))


_SHEET = """
QMainWindow::separator {{ background: {line}; width: 1px; height: 1px; }}
QMenuBar {{ background: {window}; border-bottom: 1px solid {line}; padding: 1px 4px; }}
QMenuBar::item {{ padding: 4px 9px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {hover}; }}
QMenu {{ background: {raised}; border: 1px solid {line}; padding: 5px; }}
QMenu::item {{ padding: 5px 26px 5px 26px; border-radius: 4px; }}
QMenu::item:selected {{ background: {accent}; color: {on_accent}; }}
QMenu::item:disabled {{ color: {faded}; background: transparent; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 5px 8px; }}
QToolBar {{ background: {window}; border: none; spacing: 3px; padding: 5px; }}
QToolBar#tools {{ border-right: 1px solid {line}; }}
QToolBar#options {{ border-bottom: 1px solid {line}; }}
QToolBar QToolButton {{ border: 1px solid transparent; border-radius: 6px; padding: 5px; }}
QToolBar QToolButton:hover {{ background: {hover}; }}
QToolBar QToolButton:checked {{ background: {accent}; color: {on_accent}; }}
QToolBar QToolButton:checked:disabled {{ background: {hover}; }}
QToolBar QToolButton:focus {{ border: 1px solid {accent}; }}
QStatusBar {{ background: {window}; border-top: 1px solid {line}; }}
QStatusBar::item {{ border: none; }}
QDockWidget {{ color: {quiet}; font-weight: 600; }}
QDockWidget::title {{ background: {window}; padding: 7px 10px 5px 10px; border-top: 1px solid {line}; }}
QDockWidget QWidget {{ font-weight: normal; }}
QTabBar::tab {{ padding: 5px 12px; color: {quiet}; background: transparent; border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QPushButton {{ background: {raised}; border: 1px solid {edge}; border-radius: 6px; padding: 5px 13px; }}
QPushButton:hover {{ background: {hover}; }}
QPushButton:focus {{ border: 2px solid {accent}; padding: 4px 12px; }}
QPushButton:disabled {{ color: {faded}; border-color: {line}; }}
QPushButton:checked {{ border: 2px solid {accent}; padding: 4px 12px; }}
QPushButton[primary="true"] {{ background: {accent}; color: {on_accent}; border: 1px solid {accent}; font-weight: 600; padding: 8px 18px; }}
QPushButton[primary="true"]:focus {{ border: 2px solid {text}; padding: 7px 17px; }}
QPushButton[primary="true"]:disabled {{ background: {raised}; color: {faded}; border-color: {line}; }}
QPushButton[flat="true"] {{ border: none; background: transparent; color: {accent}; }}
QPushButton[link="true"] {{ border: 1px solid transparent; background: transparent; color: {accent}; padding: 4px 8px; }}
QPushButton[link="true"]:hover {{ text-decoration: underline; }}
QPushButton[link="true"]:focus {{ border: 1px solid {accent}; }}
QToolButton {{ border: 1px solid transparent; border-radius: 5px; padding: 3px; }}
QToolButton:hover {{ background: {hover}; }}
QToolButton:checked {{ background: {accent}; color: {on_accent}; }}
QToolButton:focus {{ border: 1px solid {accent}; }}
QLineEdit, QPlainTextEdit, QTextBrowser {{
    background: {field}; border: 1px solid {edge}; border-radius: 5px; padding: 3px 6px;
    selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 1px solid {accent}; }}
QSpinBox, QDoubleSpinBox {{ min-height: 1.6em; }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit {{ border: none; background: transparent; padding: 0; }}
QListView, QTreeView, QTableView, QListWidget {{ background: {field}; border: 1px solid {line}; border-radius: 5px; outline: none; }}
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {{ background: {hover}; color: {text}; }}
QHeaderView::section {{ background: {window}; color: {quiet}; border: none; border-bottom: 1px solid {line}; padding: 5px 6px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
QScrollBar::handle {{ background: {edge}; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QProgressBar {{ background: {field}; border: 1px solid {line}; border-radius: 5px; text-align: center; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 4px; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {edge}; padding: 5px; }}
QLabel[quiet="true"] {{ color: {quiet}; }}
QLabel[warn="true"] {{ color: {warn}; }}
QLabel[danger="true"] {{ color: {danger}; }}
QFrame[card="true"] {{ background: {window}; border: 1px solid {line}; border-radius: 10px; }}
QFrame[banner="true"] {{ background: {raised}; border: none; border-bottom: 2px solid {danger}; }}
QFrame[guest="true"] {{ background: {raised}; border: none; border-bottom: 2px solid {accent}; }}
"""
