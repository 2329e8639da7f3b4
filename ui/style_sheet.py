"""What a palette cannot say: calm edges, round corners, controls whose shape is seen, a focus ring that is always seen.

Every control has an edge of its own, because Fusion's edges are the window's colour made darker, which a dark window
swallows. What is chosen is filled with the accent; what has the keys has a ring of two pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.marks import register

if TYPE_CHECKING:
    from collections.abc import Mapping


def style_sheet(name: str, colours: Mapping[str, str]) -> str:
    """The sheet of a theme of this name; `colours` are the fields of `ui.themes.Theme`, `faded` and `hover`."""
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
