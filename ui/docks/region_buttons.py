"""The row of buttons over the list of regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from ui.layouts import stand_tall
from ui.reasons import allow, describe

if TYPE_CHECKING:
    from ui.actions.keys import Keys
    from ui.model.scene import Scene


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

        self.show_keys(None)

    def show_keys(self, keys: Keys | None) -> None:
        """Say what the buttons do, and name their keys where a window has some."""
        suggest = self.tr("Faces and text as Faithful, sky and leaves as Rich: you decide.")
        everything = self.tr("Outlines of all objects. Click one to make it a region.")
        describe(self.suggest, keys.told(suggest, "region.suggest") if keys else suggest)
        describe(self.everything, keys.told(everything, "region.everything") if keys else everything)

    def show_scene(self, scene: Scene | None) -> None:
        """Say what cannot be used, and why."""
        none = "" if scene is not None else self.tr("Open a picture first.")
        for control in (self.suggest, self.everything, self.import_):
            allow(control, none)
        empty = self.tr("There are no regions to export.")
        allow(self.export, none or ("" if scene is not None and len(scene.regions) else empty))
