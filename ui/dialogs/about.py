"""What this program is, what it is made of, and under which licences."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QTextBrowser, QWidget

from core.licences import installed_parts
from ui.dialogs.parts import button, column, heading, prepare, words
from ui.error_report import program_version
from ui.theme import app_icon


class AboutDialog(QDialog):
    """Version, promise, parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        prepare(self, self.tr("About and licences"), QSize(560, 560))
        whole = column(self)
        head = QHBoxLayout()
        mark = QLabel()
        mark.setPixmap(app_icon().pixmap(64, 64))
        mark.setAccessibleName("Semantic Upscale")
        head.addWidget(mark)
        head.addWidget(heading(f"Semantic Upscale {program_version()}"), 1)
        whole.addLayout(head)
        whole.addWidget(words(self.tr("Paint where it may invent, mark what must stay true, press Upscale.")))
        whole.addWidget(
            words(self.tr("Your pictures stay on this computer. No account. Nothing is sent."), "quiet")
        )
        self.licences = QTextBrowser()
        self.licences.setAccessibleName(self.tr("Licences"))
        self.licences.setOpenExternalLinks(True)
        self.licences.setHtml(self._licences())
        whole.addWidget(self.licences, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(self.tr("Close"), self.close))
        whole.addLayout(row)

    def _licences(self) -> str:
        own = self.tr("Semantic Upscale and its bundled model are under the Apache License 2.0.")
        objects = self.tr(
            "“Find objects” can use Segment Anything (Kirillov and others, 2023) and MobileSAM "
            "(Zhang and others, 2023), code and weights under Apache-2.0."
        )
        sample = self.tr(
            "Sample pictures: Chelsea by Stéfan van der Walt, coffee by Rachel Michetti, both CC0 1.0, "
            "from scikit-image."
        )
        qt = self.tr(
            "Qt and PySide6 are used under the LGPL-3.0; their libraries lie in the environment and can be replaced."
        )
        rows = "".join(
            f"<tr><td>{escape(f'{part.name} {part.version}')}&nbsp;&nbsp;</td><td>{escape(part.licence)}</td></tr>"
            for part in installed_parts()
        )
        return f"<p>{own}</p><p>{qt}</p><p>{objects}</p><p>{sample}</p><table>{rows}</table>"
