"""The window of many pictures: drop a folder, choose rules, go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, QUrl
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QKeyEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core import folders
from plugin.bridge.facts import PRIORITY_NAMES
from ui import palette
from ui.batch import plan
from ui.batch.plan import BatchOptions, BatchRules, Report
from ui.batch.runner import BatchRunner
from ui.dialogs.parts import prepare
from ui.disabled_reason import allow
from ui.docks import words
from ui.docks.output import OutputPanel, choices, seamless_box
from ui.docks.run import CLEAN_UNIT, DETAIL_UNIT, Dial
from ui.layouts import Scrolled
from ui.output import free_bytes, size_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.engine.client import EngineLink
    from ui.output import SaveChoice

    Index = QModelIndex | QPersistentModelIndex


# The pictures of a batch as a table.


class BatchRows(QAbstractTableModel):
    """Picture, size, target size, state."""

    def __init__(self, runner: BatchRunner) -> None:
        super().__init__(runner)
        self._runner, self._scale = runner, 4.0
        self._icons: dict[Path, QIcon] = {}
        self._progress: dict[int, tuple[int, int]] = {}
        runner.listChanged.connect(self._reset)
        runner.itemChanged.connect(self._row_changed)
        runner.progressed.connect(self._stepped)

    def show_scale(self, scale: float) -> None:
        """Another target size."""
        self._scale = scale
        self._reset()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """One for each picture."""
        return 0 if parent.isValid() else len(self._runner.items)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """Picture, size, target, state."""
        return 0 if parent.isValid() else 4

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The words over the columns."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return (self.tr("Picture"), self.tr("Size"), self.tr("Target"), self.tr("State"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """By role."""
        if not index.isValid() or index.row() >= len(self._runner.items):
            return None
        item = self._runner.items[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(item, index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.text or str(item.path)
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return self._icon(item.path)
        return None

    def _words(self, item: plan.BatchItem, row: int, column: int) -> str:
        if column == 0:
            return f"{item.below}/{item.path.name}" if item.below else item.path.name
        if column == 3:
            return self._state(item, row)
        size = item.size if column == 1 or not item.size else item.size.enlarged(self._scale)
        return str(size) if size else ""

    def _state(self, item: plan.BatchItem, row: int) -> str:
        if item.state == plan.RUNNING and row in self._progress:
            done, total = self._progress[row]
            return self.tr("Tile {done} of {total}").format(done=done, total=total)
        known = {
            plan.WAITING: self.tr("waiting"),
            plan.RUNNING: self.tr("running"),
            plan.DONE: self.tr("done"),
            plan.SKIPPED: self.tr("skipped: it is there"),
            plan.FAILED: self.tr("failed: {why}").format(why=item.text),
        }
        return known[item.state]

    def _icon(self, path: Path) -> QIcon:
        if path not in self._icons and path in self._runner.thumbs:
            self._icons[path] = QIcon(QPixmap.fromImage(self._runner.thumbs[path]))
        return self._icons.get(path, QIcon())

    def _reset(self) -> None:
        self.beginResetModel()
        self.endResetModel()

    def _row_changed(self, row: int) -> None:
        self.dataChanged.emit(self.index(row, 0), self.index(row, 3))

    def _stepped(self, row: int, done: int, total: int) -> None:
        self._progress[row] = (done, total)
        self._row_changed(row)


class BatchDialog(QDialog):
    """Holds nobody up: the window goes on beside it. `choice` is how pictures are saved, to begin with."""

    def __init__(
        self, link: EngineLink, choice: SaveChoice | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        prepare(self, self.tr("Many pictures"), QSize(860, 600))
        self.runner = BatchRunner(link, self)
        self.rows = BatchRows(self.runner)
        self.table, self.empty = QTableView(), QLabel(self.tr("Drop files or folders. Subfolders are kept."))
        self.scale = choices(
            self.tr("Size"), [(f"×{factor}", float(factor)) for factor in (4, 3, 2)], self._refresh
        )
        steps = [(palette.sign_text(step), float(step)) for step in PRIORITY_NAMES]
        self.faces = choices(self.tr("Faces"), steps, self._refresh)
        self.text = choices(self.tr("Text"), steps, self._refresh)
        self.rest = choices(self.tr("Rest"), steps, self._refresh)
        for combo, step in ((self.faces, -2.0), (self.text, -2.0), (self.rest, 0.0)):
            combo.setCurrentIndex(combo.findData(step))
        self.detail = Dial(self.tr("Detail"), (-20, 20), DETAIL_UNIT, palette.sign)
        self.clean = Dial(self.tr("Clean up"), (0, 100), CLEAN_UNIT, lambda value: f"{round(100 * value)} %")
        self.automatic = self._check(self.tr("automatic"), on=True)
        self.seamless = seamless_box()
        self.beside = self._check(self.tr("Use the regions saved beside each picture"), on=True)
        self.skip = self._check(self.tr("Skip what is there already"), on=True)
        self.output = OutputPanel(whole=True)
        self.folder: Path | None = None
        self.place = QPushButton()
        self.add_button, self.go = QPushButton(self.tr("Add…")), QPushButton(self.tr("Start"))
        self.add_folder = QPushButton(self.tr("Add folder…"))
        self.report_button = QPushButton(self.tr("Open report"))
        self.line, self.bar = QLabel(), QProgressBar()
        self._report_path: Path | None = None
        self._lay_out()
        self._connect()
        if choice is not None:
            self.output.show_choice(choice)
        self._refresh()

    @property
    def options(self) -> BatchOptions:
        """As chosen now."""
        rules = BatchRules(
            self.faces.currentData(),
            self.text.currentData(),
            self.rest.currentData(),
            self.beside.isChecked(),
        )
        return BatchOptions(
            self.scale.currentData(),
            self.detail.value,
            rules,
            self.output.choice,
            self.folder,
            self.skip.isChecked(),
            None if self.automatic.isChecked() else self.clean.value,
            self.seamless.isChecked(),
        )

    def add(self, paths: Sequence[Path]) -> None:
        """Files, or folders with all that is below them."""
        self.runner.add(paths)

    def start(self) -> None:
        """Work on everything that waits."""
        self._report_path = None
        self.runner.start(self.options)
        self._refresh()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Files and folders may be dropped."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """They join the list."""
        self.add([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Delete takes the chosen rows out; Escape never ends a batch by mistake."""
        if event.key() == Qt.Key.Key_Delete and not self.runner.running:
            for row in sorted({index.row() for index in self.table.selectedIndexes()}, reverse=True):
                self.runner.remove(row)
        elif event.key() != Qt.Key.Key_Escape or not self.runner.running:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """While it runs the dialog only goes out of sight."""
        if self.runner.running:
            event.ignore()
            self.hide()
        else:
            super().closeEvent(event)

    # inside

    def _lay_out(self) -> None:
        self._dress_table()
        self._name_buttons()
        shown = QWidget()
        self._stack = QStackedLayout(shown)
        for page in (self.empty, self.table):
            self._stack.addWidget(page)
        upper = QHBoxLayout()
        upper.setSpacing(16)
        upper.addWidget(shown, 1)
        upper.addWidget(self._make_choices(), 0)
        lower = QHBoxLayout()
        lower.addWidget(self.add_button)
        lower.addWidget(self.add_folder)
        lower.addWidget(self.line, 1)
        lower.addWidget(self.report_button)
        lower.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(upper, 1)
        column.addWidget(self.bar)
        column.addLayout(lower)

    def _dress_table(self) -> None:
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setProperty("quiet", True)
        self.empty.setAccessibleName(self.empty.text())
        self.table.setModel(self.rows)
        self.table.setAccessibleName(self.tr("Pictures of the batch"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setIconSize(QSize(40, 40))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(46)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (0, 3):
            self.table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.table.setTabKeyNavigation(False)

    def _name_buttons(self) -> None:
        for button in (self.add_button, self.add_folder, self.go, self.report_button, self.place):
            button.setMinimumHeight(30)
        self.add_button.setAccessibleName(self.tr("Add pictures"))
        self.add_folder.setAccessibleName(self.tr("Add a folder with all that is below it"))
        self.report_button.setAccessibleName(self.report_button.text())
        self.go.setProperty("primary", True)
        self.line.setWordWrap(True)
        self.line.setAccessibleName(self.tr("State of the batch"))
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setAccessibleName(self.tr("Progress of the batch"))

    def _make_choices(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        form = QFormLayout()
        form.setVerticalSpacing(6)
        form.addRow(self.tr("Size"), self.scale)
        for text, combo in (
            (self.tr("Faces"), self.faces),
            (self.tr("Text"), self.text),
            (self.tr("Rest"), self.rest),
        ):
            form.addRow(text, combo)
        column.addLayout(form)
        self.clean.top.insertWidget(2, self.automatic)
        self.automatic.setAccessibleName(self.tr("Clean up automatically"))
        self._automatic_toggled(on=True)
        for part in (self.detail, self.clean, self.beside, self.seamless, self.output, self.place, self.skip):
            column.addWidget(part)
        column.addStretch(1)
        return Scrolled(made, self.tr("Choices of the batch"))

    def _check(self, text: str, *, on: bool) -> QCheckBox:
        made = QCheckBox(text)
        made.setAccessibleName(text)
        made.setChecked(on)
        made.toggled.connect(self._refresh)
        return made

    def _connect(self) -> None:
        self.scale.currentIndexChanged.connect(lambda: self.rows.show_scale(self.scale.currentData()))
        self.output.changed.connect(self._refresh)
        self.runner.listChanged.connect(self._refresh)
        self.runner.itemChanged.connect(lambda _: self._refresh())
        self.runner.finished.connect(self._finished)
        self.add_button.clicked.connect(self._ask)
        self.add_folder.clicked.connect(self._ask_folder)
        self.automatic.toggled.connect(self._automatic_toggled)
        self.place.clicked.connect(self._ask_place)
        self.go.clicked.connect(lambda: self._stop() if self.runner.running else self.start())
        self.report_button.clicked.connect(self._open_report)

    def _ask(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in sorted(plan.SUFFIXES))
        names, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Add pictures"), "", self.tr("Pictures ({kinds})").format(kinds=kinds)
        )
        self.add([Path(name) for name in names])

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Add a folder"))
        if name:
            self.add([Path(name)])

    def _automatic_toggled(self, on: bool) -> None:
        why = self.tr("Clean-up is automatic: as much as each picture seems to need.")
        allow(self.clean.slider, why if on else "")
        self.clean.show_value(self.clean.value)
        if on:  # no number stands for what each picture gets
            self.clean.say("")

    def _ask_place(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Where the enlarged pictures go"))
        self.folder = Path(name) if name else None
        self._refresh()

    def _stop(self) -> None:
        self.runner.stop()
        allow(self.go, self.tr("It stops after this tile."))

    def _finished(self, report: Report) -> None:
        self._refresh()
        self.line.setText(report.words())
        try:
            path = folders.log() / "batch-report.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(report.whole(), "utf-8")
        except OSError:
            return
        self._report_path = path
        self._refresh_buttons()

    def _open_report(self) -> None:
        if self._report_path:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report_path)))

    def _refresh(self) -> None:
        if not hasattr(self, "_stack"):
            return
        items = self.runner.items
        self._stack.setCurrentIndex(1 if items else 0)
        ended = sum(item.state not in (plan.WAITING, plan.RUNNING) for item in items)
        self.bar.setRange(0, max(1, len(items)))
        self.bar.setValue(ended)
        self.bar.setVisible(self.runner.running)
        self.line.setText(self._words())
        folder = str(self.folder) if self.folder else self.tr("beside each picture")
        self.place.setText(self.tr("Where: {folder}").format(folder=folder))
        self.place.setAccessibleName(self.place.text())
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        running = self.runner.running
        self.go.setText(self.tr("Stop") if running else self.tr("Start"))
        self.go.setAccessibleName(self.tr("Stop the batch") if running else self.tr("Start the batch"))
        allow(self.go, "" if running else self._why_not())
        allow(
            self.report_button,
            "" if self._report_path else self.tr("There is a report when the batch has ended."),
        )
        busy = self.tr("The batch is under way. Stop it first.") if running else ""
        dials = (self.detail.slider, self.automatic, self.seamless)
        lists = (self.scale, self.faces, self.text, self.rest, self.beside, self.skip, self.place)
        for control in (*lists, *dials):
            allow(control, busy)

    def _why_not(self) -> str:
        if self.output.fault():
            return self.output.fault()
        todo = [item for item in self.runner.items if item.state in (plan.WAITING, plan.FAILED)]
        return "" if todo else self.tr("Nothing waits. Drop files or folders.")

    def _words(self) -> str:
        """Time and disk before and during, the report after."""
        items, options = self.runner.items, self.options
        if not items:
            return ""
        if not self.runner.running and any(item.state in (plan.DONE, plan.SKIPPED) for item in items):
            return self.runner.report.words()
        parts = [self.tr("%n pictures", "", len(items))]
        if self.runner.s_per_mp:
            parts.append(words.about(self.runner.s_per_mp * plan.target_pixels(items) / 1e6))
        else:
            parts.append(self.tr("time is known after the first picture"))
        needed = plan.needed_bytes(items, options)
        free = free_bytes(self.folder or items[0].path.parent)
        disk = self.tr("about {needed} of {free} on the disk")
        parts.append(disk.format(needed=size_words(needed), free=size_words(free)))
        return " · ".join(parts)
