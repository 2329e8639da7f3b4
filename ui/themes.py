"""Dark, light and high contrast: sets of colours, and the palette made from each; `ui.style_sheet` says the rest.

The grey around the picture is neutral in all, so that colours can be judged. Text stands at 4.5 : 1 or more on
everything it may lie on, controls at 3 : 1 (WCAG 2.1, 1.4.3 and 1.4.11); a test holds that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette

from ui.style_sheet import style_sheet

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

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
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(faded(theme)))
    return made


def faded(theme: Theme) -> str:
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
    return style_sheet(theme.name, vars(theme) | {"faded": faded(theme), "hover": hover})
