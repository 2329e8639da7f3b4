"""The dialog of Upscale…, and its one question."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Callable

from ..bridge import BridgeError
from ..bridge.facts import target_px
from ..bridge.host import priority_name
from . import arguments
from .engine_calls import NAME, CannotDo, methods, state
from .libraries import Gimp, GLib, GObject, library
from .settings import USUAL_METHOD, settings_from
from .source import marked_channels, only_layer, selection_boxes

if TYPE_CHECKING:
    from .settings import GimpRequest

# What draws windows inside the plug-in. Apart from `libraries`, because GIMP without a screen has none of it.

Gtk = library("Gtk", "3.0")
GimpUi = library("GimpUi", "3.0")


FIRST = ("source", "scale", "result-in", "regions", "selection-priority", "rest")
MORE = ("detail", "clean-up-automatic", "clean-up", "fine", "seed", "keep-original")
SLIDERS = ("scale", "detail", "clean-up")
# name, and the choice with the value where it counts
COUNTS = (
    ("selection-priority", "regions", "selection"),
    ("keep-original", "result-in", "new-image"),
    ("clean-up", "clean-up-automatic", False),
)
FOLLOWED = ("source", "scale", "result-in", "regions", "clean-up-automatic")
LOOK_MS = 100
METHODS_TIP = (
    "Those that can run here, as the engine names them. Others need a model: see Models… in Semantic Upscale."
)


def ask(procedure: Any, config: Any, image: Any, drawables: list) -> bool:
    """Whether the user pressed Upscale; the config holds what was chosen."""
    GimpUi.init(NAME)
    dialog = GimpUi.ProcedureDialog.new(procedure, config, "Semantic Upscale")
    dialog.set_ok_label("_Upscale")
    help_button = dialog.get_widget_for_response(Gtk.ResponseType.HELP)
    if help_button is not None:
        help_button.hide()  # GIMP's manual has no page about us
    method = _fill(dialog, config)
    told = _told_below(dialog)
    _follow(dialog, config, lambda: _say(told, config, image, drawables))
    _show_engine(told["engine"], lambda names: _offer_methods(method, names))
    while dialog.run():
        words = refusal(image, drawables, settings_from(config))
        if words:
            _tell(dialog, words)
        elif _may_resize(dialog, config, image):
            dialog.destroy()
            return True
    dialog.destroy()
    return False


def refusal(image: Any, drawables: list, settings: GimpRequest) -> str:
    """Why this source cannot be taken, while the dialog is still there to choose another; empty where it can."""
    if settings.source == "picture":
        return ""
    try:
        layer = only_layer(drawables)
        if settings.source == "selection" and not Gimp.Selection.is_empty(image):
            _, left, top = layer.get_offsets()
            selection_boxes(image, (left, top, layer.get_width(), layer.get_height()))
    except CannotDo as error:
        return f"{error} {error.advice}"
    return ""


def _tell(dialog: Any, words: str) -> None:
    box = Gtk.MessageDialog(transient_for=dialog, modal=True, message_type=Gtk.MessageType.INFO, text=words)
    box.add_button("_Back", Gtk.ResponseType.CANCEL)
    box.run()
    box.destroy()


def _fill(dialog: Any, config: Any) -> Any:
    """Everything to choose; gives the list of methods, which only the engine can fill."""
    for name in SLIDERS:
        dialog.get_scale_entry(name, 1.0)
    dialog.get_label("more-title", "More", False, False)
    method = _method_list(config)
    row = Gtk.Box(spacing=6)
    row.pack_start(Gtk.Label(label="Method"), False, False, 0)
    row.pack_start(method, True, True, 0)
    row.show_all()
    dialog.fill_box("more-box", list(MORE)).pack_start(row, False, False, 0)
    dialog.fill_expander("more", "more-title", False, "more-box")
    dialog.fill([*FIRST, "more"])
    return method


def _method_list(config: Any) -> Any:
    method = Gtk.ComboBoxText(tooltip_text=METHODS_TIP)
    _offer_methods(method, [USUAL_METHOD])
    method.connect("changed", lambda box: config.set_property("method", box.get_active_id() or USUAL_METHOD))
    last = config.get_property("method") or USUAL_METHOD
    _offer_methods(method, [last])
    method.set_active_id(last)
    return method


def _offer_methods(method: Any, names: list) -> None:
    """Add those that are not offered yet; what is chosen stays chosen."""
    model = method.get_model()
    known = {row[1] for row in model}
    for name in names:
        if name not in known:
            method.append(name, name)
    if method.get_active_id() is None:
        method.set_active_id(USUAL_METHOD)


def _told_below(dialog: Any) -> dict:
    """Lines of text below the choices, by name."""
    lines = {}
    for name in ("size", "regions", "engine"):
        label = Gtk.Label(label="", xalign=0.0, margin_bottom=4, wrap=True)
        label.set_max_width_chars(60)
        dialog.get_content_area().pack_start(label, False, False, 0)
        label.show()
        lines[name] = label
    return lines


def _follow(dialog: Any, config: Any, say: Callable[[], None]) -> None:
    """What depends on other choices can only be chosen where it counts; sizes and regions are said anew."""
    widgets = [(dialog.get_widget(name, GObject.TYPE_NONE), *where) for name, *where in COUNTS]

    def changed(*_: Any) -> None:
        for widget, other, value in widgets:
            widget.set_sensitive(config.get_property(other) == value)
        say()

    for name in FOLLOWED:
        config.connect("notify::" + name, changed)
    changed()


def _say(told: dict, config: Any, image: Any, drawables: list) -> None:
    told["size"].set_text(size_words(config, image, drawables))
    told["regions"].set_text(region_words(config, image))


def size_words(config: Any, image: Any, drawables: list) -> str:
    """ "1200 × 800 px → 4800 × 3200 px"."""  # noqa: D210
    scale, source = config.get_property("scale"), config.get_property("source")
    width, height = image.get_width(), image.get_height()
    if source != "picture" and config.get_property("result-in") != "resize-image":
        width, height = _inner(image, drawables, source) or (width, height)
    if config.get_property("result-in") == "new-layer":
        return f"{width} × {height} px stay {width} × {height} px, with new detail"
    return f"{width} × {height} px → {target_px(width, scale)} × {target_px(height, scale)} px"


def _inner(image: Any, drawables: list, source: str) -> tuple | None:
    bounds = Gimp.Selection.bounds(image)
    if source == "selection" and bounds.non_empty:
        return bounds.x2 - bounds.x1, bounds.y2 - bounds.y1
    return (drawables[0].get_width(), drawables[0].get_height()) if len(drawables) == 1 else None


def region_words(config: Any, image: Any) -> str:
    """Which regions there are, or how to make one."""
    regions = config.get_property("regions")
    if regions == "selection":
        return "Nothing is selected." if Gimp.Selection.is_empty(image) else "Region: the selection"
    if regions == "none":
        return "No regions: the whole picture is treated alike."
    found = [f"{name} ({priority_name(priority)})" for _, name, priority in marked_channels(image)]
    if found:
        return "Regions: " + ", ".join(found)
    return 'No regions yet: save a selection as a channel and call it "su:-2 face", or "su:+1 sky".'


def _show_engine(label: Any, offer: Callable[[list], None]) -> None:
    """Ask in a thread how the engine is and what it can do; widgets may only be written to from the main one."""
    said: list = []
    named: list = []

    def look() -> None:
        try:
            named.extend(methods())
            said.append("● " + state())
        except BridgeError as error:
            said.append(f"▲ {error} {error.advice}")

    def show() -> bool:
        if said:
            offer(named)
            label.set_text(said[0].replace("● The engine is off", "○ The engine is off"))
        return not said

    threading.Thread(target=look, name="engine state", daemon=True).start()
    GLib.timeout_add(LOOK_MS, show)


def _may_resize(dialog: Any, config: Any, image: Any) -> bool:
    """Asked once: resizing scales every layer."""
    if config.get_property("result-in") != "resize-image" or config.get_property("resize-asked"):
        return True
    width, height = image.get_width(), image.get_height()
    scale = config.get_property("scale")
    question = Gtk.MessageDialog(
        transient_for=dialog,
        modal=True,
        message_type=Gtk.MessageType.QUESTION,
        text="Resize this image?",
        secondary_text=(
            f"It grows from {width} × {height} to {target_px(width, scale)} × {target_px(height, scale)} pixels, "
            "with all its layers, channels and the selection. One undo brings it back. "
            "This is asked only once."
        ),
    )
    question.add_button("_Back", Gtk.ResponseType.CANCEL)
    question.add_button("Resi_ze", Gtk.ResponseType.OK)
    agreed = question.run() == Gtk.ResponseType.OK
    question.destroy()
    if agreed:
        config.set_property("resize-asked", True)
    return agreed


# Small windows of the plug-in: text to read, and what it remembers.

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
        arguments.forget()
        written.set_text(arguments.words())
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
