"""A model file that is dropped on the window becomes a method, and the open picture's choice."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from plugin.bridge.facts import MODEL_ENDINGS
from ui.dialogs.question import ErrorSummary
from ui.model import scene as scene_edits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from plugin.bridge import Bridge
    from ui.parts import Parts


class ModelActions(QObject):
    """Takes model files in, one after the other, and says how it went."""

    def __init__(self, parts: Parts) -> None:
        super().__init__(parts.window)
        self._parts = parts

    @staticmethod
    def are_models(paths: Sequence[Path]) -> bool:
        """Whether all of these are files that may be models; the engine looks into them."""
        return bool(paths) and all(path.suffix.lower() in MODEL_ENDINGS for path in paths)

    def add(self, paths: Sequence[Path]) -> None:
        """Let the engine recognise and keep them; of an ncnn pair one file is enough."""
        for path in paths:
            if path.suffix.lower() == ".bin" and path.with_suffix(".param") in paths:
                continue
            self._parts.voice.say(self.tr("Looking into the model {name}…").format(name=path.name))
            call = partial(_added, str(path))
            self._parts.link.talk("download", call, self._came, self._refused)

    def _came(self, result: dict[str, Any]) -> None:
        name, scene = str(result["model"]), self._parts.document.scene
        self._parts.link.greet()
        if scene is not None:
            self._parts.document.apply(
                self.tr("Engine"), scene_edits.set_dials(scene, method=name), "dial-method"
            )
        before = self.tr("The model {name} was here already; it is chosen under More.")
        fresh = self.tr("The model {name} is ready; it is chosen under More.")
        self._parts.voice.say((before if result["before"] else fresh).format(name=name))

    def _refused(self, words: str) -> None:
        self._parts.voice.tell(ErrorSummary(words))


def _added(path: str, bridge: Bridge) -> dict[str, Any]:
    return bridge.add_model(path).wait()
