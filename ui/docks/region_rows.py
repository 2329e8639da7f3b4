"""The regions as rows of a list, the upper one first, the rest of the picture always last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from core.errors import SemanticUpscaleError
from core.geometry import Box
from ui import palette
from ui.model import verbs
from ui.qt import image_from_array

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from PySide6.QtGui import QImage

    from core.regions.region import Region
    from ui.model.document import Document
    from ui.model.scene import Scene

    Index = QModelIndex | QPersistentModelIndex

MIME = "application/x-semantic-upscale-region"
REST = "rest"
THUMB = 48
REGION_ROLE = Qt.ItemDataRole.UserRole + 1
PRIORITY_ROLE = REGION_ROLE + 1
ADDED_ROLE = REGION_ROLE + 2
THUMB_ROLE = REGION_ROLE + 3
_PLAIN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class RegionRows(QAbstractListModel):
    """Follows the document. A change of order by dropping, or of name by editing, is a verb of the document."""

    refused = Signal(object)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._added: Mapping[str, float] = {}
        self._thumbs: dict[int, tuple[Any, QImage]] = {}
        self._scene: Scene | None = None
        document.sceneChanged.connect(self._changed)
        document.pictureChanged.connect(self._thumbs.clear)
        self._changed(None, document.scene)

    @property
    def regions(self) -> Sequence[Region]:
        """In their order."""
        return self._scene.regions.regions if self._scene else ()

    def region(self, row: int) -> Region | None:
        """The region of a row; None for the rest of the picture."""
        return self.regions[row] if 0 <= row < len(self.regions) else None

    def name_of(self, row: int) -> str:
        """The id of a row's region, or the word for the rest."""
        region = self.region(row)
        return region.id if region else REST

    def row_of(self, identity: str | None) -> int:
        """Where a region is; −1 where nothing is chosen."""
        return next((row for row, region in enumerate(self.regions) if region.id == identity), -1)

    def show_added(self, shares: Mapping[str, float]) -> None:
        """How much was invented, 0 … 1, by the name of each region."""
        self._added = shares
        self._all_changed()

    def do(self, verb: str, edit: Callable[[Scene], Scene], merge: str = "") -> None:
        """Apply a verb; one that refuses is told by `refused`."""
        if self._document.scene is not None:
            try:
                self._document.apply(verb, edit(self._document.scene), merge)
            except SemanticUpscaleError as error:
                self.refused.emit(error)

    def words(self, row: int) -> str:
        """What is read aloud: “Region Face 1, −2 Faithful, locked, visible”."""
        region = self.region(row)
        if region is None:
            rest = self._scene.regions.rest if self._scene else 0.0
            return self.tr("Rest of the picture, {priority}").format(priority=palette.sign_text(rest))
        parts = [
            self.tr("Region {name}").format(name=region.title),
            palette.sign_text(region.priority),
            self.tr("locked") if region.locked else self.tr("not locked"),
            self.tr("visible") if region.visible else self.tr("hidden"),
        ]
        return ", ".join(parts)

    # what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """The regions and the rest; nothing without a picture."""
        return 0 if parent.isValid() or self._scene is None else len(self.regions) + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """By role."""
        if not index.isValid() or self._scene is None:
            return None
        region = self.region(index.row())
        title = region.title if region else REST
        answers = {
            Qt.ItemDataRole.DisplayRole: lambda: region.title if region else self.tr("Rest of the picture"),
            Qt.ItemDataRole.EditRole: lambda: title,
            Qt.ItemDataRole.AccessibleTextRole: lambda: self.words(index.row()),
            PRIORITY_ROLE: lambda: region.priority if region else rest,
            REGION_ROLE: lambda: region,
            ADDED_ROLE: lambda: self._added.get(title),
            THUMB_ROLE: lambda: self._thumb(region) if region else None,
        }
        rest = self._scene.regions.rest
        return answers[role]() if role in answers else None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Another name."""
        region = self.region(index.row())
        if region is None or role != Qt.ItemDataRole.EditRole or not str(value).strip():
            return False
        self.do(self.tr("Rename"), lambda scene: verbs.rename(scene, region.id, str(value)))
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The rest can neither be dragged nor renamed."""
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        if self.region(index.row()) is None:
            return _PLAIN
        return _PLAIN | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802
        """Rows are moved."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """Only rows of our own."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """The id of the row that is dragged."""
        made = QMimeData()
        made.setData(MIME, self.name_of(indexes[0].row()).encode())
        return made

    def dropMimeData(  # noqa: N802
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Another place; below the rest means above it."""
        del action, column
        identity = bytes(data.data(MIME).data()).decode()
        at = self.row_of(identity)
        to = row if row >= 0 else parent.row() if parent.isValid() else len(self.regions)
        if at < 0:
            return False
        to = min(to - (to > at), len(self.regions) - 1)
        self.do(self.tr("Reorder"), lambda scene: verbs.reorder(scene, identity, to))
        return False  # the document has moved it already; Qt need not remove the old row

    # following the document

    def _changed(self, old: Scene | None, new: Scene | None) -> None:
        ids = [region.id for region in old.regions] if old else None
        self_ids = [region.id for region in self.regions] if self._scene else None
        new_ids = [region.id for region in new.regions] if new else None
        if ids == new_ids == self_ids:
            self._scene = new
            self._all_changed()
            return
        self.beginResetModel()
        self._scene = new
        self.endResetModel()

    def _all_changed(self) -> None:
        if self.rowCount():
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def _thumb(self, region: Region) -> QImage | None:
        source = self._document.source
        if source is None or region.mask.empty:
            return None
        key = id(region.mask)
        if key not in self._thumbs or self._thumbs[key][0] is not region.mask:
            if len(self._thumbs) > 4 * len(self.regions) + 64:
                self._thumbs.clear()
            self._thumbs[key] = (region.mask, image_from_array(thumb_of(source, region.mask.box)))
        return self._thumbs[key][1]


def thumb_of(source: Any, box: Box, side_px: int = THUMB) -> np.ndarray:
    """(h, w, 4) uint8: a square view around a box of the source, from the smallest level that is sharp enough."""
    side = max(box.width, box.height, 8)
    around = Box(box.x - (side - box.width) // 2, box.y - (side - box.height) // 2, side, side)
    around = around.intersect(Box.of(source.size))
    level = max(0, min(source.levels - 1, int(np.log2(max(1.0, side / side_px)))))
    size, share = source.level_size(level), 2**level
    place = Box.between(
        around.x // share, around.y // share, -(-around.right // share), -(-around.bottom // share)
    ).intersect(Box.of(size))
    pixels = source.pixels(level, place)
    scale = side_px / max(pixels.shape[:2])
    wide, high = (max(1, round(length * scale)) for length in pixels.shape[1::-1])
    return cv2.resize(np.ascontiguousarray(pixels), (wide, high), interpolation=cv2.INTER_AREA)
