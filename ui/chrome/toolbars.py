"""The tools, one under the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolBar,
    QWidget,
)

from ui.actions.table import BY_ID, TOOLS
from ui.dialogs.parts import button, words
from ui.disabled_reason import allow, describe

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.actions.registry import Actions, KeyBindings
    from ui.canvas.canvas import Canvas


LEAST_PX = 20


class ToolsBar(QToolBar):
    """A button for every tool, with its key in the tooltip."""

    def __init__(self, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tools")
        self.setWindowTitle(self.tr("Tools"))
        self.setAccessibleName(self.tr("Tools"))
        self.setMovable(False)
        self.setOrientation(Qt.Orientation.Vertical)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        for identity in TOOLS:
            if identity == "tool.hand":
                self.addSeparator()
            self.addAction(actions[identity])
            button = self.widgetForAction(actions[identity])
            button.setAccessibleName(BY_ID[identity].plain_words)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.fit_text()

    def fit_text(self) -> None:
        """Icons grow with the text."""
        side = max(LEAST_PX, round(self.fontMetrics().height() * 1.35))
        self.setIconSize(QSize(side, side))


# The bar over the picture: what the tool in hand can be told, and how before and after are compared.

PAINTS = ("brush", "eraser")
SHAPES = ("lasso", "polygon", "rectangle", "ellipse")
LARGEST_SHOWN_PX = 1000


class OptionsBar(QToolBar):
    """Follows the canvas: `toolChanged`, `brushChanged` and `compareChanged`."""

    def __init__(self, canvas: Canvas, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._parts: dict[str, list[QAction]] = {"brush": [], "shape": []}
        self.setObjectName("options")
        self.setMovable(False)
        self.setWindowTitle(self.tr("Tool options"))
        self.setAccessibleName(self.tr("Tool options"))
        self._title = QLabel()
        self._title.setMinimumWidth(round(self.fontMetrics().averageCharWidth() * 14))
        self._title.setContentsMargins(6, 0, 6, 0)
        self.addWidget(self._title)
        self._add_modes()
        self._add_brush()
        self._add_compare(actions)
        canvas.toolChanged.connect(lambda _: self.follow())
        canvas.brushChanged.connect(self.follow)
        canvas.compareChanged.connect(self._compared)
        self.follow()

    def follow(self) -> None:
        """Show what fits the tool in hand, with the values it has."""
        tool = self._canvas.tool_name
        self._title.setText(BY_ID[f"tool.{tool}"].plain_words)
        self._title.setAccessibleName(self._title.text())
        for action in self._parts["brush"]:
            action.setVisible(tool in PAINTS)
        for action in self._parts["shape"]:
            action.setVisible(tool in SHAPES or tool == "objects")
        for mode, action in self._modes.items():
            action.setChecked(mode == self._canvas.boolean)
        for control, value in (
            (self.size_box, round(self._canvas.brush_size_px)),
            (self.hardness, round(100 * self._canvas.brush_hardness)),
        ):
            before = control.blockSignals(True)
            control.setValue(value)
            control.blockSignals(before)

    def allow_compare(self, reason: str) -> None:
        """Whether there is something to compare; the reason where not."""
        allow(self.compare, reason)

    def show_keys(self, keys: KeyBindings) -> None:
        """Name the keys as they are chosen now."""
        describe(self.compare, keys.told(BY_ID["view.compare_next"].tip_words, "view.compare_next"))
        size, hardness = self.tr("Size"), self.tr("Hardness")
        for control, title, first, last in (
            (self.size_box, size, "brush.smaller", "brush.bigger"),
            (self.hardness, hardness, "brush.softer", "brush.harder"),
        ):
            named = [key for key in (keys.first(first), keys.first(last)) if key]
            control.setToolTip(f"{title} ({' '.join(named)})" if named else title)

    def _add_modes(self) -> None:
        group = QActionGroup(self)
        words = {
            "new": (self.tr("New"), self.tr("A shape becomes a region of its own.")),
            "add": (self.tr("Add"), self.tr("A shape is added to the chosen region.")),
            "subtract": (self.tr("Subtract"), self.tr("A shape is taken away from the chosen region.")),
            "intersect": (self.tr("Overlap"), self.tr("Only what lies in both is left.")),
        }
        self._modes: dict[str, QAction] = {}
        for mode, (text, tip) in words.items():
            action = group.addAction(text)
            action.setCheckable(True)
            action.setToolTip(tip)
            action.triggered.connect(lambda _=False, mode=mode: self._canvas.set_boolean(mode))  # type: ignore[arg-type]
            self._modes[mode] = action
            self._parts["shape"].append(action)
            self.addAction(action)
            self.widgetForAction(action).setAccessibleName(text)

    def _add_brush(self) -> None:
        self.size_box = QSpinBox()
        self.size_box.setRange(1, LARGEST_SHOWN_PX * 5)
        self.size_box.setSuffix(self.tr(" px"))
        self.size_box.valueChanged.connect(self._canvas.set_brush_size)
        self.hardness = QSlider(Qt.Orientation.Horizontal)
        self.hardness.setRange(0, 100)
        self.hardness.setFixedWidth(round(self.fontMetrics().averageCharWidth() * 16))
        self.hardness.valueChanged.connect(lambda value: self._canvas.set_brush_hardness(value / 100))
        for text, control in ((self.tr("Size"), self.size_box), (self.tr("Hardness"), self.hardness)):
            label = QLabel(text)
            label.setContentsMargins(8, 0, 4, 0)
            label.setBuddy(control)
            control.setAccessibleName(text)
            control.setToolTip(text)
            self._parts["brush"] += [self.addWidget(label), self.addWidget(control)]

    def _add_compare(self, actions: Actions) -> None:
        room = QWidget()
        room.setAccessibleName(self.tr("Tool options"))
        room.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(room)
        self._compare_label = QLabel(self.tr("Compare"))
        self._compare_label.setContentsMargins(4, 0, 4, 0)
        self.addWidget(self._compare_label)
        self.compare = QComboBox()
        self.compare.setAccessibleName(self.tr("Compare"))
        self._compare_label.setBuddy(self.compare)
        for mode in ("off", "split", "side", "loupe"):
            self.compare.addItem(BY_ID[f"compare.{mode}"].plain_words, mode)
        self.compare.setToolTip(BY_ID["view.compare_next"].tip_words)
        self.compare.activated.connect(lambda at: self._canvas.set_compare(self.compare.itemData(at)))
        self.addWidget(self.compare)
        self.addAction(actions["view.overlay"])

    def _compared(self, mode: str) -> None:
        self.compare.setCurrentIndex(self.compare.findData(mode))


# The bar that says whose picture this is, and sends the result back.


class GuestBar(QFrame):
    """Hidden until `welcome`."""

    def __init__(self, send: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("guest", True)
        self.setAccessibleName(self.tr("Picture from another program"))
        self._words = words("")
        self.send = button(self.tr("Send back"), send, "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 12, 7)
        row.addWidget(self._words, 1)
        row.addWidget(self.send)
        self.hide()

    def welcome(self, host: str, title: str) -> None:
        """A picture came from this program."""
        text = self.tr("From {host}: {title}").format(host=host or self.tr("another program"), title=title)
        self._words.setText(text)
        self._words.setAccessibleName(text)
        self.show()

    def allow(self, reason: str) -> None:
        """Whether it can be sent back now; the reason where not."""
        allow(self.send, reason)


# What is always there: the run.


class RunBar(QToolBar):
    """Below everything and outside the panels: buttons, state and progress of the run, in a place that never moves."""

    def __init__(self, foot: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_bar")
        self.setWindowTitle(self.tr("The run"))
        self.setAccessibleName(self.tr("The run"))
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setVisible(False)
        foot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(foot)
