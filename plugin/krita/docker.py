"""The docker "Semantic Upscale": everything of the dialog, the regions, Find objects and the engine, always at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from krita import DockWidget, Krita

from ..bridge.host import parse_region_name
from .find import Finder, Offer, keep_region
from .form import UpscaleForm, step_name, steps
from .preview_widgets import HINT, PreviewPanel, Sight
from .qt import QtCore, QtWidgets
from .source import layers_of, priority_of, region_group
from .translation import tr
from .upscale_dialog import StandingView, begin
from .words import NO_DOCUMENT, TITLE

if TYPE_CHECKING:
    from ..bridge.host import HostRequest
    from .run import Standing
    from .state import PluginState
    from .watch import EngineState, EngineWatch

LOOK_MS = 1500


class Docker(DockWidget):
    """Made by Krita, one for each window."""

    def __init__(self, desk: PluginState, watch: EngineWatch) -> None:
        super().__init__()
        self.desk, self.watch = desk, watch
        self.setWindowTitle(TITLE)
        self.document: Any = None
        self.sides: tuple[int, int] | None = None
        self.form = UpscaleForm(self.desk.wish, lambda: None)
        self.regions = DockerRegions()
        self.finding = FindPanel(self._found_region)
        self.preview = PreviewPanel(self.form.chosen, self._begin)
        self.standing = StandingView(self.desk.cancel)
        self.engine = QtWidgets.QLabel()
        self.engine.setWordWrap(True)
        self.go = QtWidgets.QPushButton(tr("Upscale"))
        self.go.clicked.connect(lambda *_: self._begin())
        self._lay_out()
        self.form.changed = self._chosen
        self.desk.listen(self.heard)
        self.desk.wish_listeners.append(self.wish_kept)
        self.watch.listen(self.engine_heard)
        self.heard(self.desk.standing)
        self.timer = QtCore.QTimer(self)
        self.timer.setInterval(LOOK_MS)
        self.timer.timeout.connect(self.look)
        self.timer.start()

    def _lay_out(self) -> None:
        """What is chosen scrolls; the button and the state are always in sight."""
        choices, whole = QtWidgets.QWidget(), QtWidgets.QWidget()
        inner, column = QtWidgets.QVBoxLayout(choices), QtWidgets.QVBoxLayout(whole)
        for widget in (self.form, self.regions, self.finding, self.preview):
            inner.addWidget(widget)
        inner.addStretch(1)
        area = QtWidgets.QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        area.setWidget(choices)
        column.addWidget(area, 1)
        for widget in (self.go, self.standing, self.engine):
            column.addWidget(widget)
        self.setWidget(whole)

    def canvasChanged(self, canvas: Any) -> None:  # noqa: N802
        """Krita calls it when another document comes to the front."""
        del canvas
        self.look()

    def look(self) -> None:
        """Follow the document that is in front; nothing may escape into Krita."""
        if not self.isVisible():
            return
        document = Krita.instance().activeDocument()
        sides = None if document is None else (document.width(), document.height())
        if document != self.document or sides != self.sides:
            self.document, self.sides = document, sides
            self.finding.show_document(document)
            self.preview.show_document(document)
        self.regions.show_document(document)
        self._tell_size()

    def _tell_size(self) -> None:
        self.form.size.setText(self.form.size_words())
        document = Krita.instance().activeDocument()
        self.go.setEnabled(document is not None and not self.desk.busy)
        self.go.setToolTip(tr(NO_DOCUMENT) if document is None else "")

    def _begin(self) -> None:
        begin(self.desk, self.form.chosen(), Krita.instance().activeWindow().qwindow())

    def _chosen(self) -> None:
        self.desk.keep(self.form.chosen())

    def wish_kept(self, wish: HostRequest) -> None:
        """Dialog or settings chose something else, or an answer was remembered."""
        if self.form.chosen() != wish:
            self.form.show_wish(wish)

    def _found_region(self, words: str) -> None:
        self.standing.words.setText(words)
        self.standing.words.setVisible(bool(words))

    def heard(self, standing: Standing) -> None:
        """What is going on."""
        self.standing.show_standing(standing)
        self._tell_size()

    def engine_heard(self, state: EngineState) -> None:
        """Whether the engine is there."""
        self.engine.setText(tr(state.words))


class DockerError(DockWidget):
    """In the docker's place, where it could not be made."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        label = QtWidgets.QLabel(tr("The docker could not be made.\n{words}", words=words))
        label.setWordWrap(True)
        self.setWidget(label)

    def canvasChanged(self, canvas: Any) -> None:  # noqa: N802
        """Krita calls it."""


