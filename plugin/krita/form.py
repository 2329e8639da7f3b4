"""The wish as widgets: used by the dialog and the docker alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable

from krita import Krita

from ..bridge.errors import BridgeError
from ..bridge.facts import PRIORITY_NAMES, target_px
from ..bridge.host import HostRequest, priority_name
from .qt import QtCore, QtWidgets
from .source import choose
from .translation import mark, tr

SOURCES = (
    ("picture", mark("Whole picture")),
    ("layer", mark("Active layer")),
    ("selection", mark("Selection")),
)
REGIONS = (
    ("group", mark("Group “Upscale regions”")),
    ("selection", mark("The selection")),
    ("none", mark("None")),
)
RESULTS = (
    ("document", mark("New document")),
    ("layer", mark("New layer, same size")),
    ("resize", mark("Resize this document")),
)
SIZE_TIP = mark("Sides of the result against sides of the source.")
REST_TIP = mark(
    "How much new detail the engine may add where no region says otherwise. Faithful keeps what is in your picture; "
    "Inventive adds texture that was not there."
)
DETAIL_TIP = mark("Shifts all regions together: less or more new detail everywhere.")
CLEAN_TIP = mark(
    "How much noise, blocks and blur may go. Automatic: the engine estimates it from the picture."
)
FINE_TIP = mark("The detail is drawn in many small steps instead of one. Takes several times as long.")
NAMES = (mark("Faithful"), mark("Careful"), mark("Balanced"), mark("Rich"), mark("Inventive"))


def step_name(priority: float) -> str:
    """As in "Faithful −2", in the user's language."""
    name, sign = priority_name(priority).split(" ", 1)
    return f"{tr(name)} {sign}"


def steps() -> tuple[tuple[float, str], ...]:
    """(priority, its name) of the five."""
    return tuple((float(step), step_name(step)) for step in PRIORITY_NAMES)


class UpscaleForm(QtWidgets.QWidget):
    """Shows a wish and makes one of what is chosen; `changed` is called after every change."""

    def __init__(self, wish: HostRequest, changed: Callable[[], None]) -> None:
        super().__init__()
        self.changed, self.wish = changed, wish
        self.rows = QtWidgets.QFormLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.source = self._combo(mark("Source"), SOURCES)
        self.scale = self._scale()
        self.size = QtWidgets.QLabel()
        self.size.setWordWrap(True)
        self.rows.addRow("", self.size)
        self.regions = self._combo(mark("Regions"), REGIONS)
        self.selection_priority = self._combo(mark("The selection is"), steps())
        self.rest = self._combo(mark("Rest of the picture"), steps(), REST_TIP)
        self.detail = self._slider(mark("Detail"), (-20, 20), DETAIL_TIP)
        self.clean_up = self._clean_up()
        self.fine = self._tick(mark("Quality"), mark("Fine (slower)"), FINE_TIP)
        self.result = self._combo(mark("Result"), RESULTS)
        self.show_wish(wish)

    def _combo(self, label: str, choices: Any, tip: str = "") -> Any:
        box = QtWidgets.QComboBox()
        for value, words in choices:
            box.addItem(tr(words), value)
        box.setSizeAdjustPolicy(QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(6)
        box.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
        box.setMinimumWidth(110)
        box.currentIndexChanged.connect(lambda *_: self._heard())
        return self._row(label, box, tip)

    def _row(self, label: str, widget: Any, tip: str) -> Any:
        widget.setToolTip(tr(tip))
        widget.setAccessibleName(tr(label))
        self.rows.addRow(tr(label), widget)
        return widget

    def _scale(self) -> Any:
        box = QtWidgets.QDoubleSpinBox()
        box.setRange(1.1, 4.0)
        box.setSingleStep(0.5)
        box.setDecimals(2)
        box.setPrefix("×")
        box.valueChanged.connect(lambda *_: self._heard())
        return self._row(mark("Size"), box, SIZE_TIP)

    def _tick(self, label: str, words: str, tip: str) -> Any:
        box = QtWidgets.QCheckBox(tr(words))
        box.toggled.connect(lambda *_: self._heard())
        return self._row(label, box, tip)

    def _slider(self, label: str, limits: tuple[int, int], tip: str) -> Any:
        slider = QtWidgets.QSlider(QtCore.Qt.Orientation.Horizontal)
        slider.setRange(*limits)
        slider.valueChanged.connect(lambda *_: self._heard())
        return self._row(label, slider, tip)

    def _clean_up(self) -> Any:
        self.automatic = QtWidgets.QCheckBox(tr("automatic"))
        self.automatic.toggled.connect(lambda *_: self._heard())
        self._row(mark("Clean up"), self.automatic, CLEAN_TIP)
        return self._slider("", (0, 100), CLEAN_TIP)

    def show_wish(self, wish: HostRequest) -> None:
        """Set every widget; `changed` is called once, at the end."""
        self.wish, changed = wish, self.changed
        self.changed = lambda: None
        for name in ("source", "regions", "selection_priority", "rest", "result"):
            box, value = getattr(self, name), getattr(wish, name)
            box.setCurrentIndex(max(0, box.findData(value)))
        self.scale.setValue(wish.scale)
        self.detail.setValue(round(wish.detail * 10))
        self.automatic.setChecked(wish.clean_up is None)
        self.fine.setChecked(wish.fine)
        self.clean_up.setValue(round((wish.clean_up or 0.0) * 100))
        self.changed = changed
        self._heard()

    def chosen(self) -> HostRequest:
        """The wish as it stands."""
        names = ("source", "regions", "selection_priority", "rest", "result")
        values = {name: getattr(self, name).currentData() for name in names}
        clean_up = None if self.automatic.isChecked() else self.clean_up.value() / 100
        scale, detail = round(self.scale.value(), 2), self.detail.value() / 10
        dials = {"scale": scale, "detail": detail, "clean_up": clean_up, "fine": self.fine.isChecked()}
        return replace(self.wish, **dials, **values)

    def _heard(self) -> None:
        if not hasattr(self, "result"):
            return
        self.clean_up.setEnabled(not self.automatic.isChecked())
        self.selection_priority.setEnabled(self.regions.currentData() == "selection")
        self.scale.setEnabled(self.result.currentData() != "layer")
        self.size.setText(self.size_words())
        self.changed()

    def size_words(self) -> str:
        """As in "1024×768 → 4096×3072 px (12.6 MP)", or why there is no size."""
        wish = self.chosen()
        document = Krita.instance().activeDocument()
        try:
            _, _, width, height = choose(document, wish).kept
        except BridgeError as error:
            return tr(str(error))
        if wish.result == "resize":
            width, height = document.width(), document.height()
        if wish.result == "layer":
            return tr("{width}×{height} px stay, with finer detail", width=width, height=height)
        wide, high = target_px(width, wish.scale), target_px(height, wish.scale)
        return f"{width}×{height} → {wide}×{high} px ({wide * high / 1e6:.1f} MP)"
