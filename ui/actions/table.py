"""One row for each thing that can be asked for. Menus, tool bar, shortcuts list and tests read this table.

Default keys are those of UX.md §3: what fingers know from Photoshop, Krita, GIMP and InvokeAI. A row whose kind is
"held" acts while its key is down; one whose kind is "canvas" is answered by the tool in hand, only while the
picture has the focus, so that Enter and Backspace stay what they are in a text field. Both are named as in
`ui.canvas.bound`, and can be changed like all others.
"""

# ruff: noqa: E501  (tables that are read by line)

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from ui.marked import QT_TRANSLATE_NOOP

CONTEXT = "Actions"
PLAIN, TOGGLE, CHOICE, HELD, CANVAS = "plain", "toggle", "choice", "held", "canvas"


@dataclass(frozen=True)
class Row:
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
    Row("file.open", QT_TRANSLATE_NOOP("Actions", "&Open…"), ("Ctrl+O",), icon="open"),
    Row("file.paste", QT_TRANSLATE_NOOP("Actions", "&Paste as a new picture"), ("Ctrl+V",)),
    Row("file.sample", QT_TRANSLATE_NOOP("Actions", "Open the &sample picture")),
    Row("file.save_project", QT_TRANSLATE_NOOP("Actions", "&Save project"), ("Ctrl+S",)),
    Row("file.save_project_as", QT_TRANSLATE_NOOP("Actions", "Save project &as…"), ("Ctrl+Shift+S",)),
    Row("file.export", QT_TRANSLATE_NOOP("Actions", "Save the enlarged &picture…"), ("Ctrl+Shift+E",), icon="save"),
    Row("file.send_back", QT_TRANSLATE_NOOP("Actions", "Send &back to the editor"), icon="send_back"),
    Row("file.batch", QT_TRANSLATE_NOOP("Actions", "&Many pictures…"), ("Ctrl+Shift+O",)),
    Row("file.close", QT_TRANSLATE_NOOP("Actions", "&Close the picture"), ("Ctrl+W",)),
    Row("file.quit", QT_TRANSLATE_NOOP("Actions", "&Quit"), ("Ctrl+Q",)),
    # edits
    Row("edit.undo", QT_TRANSLATE_NOOP("Actions", "&Undo"), ("Ctrl+Z",), icon="undo"),
    Row("edit.redo", QT_TRANSLATE_NOOP("Actions", "&Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), icon="redo"),
    Row("edit.copy_result", QT_TRANSLATE_NOOP("Actions", "&Copy the enlarged picture"), ("Ctrl+C",)),
    Row("edit.settings", QT_TRANSLATE_NOOP("Actions", "&Settings…"), ("Ctrl+,",)),
    Row("edit.shortcuts", QT_TRANSLATE_NOOP("Actions", "&Keys…"), ("?",)),
    # tools
    Row("tool.objects", QT_TRANSLATE_NOOP("Actions", "&Find objects"), ("W",), CHOICE, "objects",
        QT_TRANSLATE_NOOP("Actions", "Click what must stay true, or may be invented. Right click takes away, a drag draws a box.")),
    Row("tool.brush", QT_TRANSLATE_NOOP("Actions", "&Brush"), ("B",), CHOICE, "brush",
        QT_TRANSLATE_NOOP("Actions", "Paint on the chosen region, or a new one.")),
    Row("tool.eraser", QT_TRANSLATE_NOOP("Actions", "&Eraser"), ("E",), CHOICE, "eraser",
        QT_TRANSLATE_NOOP("Actions", "Take away from the chosen region.")),
    Row("tool.lasso", QT_TRANSLATE_NOOP("Actions", "&Lasso"), ("L",), CHOICE, "lasso",
        QT_TRANSLATE_NOOP("Actions", "Draw around it.")),
    Row("tool.polygon", QT_TRANSLATE_NOOP("Actions", "&Polygon"), ("Shift+L",), CHOICE, "polygon",
        QT_TRANSLATE_NOOP("Actions", "Click corner after corner; Enter closes.")),
    Row("tool.rectangle", QT_TRANSLATE_NOOP("Actions", "&Rectangle"), ("R",), CHOICE, "rectangle",
        QT_TRANSLATE_NOOP("Actions", "Drag from corner to corner.")),
    Row("tool.ellipse", QT_TRANSLATE_NOOP("Actions", "Ell&ipse"), ("Shift+R",), CHOICE, "ellipse",
        QT_TRANSLATE_NOOP("Actions", "Drag from corner to corner.")),
    Row("tool.hand", QT_TRANSLATE_NOOP("Actions", "&Hand"), ("H",), CHOICE, "hand",
        QT_TRANSLATE_NOOP("Actions", "Move the picture; press and wait to see the original.")),
    Row("tool.zoom", QT_TRANSLATE_NOOP("Actions", "&Zoom"), ("Z",), CHOICE, "zoom",
        QT_TRANSLATE_NOOP("Actions", "Click to come nearer, Alt and click for a preview of the spot.")),
    Row("brush.smaller", QT_TRANSLATE_NOOP("Actions", "Smaller brush"), ("[",)),
    Row("brush.bigger", QT_TRANSLATE_NOOP("Actions", "Bigger brush"), ("]",)),
    Row("brush.softer", QT_TRANSLATE_NOOP("Actions", "Softer brush"), ("Shift+[", "{")),
    Row("brush.harder", QT_TRANSLATE_NOOP("Actions", "Harder brush"), ("Shift+]", "}")),
    Row("brush.swap", QT_TRANSLATE_NOOP("Actions", "Swap add and remove"), ("X",), icon="swap"),
    # what the tool in hand answers
    Row("canvas.accept", QT_TRANSLATE_NOOP("Actions", "Accept the shape"), ("Return", "Enter"), CANVAS),
    Row("canvas.exclude", QT_TRANSLATE_NOOP("Actions", "Exclude what lies under the crosshair"), ("Shift+Return", "Shift+Enter"), CANVAS),
    Row("canvas.cancel", QT_TRANSLATE_NOOP("Actions", "Throw the shape away"), ("Esc",), CANVAS),
    Row("canvas.back", QT_TRANSLATE_NOOP("Actions", "Remove the last point"), ("Backspace",), CANVAS),
    Row("canvas.smaller", QT_TRANSLATE_NOOP("Actions", "Rather the part"), (",",), CANVAS),
    Row("canvas.larger", QT_TRANSLATE_NOOP("Actions", "Rather the whole"), (".",), CANVAS),
    Row("canvas.left", QT_TRANSLATE_NOOP("Actions", "Crosshair to the left"), ("Left",), CANVAS, tip=FARTHER),
    Row("canvas.right", QT_TRANSLATE_NOOP("Actions", "Crosshair to the right"), ("Right",), CANVAS, tip=FARTHER),
    Row("canvas.up", QT_TRANSLATE_NOOP("Actions", "Crosshair up"), ("Up",), CANVAS, tip=FARTHER),
    Row("canvas.down", QT_TRANSLATE_NOOP("Actions", "Crosshair down"), ("Down",), CANVAS, tip=FARTHER),
    Row("canvas.split_left", QT_TRANSLATE_NOOP("Actions", "Split line to the left"), ("Ctrl+Left",), CANVAS),
    Row("canvas.split_right", QT_TRANSLATE_NOOP("Actions", "Split line to the right"), ("Ctrl+Right",), CANVAS),
    Row("canvas.hand", QT_TRANSLATE_NOOP("Actions", "Move the picture"), ("Space",), HELD),
    Row("canvas.everything", QT_TRANSLATE_NOOP("Actions", "Show all objects"), ("N",), HELD),
    Row("canvas.original", QT_TRANSLATE_NOOP("Actions", "Show the original"), ("O",), HELD),
    # the view
    Row("view.zoom_in", QT_TRANSLATE_NOOP("Actions", "Zoom &in"), ("+", "=", "Ctrl++")),
    Row("view.zoom_out", QT_TRANSLATE_NOOP("Actions", "Zoom &out"), ("-", "Ctrl+-")),
    Row("view.fit", QT_TRANSLATE_NOOP("Actions", "&Fit the window"), ("Ctrl+0",), icon="fit"),
    Row("view.full", QT_TRANSLATE_NOOP("Actions", "&100 %"), ("Ctrl+1",)),
    Row("view.overlay", QT_TRANSLATE_NOOP("Actions", "Show the &regions"), ("\\",), TOGGLE, "overlay"),
    Row("view.overlay_next", QT_TRANSLATE_NOOP("Actions", "&Next overlay: colour, map, off"), ("|",)),
    Row("view.legend", QT_TRANSLATE_NOOP("Actions", "Show the &legend"), (), TOGGLE),
    Row("view.compare_next", QT_TRANSLATE_NOOP("Actions", "&Compare in the next way"), ("C",), icon="compare"),
    Row("compare.off", QT_TRANSLATE_NOOP("Actions", "The &result alone"), (), CHOICE),
    Row("compare.split", QT_TRANSLATE_NOOP("Actions", "&Split"), (), CHOICE),
    Row("compare.side", QT_TRANSLATE_NOOP("Actions", "Side by &side"), (), CHOICE),
    Row("compare.loupe", QT_TRANSLATE_NOOP("Actions", "&Loupe"), (), CHOICE),
    Row("view.added", QT_TRANSLATE_NOOP("Actions", "What was &added"), ("Shift+A",), TOGGLE,
        tip=QT_TRANSLATE_NOOP("Actions", "Bright = the engine made this up.")),
    # regions
    Row("region.everything", QT_TRANSLATE_NOOP("Actions", "Find &everything"), ("Shift+W",)),
    Row("region.suggest", QT_TRANSLATE_NOOP("Actions", "&Suggest priorities"), ("Shift+P",)),
    Row("region.previous", QT_TRANSLATE_NOOP("Actions", "&Previous region"), ("Alt+[",)),
    Row("region.next", QT_TRANSLATE_NOOP("Actions", "&Next region"), ("Alt+]",)),
    Row("region.rename", QT_TRANSLATE_NOOP("Actions", "Re&name…"), ("F2",)),
    Row("region.duplicate", QT_TRANSLATE_NOOP("Actions", "&Duplicate"), ("Ctrl+J",)),
    Row("region.delete", QT_TRANSLATE_NOOP("Actions", "De&lete"), ("Del",)),
    Row("region.merge", QT_TRANSLATE_NOOP("Actions", "&Merge with the one below"), ("Ctrl+E",)),
    Row("region.invert", QT_TRANSLATE_NOOP("Actions", "&Invert"), ("Ctrl+Shift+I",)),
    Row("region.deselect", QT_TRANSLATE_NOOP("Actions", "Choose n&one"), ("Ctrl+D", "Ctrl+Shift+A")),
    Row("region.grow", QT_TRANSLATE_NOOP("Actions", "&Grow")),
    Row("region.shrink", QT_TRANSLATE_NOOP("Actions", "Shrin&k")),
    Row("region.smooth", QT_TRANSLATE_NOOP("Actions", "Smoo&th")),
    Row("region.fill", QT_TRANSLATE_NOOP("Actions", "&Fill the gaps")),
    Row("region.clear_under", QT_TRANSLATE_NOOP("Actions", "&Remove what lies under")),
    Row("priority.1", QT_TRANSLATE_NOOP("Actions", "−2 Faithful"), ("1",)),
    Row("priority.2", QT_TRANSLATE_NOOP("Actions", "−1 Careful"), ("2",)),
    Row("priority.3", QT_TRANSLATE_NOOP("Actions", "0 Balanced"), ("3",)),
    Row("priority.4", QT_TRANSLATE_NOOP("Actions", "+1 Rich"), ("4",)),
    Row("priority.5", QT_TRANSLATE_NOOP("Actions", "+2 Inventive"), ("5",)),
    Row("region.import", QT_TRANSLATE_NOOP("Actions", "Import a mas&k…")),
    Row("region.export", QT_TRANSLATE_NOOP("Actions", "E&xport the masks…")),
    # the run
    Row("run.upscale", QT_TRANSLATE_NOOP("Actions", "&Upscale"), ("Ctrl+Return", "Ctrl+Enter"), icon="upscale"),
    Row("run.preview", QT_TRANSLATE_NOOP("Actions", "&Preview spot"), ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"), icon="preview"),
    Row("run.cancel", QT_TRANSLATE_NOOP("Actions", "&Cancel"), ("Shift+X",)),
    Row("run.pause", QT_TRANSLATE_NOOP("Actions", "P&ause the queue"), (), TOGGLE),
    Row("engine.start", QT_TRANSLATE_NOOP("Actions", "&Start the engine")),
    Row("engine.stop", QT_TRANSLATE_NOOP("Actions", "S&top the engine")),
    Row("engine.models", QT_TRANSLATE_NOOP("Actions", "&Models…")),
    # the window and help
    Row("window.panels", QT_TRANSLATE_NOOP("Actions", "Show the &panels"), ("Tab",), TOGGLE,
        tip=QT_TRANSLATE_NOOP("Actions", "On the picture Tab shows and hides them; in a panel it goes to the next control.")),
    Row("window.focus", QT_TRANSLATE_NOOP("Actions", "&Go to the panels, or back to the picture"), ("Ctrl+Tab", "F6")),
    Row("window.full", QT_TRANSLATE_NOOP("Actions", "&Full screen"), ("F11",), TOGGLE),
    Row("window.reset", QT_TRANSLATE_NOOP("Actions", "Put everything in its &place")),
    Row("help.keys", QT_TRANSLATE_NOOP("Actions", "&Keys"), ("F1",)),
    Row("help.tips", QT_TRANSLATE_NOOP("Actions", "Show the &tips")),
    Row("help.editors", QT_TRANSLATE_NOOP("Actions", "Krita and &GIMP…"),
        tip=QT_TRANSLATE_NOOP("Actions", "Put Semantic Upscale into their menus, or take it out.")),
    Row("help.welcome", QT_TRANSLATE_NOOP("Actions", "&Welcome page")),
    Row("help.report", QT_TRANSLATE_NOOP("Actions", "Copy &report")),
    Row("help.about", QT_TRANSLATE_NOOP("Actions", "&About and licences")),
)  # fmt: skip
BY_ID = {row.id: row for row in ROWS}

# A menu is its words and its entries: an id, None for a line, a tuple for a submenu, or "*name" for a part the
# window fills (recent files, docks).
Entry = str | None | tuple
MENUS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (QT_TRANSLATE_NOOP("Actions", "&File"), (
        "file.open", "*recent", "file.paste", "file.sample", None, "file.save_project", "file.save_project_as",
        "file.export", "file.send_back", None, "file.batch", None, "file.close", "file.quit")),
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
        "run.upscale", "run.preview", "run.cancel", "run.pause", None, "engine.start", "engine.stop", None, "engine.models")),
    (QT_TRANSLATE_NOOP("Actions", "&Window"), ("window.panels", "*docks", None, "window.focus", "window.full", "window.reset")),
    (QT_TRANSLATE_NOOP("Actions", "&Help"), ("help.keys", "help.welcome", "help.tips", "help.editors", None, "help.report", "help.about")),
)  # fmt: skip
TOOLS = tuple(row.id for row in ROWS if row.id.startswith("tool."))


def translated(text: str) -> str:
    """Words of this table in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)
