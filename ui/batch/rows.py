"""The pictures of a batch as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QIcon, QPixmap

from core.geometry import Size
from ui.batch import plan

if TYPE_CHECKING:
    from pathlib import Path

    from ui.batch.runner import BatchRunner

    Index = QModelIndex | QPersistentModelIndex


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
        size = item.size if column == 1 or not item.size else _target(item.size, self._scale)
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


def _target(size: Size, scale: float) -> Size:
    return Size(max(1, round(size.width * scale)), max(1, round(size.height * scale)))
