"""The panel that asks for a run: how large, how much detail, how clean, into which file, and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psutil
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from plugin.bridge.facts import FINE_STEPS
from ui import palette
from ui.disabled_reason import allow, describe
from ui.docks import words
from ui.docks.output import MorePanel, OutputPanel
from ui.layouts import ElidedLabel, Scrolled, stand_tall
from ui.model import scene as scene_edits
from ui.output import size_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.actions.registry import KeyBindings
    from ui.engine.client import EngineLink
    from ui.engine.runs import JobView
    from ui.model.document import Document
    from ui.model.scene import Scene


# A named slider with its value beside it.


class Dial(QWidget):
    """Whole steps of `unit`; `chosen` while the user moves it, `dragging` at both ends of a drag."""

    chosen = Signal(float)
    dragging = Signal(bool)

    def __init__(self, name: str, steps: tuple[int, int], unit: float, words: Callable[[float], str]) -> None:
        super().__init__()
        self._unit, self._words = unit, words
        self.title, self.shown = QLabel(name), QLabel()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(*steps)
        self.slider.setPageStep(max(1, (steps[1] - steps[0]) // 8))
        self.slider.setAccessibleName(name)
        self.slider.setMinimumHeight(24)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderPressed.connect(lambda: self.dragging.emit(True))
        self.slider.sliderReleased.connect(lambda: self.dragging.emit(False))
        self.top = QHBoxLayout()
        self.top.addWidget(self.title)
        self.top.addStretch(1)
        self.top.addWidget(self.shown)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.top)
        column.addWidget(self.slider)
        self.show_value(0.0)

    @property
    def value(self) -> float:
        """As the slider stands."""
        return self.slider.value() * self._unit

    def show_value(self, value: float) -> None:
        """Show it without telling anybody."""
        before = self.slider.blockSignals(True)
        self.slider.setValue(round(value / self._unit))
        self.slider.blockSignals(before)
        self.say(self._words(value))

    def say(self, text: str) -> None:
        """Words in the place of the value."""
        self.shown.setText(text)
        self.slider.setAccessibleDescription(text)

    def _moved(self, steps: int) -> None:
        self.say(self._words(steps * self._unit))
        self.chosen.emit(steps * self._unit)


SCALES = (2, 3, 4)
DETAIL_UNIT, CLEAN_UNIT = 0.1, 0.01


class RunDock(QDockWidget):
    """The choices; `foot`, the buttons with state and progress, stands outside, where no panel can hide it.

    `upscale` and `cancel` are what buttons, menus and keys call; `goes_first` says whether a run overtakes others.

    | signal | when |
    | --- | --- |
    | previewWanted() | redo the spot under the eye |
    | dragging(bool) | a dial is being moved |
    | outputChanged() | another format, depth or quality |
    """

    previewWanted = Signal()  # noqa: N815
    dragging = Signal(bool)
    outputChanged = Signal()  # noqa: N815

    def __init__(self, document: Document, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run")
        self.setWindowTitle(self.tr("Upscale"))
        self.setAccessibleName(self.tr("Upscale"))
        self._document, self._link = document, link
        self._estimate: float | None = None
        self._job: int | None = None
        self._device = ""
        self._keys: KeyBindings | None = None
        self.goes_first: Callable[[], bool] = lambda: False
        self.size_label = QLabel()
        self.scales = QButtonGroup(self)
        self.detail = Dial(self.tr("Detail"), (-20, 20), DETAIL_UNIT, palette.sign)
        self.clean = Dial(self.tr("Clean up"), (0, 100), CLEAN_UNIT, lambda value: f"{round(100 * value)} %")
        self.automatic = QCheckBox(self.tr("automatic"))
        self.fine = QCheckBox(self.tr("Fine (slower)"))
        self.output, self.more, self.expander = OutputPanel(), MorePanel(), QToolButton()
        self.preview_button = QPushButton(self.tr("Preview spot"))
        self.upscale_button = QPushButton(self.tr("UPSCALE"))
        self.bar, self.line = QProgressBar(), ElidedLabel()
        self.foot = self._make_foot()
        self._lay_out()
        self._connect()
        self._scene_changed(None, document.scene)
        self._show_job(None)

    @property
    def running(self) -> bool:
        """Whether a run of this window waits or is under way."""
        return self._job is not None

    def upscale(self) -> int | None:
        """Keep what was decided, and start a run of the document as it stands; its number."""
        if self._document.scene is None:
            return None
        self._document.autosave_now()
        self._job = self._link.run(first=self.goes_first(), options=self._options())
        if self._job is not None:
            self._show_job(self._link.runs.view(self._job))
        return self._job

    def cancel(self) -> None:
        """Stop it."""
        if self._job is not None:
            self._link.cancel(self._job)

    def show_keys(self, keys: KeyBindings) -> None:
        """Name the keys as they are chosen now."""
        self._keys = keys
        self._describe(self.running)

    # inside: building

    def _lay_out(self) -> None:
        body = QWidget()
        body.setAccessibleName(self.tr("Upscale"))
        column = QVBoxLayout(body)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(10)
        inner = QWidget()
        upper = QVBoxLayout(inner)
        upper.setContentsMargins(0, 0, 4, 0)
        upper.setSpacing(10)
        for part in (
            self._make_size(),
            self.detail,
            self._make_clean(),
            self._make_fine(),
            self.output,
            self._make_expander(),
            self.more,
        ):
            upper.addWidget(part)
        upper.addStretch(1)
        column.addWidget(Scrolled(inner, self.tr("Choices for the run")), 1)
        self.setWidget(body)

    def _make_size(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        font = self.size_label.font()
        font.setWeight(font.Weight.DemiBold)
        self.size_label.setFont(font)
        self.size_label.setWordWrap(True)
        self.size_label.setAccessibleName(self.tr("Size before and after"))
        row = QHBoxLayout()
        row.setSpacing(6)
        for scale in SCALES:
            button = QPushButton(f"×{scale}")
            button.setCheckable(True)
            button.setMinimumSize(36, 28)
            button.setAccessibleName(self.tr("{factor} times as large").format(factor=scale))
            self.scales.addButton(button, scale)
            row.addWidget(button, 1)
        column.addWidget(self.size_label)
        column.addLayout(row)
        return made

    def _make_clean(self) -> QWidget:
        self.automatic.setAccessibleName(self.tr("Clean up automatically"))
        self.automatic.setToolTip(self.tr("As much as the picture seems to need."))
        self.automatic.setChecked(True)
        self.clean.slider.setToolTip(
            self.tr("How much noise, blocks and blur may go. Priority says what may be invented.")
        )
        self.detail.slider.setToolTip(self.tr("Shifts all regions together."))
        self.clean.top.insertWidget(2, self.automatic)
        return self.clean

    def _make_fine(self) -> QWidget:
        self.fine.setAccessibleName(self.tr("Fine (slower)"))
        words = self.tr("Draws detail in {steps} small steps: several times as long. Previews stay quick.")
        self.fine.setToolTip(words.format(steps=FINE_STEPS))
        return self.fine

    def _options(self) -> dict[str, Any]:
        """What only the run is told."""
        return {**self.more.options, **({"steps": FINE_STEPS} if self.fine.isChecked() else {})}

    def _make_expander(self) -> QWidget:
        made = self.expander
        made.setText("▸ " + self.tr("More"))
        made.setCheckable(True)
        made.setMinimumHeight(26)
        stand_tall(made)
        made.setAccessibleName(self.tr("More choices"))
        made.setToolTip(self.tr("Seed, tile, precision, engine"))
        made.setStyleSheet("QToolButton:checked { background: transparent; color: palette(text); }")
        made.toggled.connect(self.more.setVisible)
        made.toggled.connect(lambda on: made.setText(("▾ " if on else "▸ ") + self.tr("More")))
        self.more.hide()
        return made

    def _make_foot(self) -> QWidget:
        made = QWidget()
        made.setAccessibleName(self.tr("The run"))
        row = QHBoxLayout(made)
        row.setContentsMargins(10, 4, 6, 4)
        row.setSpacing(8)
        told = QVBoxLayout()
        told.setSpacing(3)
        self.preview_button.setAccessibleName(self.tr("Preview spot"))
        self.upscale_button.setProperty("primary", True)
        for button in (self.preview_button, self.upscale_button):
            button.setMinimumHeight(36)
        self.upscale_button.setMinimumWidth(self.upscale_button.sizeHint().width() + 24)
        stand_tall(self.upscale_button, self.preview_button)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Progress"))
        kept = self.bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # nothing jumps when a run begins
        self.bar.setSizePolicy(kept)
        self.line.setAccessibleName(self.tr("State of the run"))
        told.addWidget(self.line)
        told.addWidget(self.bar)
        row.addLayout(told, 1)
        row.addWidget(self.preview_button)
        row.addWidget(self.upscale_button)
        return made

    def _connect(self) -> None:
        self._document.sceneChanged.connect(self._scene_changed)
        self._document.pictureChanged.connect(self._picture_changed)
        self._link.estimateReady.connect(self._estimated)
        self._link.estimateFailed.connect(self._not_estimated)
        self._link.jobChanged.connect(self._job_changed)
        self._link.helloChanged.connect(self._greeted)
        self.scales.idClicked.connect(lambda scale: self._dial("scale", float(scale)))
        self.detail.chosen.connect(lambda value: self._dial("detail", round(value, 2)))
        self.clean.chosen.connect(lambda value: self._dial("clean_up", round(value, 2)))
        self.automatic.toggled.connect(self._automatic_toggled)
        self.more.dialChosen.connect(self._dial)
        for dial in (self.detail, self.clean):
            dial.dragging.connect(self.dragging)
        self.output.changed.connect(self.outputChanged)
        self.preview_button.clicked.connect(self.previewWanted)
        self.upscale_button.clicked.connect(self._pressed)

    # inside: following

    def _pressed(self) -> None:
        if self.running:
            self.cancel()
        else:
            self.upscale()

    def _dial(self, name: str, value: Any) -> None:
        scene = self._document.scene
        if scene is not None:
            self._document.apply(
                self._verb(name), scene_edits.set_dials(scene, **{name: value}), f"dial-{name}"
            )

    def _verb(self, name: str) -> str:
        known = {
            "scale": self.tr("Size"),
            "detail": self.tr("Detail"),
            "clean_up": self.tr("Clean up"),
            "seed": self.tr("Seed"),
            "method": self.tr("Engine"),
        }
        return known[name]

    def _automatic_toggled(self, on: bool) -> None:
        self._dial("clean_up", None if on else self._estimate if self._estimate is not None else 0.0)

    def _scene_changed(self, old: object, scene: Scene | None) -> None:
        del old
        none = "" if scene is not None else self.tr("Open a picture first.")
        controls = (
            *self.scales.buttons(),
            self.detail.slider,
            self.clean.slider,
            self.automatic,
            self.preview_button,
        )
        for control in controls:
            allow(control, none)
        allow(self.upscale_button, "" if self.running else none)
        self.more.show_scene(scene)
        if scene is None:
            self.size_label.setText(self.tr("No picture yet"))
            return
        self.size_label.setText(words.size_line(scene.size, scene.scale))
        for button in self.scales.buttons():
            button.setChecked(self.scales.id(button) == scene.scale)
        self.detail.show_value(scene.detail)
        self._show_clean(scene)

    def _show_clean(self, scene: Scene) -> None:
        before = self.automatic.blockSignals(True)
        self.automatic.setChecked(scene.clean_up is None)
        self.automatic.blockSignals(before)
        if scene.clean_up is not None:
            self.clean.show_value(scene.clean_up)
            return
        self.clean.show_value(self._estimate or 0.0)
        if self._estimate is None:
            self.clean.say(self.tr("estimating…"))

    def _picture_changed(self) -> None:
        self._estimate = None

    def _estimated(self, clean_up: float) -> None:
        self._estimate = clean_up
        if self._document.scene is not None:
            self._show_clean(self._document.scene)

    def _not_estimated(self, reason: str) -> None:
        """The engine estimates again with the run itself."""
        if self._estimate is None and self.automatic.isChecked():
            self.clean.say(self.tr("not known yet"))
            self.clean.shown.setToolTip(reason)

    def _greeted(self, hello: dict[str, Any]) -> None:
        self._device = str(hello.get("device", ""))
        able = hello.get("capabilities", {})
        self.more.offer(list(able.get("methods", [])), list(able.get("seedless", [])))
        self.more.show_scene(self._document.scene)

    def _job_changed(self, view: JobView) -> None:
        if view.state == "running":
            self._job = view.number
        if view.number == self._job:
            self._show_job(view)

    def _show_job(self, view: JobView | None) -> None:
        active = view is not None and not view.ended
        if view is None or view.ended:
            self._job = None
        self.bar.setVisible(active)
        self.upscale_button.setText(self.tr("Cancel") if active else self.tr("UPSCALE"))
        self.upscale_button.setAccessibleName(self.tr("Cancel the run") if active else self.tr("Upscale"))
        self._describe(active)
        stopping = (
            self.tr("It stops after this tile.") if active and view and view.stage == "stopping" else ""
        )
        no_picture = "" if self._document.scene is not None else self.tr("Open a picture first.")
        allow(self.upscale_button, stopping if active else no_picture)
        self._show_progress(view, active)

    def _describe(self, active: bool) -> None:
        stop, go = self.tr("Stop after this tile"), self.tr("Upscale the whole picture")
        spot = self.tr("Upscale only the spot you look at")
        describe(self.preview_button, self._with_key(spot, "run.preview"))
        describe(
            self.upscale_button,
            self._with_key(stop, "run.cancel") if active else self._with_key(go, "run.upscale"),
        )

    def _with_key(self, words: str, identity: str) -> str:
        return self._keys.told(words, identity) if self._keys else words

    def _show_progress(self, view: JobView | None, active: bool) -> None:
        text = "" if view is None else self._active_line(view) if active else words.end_line(view)
        self.line.setText(text)
        self.line.setToolTip(text)
        if view is not None:
            self.bar.setRange(0, view.total or 0)
            self.bar.setValue(view.done)

    def _active_line(self, view: JobView) -> str:
        if view.state == "waiting":
            return self.tr("Waiting in the queue")
        line = words.progress_line(view, self._device, engine_memory(self._link.hello.get("pid")))
        return f"{line} · {view.note}" if view.note else line


def engine_memory(pid: Any) -> str:
    """What the engine and its workers hold now, “1.7 GB”; empty where that cannot be seen."""
    try:
        engine = psutil.Process(int(pid))
        return size_words(sum(each.memory_info().rss for each in (engine, *engine.children(recursive=True))))
    except (psutil.Error, TypeError, ValueError):
        return ""
