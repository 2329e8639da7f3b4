"""What GIMP sees: the menu, the procedures, and what each of them does."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Callable

from ..bridge.host import engine_words
from ..bridge.locate import open_window
from . import arguments, engine_calls, results
from .arguments import KEPT, add_results, add_upscale
from .arrival import Arrival
from .engine_calls import CannotDo, GimpOrder
from .help import TEXT, report
from .libraries import Gegl, Gimp, GLib, GObject
from .settings import GimpRequest, settings_from
from .source import name_of, regions_for, take
from .worker import MessageQueue, run

MENU = "<Image>/Filters/Semantic Upscale"
ENGINE_MENU = MENU + "/Engine"
UPSCALE = "semantic-upscale"
ALWAYS = (
    Gimp.ProcedureSensitivityMask.DRAWABLE
    | Gimp.ProcedureSensitivityMask.DRAWABLES
    | Gimp.ProcedureSensitivityMask.NO_DRAWABLES
    | Gimp.ProcedureSensitivityMask.NO_IMAGE
)
PDB = Gimp.PDBStatusType
SILENT_SINCE = (3, 2)  # from here on GIMP itself says nothing where last values were used


@dataclass(frozen=True)
class Call:
    """One call of a procedure on an image."""

    procedure: Any
    mode: Any
    image: Any
    drawables: list
    config: Any


def upscale(call: Call) -> Any:
    """Ask where the user is there, then do it."""
    if call.image is None:
        raise CannotDo("There is no picture.", "Open a picture first.")
    if call.mode == Gimp.RunMode.INTERACTIVE:
        from .dialogs import ask  # noqa: PLC0415  (no screen, no dialog)

        if not ask(call.procedure, call.config, call.image, call.drawables):
            return answer(call.procedure, PDB.CANCEL)
    settings = settings_from(call.config)
    return carry_out(call, settings, settings.scale, engine_calls.upscale)


def open_in_window(call: Call) -> Any:
    """Open in Semantic Upscale: the picture goes there, the result comes back as a new image."""

    def errand(order: GimpOrder, line: MessageQueue) -> Any:
        return engine_calls.hand_off(order, open_window, line)

    return carry_out(call, GimpRequest(), None, errand)


def again(call: Call) -> Any:
    """Upscale Again: GIMP keeps the last values of Upscale… itself."""
    procedure = Gimp.get_pdb().lookup_procedure(UPSCALE)
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.WITH_LAST_VALS)
    config.set_property("image", call.image)
    config.set_core_object_array("drawables", call.drawables)
    done = procedure.run(config)
    if done.index(0) == PDB.SUCCESS:
        return answer(call.procedure, PDB.SUCCESS, done.index(1), done.index(2) or "")
    return answer(call.procedure, done.index(0), words=Gimp.get_pdb().get_last_error())


def carry_out(
    call: Call, settings: GimpRequest, scale: float | None, errand: Callable[[GimpOrder, MessageQueue], Any]
) -> Any:
    """From the document to the engine and back; `scale` where it is known before."""
    Gimp.progress_init("Semantic Upscale")
    source = take(call.image, call.drawables, settings)
    try:
        results.check(call.image, settings)
        regions, notes = regions_for(call.image, source.box, settings)
        order = GimpOrder(source.planes, regions, settings, name_of(call.image))
        arrival = Arrival(call.image, source, settings, scale)
        done = run(lambda line: errand(order, line), arrival.receive, arrival.meanwhile)
        if done is None:
            return answer(call.procedure, PDB.CANCEL)
        target = arrival.target({**done, "request": settings.options(), "rest": settings.rest})
        image = results.place(call.image, source, target, settings)
        return _shown(call, image, [*source.notes, *notes, *done.get("notes", ())])
    finally:
        source.close()
        Gimp.progress_end()


def _shown(call: Call, image: Any, notes: list) -> Any:
    if call.mode != Gimp.RunMode.NONINTERACTIVE:
        if image.get_id() != call.image.get_id():
            show(image)
        Gimp.displays_flush()
        if notes:
            Gimp.message("\n".join(notes))
    return answer(call.procedure, PDB.SUCCESS, image, "\n".join(notes))


def show(image: Any) -> None:
    """A window for the image, where GIMP has a screen."""
    with suppress(TypeError):  # what PyGObject makes of "no display"
        Gimp.Display.new(image)


def answer(procedure: Any, status: Any, image: Any = None, notes: str = "", words: str = "") -> Any:
    """Return values: status, and image and notes where there are."""
    error = GLib.Error(words) if words else GLib.Error()
    values = procedure.new_return_values(status, error)
    if status == PDB.SUCCESS and image is not None:
        for at, (kind, value) in enumerate(((Gimp.Image.__gtype__, image), (GObject.TYPE_STRING, notes)), 1):
            values.remove(at)
            values.insert(at, GObject.Value(kind, value))
    return values


def show_errors(work: Callable[[Call], Any], call: Call) -> Any:
    """Whatever goes wrong is told in words."""
    try:
        return work(call)
    except Exception as error:  # noqa: BLE001  (the one net: GIMP would only say that the plug-in broke)
        words = " ".join(part for part in engine_words(error) if part)
        if call.mode == Gimp.RunMode.WITH_LAST_VALS and version() >= SILENT_SINCE:
            Gimp.message(words)
        return answer(call.procedure, PDB.EXECUTION_ERROR, words=words)


def version() -> tuple:
    """GIMP's, as numbers."""
    return tuple(int(part) for part in Gimp.version().split(".")[:2])


