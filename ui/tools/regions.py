"""How a finished mask becomes a region, or changes the selected one; the same for every tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ui.model import scene as scene_edits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from core.regions.mask import Mask
    from ui.model.scene import Boolean, Scene
    from ui.tools.tool import Pointer, ToolStage

FEATHER_SHARE = 0.003


def mode_of(pointer: Pointer, chosen: Boolean) -> Boolean:
    """The boolean mode: Shift adds, Alt subtracts, both intersect; else the chosen one."""
    if pointer.shift and pointer.alt:
        return "intersect"
    if pointer.shift:
        return "add"
    return "subtract" if pointer.alt else chosen


def default_feather(scene: Scene) -> float:
    """0.3 % of the picture's short side, in whole tenths of a pixel."""
    return round(min(250.0, FEATHER_SHARE * min(scene.size.width, scene.size.height)), 1)


def new_region(
    scene: Scene,
    mask: Mask,
    name: str = "",
    *,
    priority: float = 0.0,
    prompts: tuple[Mapping[str, Any], ...] = (),
) -> Scene:
    """With one more region, named in the user's language."""
    title = name or scene_edits.free_name(scene, QCoreApplication.translate("tools", "Region {}"))
    feather = default_feather(scene)
    return scene_edits.add_region(scene, mask, title, priority=priority, feather_px=feather, prompts=prompts)


def finish(
    stage: ToolStage, mask: Mask, mode: Boolean, name: str = "", prompts: tuple[Mapping[str, Any], ...] = ()
) -> bool:
    """Make a region of a mask, or combine it with the selected one; False, and told, where neither can be."""
    scene = stage.scene
    if scene is None:
        return False
    mask = mask.within(scene.size)
    if mask.empty and mode != "intersect":
        stage.say(QCoreApplication.translate("tools", "Nothing was marked: it lies outside the picture."))
        return False
    if scene.region is None or mode == "new":
        if mode in ("subtract", "intersect"):
            stage.say(
                QCoreApplication.translate(
                    "tools", "Choose a region first: there is nothing to take away from."
                )
            )
            return False
        return stage.change(
            QCoreApplication.translate("tools", "New region"),
            new_region(scene, mask, name, priority=stage.new_priority, prompts=prompts),
        )
    words = {
        "add": QCoreApplication.translate("tools", "Add to region"),
        "subtract": QCoreApplication.translate("tools", "Take from region"),
        "intersect": QCoreApplication.translate("tools", "Intersect region"),
    }
    return change_region(stage, words[mode], mask, mode)


def change_region(stage: ToolStage, verb: str, mask: Mask, mode: Boolean) -> bool:
    """Combine a mask with the selected region; a region that becomes empty is refused."""
    scene = stage.scene
    if scene is None or scene.region is None:
        return False
    identity = scene.region.id
    changed = stage.attempt(lambda: scene_edits.combine(scene, identity, mask, mode))
    if changed is None:
        return False
    if changed.region is not None and changed.region.mask.empty:
        stage.say(
            QCoreApplication.translate(
                "tools", "Nothing would be left of this region. Delete it with Del instead."
            )
        )
        return False
    return stage.change(verb, changed)
