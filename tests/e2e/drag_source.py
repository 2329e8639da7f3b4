"""Another program that a picture, or an address, is dragged from, as from a browser: argument "image" or "web"."""

import sys

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QDrag, QImage
from PySide6.QtWidgets import QApplication, QWidget

ADDRESS = "https://example.org/pictures/cat.jpg"


class Source(QWidget):
    def mousePressEvent(self, event):  # noqa: N802  (Qt's name)
        del event
        data = QMimeData()
        data.setUrls([QUrl(ADDRESS)])
        if sys.argv[1] == "image":
            image = QImage(24, 18, QImage.Format.Format_RGB32)
            image.fill(QColor("teal"))
            data.setImageData(image)
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.exec(Qt.DropAction.CopyAction)


app = QApplication(sys.argv[:1])
source = Source(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
source.setGeometry(400, 300, 80, 60)
source.show()
sys.stdout.write("shown\n")
sys.stdout.flush()
app.exec()
