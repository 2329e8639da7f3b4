"""The program's name to the system, and its icon."""

from __future__ import annotations

from importlib import resources

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication, QIcon, QPixmap

APP_ID = "io.github.semantic_upscale.SemanticUpscale"
NAME = "Semantic Upscale"
ICON_SIDES_PX = (16, 24, 32, 48, 64, 128, 256)


def introduce() -> None:
    """Tell Qt who this is; before the first window, after the application was made."""
    QCoreApplication.setApplicationName("semantic-upscale")
    QGuiApplication.setApplicationDisplayName(NAME)
    QGuiApplication.setDesktopFileName(APP_ID)
    QGuiApplication.setWindowIcon(app_icon())


def app_icon() -> QIcon:
    """The icon in every size that was drawn."""
    folder = resources.files("resources") / "desktop" / "icons"
    made = QIcon()
    for side in ICON_SIDES_PX:
        pixmap = QPixmap()
        if pixmap.loadFromData((folder / f"{side}.png").read_bytes(), "PNG"):
            made.addPixmap(pixmap)
    return made
