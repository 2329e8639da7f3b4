"""The panel of regions: what must stay true, what may be invented, and by how much."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDockWidget,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import SemanticUpscaleError
from ui import palette
from ui.disabled_reason import allow, describe
from ui.docks import mask_files
from ui.docks.region_dials import RegionDials
from ui.docks.region_list import REST, RegionDelegate, RegionRows
from ui.docks.suggestions import Suggestions
from ui.layouts import Scrolled, stand_tall
from ui.model import scene as scene_edits
from ui.model.proposal import proposal_from
from ui.model.scene import same_request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent

    from ui.actions.registry import KeyBindings
    from ui.engine.client import EngineLink
    from ui.model.document import Document
    from ui.model.proposal import Proposed
    from ui.model.scene import Scene


# The row of buttons over the list of regions.


class RegionButtons(QWidget):
    """Suggest, Find everything, and a menu for masks in files."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.suggest = QPushButton(self.tr("Suggest"))
        self.everything = QPushButton(self.tr("Find everything"))
        self.menu = QToolButton()
        self.menu.setText("⋯")
        self.menu.setMinimumSize(28, 28)
        self.menu.setAccessibleName(self.tr("More for regions"))
        self.menu.setToolTip(self.tr("Masks from files and into files"))
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        more = QMenu(self.menu)
        more.setToolTipsVisible(True)
        self.import_ = more.addAction(self.tr("Import a mask…"))
        self.export = more.addAction(self.tr("Export the masks…"))
        self.menu.setMenu(more)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.suggest, self.everything):
            button.setAccessibleName(button.text())
            button.setMinimumHeight(28)
            row.addWidget(button, 1)
        row.addWidget(self.menu)
        stand_tall(self.suggest, self.everything, self.menu)

        self._looking: frozenset[QPushButton] = frozenset()
        self.show_keys(None)

    def show_keys(self, keys: KeyBindings | None) -> None:
        """Say what the buttons do, and name their keys where a window has some."""
        suggest = self.tr("Faces and text as Faithful, sky and leaves as Rich: you decide.")
        everything = self.tr("Outlines of all objects. Click one to make it a region.")
        describe(self.suggest, keys.told(suggest, "region.suggest") if keys else suggest)
        describe(self.everything, keys.told(everything, "region.everything") if keys else everything)

    def show_working(self, *, suggest: bool, everything: bool) -> None:
        """Which of them is at work; `show_scene` greys it."""
        self.suggest.setText(self.tr("Looking…") if suggest else self.tr("Suggest"))
        self.everything.setText(self.tr("Looking…") if everything else self.tr("Find everything"))
        at_work = ((self.suggest, suggest), (self.everything, everything))
        self._looking = frozenset(button for button, on in at_work if on)

    def show_scene(self, scene: Scene | None) -> None:
        """Say what cannot be used, and why."""
        none = "" if scene is not None else self.tr("Open a picture first.")
        for control in (self.suggest, self.everything, self.import_):
            looking = self.tr("It is being looked for already.") if control in self._looking else ""
            allow(control, none or looking)
        empty = self.tr("There are no regions to export.")
        allow(self.export, none or ("" if scene is not None and len(scene.regions) else empty))


MASK_SUFFIXES = (".png", ".tif", ".tiff", ".webp", ".json")


class RegionListView(QListView):
    """Keys 1 … 5 set the priority, Delete deletes; rows are dragged to another place.

    `own_keys` is off where a window has these keys, so that one given away stays free.
    """

    stepChosen = Signal(int)  # noqa: N815
    deleteWanted = Signal()  # noqa: N815
    own_keys = True

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """The digits mean how much."""
        step = event.key() - Qt.Key.Key_3
        if not self.own_keys:
            super().keyPressEvent(event)
        elif event.modifiers() == Qt.KeyboardModifier.NoModifier and -2 <= step <= 2:
            self.stepChosen.emit(step)
        elif event.key() == Qt.Key.Key_Delete:
            self.deleteWanted.emit()
        else:
            super().keyPressEvent(event)


