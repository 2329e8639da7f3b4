"""GIMP's own libraries, in the versions that this is written for. What draws windows is asked for by `toolkit`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import gi  # pyright: ignore[reportMissingImports]  (GIMP brings it)


def library(name: str, version: str) -> Any:
    """One of them."""
    gi.require_version(name, version)
    return import_module("gi.repository." + name)


Babl = library("Babl", "0.1")
Gegl = library("Gegl", "0.4")
Gimp = library("Gimp", "3.0")
GLib = library("GLib", "2.0")
GObject = library("GObject", "2.0")