def _report(_line: MessageQueue) -> str:
    return report("GIMP " + Gimp.version())


def tell(text: str) -> None:
    """A sentence for the user."""
    Gimp.message(text)


def box(name: str) -> Callable[[str], None]:
    """One of `boxes`, which is looked for when it is shown."""

    def show(text: str) -> None:
        from . import dialogs  # noqa: PLC0415  (no screen, no windows)

        getattr(dialogs, name)(text)

    return show


@dataclass(frozen=True)
class MenuEntry:
    """One menu entry: on images where `work` is there, else about the engine, told by `show`."""

    label: str
    blurb: str
    menu: str
    work: Any = None
    errand: Any = None
    show: Any = tell


ENTRIES = {
    UPSCALE: MenuEntry(
        "_Upscale…", "Enlarge a picture, and say where detail may be invented", MENU, work=upscale
    ),
    "semantic-upscale-again": MenuEntry(
        "Upscale _Again", "The same once more, without asking", MENU, work=again
    ),
    "semantic-upscale-open": MenuEntry(
        "_Open in Semantic Upscale",
        "The picture goes to the window and comes back",
        MENU,
        work=open_in_window,
    ),
    "semantic-upscale-engine-start": MenuEntry(
        "_Start", "Start the engine", ENGINE_MENU, errand=engine_calls.start
    ),
    "semantic-upscale-engine-stop": MenuEntry(
        "Sto_p", "Stop the engine", ENGINE_MENU, errand=engine_calls.stop
    ),
    "semantic-upscale-engine-state": MenuEntry(
        "S_tate", "Say how the engine is", ENGINE_MENU, errand=engine_calls.state
    ),
    "semantic-upscale-settings": MenuEntry(
        "Se_ttings…",
        "What Upscale Again will do, and how to forget it",
        MENU,
        errand=lambda _: arguments.words(),
        show=box("show_settings"),
    ),
    "semantic-upscale-help": MenuEntry(
        "_Help", "How it is used", MENU, errand=lambda _: TEXT, show=box("show_help")
    ),
    "semantic-upscale-report": MenuEntry(
        "_Copy report", "What helps the authors to help", MENU, errand=_report, show=box("show_report")
    ),
}


def run_on_image(procedure: Any, mode: Any, image: Any, drawables: list, config: Any, _data: Any) -> Any:
    """GIMP calls this for procedures that work on an image."""
    Gegl.init(None)
    call = Call(procedure, mode, image, list(drawables), config)
    return show_errors(ENTRIES[procedure.get_name()].work, call)


def run_about_engine(procedure: Any, config: Any, _data: Any) -> Any:
    """GIMP calls this for the others."""
    entry, mode = ENTRIES[procedure.get_name()], config.get_property("run-mode")

    def work(call: Call) -> Any:
        text = run(entry.errand)
        if mode != Gimp.RunMode.NONINTERACTIVE:
            entry.show(text)
        values = call.procedure.new_return_values(PDB.SUCCESS, GLib.Error())
        values.remove(1)
        values.insert(1, GObject.Value(GObject.TYPE_STRING, text))
        return values

    return show_errors(work, Call(procedure, mode, None, [], config))


def make(plug_in: Any, name: str) -> Any:
    """The procedure of this name."""
    entry = ENTRIES[name]
    if entry.work:
        procedure = Gimp.ImageProcedure.new(plug_in, name, Gimp.PDBProcType.PLUGIN, run_on_image, None)
        procedure.set_image_types("*")
        procedure.set_sensitivity_mask(ALWAYS)
        (add_upscale if name == UPSCALE else add_results)(procedure)
    else:
        procedure = Gimp.Procedure.new(plug_in, name, Gimp.PDBProcType.PLUGIN, run_about_engine, None)
        mode = Gimp.RunMode
        procedure.add_enum_argument("run-mode", "Run mode", "", mode, mode.NONINTERACTIVE, KEPT)
        procedure.add_string_return_value("text", "Text", "What there is to say", "", KEPT)
    procedure.set_menu_label(entry.label)
    procedure.add_menu_path(entry.menu)
    procedure.set_documentation(entry.blurb, entry.blurb + ".", name)
    procedure.set_attribution("Semantic Upscale", "Semantic Upscale", "2026")
    return procedure


class SemanticUpscalePlugIn(Gimp.PlugIn):
    """The plug-in."""

    def do_set_i18n(self, _name: str) -> bool:
        """No catalogue: the words are English."""
        return False

    def do_query_procedures(self) -> list:
        """Every name."""
        return list(ENTRIES)

    def do_create_procedure(self, name: str) -> Any:
        """GIMP asks for one by name."""
        return make(self, name)


def main(arguments: list) -> None:
    """Called by the file that GIMP starts."""
    Gimp.main(SemanticUpscalePlugIn.__gtype__, arguments)