class RegionsDock(QDockWidget):
    """Everything about regions.

    | signal | when |
    | --- | --- |
    | trouble(message, advice) | a verb refused, a file could not be read |
    | said(text) | a quiet line |
    | outlinesOffered(list of Proposed) | show these outlines in the picture; empty: show none |
    | dragging(bool) | a dial is being moved: let the overlay go, and redo the spot that is seen |
    """

    trouble = Signal(str, str)
    said = Signal(str)
    outlinesOffered = Signal(list)  # noqa: N815
    dragging = Signal(bool)

    def __init__(self, document: Document, link: EngineLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("regions")
        self.setWindowTitle(self.tr("Regions"))
        self.setAccessibleName(self.tr("Regions"))
        self._document, self._link = document, link
        self._find_key = ""
        self._added: tuple[Scene | None, dict[str, float]] = None, {}
        self.rows = RegionRows(document, self)
        self.list = self._make_list()
        self.empty = self._make_empty()
        self.dials = RegionDials(self.rows, self)
        self.buttons = RegionButtons(self)
        self.suggestions = Suggestions(self)
        self._lay_out()
        self._connect()
        self._scene_changed(None, document.scene)

    def show_keys(self, keys: KeyBindings) -> None:
        """Name the keys as they are chosen now; the window answers them."""
        self.list.own_keys = False
        self._find_key = keys.first("tool.objects")
        rest = self._document.scene.regions.rest if self._document.scene else 0.0
        self.empty.setText(self._empty_words(self._find_key, rest))
        self.dials.show_keys(keys)
        self.buttons.show_keys(keys)

    def accept(self, found: Sequence[Proposed]) -> None:
        """Make regions of proposals, in one step."""

        def taken(scene: Scene) -> set[str]:
            return {region.name for region in scene.regions}

        def edit(scene: Scene) -> Scene:
            for each in reversed(found):
                name = each.label or scene_edits.free_name(scene, self.tr("Area {}"))
                name = scene_edits.free_name(scene, name + " {}") if name in taken(scene) else name
                scene = scene_edits.add_region(scene, each.mask, name, priority=each.priority or 0.0)
            return scene

        self.rows.do(self.tr("Accept suggestions"), edit)

    def show_added(self, told: dict[str, Any]) -> None:
        """How much of each region was made up, as `EngineLink.addedReady` says."""
        made_from: Scene | None = self._link.runs.view(told["job"]).scene
        acting = (
            [each.id for each in made_from.regions if each.visible and not each.mask.empty]
            if made_from
            else []
        )
        shares = [float(row["share"]) for row in told.get("regions", ())]
        self._added = made_from, dict(zip((*acting, REST), shares, strict=False))
        self._show_shares(self._document.scene)

    def _show_shares(self, scene: Scene | None) -> None:
        """They belong to the regions that the run was made from, and go as soon as those change."""
        made_from, shares = self._added
        self.rows.show_added(shares if same_request(made_from, scene) else {})

    def import_files(self, paths: Sequence[Path]) -> None:
        """Masks of files become regions."""
        scene = self._document.scene
        if scene is None:
            self.trouble.emit(
                self.tr("There is no picture that masks could belong to."), self.tr("Open one first.")
            )
            return
        try:
            found = [each for path in paths for each in mask_files.import_masks(path, scene.size)]
        except SemanticUpscaleError as error:
            self.trouble.emit(str(error), error.advice)
            return

        def edit(scene: Scene) -> Scene:
            for each in reversed(found):
                scene = scene_edits.add_region(scene, each.mask, each.name, priority=each.priority)
            return scene

        self.rows.do(self.tr("Import masks"), edit)

    def ask_import(self) -> None:
        """Choose files with masks."""
        kinds = self.tr("Masks (*.png *.tif *.tiff *.webp *.json)")
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Import masks"), "", kinds)
        if names:
            self.import_files([Path(name) for name in names])

    def ask_export(self) -> None:
        """Choose where the masks go: the ending says how."""
        kinds = (
            self.tr("A PNG for each region (*.png)"),
            self.tr("One picture of labels (*.png)"),
            "COCO (*.json)",
        )
        name, kind = QFileDialog.getSaveFileName(self, self.tr("Export masks"), "masks.png", ";;".join(kinds))
        if name:
            self.export(Path(name), ("each", "labels", "coco")[kinds.index(kind)])

    def export(self, path: Path, how: str) -> None:
        """Write the masks: "each" beside `path`, "labels" or "coco" into it."""
        scene = self._document.scene
        if scene is None:
            return
        try:
            if how == "each":
                mask_files.export_pngs(scene.regions, path.parent)
            elif how == "labels":
                mask_files.export_labels(scene.regions, path)
            else:
                mask_files.export_coco(scene.regions, path, self._document.title)
        except SemanticUpscaleError as error:
            self.trouble.emit(str(error), error.advice)
        else:
            self.said.emit(self.tr("%n masks exported.", "", len(scene.regions)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Masks may be dropped here."""
        if _masks_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """They become regions."""
        self.import_files(_masks_in(event))
        event.acceptProposedAction()

    # inside

    def _make_list(self) -> RegionListView:
        made = RegionListView()
        made.setAccessibleName(self.tr("Regions, the upper one wins"))
        made.setModel(self.rows)
        delegate = RegionDelegate(made)
        delegate.eyeClicked.connect(self._toggle_eye)
        delegate.lockClicked.connect(self._toggle_lock)
        made.setItemDelegate(delegate)
        made.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        made.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setUniformItemSizes(True)
        made.setMinimumHeight(96)
        return made

    def _make_empty(self) -> QLabel:
        made = QLabel(self._empty_words("", 0.0))
        made.setWordWrap(True)
        made.setProperty("quiet", True)
        made.setContentsMargins(4, 4, 4, 4)
        made.setAccessibleName(self.tr("No regions"))
        return made

    def _empty_words(self, key: str, rest: float) -> str:
        how = html.escape(palette.name(rest))
        if not key:
            return self.tr(
                "No regions: the whole picture is treated as <i>{how}</i>. Take <b>Find objects</b> and click "
                "something that must stay true, or <b>Suggest</b>."
            ).format(how=how)
        return self.tr(
            "No regions: the whole picture is treated as <i>{how}</i>. Press <b>{key}</b> and click something "
            "that must stay true, or <b>Suggest</b>."
        ).format(how=how, key=html.escape(key))

    def _lay_out(self) -> None:
        body = QWidget()
        body.setAccessibleName(self.tr("Regions"))
        column = QVBoxLayout(body)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(8)
        for widget in (self.buttons, self.suggestions, self.empty):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        column.addWidget(self.dials)
        self.setWidget(Scrolled(body, self.tr("Regions")))
        self.setAcceptDrops(True)

    def _connect(self) -> None:
        self._document.sceneChanged.connect(self._scene_changed)
        self._document.pictureChanged.connect(self._picture_changed)
        self._link.proposals.connect(self._proposed)
        self._link.addedReady.connect(self.show_added)
        self.rows.refused.connect(lambda error: self.trouble.emit(str(error), error.advice))
        self.list.selectionModel().currentChanged.connect(self._chosen)
        self.list.stepChosen.connect(self.dials.set_priority)
        self.list.deleteWanted.connect(self._delete)
        self.rows.modelReset.connect(self._select)
        self.dials.dragging.connect(self.dragging)
        self.suggestions.accepted.connect(self.accept)
        self.suggestions.pointed.connect(self.outlinesOffered)
        self.suggestions.dismissed.connect(lambda: self.outlinesOffered.emit([]))
        self.buttons.suggest.clicked.connect(self._link.suggest)
        self.buttons.everything.clicked.connect(self._link.everything)
        self._link.workingChanged.connect(self._working_changed)
        self.buttons.import_.triggered.connect(self.ask_import)
        self.buttons.export.triggered.connect(self.ask_export)

    def _scene_changed(self, old: object, scene: Scene | None) -> None:
        del old
        self.empty.setVisible(scene is not None and not len(scene.regions))
        if scene is not None and not len(scene.regions):
            self.empty.setText(self._empty_words(self._find_key, scene.regions.rest))
        self._show_shares(scene)
        self.buttons.show_scene(scene)
        self._select()
        self.dials.show_row(self.rows.name_of(self.list.currentIndex().row()), scene)

    def _working_changed(self, _: str) -> None:
        """What is being looked for says so, and cannot be asked for twice."""
        self.buttons.show_working(
            suggest=self._link.working("suggest"), everything=self._link.working("everything")
        )
        self.buttons.show_scene(self._document.scene)

    def _picture_changed(self) -> None:
        self.suggestions.clear()
        self._added = None, {}
        self._show_shares(None)

    def _proposed(self, lane: str, found: list[Any]) -> None:
        source = self._document.source
        if source is None or lane not in ("suggest", "everything"):
            return
        masks = [proposal_from(each, source.size) for each in found]
        if lane == "suggest":
            self.suggestions.suggest(masks)
        else:
            self.suggestions.outline(masks)
            self.outlinesOffered.emit(masks)
        if not masks:
            self.said.emit(self.tr("Nothing found here. Try a box, or the brush."))

    def _select(self) -> None:
        """Show what the document has selected; nothing selected is the rest of the picture."""
        scene = self._document.scene
        if scene is None:
            return
        row = self.rows.row_of(scene.selected)
        index = self.rows.index(row if row >= 0 else self.rows.rowCount() - 1)
        if index != self.list.currentIndex():
            self.list.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )

    def _chosen(self, now: QModelIndex, before: QModelIndex) -> None:
        del before
        region = self.rows.region(now.row()) if now.isValid() else None
        if now.isValid():
            self.rows.do("", lambda scene: scene_edits.select(scene, region.id if region else None))

    def _toggle_eye(self, row: int) -> None:
        region = self.rows.region(row)
        if region is not None:
            verb = self.tr("Hide") if region.visible else self.tr("Show")
            self.rows.do(verb, lambda scene: scene_edits.set_visible(scene, region.id, not region.visible))

    def _toggle_lock(self, row: int) -> None:
        region = self.rows.region(row)
        if region is not None:
            verb = self.tr("Unlock") if region.locked else self.tr("Lock")
            self.rows.do(verb, lambda scene: scene_edits.set_locked(scene, region.id, not region.locked))

    def _delete(self) -> None:
        region = self.rows.region(self.list.currentIndex().row())
        if region is not None:
            self.rows.do(self.tr("Delete"), lambda scene: scene_edits.delete(scene, region.id))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """A new palette or font: rows are measured again."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange) and hasattr(self, "list"):
            self.list.doItemsLayout()


def _masks_in(event: Any) -> list[Path]:
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in MASK_SUFFIXES]
