"""What the Regions menu does."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.errors import SemanticUpscaleError
from plugin.bridge.facts import PRIORITY_NAMES
from ui.dialogs.question import ErrorSummary
from ui.model import scene as scene_edits

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.regions.region import Region
    from ui.docks.regions import RegionsDock
    from ui.model.scene import Scene
    from ui.parts import Parts


STEP_SHARE = 0.005  # of the short side: how far one grow, shrink or smooth goes


class RegionActions(QObject):
    """Handlers and reasons of `region.*` and `priority.*`."""

    def __init__(self, parts: Parts, dock: RegionsDock) -> None:
        super().__init__(parts.window)
        self._parts, self._dock = parts, dock

    def handlers(self) -> dict[str, Callable[..., object]]:
        """By id."""
        link = self._parts.link
        chosen: dict[str, Callable[..., object]] = {
            "region.everything": link.everything,
            "region.suggest": link.suggest,
            "region.previous": partial(self._select, -1),
            "region.next": partial(self._select, 1),
            "region.rename": self.rename,
            "region.import": self._dock.ask_import,
            "region.export": self._dock.ask_export,
            "region.deselect": lambda: self._do("", lambda scene: scene_edits.select(scene, None)),
        }
        return {**chosen, **self._edits(), **self._priorities()}

    def reasons(self) -> dict[str, Callable[[], str]]:
        """By id."""
        of_region = (*self._edits(), "region.rename", "region.deselect")
        return {
            **dict.fromkeys(("region.everything", "region.suggest", "region.import"), self._no_picture),
            **dict.fromkeys(("region.previous", "region.next", "region.export"), self._no_regions),
            **dict.fromkeys(of_region, self._none_chosen),
            **dict.fromkeys(self._priorities(), self._no_picture),
            "region.merge": self._none_below,
            "region.everything": partial(self._cannot_look, "everything"),
            "region.suggest": partial(self._cannot_look, "suggest"),
        }

    def _cannot_look(self, lane: str) -> str:
        looking = self._parts.link.working(lane)
        return self._no_picture() or (self.tr("It is being looked for already.") if looking else "")

    def rename(self) -> None:
        """In the list, where its name stands."""
        self._dock.show()
        self._dock.raise_()
        self._dock.list.setFocus()
        self._dock.list.edit(self._dock.list.currentIndex())

    def set_priority(self, priority: float) -> None:
        """Of the chosen region; of the rest of the picture where none is chosen."""
        region = self._region()
        name = region.id if region else "rest"
        verb = self.tr("Priority")
        self._do(
            verb, lambda scene: scene_edits.set_priority(scene, name, priority), merge=f"priority-{name}"
        )

    def _edits(self) -> dict[str, Callable[..., object]]:
        """Verbs on the chosen region."""
        table: tuple[tuple[str, str, Callable[[Scene, str], Scene]], ...] = (
            ("region.duplicate", self.tr("Duplicate"), scene_edits.duplicate),
            ("region.delete", self.tr("Delete"), scene_edits.delete),
            ("region.merge", self.tr("Merge"), scene_edits.merge_down),
            ("region.invert", self.tr("Invert"), scene_edits.invert),
            ("region.fill", self.tr("Fill the gaps"), scene_edits.fill_holes),
            ("region.clear_under", self.tr("Remove what lies under"), scene_edits.clear_under),
            ("region.grow", self.tr("Grow"), lambda scene, at: scene_edits.grow(scene, at, self._step_px())),
            (
                "region.shrink",
                self.tr("Shrink"),
                lambda scene, at: scene_edits.shrink(scene, at, self._step_px()),
            ),
            (
                "region.smooth",
                self.tr("Smooth"),
                lambda scene, at: scene_edits.smooth(scene, at, self._step_px()),
            ),
        )
        return {identity: partial(self._on_chosen, verb, edit) for identity, verb, edit in table}

    def _priorities(self) -> dict[str, Callable[..., object]]:
        return {
            f"priority.{at + 1}": partial(self.set_priority, step) for at, step in enumerate(PRIORITY_NAMES)
        }

    def _on_chosen(self, verb: str, edit: Callable[[Scene, str], Scene]) -> None:
        region = self._region()
        if region is not None:
            self._do(verb, lambda scene: edit(scene, region.id))

    def _select(self, way: int) -> None:
        self._do("", lambda scene: scene_edits.select_next(scene, way))

    def _do(self, verb: str, edit: Callable[[Scene], Scene], merge: str = "") -> None:
        """Apply; a verb that refuses says why."""
        scene = self._parts.document.scene
        if scene is None:
            return
        try:
            self._parts.document.apply(verb, edit(scene), merge)
        except SemanticUpscaleError as error:
            self._parts.voice.tell(ErrorSummary(str(error), error.advice))

    def _region(self) -> Region | None:
        scene = self._parts.document.scene
        return scene.region if scene else None

    def _step_px(self) -> float:
        scene = self._parts.document.scene
        return max(1.0, STEP_SHARE * min(scene.size.width, scene.size.height)) if scene else 1.0

    def _no_picture(self) -> str:
        return "" if self._parts.document.scene else self.tr("Open a picture first.")

    def _no_regions(self) -> str:
        scene = self._parts.document.scene
        if scene is None:
            return self._no_picture()
        return "" if len(scene.regions) else self._how_to_begin()

    def _how_to_begin(self) -> str:
        find, paint = self._parts.keys.first("tool.objects"), self._parts.keys.first("tool.brush")
        if not find or not paint:
            return self.tr("There are no regions yet. Find objects, or paint one.")
        text = self.tr("There are no regions yet. Find objects ({find}), or paint one ({paint}).")
        return text.format(find=find, paint=paint)

    def _none_chosen(self) -> str:
        return self._no_regions() or ("" if self._region() else self.tr("Choose a region in the list first."))

    def _none_below(self) -> str:
        reason, scene = self._none_chosen(), self._parts.document.scene
        if reason or scene is None:
            return reason
        last = [region.id for region in scene.regions][-1]
        return self.tr("There is no region below this one.") if scene.selected == last else ""
