"""One row for each thing that can be asked for. Menus, tool bar, shortcuts list and tests read this table.

Default keys are those of UX.md §3: what fingers know from Photoshop, Krita, GIMP and InvokeAI. A row whose kind is
"held" acts while its key is down; one whose kind is "canvas" is answered by the tool in hand, only while the
picture has the focus, so that Enter and Backspace stay what they are in a text field. Both are named as in
`ui.canvas.keys`, and can be changed like all others.
"""

# ruff: noqa: E501  (tables that are read by line)

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from ui.marked import QT_TRANSLATE_NOOP

CONTEXT = "Actions"
PLAIN, TOGGLE, CHOICE, HELD, CANVAS = "plain", "toggle", "choice", "held", "canvas"


@dataclass(frozen=True)
class ActionRow:
    """An action: `id`, its words in English, its default keys (portable words), what kind it is, icon and more words.

    A "choice" is one of several, named by the part of its id before the last dot.
    """

    id: str
    text: str
    keys: tuple[str, ...] = ()
    kind: str = PLAIN
    icon: str = ""
    tip: str = ""

    @property
    def words(self) -> str:
        """The text in the user's language."""
        return QCoreApplication.translate(CONTEXT, self.text)

    @property
    def plain_words(self) -> str:
        """The text without the sign of its menu key."""
        return self.words.replace("&", "")

    @property
    def tip_words(self) -> str:
        """The longer explanation; the text where there is none."""
        return QCoreApplication.translate(CONTEXT, self.tip) if self.tip else self.plain_words.rstrip("…")


