"""The one place that picks PyQt5 or PyQt6: by Krita's own Qt, never by what happens to be installed."""

from __future__ import annotations

from importlib import import_module

import krita

QT_MAJOR = int(krita.qVersion().split(".")[0])
QtCore = import_module(f"PyQt{QT_MAJOR}.QtCore")
QtGui = import_module(f"PyQt{QT_MAJOR}.QtGui")
QtWidgets = import_module(f"PyQt{QT_MAJOR}.QtWidgets")