class DockerRegions(QtWidgets.QWidget):
    """The regions of the document's group, the upper one first, each with its priority to choose."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = QtWidgets.QFormLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.shown: object = None

    def show_document(self, document: Any) -> None:
        """Draw the list anew where something changed."""
        group = None if document is None or document.rootNode() is None else region_group(document)
        layers = [] if group is None else layers_of(group)
        now = [
            (node.uniqueId(), node.name(), node.colorLabel(), node.visible(), node.locked())
            for node in layers
        ]
        if now == self.shown:
            return
        self.shown = now
        while self.rows.rowCount():
            self.rows.removeRow(0)
        for node in layers:
            self._add(node)
        self.setVisible(bool(layers))

    def _add(self, node: Any) -> None:
        name, priority = priority_of(node)
        box = QtWidgets.QComboBox()
        for value, words in steps():
            box.addItem(words, value)
        if box.findData(priority) < 0:
            box.addItem(step_name(priority), priority)
        box.setCurrentIndex(box.findData(priority))
        box.setEnabled(not node.locked())
        box.setToolTip(tr("The layer is locked: nothing is invented there.") if node.locked() else "")
        box.setAccessibleName(tr("Priority of {name}", name=name))
        box.currentIndexChanged.connect(lambda *_: rename_for_priority(node, box.currentData()))
        self.rows.addRow(name if node.visible() else tr("{name} (hidden)", name=name), box)


def rename_for_priority(node: Any, priority: float) -> None:
    """Give the layer the priority by its name, as a person would."""
    name, _ = parse_region_name(node.name())
    word = step_name(priority).split(" ")[0] if priority == round(priority) else f"su:{priority:g}"
    node.setName(f"{word} {name}".strip())


class FindPanel(QtWidgets.QWidget):
    """The picture to click in, and what to do with what was found; folded until it is wanted."""

    def __init__(self, told: Any) -> None:
        super().__init__()
        self.told, self.number = told, 0
        self.document: Any = None
        self.offer: Any = None
        self.finder = Finder(self._heard, self.found)
        self.open = QtWidgets.QToolButton()
        self.open.setText(tr("Find objects"))
        self.open.setCheckable(True)
        self.open.toggled.connect(lambda *_: self._fold())
        self.sight = Sight(self.clicked)
        self.hint = QtWidgets.QLabel(tr(HINT))
        self.hint.setWordWrap(True)
        self.step = QtWidgets.QPushButton(tr("Larger or smaller part"))
        self.step.clicked.connect(lambda *_: self.next_part())
        self.priority = QtWidgets.QComboBox()
        for value, words in steps():
            self.priority.addItem(words, value)
        self.keep = QtWidgets.QPushButton(tr("Keep as region"))
        self.keep.clicked.connect(lambda *_: self.keep_found())
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.open, self.hint, self.sight, self.step, self.priority, self.keep):
            column.addWidget(widget)
        self._fold()

    def _fold(self) -> None:
        for widget in (self.hint, self.sight):
            widget.setVisible(self.open.isChecked())
        for widget in (self.step, self.priority, self.keep):
            widget.setVisible(self.open.isChecked() and self.offer is not None)
        if self.open.isChecked():
            self.show_document(Krita.instance().activeDocument())

    def show_document(self, document: Any) -> None:
        """Another one, or the same anew: what was found is forgotten."""
        self.document, self.offer = document, None
        self.finder.forget()
        if self.open.isChecked():
            self.sight.show_document(document)
        for widget in (self.step, self.priority, self.keep):
            widget.setVisible(False)

    def clicked(self, point: tuple[int, int], inside: bool, more: bool) -> None:
        """Ask the engine what is here."""
        if self.document is not None:
            chosen = self.offer.proposals[self.number].memory if self.offer else None
            self.finder.click(self.document, point, inside, more, chosen)

    def _heard(self, words: str, advice: str) -> None:
        self.told(f"{tr(words)} {tr(advice)}".strip())

    def found(self, offer: Offer) -> None:
        """Show the one in the middle: not a part, not everything around it."""
        self.offer, self.number = offer, len(offer.proposals) // 2
        self.sight.show_offer(offer, self.number)
        for widget in (self.step, self.priority, self.keep):
            widget.setVisible(True)
        self.step.setEnabled(len(offer.proposals) > 1)

    def next_part(self) -> None:
        """From part to object to whole, and round again."""
        self.number = (self.number + 1) % len(self.offer.proposals)
        self.sight.show_offer(self.offer, self.number)

    def keep_found(self) -> None:
        """Make it a layer among the regions."""
        if self.offer is None or self.document not in Krita.instance().documents():
            return
        if not self.finder.is_current():
            self.show_document(self.document)
            return
        proposal = self.offer.proposals[self.number]
        group = region_group(self.document)
        number = 1 + len([] if group is None else layers_of(group))
        keep_region(
            self.document,
            proposal,
            proposal.label or tr("object {number}", number=number),
            self.priority.currentData(),
        )
        self.offer = None
        self.finder.points = ()
        self._fold()
