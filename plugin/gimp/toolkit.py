"""What draws windows inside the plug-in. Apart from `libraries`, because GIMP without a screen has none of it."""

from __future__ import annotations

from .libraries import library

Gtk = library("Gtk", "3.0")
GimpUi = library("GimpUi", "3.0")