FARTHER = QT_TRANSLATE_NOOP("Actions", "By one pixel of the picture; with Shift by ten.")
ROWS = (
    # the file
    ActionRow("file.open", QT_TRANSLATE_NOOP("Actions", "&Open…"), ("Ctrl+O",), icon="open"),
    ActionRow("file.paste", QT_TRANSLATE_NOOP("Actions", "&Paste as a new picture"), ("Ctrl+V",)),
    ActionRow("file.sample", QT_TRANSLATE_NOOP("Actions", "Open the sample pic&ture")),
    ActionRow("file.save_project", QT_TRANSLATE_NOOP("Actions", "&Save project"), ("Ctrl+S",)),
    ActionRow("file.save_project_as", QT_TRANSLATE_NOOP("Actions", "Save project &as…"), ("Ctrl+Shift+S",)),
    ActionRow("file.save_result", QT_TRANSLATE_NOOP("Actions", "Save the &enlarged picture"), ("S",), icon="save",
        tip=QT_TRANSLATE_NOOP("Actions", "Beside its source, under a name that no other file has.")),
    ActionRow("file.show_result", QT_TRANSLATE_NOOP("Actions", "Sho&w it in its folder")),
    ActionRow("file.export", QT_TRANSLATE_NOOP("Actions", "Save the enlarged picture e&lsewhere…"), ("Ctrl+Shift+E",)),
    ActionRow("file.send_back", QT_TRANSLATE_NOOP("Actions", "Send &back to the editor"), icon="send_back"),
    ActionRow("file.batch", QT_TRANSLATE_NOOP("Actions", "&Many pictures…"), ("Ctrl+Shift+O",)),
    ActionRow("file.close", QT_TRANSLATE_NOOP("Actions", "&Close the picture"), ("Ctrl+W",)),
    ActionRow("file.quit", QT_TRANSLATE_NOOP("Actions", "&Quit"), ("Ctrl+Q",)),
    # edits
    ActionRow("edit.undo", QT_TRANSLATE_NOOP("Actions", "&Undo"), ("Ctrl+Z",), icon="undo"),
    ActionRow("edit.redo", QT_TRANSLATE_NOOP("Actions", "&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), icon="redo"),
    ActionRow("edit.copy_result", QT_TRANSLATE_NOOP("Actions", "&Copy the enlarged picture"), ("Ctrl+C",)),
    ActionRow("edit.settings", QT_TRANSLATE_NOOP("Actions", "&Settings…"), ("Ctrl+,",)),
    ActionRow("edit.shortcuts", QT_TRANSLATE_NOOP("Actions", "&Keys…"), ("?",)),
    # tools
    ActionRow("tool.objects", QT_TRANSLATE_NOOP("Actions", "&Find objects"), ("W",), CHOICE, "objects",
        QT_TRANSLATE_NOOP("Actions", "Click what must stay true, or may be invented. Right click takes away, a drag draws a box.")),
    ActionRow("tool.brush", QT_TRANSLATE_NOOP("Actions", "&Brush"), ("B",), CHOICE, "brush",
        QT_TRANSLATE_NOOP("Actions", "Paint on the chosen region, or a new one.")),
    ActionRow("tool.eraser", QT_TRANSLATE_NOOP("Actions", "&Eraser"), ("E",), CHOICE, "eraser",
        QT_TRANSLATE_NOOP("Actions", "Take away from the chosen region.")),
    ActionRow("tool.lasso", QT_TRANSLATE_NOOP("Actions", "&Lasso"), ("L",), CHOICE, "lasso",
        QT_TRANSLATE_NOOP("Actions", "Draw around it.")),
    ActionRow("tool.polygon", QT_TRANSLATE_NOOP("Actions", "&Polygon"), ("Shift+L",), CHOICE, "polygon",
        QT_TRANSLATE_NOOP("Actions", "Click corner after corner; Enter closes.")),
    ActionRow("tool.rectangle", QT_TRANSLATE_NOOP("Actions", "&Rectangle"), ("R",), CHOICE, "rectangle",
        QT_TRANSLATE_NOOP("Actions", "Drag from corner to corner.")),
    ActionRow("tool.ellipse", QT_TRANSLATE_NOOP("Actions", "Ell&ipse"), ("Shift+R",), CHOICE, "ellipse",
        QT_TRANSLATE_NOOP("Actions", "Drag from corner to corner.")),
    ActionRow("tool.hand", QT_TRANSLATE_NOOP("Actions", "&Hand"), ("H",), CHOICE, "hand",
        QT_TRANSLATE_NOOP("Actions", "Move the picture; press and wait to see the original.")),
    ActionRow("tool.zoom", QT_TRANSLATE_NOOP("Actions", "&Zoom"), ("Z",), CHOICE, "zoom",
        QT_TRANSLATE_NOOP("Actions", "Click to come nearer, Alt and click for a preview of the spot.")),
    ActionRow("brush.smaller", QT_TRANSLATE_NOOP("Actions", "Smaller brush"), ("[",)),
    ActionRow("brush.bigger", QT_TRANSLATE_NOOP("Actions", "Bigger brush"), ("]",)),
    ActionRow("brush.softer", QT_TRANSLATE_NOOP("Actions", "Softer brush"), ("Shift+[", "{")),
    ActionRow("brush.harder", QT_TRANSLATE_NOOP("Actions", "Harder brush"), ("Shift+]", "}")),
    ActionRow("brush.swap", QT_TRANSLATE_NOOP("Actions", "Swap add and remove"), ("X",), icon="swap"),
    # what the tool in hand answers
    ActionRow("canvas.accept", QT_TRANSLATE_NOOP("Actions", "Accept the shape"), ("Return", "Enter"), CANVAS),
    ActionRow("canvas.exclude", QT_TRANSLATE_NOOP("Actions", "Exclude what lies under the crosshair"), ("Shift+Return", "Shift+Enter"), CANVAS),
    ActionRow("canvas.cancel", QT_TRANSLATE_NOOP("Actions", "Throw the shape away"), ("Esc",), CANVAS),
    ActionRow("canvas.back", QT_TRANSLATE_NOOP("Actions", "Remove the last point"), ("Backspace",), CANVAS),
    ActionRow("canvas.smaller", QT_TRANSLATE_NOOP("Actions", "Rather the part"), (",",), CANVAS),
    ActionRow("canvas.larger", QT_TRANSLATE_NOOP("Actions", "Rather the whole"), (".",), CANVAS),
    ActionRow("canvas.left", QT_TRANSLATE_NOOP("Actions", "Crosshair to the left"), ("Left",), CANVAS, tip=FARTHER),
    ActionRow("canvas.right", QT_TRANSLATE_NOOP("Actions", "Crosshair to the right"), ("Right",), CANVAS, tip=FARTHER),
    ActionRow("canvas.up", QT_TRANSLATE_NOOP("Actions", "Crosshair up"), ("Up",), CANVAS, tip=FARTHER),
    ActionRow("canvas.down", QT_TRANSLATE_NOOP("Actions", "Crosshair down"), ("Down",), CANVAS, tip=FARTHER),
    ActionRow("canvas.split_left", QT_TRANSLATE_NOOP("Actions", "Split line to the left"), ("Ctrl+Left",), CANVAS),
    ActionRow("canvas.split_right", QT_TRANSLATE_NOOP("Actions", "Split line to the right"), ("Ctrl+Right",), CANVAS),
    ActionRow("canvas.hand", QT_TRANSLATE_NOOP("Actions", "Move the picture"), ("Space",), HELD),
    ActionRow("canvas.everything", QT_TRANSLATE_NOOP("Actions", "Show all objects"), ("N",), HELD),
    ActionRow("canvas.original", QT_TRANSLATE_NOOP("Actions", "Show the original"), ("O",), HELD),
    # the view
    ActionRow("view.zoom_in", QT_TRANSLATE_NOOP("Actions", "Zoom &in"), ("+", "=", "Ctrl++")),
    ActionRow("view.zoom_out", QT_TRANSLATE_NOOP("Actions", "Zoom &out"), ("-", "Ctrl+-")),
    ActionRow("view.fit", QT_TRANSLATE_NOOP("Actions", "&Fit the window"), ("Ctrl+0",), icon="fit"),
    ActionRow("view.full", QT_TRANSLATE_NOOP("Actions", "&100 %"), ("Ctrl+1",)),
    ActionRow("view.overlay", QT_TRANSLATE_NOOP("Actions", "Show the &regions"), ("\\",), TOGGLE, "overlay"),
    ActionRow("view.overlay_next", QT_TRANSLATE_NOOP("Actions", "&Next overlay: colour, map, off"), ("|",)),
    ActionRow("view.legend", QT_TRANSLATE_NOOP("Actions", "Show the &legend"), (), TOGGLE),
    ActionRow("view.compare_next", QT_TRANSLATE_NOOP("Actions", "&Compare in the next way"), ("C",), icon="compare"),
    ActionRow("compare.off", QT_TRANSLATE_NOOP("Actions", "The result alon&e"), (), CHOICE),
    ActionRow("compare.split", QT_TRANSLATE_NOOP("Actions", "&Split"), (), CHOICE),
    ActionRow("compare.side", QT_TRANSLATE_NOOP("Actions", "Si&de by side"), (), CHOICE),
    ActionRow("compare.loupe", QT_TRANSLATE_NOOP("Actions", "Lo&upe"), (), CHOICE),
    ActionRow("view.added", QT_TRANSLATE_NOOP("Actions", "What was &added"), ("Shift+A",), TOGGLE,
        tip=QT_TRANSLATE_NOOP("Actions", "Bright = the engine made this up.")),
    # regions
    ActionRow("region.everything", QT_TRANSLATE_NOOP("Actions", "Find &everything"), ("Shift+W",)),
    ActionRow("region.suggest", QT_TRANSLATE_NOOP("Actions", "&Suggest priorities"), ("Shift+P",)),
    ActionRow("region.previous", QT_TRANSLATE_NOOP("Actions", "Pre&vious region"), ("Alt+[",)),
    ActionRow("region.next", QT_TRANSLATE_NOOP("Actions", "&Next region"), ("Alt+]",)),
    ActionRow("region.rename", QT_TRANSLATE_NOOP("Actions", "Ren&ame…"), ("F2",)),
    ActionRow("region.duplicate", QT_TRANSLATE_NOOP("Actions", "&Duplicate"), ("Ctrl+J",)),
    ActionRow("region.delete", QT_TRANSLATE_NOOP("Actions", "De&lete"), ("Del",)),
    ActionRow("region.merge", QT_TRANSLATE_NOOP("Actions", "&Merge with the one below"), ("Ctrl+E",)),
    ActionRow("region.invert", QT_TRANSLATE_NOOP("Actions", "&Invert"), ("Ctrl+Shift+I",)),
    ActionRow("region.deselect", QT_TRANSLATE_NOOP("Actions", "Choose n&one"), ("Ctrl+D", "Ctrl+Shift+A")),
    ActionRow("region.grow", QT_TRANSLATE_NOOP("Actions", "&Grow")),
    ActionRow("region.shrink", QT_TRANSLATE_NOOP("Actions", "Shrin&k")),
    ActionRow("region.smooth", QT_TRANSLATE_NOOP("Actions", "Smoo&th")),
    ActionRow("region.fill", QT_TRANSLATE_NOOP("Actions", "&Fill the gaps")),
    ActionRow("region.clear_under", QT_TRANSLATE_NOOP("Actions", "&Remove what lies under")),
    ActionRow("priority.1", QT_TRANSLATE_NOOP("Actions", "−2 Faithful"), ("1",)),
    ActionRow("priority.2", QT_TRANSLATE_NOOP("Actions", "−1 Careful"), ("2",)),
    ActionRow("priority.3", QT_TRANSLATE_NOOP("Actions", "0 Balanced"), ("3",)),
    ActionRow("priority.4", QT_TRANSLATE_NOOP("Actions", "+1 Rich"), ("4",)),
    ActionRow("priority.5", QT_TRANSLATE_NOOP("Actions", "+2 Inventive"), ("5",)),
    ActionRow("region.import", QT_TRANSLATE_NOOP("Actions", "Import a mas&k…")),
    ActionRow("region.export", QT_TRANSLATE_NOOP("Actions", "E&xport the masks…")),
    # the run
    ActionRow("run.upscale", QT_TRANSLATE_NOOP("Actions", "&Upscale"), ("Ctrl+Return", "Ctrl+Enter"), icon="upscale"),
    ActionRow("run.preview", QT_TRANSLATE_NOOP("Actions", "&Preview spot"), ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), icon="preview"),
    ActionRow("dial.size_2", QT_TRANSLATE_NOOP("Actions", "×&2")),
    ActionRow("dial.size_3", QT_TRANSLATE_NOOP("Actions", "×&3")),
    ActionRow("dial.size_4", QT_TRANSLATE_NOOP("Actions", "×&4")),
    ActionRow("dial.detail_more", QT_TRANSLATE_NOOP("Actions", "&More detail")),
    ActionRow("dial.detail_less", QT_TRANSLATE_NOOP("Actions", "&Less detail")),
    ActionRow("dial.clean_more", QT_TRANSLATE_NOOP("Actions", "Clean up m&ore")),
    ActionRow("dial.clean_less", QT_TRANSLATE_NOOP("Actions", "Clean up l&ess")),
    ActionRow("dial.clean_automatic", QT_TRANSLATE_NOOP("Actions", "Clean up a&utomatically")),
    ActionRow("dial.output", QT_TRANSLATE_NOOP("Actions", "Format of the &file"),
        tip=QT_TRANSLATE_NOOP("Actions", "Goes to the choices of format, depth and quality.")),
    ActionRow("run.cancel", QT_TRANSLATE_NOOP("Actions", "&Cancel"), ("Shift+X",)),
    ActionRow("run.pause", QT_TRANSLATE_NOOP("Actions", "P&ause the queue"), (), TOGGLE),
    ActionRow("engine.start", QT_TRANSLATE_NOOP("Actions", "&Start the engine")),
    ActionRow("engine.stop", QT_TRANSLATE_NOOP("Actions", "S&top the engine")),
    ActionRow("engine.models", QT_TRANSLATE_NOOP("Actions", "&Models…")),
    # the window and help
    ActionRow("window.panels", QT_TRANSLATE_NOOP("Actions", "Show the &panels"), ("Tab",), TOGGLE,
        tip=QT_TRANSLATE_NOOP("Actions", "On the picture Tab shows and hides them; in a panel it goes to the next control.")),
    ActionRow("window.focus", QT_TRANSLATE_NOOP("Actions", "&Go to the panels, or back to the picture"), ("Ctrl+Tab", "F6")),
    ActionRow("window.full", QT_TRANSLATE_NOOP("Actions", "&Full screen"), ("F11",), TOGGLE),
    ActionRow("window.reset", QT_TRANSLATE_NOOP("Actions", "Put everything in its plac&e")),
    ActionRow("help.keys", QT_TRANSLATE_NOOP("Actions", "&Keys"), ("F1",)),
    ActionRow("help.tips", QT_TRANSLATE_NOOP("Actions", "Show the &tips")),
    ActionRow("help.editors", QT_TRANSLATE_NOOP("Actions", "Krita and &GIMP…"),
        tip=QT_TRANSLATE_NOOP("Actions", "Put Semantic Upscale into their menus, or take it out.")),
    ActionRow("help.welcome", QT_TRANSLATE_NOOP("Actions", "&Welcome page")),
    ActionRow("help.report", QT_TRANSLATE_NOOP("Actions", "Copy &report")),
    ActionRow("help.about", QT_TRANSLATE_NOOP("Actions", "&About and licences")),
)  # fmt: skip
BY_ID = {row.id: row for row in ROWS}

# A menu is its words and its entries: an id, None for a line, a tuple for a submenu, or "*name" for a part the
# window fills (recent files, docks).
Entry = str | None | tuple
MENUS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (QT_TRANSLATE_NOOP("Actions", "&File"), (
        "file.open", "*recent", "file.paste", "file.sample", None, "file.save_project", "file.save_project_as",
        None, "file.save_result", "file.export", "file.show_result", "file.send_back", None, "file.batch", None, "file.close", "file.quit")),
    (QT_TRANSLATE_NOOP("Actions", "&Edit"), (
        "edit.undo", "edit.redo", None, "edit.copy_result", None,
        (QT_TRANSLATE_NOOP("Actions", "&Tools"), ("tool.objects", "tool.brush", "tool.eraser", "tool.lasso", "tool.polygon",
            "tool.rectangle", "tool.ellipse", "tool.hand", "tool.zoom", None, "brush.smaller", "brush.bigger",
            "brush.softer", "brush.harder", "brush.swap")),
        None, "edit.shortcuts", "edit.settings")),
    (QT_TRANSLATE_NOOP("Actions", "&View"), (
        "view.zoom_in", "view.zoom_out", "view.fit", "view.full", None, "view.overlay", "view.overlay_next", "view.legend",
        None, "view.compare_next", "compare.off", "compare.split", "compare.side", "compare.loupe", None, "view.added")),
    (QT_TRANSLATE_NOOP("Actions", "&Regions"), (
        "region.everything", "region.suggest", None,
        (QT_TRANSLATE_NOOP("Actions", "&Priority"), ("priority.1", "priority.2", "priority.3", "priority.4", "priority.5")),
        "region.rename", "region.duplicate", "region.merge", "region.delete", None,
        (QT_TRANSLATE_NOOP("Actions", "S&hape"), ("region.grow", "region.shrink", "region.smooth", "region.fill", "region.invert",
            "region.clear_under")),
        None, "region.previous", "region.next", "region.deselect", None, "region.import", "region.export")),
    (QT_TRANSLATE_NOOP("Actions", "&Upscale"), (
        "run.upscale", "run.preview", "run.cancel", "run.pause", None,
        (QT_TRANSLATE_NOOP("Actions", "Si&ze"), ("dial.size_2", "dial.size_3", "dial.size_4")),
        (QT_TRANSLATE_NOOP("Actions", "&Detail and clean-up"), ("dial.detail_more", "dial.detail_less", None, "dial.clean_more",
            "dial.clean_less", "dial.clean_automatic")),
        "dial.output", None, "engine.start", "engine.stop", None, "engine.models")),
    (QT_TRANSLATE_NOOP("Actions", "&Window"), ("window.panels", "*docks", None, "window.focus", "window.full", "window.reset")),
    (QT_TRANSLATE_NOOP("Actions", "&Help"), ("help.keys", "help.welcome", "help.tips", "help.editors", None, "help.report", "help.about")),
)  # fmt: skip
TOOLS = tuple(row.id for row in ROWS if row.id.startswith("tool."))


def translate_words(text: str) -> str:
    """Words of this table in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)
