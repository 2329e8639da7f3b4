"""Small windows of the plug-in: text to read, and what it remembers."""

from __future__ import annotations

from typing import Any

from . import memory
from .errands import NAME
from .toolkit import GimpUi, Gtk

WIDTH_PX, HEIGHT_PX, MARGIN_PX = 620, 380, 8


def show_report(text: str) -> None:
    """The report, to read before it is copied."""
    dialog, _ = _window("Semantic Upscale: report", text, "_Copy", monospace=True)
    clipboard = Gtk.Clipboard.get_default(dialog.get_display())
    while dialog.run() == Gtk.ResponseType.OK:
        clipboard.set_text(text, -1)
        clipboard.store()  # outlives this process where the desktop keeps clipboards
    dialog.destroy()


def show_help(text: str) -> None:
    """How it is used."""
    dialog, _ = _window("Semantic Upscale: help", text)
    dialog.run()
    dialog.destroy()


def show_settings(text: str) -> None:
    """What is remembered, and a button to forget it."""
    dialog, written = _window("Semantic Upscale: settings", text, "_Forget it")
    while dialog.run() == Gtk.ResponseType.OK:
        memory.forget()
        written.set_text(memory.words())
    dialog.destroy()


def _window(title: str, text: str, act: str = "", monospace: bool = False) -> tuple:
    """(a dialog with Close and perhaps one more button, its text)."""
    GimpUi.init(NAME)
    dialog: Any = Gtk.Dialog(title=title)
    dialog.add_button("_Close", Gtk.ResponseType.CLOSE)
    if act:
        dialog.add_button(act, Gtk.ResponseType.OK)
    view = Gtk.TextView(
        editable=False,
        cursor_visible=False,
        monospace=monospace,
        wrap_mode=Gtk.WrapMode.WORD_CHAR,
        margin=MARGIN_PX,
    )
    view.get_buffer().set_text(text)
    scroller = Gtk.ScrolledWindow(min_content_width=WIDTH_PX, min_content_height=HEIGHT_PX)
    scroller.add(view)
    dialog.get_content_area().pack_start(scroller, True, True, 0)
    dialog.show_all()
    return dialog, view.get_buffer()
