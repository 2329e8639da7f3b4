"""What Krita imports. Whatever goes wrong in here, Krita gets an entry that says so instead of a greyed-out name."""

from __future__ import annotations

import traceback
from importlib import import_module

import krita
from krita import Extension, Krita


class Problem(Extension):
    """One menu entry, which tells why the plug-in could not start."""

    def __init__(self, parent: object, words: str) -> None:
        super().__init__(parent)
        self.words = words

    def setup(self) -> None:
        """Krita asks for it."""

    def createActions(self, window: krita.Window) -> None:  # noqa: N802
        """One entry below Tools ▸ Scripts."""
        action = window.createAction("semantic_upscale", "Semantic Upscale: problem…", "tools/scripts")
        action.triggered.connect(lambda *_: self.tell())

    def tell(self) -> None:
        """What happened, what to do, and the report to select and copy."""
        widgets = import_module(f"PyQt{krita.qVersion().split('.')[0]}.QtWidgets")
        box = widgets.QMessageBox(Krita.instance().activeWindow().qwindow())
        box.setWindowTitle("Semantic Upscale")
        box.setText("Semantic Upscale could not start in this Krita.")
        box.setInformativeText(
            "Run: semantic-upscale plugins install krita. If that does not help, send the details below."
        )
        box.setDetailedText(f"Krita {Krita.instance().version()}\n{self.words}")
        box.open()
        self.box = box


try:
    import_module(__name__ + ".krita.extension").register()
except Exception:  # noqa: BLE001  (whatever it is, it must be told)
    Krita.instance().addExtension(Problem(Krita.instance(), traceback.format_exc()))
